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
        let is_word = !outcome.is_empty() && outcome.chars().all(|c| c.is_ascii_lowercase());
        is_word.then(|| Self { stage: stage.to_owned(), outcome: outcome.to_owned(), failure_rate })
    }
}

/// The annotation's first line.
impl fmt::Display for StageNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.stage, self.outcome)?;
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
        for (outcome, failure_rate, line) in [
            ("succeeded", Some(0.0), "item: succeeded, 0% failed"),
            ("succeeded", Some(0.0025), "item: succeeded, 0.25% failed"),
            ("failed", Some(1.0), "item: failed, 100% failed"),
            ("skipped", None, "item: skipped"),
        ] {
            let note = StageNote { stage: "item".to_owned(), outcome: outcome.to_owned(), failure_rate };
            assert_eq!(note.to_string(), line);
            assert_eq!(StageNote::read(&note.title(), &format!("{note}\nwhy")), Some(note));
        }
    }

    #[test]
    fn what_others_write_is_no_stages() {
        for (title, message) in [
            ("", "Process completed with exit code 1."),
            ("jobnet item", "The job was not started"),
            ("jobnet item", "item: cannot read the file"),
            ("jobnet item", "item: failed, many failed"),
            ("item", "item: failed, 1% failed"),
            ("jobnet item", ""),
        ] {
            assert_eq!(StageNote::read(title, message), None, "{message}");
        }
    }
}
