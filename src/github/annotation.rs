use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// What the titles of our annotations begin with.
const TITLE: &str = "jobnet ";

/// How a stage went, as the first line of the annotation that its job leaves on GitHub: written in a run, and read back
/// by whoever lists runs. Job summaries cannot be read by the API; annotations can
/// (<https://docs.github.com/rest/checks/runs#list-check-run-annotations>).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StageNote {
    /// The stage.
    pub stage: String,
    /// How it ended, in the summary's word.
    pub outcome: String,
    /// Which attempt at the stage it was, from 1.
    pub attempt: u32,
    /// The share of its items that failed, to a hundredth of a per cent; `None` where it was not started.
    pub failure_rate: Option<f64>,
}

impl StageNote {
    /// The annotation's title.
    pub fn title(&self) -> String {
        format!("{TITLE}{}", self.stage)
    }

    /// Reads an annotation; `None` where it is no stage's.
    pub(super) fn read(title: &str, message: &str) -> Option<Self> {
        let stage = title.strip_prefix(TITLE)?;
        let line = message.lines().next()?.strip_prefix(stage)?.strip_prefix(": ")?;
        let (outcome, failure_rate) = match line.split_once(", ") {
            Some((outcome, rate)) => {
                (outcome, Some(rate.strip_suffix("% failed")?.parse::<f64>().ok()? / 100.0))
            }
            None => (line, None),
        };
        let (outcome, attempt) = match outcome.split_once(" (attempt ") {
            Some((outcome, attempt)) => (outcome, attempt.strip_suffix(')')?.parse().ok()?),
            None => (outcome, 1),
        };
        let is_word = !outcome.is_empty() && outcome.chars().all(|c| c.is_ascii_lowercase());
        let (stage, outcome) = (stage.to_owned(), outcome.to_owned());
        is_word.then_some(Self { stage, outcome, attempt, failure_rate })
    }

    /// Keeps of each stage the note of its last attempt, which alone decided.
    pub(super) fn last(mut notes: Vec<Self>) -> Vec<Self> {
        let mut last: BTreeMap<String, u32> = BTreeMap::new();
        for note in &notes {
            let attempt = last.entry(note.stage.clone()).or_default();
            *attempt = note.attempt.max(*attempt);
        }
        notes.retain(|note| last.get(&note.stage) == Some(&note.attempt));
        notes
    }
}

/// The annotation's first line.
impl fmt::Display for StageNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.stage, self.outcome)?;
        if self.attempt > 1 {
            write!(f, " (attempt {})", self.attempt)?;
        }
        match self.failure_rate {
            Some(rate) => write!(f, ", {}% failed", (rate * 1e4).round() / 100.0),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        for (outcome, attempt, failure_rate, line) in [
            ("succeeded", 1, Some(0.0), "item: succeeded, 0% failed"),
            ("succeeded", 2, Some(0.0025), "item: succeeded (attempt 2), 0.25% failed"),
            ("failed", 1, Some(1.0), "item: failed, 100% failed"),
            ("skipped", 1, None, "item: skipped"),
        ] {
            let (stage, outcome) = ("item".to_owned(), outcome.to_owned());
            let note = StageNote { stage, outcome, attempt, failure_rate };
            assert_eq!(note.to_string(), line);
            assert_eq!(StageNote::read(&note.title(), &format!("{note}\nwhy")), Some(note));
        }
    }

    #[test]
    fn the_last_attempt_counts() {
        let read = |line: &str| StageNote::read("jobnet item", line).unwrap();
        let (first, second) =
            (read("item: unavailable, 3% failed"), read("item: succeeded (attempt 2), 0% failed"));
        assert_eq!(StageNote::last(vec![first, second.clone()]), [second]);
    }

    #[test]
    fn what_others_write_is_no_stages() {
        for (title, message) in [
            ("", "Process completed with exit code 1."),
            ("jobnet item", "The job was not started"),
            ("jobnet item", "item: cannot read the file"),
            ("jobnet item", "item: failed, many failed"),
            ("jobnet item", "item: failed (attempt two), 1% failed"),
            ("item", "item: failed, 1% failed"),
            ("jobnet item", ""),
        ] {
            assert_eq!(StageNote::read(title, message), None, "{message}");
        }
    }
}
