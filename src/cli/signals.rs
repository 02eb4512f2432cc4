use std::process::exit;
use std::thread;
use std::time::Duration;

use tokio::runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::sleep;

use crate::run::{Outcome, Stop, StopReason};

use super::error::CliError;

/// What is under way may take this long to finish after a signal. GitHub kills 10 s after it cancels, and Kubernetes
/// after 30 s.
const GRACE: Duration = Duration::from_secs(5);

/// What was given up may take this long to be put away: a lease is given back, the summary is written.
const LAST: Duration = Duration::from_secs(10);

/// The signals that end a run.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    /// Takes the signals over from the system's defaults.
    pub(super) fn install() -> Result<Self, CliError> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt()).map_err(CliError::Setup)?,
            terminate: signal(SignalKind::terminate()).map_err(CliError::Setup)?,
        })
    }

    /// Watches for signals on a thread of its own, which no expression keeps busy, until the process ends: asks for a
    /// stop at the first, insists at the second or when the grace is over, and ends the process at the third or soon after.
    pub(super) fn watch(stop: Stop) -> Result<(), CliError> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(CliError::Setup)?;
        let signals = {
            let _entered = runtime.enter();
            Self::install()?
        };
        let watching = move || runtime.block_on(signals.until_insisted(stop));
        thread::Builder::new().name("signals".to_owned()).spawn(watching).map_err(CliError::Setup)?;
        Ok(())
    }

    async fn until_insisted(mut self, stop: Stop) {
        let reason = self.next().await;
        stop.ask(reason);
        tokio::select! {
            _ = self.next() => {}
            () = sleep(GRACE) => {}
        }
        stop.insist();
        tokio::select! {
            _ = self.next() => {}
            () = sleep(LAST) => {}
        }
        // What still keeps the process then does not end: a terminal that was stopped, say.
        exit(Outcome::Stopped(reason).exit_code().code().into());
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) -> StopReason {
        tokio::select! {
            _ = self.interrupt.recv() => StopReason::Interrupted,
            _ = self.terminate.recv() => StopReason::Terminated,
        }
    }
}
