use std::num::NonZeroU32;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::policy::{Backoff, Retry};

use super::context::Shared;
use super::event::{Event, Waiting};
use super::outcome::Outcome;
use super::stage::{ReadyStage, ReadyWork};
use super::summary::{Summary, skipped};

/// The waits between attempts at a stage: on average a first one of 10 s that doubles up to minutes, as Kubernetes starts
/// pods again (<https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy>). Each request
/// has had its own, shorter ones by then.
const BACKOFF: Backoff = Backoff::FullJitter { base: Duration::from_secs(20), cap: Duration::from_mins(6) };

/// How a stage is run again up to so many times, where the engine does not do it.
pub fn stage_retry(retries: u32) -> Retry {
    Retry { attempts: NonZeroU32::MIN.saturating_add(retries), backoff: BACKOFF }
}

impl ReadyStage {
    /// Runs the stage until it ends well or for good, or its attempts or its time are used up, and says how the last
    /// attempt went. Each is to the other side what a new process with the same run would be.
    pub(super) async fn run(self, shared: Shared) -> Summary {
        let deadline = Instant::now() + self.stage.timing.timeout;
        let retry = shared.stage_retry.clone();
        let mut delays = retry.delays(fastrand::f64);
        let mut attempt = 1;
        loop {
            let mut summary = self.clone().attempt(shared.clone(), deadline).await;
            summary.attempt = attempt;
            let delay = delays.next().filter(|_| self.may_be_repeated(summary.outcome));
            let next = delay.map(|delay| Instant::now() + delay).filter(|next| *next < deadline);
            let Some(next) = next.filter(|_| shared.stop.reason().is_none()) else {
                return summary;
            };
            let reason = format!("attempt {attempt} ended as {}", summary.outcome.as_str());
            let stage = summary.stage.clone();
            // Nobody listens any more only when the process is ending.
            let _ = shared.events.send(Event::AttemptFinished(Box::new(summary)));
            let wait = next.saturating_duration_since(Instant::now());
            let _ = shared.events.send(Event::Waiting(Waiting { stage, reason, wait }));
            attempt += 1;
            tokio::select! {
                () = sleep_until(next) => {}
                () = shared.stop.asked() => return self.unstarted(&shared, attempt),
            }
        }
    }

    /// True where the same may end better later: the other side was not available, or somebody's own program failed, of
    /// which nobody knows whether it would again.
    fn may_be_repeated(&self, outcome: Outcome) -> bool {
        match outcome {
            Outcome::Unavailable => true,
            Outcome::Failed => matches!(self.work, ReadyWork::Exec(_)),
            Outcome::Succeeded | Outcome::Skipped | Outcome::Stopped(_) => false,
        }
    }

    /// An attempt that a stop came before.
    fn unstarted(&self, shared: &Shared, attempt: u32) -> Summary {
        let reason = format!("told to stop before attempt {attempt}");
        let summary = skipped(&self.stage.name, reason, &shared.identity);
        let outcome = shared.stop.reason().map_or(summary.outcome, Outcome::Stopped);
        Summary { attempt, outcome, ..summary }
    }
}
