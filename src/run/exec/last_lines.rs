use std::collections::VecDeque;

use crate::secret::cut;

use super::last_object::without_escapes;

/// So many lines are kept.
const MOST: usize = 10;

/// So many characters of them are shown: a summary's error holds little more.
const LONGEST: usize = 500;

/// The last lines of a stream that say something, as they may be shown: secrets are masked, colours are taken out.
#[derive(Debug, Default)]
pub(super) struct LastLines(VecDeque<String>);

impl LastLines {
    /// Adds the next line, with its secrets masked.
    pub(super) fn push(&mut self, line: &str) {
        let line: String =
            without_escapes(line).chars().filter(|letter| !letter.is_control() || *letter == '\t').collect();
        // The older form of GitHub's workflow commands counts anywhere in a line.
        let line = line.trim_end().replace("##[", "## [");
        if line.trim().is_empty() {
            return;
        }
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back(cut(&line, LONGEST));
    }

    /// Those of the last lines that are short enough to be shown, oldest first; `None` where none said anything.
    pub(super) fn text(&self) -> Option<String> {
        let mut room = LONGEST;
        let fits = |line: &&String| {
            let length = line.chars().count();
            let is_short = length <= room || room == LONGEST;
            room = room.saturating_sub(length + 1);
            is_short
        };
        let mut lines: Vec<&str> = self.0.iter().rev().take_while(fits).map(String::as_str).collect();
        lines.reverse();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: impl IntoIterator<Item = impl AsRef<str>>) -> Option<String> {
        let mut last = LastLines::default();
        lines.into_iter().for_each(|line| last.push(line.as_ref()));
        last.text()
    }

    #[test]
    fn the_last_lines_that_say_something_stay() {
        assert_eq!(of(["", "  ", "\u{1b}[0m"]), None);
        assert_eq!(
            of(["\u{1b}[31mone\u{1b}[0m", "", "  two\u{7} ", "##[error]"]).unwrap(),
            "one\n  two\n## [error]"
        );
        let many = of((1..=30).map(|n| n.to_string())).unwrap();
        assert_eq!(many, "21\n22\n23\n24\n25\n26\n27\n28\n29\n30");
    }

    #[test]
    fn no_more_is_shown_than_fits_and_the_last_line_always() {
        let long = "x".repeat(300);
        assert_eq!(of([long.as_str(), "middle", &long]).unwrap(), format!("middle\n{long}"));
        let endless = "ü".repeat(5000);
        assert_eq!(of(["before", &endless]).unwrap(), format!("{}…", "ü".repeat(LONGEST)));
    }
}
