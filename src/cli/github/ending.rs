use crate::github::Conclusion;
use crate::run::{ExitCode, StopReason};

use super::super::args::Format;
use super::super::error::CliError;
use super::super::printer::Printer;
use super::super::report::github as github_report;

/// How a command ended that starts a run or follows one.
#[derive(Debug)]
pub(super) enum Ending {
    /// The run was started, and is not followed.
    Started,
    /// The run was followed to its end.
    Followed(Conclusion),
    /// A signal ended the command; the run goes on.
    Stopped(StopReason),
}

impl Ending {
    /// Tells a step of GitHub Actions, and gives the process's exit code.
    pub(super) fn close(&self, printer: &Printer) -> Result<ExitCode, CliError> {
        let code = self.exit_code();
        if printer.format == Format::Github {
            github_report::close_as(self.outcome(), code)?;
        }
        Ok(code)
    }

    fn exit_code(&self) -> ExitCode {
        match self {
            Self::Started => ExitCode::Done,
            Self::Followed(Conclusion::Cancelled) => ExitCode::Cancelled,
            Self::Followed(conclusion) if conclusion.is_good() => ExitCode::Done,
            Self::Followed(_) => ExitCode::Failed,
            Self::Stopped(StopReason::Interrupted) => ExitCode::Interrupted,
            Self::Stopped(StopReason::Terminated) => ExitCode::Terminated,
        }
    }

    fn outcome(&self) -> &'static str {
        match self {
            Self::Followed(Conclusion::Skipped) => "skipped",
            Self::Started | Self::Followed(_) | Self::Stopped(_) => github_report::word(self.exit_code()),
        }
    }
}
