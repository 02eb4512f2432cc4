//! Tells somebody how a stage ended. That this fails is a warning, and changes nothing about the stage.

mod bind;
mod message;
mod post;

use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use url::Url;

use crate::clients::{HttpClient, LastRun, SendError};
use crate::expr::{Bindings, EvalError, Filter, Interrupt};
use crate::plan::NotifyKind;
use crate::secret::Redacted;

use super::again::MaybeTemporary as _;
use super::context::Shared;
use super::event::Event;
use super::memory::{BoundMemory, MemoryError};
use super::outcome::Outcome;
use super::summary::Summary;

pub(super) use self::bind::notifiers;

use self::message::News;

/// Telling may take this long in all: nobody waits for a run that is done.
const LONGEST: Duration = Duration::from_secs(30);

/// Somebody who is told, with all values.
#[derive(Debug)]
pub(super) struct Notifier {
    kind: NotifyKind,
    url: Redacted<Url>,
    client: HttpClient,
    failure: bool,
    recovery: Option<BoundMemory>,
    body: Option<Filter>,
}

/// Why somebody was not told. No text holds the URL, which is a secret mostly.
#[derive(Debug, Error)]
enum NotifyError {
    /// The body could not be computed.
    #[error("its body: {0}")]
    Body(#[from] EvalError),
    /// No answer.
    #[error(transparent)]
    Send(#[from] SendError),
    /// An answer that is not a good one.
    #[error("{0}")]
    Refused(String),
    /// It took too long.
    #[error("it took longer than {0:?}")]
    Late(Duration),
}

/// A stage that ended.
struct End {
    shared: Shared,
    summary: Summary,
    bindings: Bindings,
}

/// Begins to tell all who are to know how a stage ended.
pub(super) fn tell(telling: &mut JoinSet<()>, shared: &Shared, summary: &Summary, bindings: &Bindings) {
    let (latest, stop) = (Instant::now() + LONGEST, shared.stop.clone());
    let interrupt = Interrupt::when(move || Instant::now() >= latest || stop.is_insisted());
    let bindings = bindings.clone().interrupted_by(interrupt);
    for notifier in &shared.connections.notifiers {
        let (shared, summary, bindings) = (shared.clone(), summary.clone(), bindings.clone());
        telling.spawn(Arc::clone(notifier).tell(End { shared, summary, bindings }));
    }
}

impl Notifier {
    async fn tell(self: Arc<Self>, end: End) {
        tokio::select! {
            told = timeout(LONGEST, self.carry_out(&end)) => {
                if let Err(error) = told.unwrap_or(Err(NotifyError::Late(LONGEST))) {
                    end.warn(format!("a notification was not delivered: {error}"));
                }
            }
            () = end.shared.stop.insisted() => {}
        }
    }

    async fn carry_out(&self, end: &End) -> Result<(), NotifyError> {
        // What was told to stop did not fail, and what was skipped did not run.
        let succeeded = match end.summary.outcome {
            Outcome::Succeeded => true,
            Outcome::Failed | Outcome::Unavailable => false,
            Outcome::Skipped | Outcome::Stopped(_) => return Ok(()),
        };
        let before = self.remember(end).await.unwrap_or_else(|error| {
            end.warn(format!("how the stage ended is not remembered: {error}"));
            None
        });
        let recovered = before.is_some_and(|before| before != Outcome::Succeeded.as_str());
        let news = match succeeded {
            false if self.failure => News::Failure,
            true if recovered => News::Recovery,
            _ => return Ok(()),
        };
        self.post(end, self.message(end, news)?).await
    }

    /// Remembers how the stage ended, and gives how it had ended before.
    async fn remember(&self, end: &End) -> Result<Option<String>, MemoryError> {
        let Some(memory) = &self.recovery else { return Ok(None) };
        let Summary { stage, request_id, outcome, .. } = &end.summary;
        let identity = &end.shared.identity;
        let owner = identity.owner(stage);
        let last = LastRun {
            run: format!("{}/{}", identity.run_id, request_id.as_deref().unwrap_or_default()),
            outcome: outcome.as_str().to_owned(),
            ended_at: (end.shared.clock)(),
        };
        let mut delays = post::delays();
        loop {
            match memory.remember(&owner, &last).await {
                Err(error) if error.is_temporary() => match delays.next() {
                    Some(delay) => sleep(delay).await,
                    None => return Err(error),
                },
                ended => return ended,
            }
        }
    }
}

impl End {
    fn warn(&self, message: String) {
        let stage = self.summary.stage.clone();
        // Nobody listens any more only when the process is ending.
        let _ = self.shared.events.send(Event::Warning { stage, message });
    }
}
