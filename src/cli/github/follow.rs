use std::time::Duration;

use crate::github::{Conclusion, GithubError, Sight, follow as follow_run};
use crate::run::StopReason;

use super::super::error::CliError;
use super::super::printer::Printer;
use super::super::signals::Signals;
use super::connect::Link;
use super::ending::Ending;
use super::error::GithubFault;
use super::view::View;

/// A run that is followed.
pub(super) struct Followed {
    id: u64,
    /// The attempt that it must have reached.
    attempt: u64,
    is_ours: bool,
}

impl Followed {
    /// One that this command has started.
    pub(super) fn ours(id: u64, attempt: u64) -> Self {
        Self { id, attempt, is_ours: true }
    }

    /// Any other.
    pub(super) fn others(id: u64, attempt: u64) -> Self {
        Self { id, attempt, is_ours: false }
    }

    fn let_go(&self, reason: String) -> CliError {
        GithubFault::LetGo { run: self.id, reason, is_ours: self.is_ours }.into()
    }
}

/// Follows a run to its end, or until a signal or `timeout` ends the following, and says which of them it was.
pub(super) fn follow(
    link: &Link,
    followed: &Followed,
    timeout: Option<Duration>,
    printer: &Printer,
) -> Result<Ending, CliError> {
    let mut view = View::new(printer, link.lines.clone(), !followed.is_ours);
    let mut shown = Ok(());
    // Signals are not the system's any more from here on.
    printer.detach()?;
    let ended = link.runtime.block_on(async {
        let mut signals = Signals::install()?;
        let tell = |sight: &Sight| {
            if shown.is_ok() {
                shown = view.see(sight);
            }
        };
        let time = async {
            match timeout {
                Some(timeout) => tokio::time::sleep(timeout).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            ended = follow_run(&link.api, followed.id, followed.attempt, tell) => Ok::<_, CliError>(End::Seen(ended.map(Box::new))),
            reason = signals.next() => Ok(End::Stopped(reason)),
            () = time => Ok(End::OutOfTime),
        }
    })?;
    shown?;
    match ended {
        End::Seen(Ok(seen)) => {
            let (sight, conclusion) = *seen;
            view.close(&sight, &conclusion)?;
            Ok(Ending::Followed(conclusion))
        }
        End::Seen(Err(error)) if followed.is_ours => Err(followed.let_go(error.to_string())),
        End::Seen(Err(error)) => Err(GithubFault::from(error).into()),
        End::OutOfTime => Err(followed.let_go("its time is up".to_owned())),
        End::Stopped(reason) => {
            // A terminal that is gone needs no clearing.
            let _ = link.lines.clear();
            let run = followed.id;
            printer.people(format!("run {run} goes on: {}/actions/runs/{run}\n", link.page));
            Ok(Ending::Stopped(reason))
        }
    }
}

enum End {
    Seen(Result<Box<(Sight, Conclusion)>, GithubError>),
    Stopped(StopReason),
    OutOfTime,
}
