use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::sleep;

use crate::run::{Stop, StopReason};

use super::error::CliError;

/// What is under way may take this long to finish after a signal. GitHub kills 10 s after it cancels, and Kubernetes
/// after 30 s.
const GRACE: Duration = Duration::from_secs(5);

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

    /// Asks for a stop at the first signal, and insists at the second or when the grace is over.
    pub(super) async fn watch(mut self, stop: Stop) {
        stop.ask(self.next().await);
        tokio::select! {
            _ = self.next() => {}
            () = sleep(GRACE) => {}
        }
        stop.insist();
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) -> StopReason {
        tokio::select! {
            _ = self.interrupt.recv() => StopReason::Interrupted,
            _ = self.terminate.recv() => StopReason::Terminated,
        }
    }
}
