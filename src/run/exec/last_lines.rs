use std::collections::VecDeque;

use crate::secret::cut;

use super::last_object::without_escapes;

/// So many lines are shown.
const MOST: usize = 10;

/// So many are kept, of which some may turn out to show nothing.
const KEPT: usize = 2 * MOST;

/// So many characters of them are shown: a summary's error holds little more.
const LONGEST: usize = 500;

/// The last lines of a stream that say something, as they may be shown: secrets are masked, colours are taken out.
#[derive(Debug, Default)]
pub(super) struct LastLines(VecDeque<String>);

impl LastLines {
    /// Adds the next line, with its secrets masked.
    pub(super) fn push(&mut self, line: &str) {
        if line.trim().is_empty() {
            return;
        }
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(line.to_owned());
    }

    /// Those of the last lines that are short enough to be shown, oldest first; `None` where none said anything.
    pub(super) fn text(&self) -> Option<String> {
        let mut room = LONGEST;
        let fits = |line: &String| {
            let length = line.chars().count();
            let is_short = length <= room || room == LONGEST;
            room = room.saturating_sub(length + 1);
            is_short
        };
        let shown = self.0.iter().rev().map(|line| shown(line)).filter(|line| !line.trim().is_empty());
        let mut lines: Vec<String> = shown.take(MOST).take_while(fits).collect();
        lines.reverse();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

/// A line without what a terminal does not show, and in which GitHub sees no command of the older form, which counts
/// anywhere in a line.
fn shown(line: &str) -> String {
    let letters = without_escapes(line);
    let letters: String = letters.chars().filter(|letter| !letter.is_control() || *letter == '\t').collect();
    cut(&letters.trim_end().replace("##[", "## ["), LONGEST)
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
