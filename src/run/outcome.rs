use super::stop::StopReason;

/// What a process of jobnet ends with. Engines act on these numbers, so that each has one meaning for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExitCode {
    /// Done; failures, if any, within the threshold.
    Done,
    /// A stage failed.
    Failed,
    /// Wrong usage, or the spec or a variable is invalid: the same will happen again.
    Invalid,
    /// A spec has findings, or generated files are not what it says.
    Findings,
    /// The run that was followed was cancelled, by somebody or by a newer one.
    Cancelled,
    /// All that failed failed because the other side was unavailable to the end of the retries.
    Unavailable,
    /// SIGINT.
    Interrupted,
    /// SIGTERM.
    Terminated,
}

impl ExitCode {
    /// The number (75 is `EX_TEMPFAIL` of sysexits.h; 130 and 143 are 128 and the signal's number).
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Invalid => 2,
            Self::Findings => 3,
            Self::Cancelled => 4,
            Self::Unavailable => 75,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// The worst of several: a signal, then 2, 3, 1, 75, 0.
    pub fn worst(codes: impl IntoIterator<Item = Self>) -> Self {
        let badness = |code: &Self| match code {
            Self::Done => 0,
            Self::Unavailable => 1,
            Self::Cancelled => 2,
            Self::Failed => 3,
            Self::Findings => 4,
            Self::Invalid => 5,
            Self::Interrupted => 6,
            Self::Terminated => 7,
        };
        codes.into_iter().max_by_key(badness).unwrap_or(Self::Done)
    }
}

/// How a stage ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It did its work, with failures within its threshold.
    Succeeded,
    /// It failed.
    Failed,
    /// It failed only because the other side was unavailable.
    Unavailable,
    /// It was not started.
    Skipped,
    /// It was told to stop.
    Stopped(StopReason),
}

impl Outcome {
    /// The word in the summary.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Unavailable => "unavailable",
            Self::Skipped => "skipped",
            Self::Stopped(StopReason::Interrupted) => "interrupted",
            Self::Stopped(StopReason::Terminated) => "terminated",
        }
    }

    /// What it means for the process.
    pub fn exit_code(self) -> ExitCode {
        match self {
            Self::Succeeded | Self::Skipped => ExitCode::Done,
            Self::Failed => ExitCode::Failed,
            Self::Unavailable => ExitCode::Unavailable,
            Self::Stopped(StopReason::Interrupted) => ExitCode::Interrupted,
            Self::Stopped(StopReason::Terminated) => ExitCode::Terminated,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_code_counts() {
        use ExitCode::{Done, Failed, Invalid, Unavailable};
        assert_eq!(ExitCode::worst([Done, Unavailable]), Unavailable);
        assert_eq!(ExitCode::worst([Failed, Unavailable, Done]), Failed);
        assert_eq!(ExitCode::worst([Failed, Invalid]), Invalid);
        assert_eq!(ExitCode::worst([]), Done);
    }
}
