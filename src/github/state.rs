use std::fmt;

/// Where a run or a job stands
/// (<https://docs.github.com/rest/actions/workflow-runs#get-a-workflow-run>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It waits for a runner, or for its turn in a concurrency group.
    Queued,
    /// It waits for somebody's approval, or for another rule of its environment.
    Waiting,
    /// It runs.
    Running,
    /// It has ended.
    Ended(Conclusion),
}

/// How a run or a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conclusion {
    /// Well.
    Success,
    /// A step failed.
    Failure,
    /// Somebody cancelled it, or a newer run of its concurrency group did.
    Cancelled,
    /// It had nothing to do.
    Skipped,
    /// Neither well nor badly.
    Neutral,
    /// It took longer than it may.
    TimedOut,
    /// GitHub wants something to be done first.
    ActionRequired,
    /// It did not begin: the workflow's file is not valid, as a rule.
    StartupFailure,
    /// GitHub gave it up.
    Stale,
    /// A word that is not known here.
    Other(String),
}

impl State {
    /// Reads GitHub's two words. What has no conclusion has not ended, and one that is not known yet is none.
    pub(super) fn of(status: Option<&str>, conclusion: Option<&str>) -> Self {
        match (status, conclusion) {
            (Some("in_progress"), _) => Self::Running,
            (Some("waiting" | "action_required"), _) => Self::Waiting,
            (Some("completed"), Some(conclusion)) => Self::Ended(Conclusion::of(conclusion)),
            _ => Self::Queued,
        }
    }

    /// How it ended; `None` where it has not.
    pub fn conclusion(&self) -> Option<&Conclusion> {
        match self {
            Self::Ended(conclusion) => Some(conclusion),
            Self::Queued | Self::Waiting | Self::Running => None,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Queued => "queued",
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Ended(conclusion) => conclusion.as_str(),
        })
    }
}

impl Conclusion {
    fn of(word: &str) -> Self {
        match word {
            "success" => Self::Success,
            "failure" => Self::Failure,
            "cancelled" => Self::Cancelled,
            "skipped" => Self::Skipped,
            "neutral" => Self::Neutral,
            "timed_out" => Self::TimedOut,
            "action_required" => Self::ActionRequired,
            "startup_failure" => Self::StartupFailure,
            "stale" => Self::Stale,
            other => Self::Other(other.to_owned()),
        }
    }

    /// GitHub's word for it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Cancelled => "cancelled",
            Self::Skipped => "skipped",
            Self::Neutral => "neutral",
            Self::TimedOut => "timed_out",
            Self::ActionRequired => "action_required",
            Self::StartupFailure => "startup_failure",
            Self::Stale => "stale",
            Self::Other(word) => word,
        }
    }

    /// True where nothing went wrong.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Success | Self::Skipped | Self::Neutral)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_words_are_one_state() {
        for (status, conclusion, shown, is_good) in [
            (Some("queued"), None, "queued", None),
            (Some("requested"), None, "queued", None),
            (Some("pending"), None, "queued", None),
            (None, None, "queued", None),
            (Some("waiting"), None, "waiting", None),
            (Some("in_progress"), None, "running", None),
            // Told a moment before its conclusion is.
            (Some("completed"), None, "queued", None),
            (Some("completed"), Some("success"), "success", Some(true)),
            (Some("completed"), Some("skipped"), "skipped", Some(true)),
            (Some("completed"), Some("failure"), "failure", Some(false)),
            (Some("completed"), Some("cancelled"), "cancelled", Some(false)),
            (Some("completed"), Some("startup_failure"), "startup_failure", Some(false)),
            (Some("completed"), Some("eaten"), "eaten", Some(false)),
        ] {
            let state = State::of(status, conclusion);
            assert_eq!(state.to_string(), shown);
            assert_eq!(state.conclusion().map(Conclusion::is_good), is_good, "{shown}");
        }
    }
}
