use std::sync::{Arc, OnceLock};

use tokio_util::sync::CancellationToken;

/// Why a run was told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// SIGINT.
    Interrupted,
    /// SIGTERM.
    Terminated,
}

/// Tells a run to stop: first to start nothing new and finish what is under way, then to give that up too.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    soft: CancellationToken,
    hard: CancellationToken,
    reason: Arc<OnceLock<StopReason>>,
}

impl Stop {
    /// Asks for a stop. The first reason is the one that is reported.
    pub fn ask(&self, reason: StopReason) {
        let _ = self.reason.set(reason);
        self.soft.cancel();
    }

    /// Gives up what is still under way.
    pub fn insist(&self) {
        self.hard.cancel();
    }

    /// The reason, once a stop was asked for.
    pub fn reason(&self) -> Option<StopReason> {
        self.soft.is_cancelled().then(|| self.reason.get().copied()).flatten()
    }

    /// True once what is still under way is to be given up.
    pub fn is_insisted(&self) -> bool {
        self.hard.is_cancelled()
    }

    /// Waits until a stop is asked for.
    pub async fn asked(&self) {
        self.soft.cancelled().await;
    }

    /// Waits until what is under way must be given up.
    pub async fn insisted(&self) {
        self.hard.cancelled().await;
    }
}
