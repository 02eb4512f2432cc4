use std::borrow::Cow;

use crate::digest::sha256;

/// A byte order mark, which editors add and remove.
const MARK: char = '\u{feff}';

/// The line ends that a text may be written with.
const LINE_ENDS: [&str; 3] = ["\n", "\r\n", "\r"];

/// How many line ends at the end of a file are looked for in old records.
const MOST_FINAL: usize = 2;

/// The checksum of a migration's text.
///
/// Texts that differ by line ends, by a byte order mark or by empty lines at their end have the same: git, editors and
/// archives change those. Releases before this one recorded the SHA-256 of the bytes as they were, which counts as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checksum {
    text: String,
    recorded: String,
}

impl Checksum {
    /// The checksum of a file with this text.
    pub fn of(text: &str) -> Self {
        Self { recorded: sha256(form(&lines(text), "\n", 1)), text: text.to_owned() }
    }

    /// The checksum as it is recorded: the SHA-256 of the text without byte order mark, with `\n` after each line and no
    /// empty line at its end. That of most files is the SHA-256 of their bytes.
    pub fn recorded(&self) -> &str {
        &self.recorded
    }

    /// Tells whether a record is that of this text.
    pub fn matches(&self, record: &str) -> bool {
        record == self.recorded || record == sha256(&self.text) || self.is_of_older_release(record)
    }

    /// A record of the bytes as they were before git or an editor changed them.
    fn is_of_older_release(&self, record: &str) -> bool {
        let lines = lines(&self.text);
        LINE_ENDS.iter().any(|end| {
            (0..=MOST_FINAL).any(|count| {
                let form = form(&lines, end, count);
                record == sha256(&form) || record == sha256(format!("{MARK}{form}"))
            })
        })
    }
}

/// The text without byte order mark, with `\n` for every line end and none at its end.
fn lines(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix(MARK).unwrap_or(text).trim_end_matches(['\n', '\r']);
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

/// The lines with these ends, and so many of them at the end.
fn form(lines: &str, end: &str, count: usize) -> String {
    lines.replace('\n', end) + &end.repeat(count)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn most_files_have_the_checksum_of_their_bytes() {
        let text = "create table t (id integer);\ninsert into t values (1);\n";
        assert_eq!(Checksum::of(text).recorded(), sha256(text));
    }

    #[test]
    fn everything_else_is_a_change() {
        let record = Checksum::of("select 1;\nselect 2;\n").recorded().to_owned();
        for text in [
            "select 1;\n\nselect 2;\n",
            "select 1; select 2;\n",
            "select 1;\nselect 2; \n",
            " select 1;\nselect 2;\n",
            "select 1;\n\tselect 2;\n",
            "SELECT 1;\nselect 2;\n",
            "select 1;\n\u{feff}select 2;\n",
            "",
        ] {
            assert!(!Checksum::of(text).matches(&record), "{text:?}");
        }
    }

    /// Lines of a file, the last of which is not empty.
    fn some_lines() -> impl Strategy<Value = Vec<String>> {
        (prop::collection::vec("[ a'é;-]{0,6}", 0..5), "[a';]{1,3}")
            .prop_map(|(lines, last)| lines.into_iter().chain([last]).collect())
    }

    /// A text of lines, each with an end of its own.
    fn written(lines: &[String], ends: &[usize], mark: bool, last: usize) -> String {
        let mut text = if mark { MARK.to_string() } else { String::new() };
        let is_mixed = ends.iter().any(|end| *end != ends[0]);
        let end = |place: usize| LINE_ENDS[ends[place % ends.len()]];
        for (place, line) in lines.iter().enumerate() {
            // Before an empty line with another end it would be one line end with that.
            let joins = is_mixed && lines.get(place + 1).is_some_and(String::is_empty);
            let end = if joins && end(place) == "\r" { "\n" } else { end(place) };
            text.push_str(line);
            text.push_str(&end.repeat(if place + 1 == lines.len() { last } else { 1 }));
        }
        text
    }

    proptest! {
        #[test]
        fn a_file_keeps_its_checksum_whoever_changes_its_line_ends(
            lines in some_lines(),
            before in (prop::collection::vec(0..3_usize, 1..4), any::<bool>(), 0..4_usize),
            after in (prop::collection::vec(0..3_usize, 1..4), any::<bool>(), 0..4_usize),
        ) {
            let before = written(&lines, &before.0, before.1, before.2);
            let after = written(&lines, &after.0, after.1, after.2);
            let checksum = Checksum::of(&after);
            prop_assert!(checksum.matches(Checksum::of(&before).recorded()));
        }

        #[test]
        fn a_record_of_the_bytes_is_that_of_every_form_of_the_file(
            lines in some_lines(),
            before in (0..3_usize, any::<bool>(), 0..=MOST_FINAL),
            after in (prop::collection::vec(0..3_usize, 1..4), any::<bool>(), 0..4_usize),
        ) {
            let before = written(&lines, &[before.0], before.1, before.2);
            let after = written(&lines, &after.0, after.1, after.2);
            prop_assert!(Checksum::of(&after).matches(&sha256(&before)));
            prop_assert!(Checksum::of(&before).matches(&sha256(&before)));
        }
    }
}
