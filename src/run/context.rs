use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use indexmap::IndexMap;
use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;

use crate::clients::Sent;
use crate::expr::Interrupt;
use crate::plan::Stage;
use crate::policy::{Retry, Threshold};
use crate::secret::Masker;

use super::bind::Connections;
use super::event::{Event, RequestEvent};
use super::files::SpecFiles;
use super::identity::{Clock, Identity};
use super::lost::LostResponses;
use super::outcome::Outcome;
use super::stop::Stop;
use super::summary::Summary;
use super::tally::Tally;

/// A stage that is being run: what its parts share.
pub(super) struct StageRun {
    pub(super) stage: Stage,
    pub(super) request_id: String,
    /// The run that was begun.
    pub(super) begun: Identity,
    /// The run that the stage belongs to, where that is another.
    pub(super) continued: OnceLock<Identity>,
    pub(super) threshold: Threshold,
    pub(super) deadline: Instant,
    /// True once an expression was interrupted since the deadline had passed.
    pub(super) cut_short: Arc<AtomicBool>,
    pub(super) connections: Arc<Connections>,
    pub(super) files: SpecFiles,
    pub(super) clock: Clock,
    pub(super) stop: Stop,
    pub(super) key_salt: String,
    pub(super) lost: LostResponses,
    pub(super) masker: Masker,
    pub(super) tally: Mutex<Tally>,
    pub(super) events: UnboundedSender<Event>,
}

/// What every stage of a net's run is given.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) connections: Arc<Connections>,
    pub(super) files: SpecFiles,
    pub(super) identity: Identity,
    pub(super) clock: Clock,
    pub(super) stop: Stop,
    pub(super) key_salt: String,
    /// Those of all attempts of all stages.
    pub(super) lost: LostResponses,
    pub(super) dry_run: bool,
    pub(super) stage_retry: Retry,
    pub(super) masker: Masker,
    pub(super) events: UnboundedSender<Event>,
}

impl StageRun {
    /// The net's run that the stage belongs to.
    pub(super) fn identity(&self) -> &Identity {
        self.continued.get().unwrap_or(&self.begun)
    }

    /// Has the stage belong to an earlier run of the net; of several the first counts.
    pub(super) fn continue_run(&self, identity: Identity) {
        let _ = self.continued.set(identity);
    }

    /// How the stage ends, as far as it is known.
    pub(super) fn outcome(&self) -> Outcome {
        match self.stop.reason() {
            Some(reason) => Outcome::Stopped(reason),
            None => self.with_tally(|tally| tally.outcome(self.threshold)),
        }
    }

    /// Tells whoever listens.
    pub(super) fn tell(&self, event: Event) {
        // Nobody listens any more only when the process is ending.
        let _ = self.events.send(event);
    }

    /// Ends expressions at the stage's deadline, and when a stop is insisted on: while one is evaluated nothing else of
    /// its task can.
    pub(super) fn interrupt(&self) -> Interrupt {
        let (deadline, stop, cut_short) = (self.deadline, self.stop.clone(), Arc::clone(&self.cut_short));
        Interrupt::when(move || {
            let is_late = Instant::now() >= deadline;
            if is_late {
                cut_short.store(true, Ordering::Relaxed);
            }
            is_late || stop.is_insisted()
        })
    }

    /// Changes the tally.
    pub(super) fn with_tally<T>(&self, change: impl FnOnce(&mut Tally) -> T) -> T {
        change(&mut self.tally.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts and tells a request to the API of a database.
    pub(super) fn sent(&self, sent: Sent, attempt: u32) {
        self.count_request(attempt);
        self.tell(Event::Request(RequestEvent {
            stage: self.stage.name.clone(),
            request_id: self.request_id.clone(),
            attempt,
            idempotency_key: None,
            method: sent.method,
            path: sent.path,
            http_status: sent.status,
            metrics: IndexMap::new(),
            duration: sent.duration,
            replayed: false,
            error: sent.error,
            gave_up: false,
        }));
    }

    /// What is wrong where the stage's time was up before it was done.
    pub(super) fn out_of_time(&self) -> String {
        format!("not done within its timeout of {:?}", self.stage.timing.timeout)
    }

    /// Counts a request that was sent.
    pub(super) fn count_request(&self, attempt: u32) {
        self.with_tally(|tally| {
            tally.requests += 1;
            tally.retries += u64::from(attempt > 1);
        });
    }

    pub(super) fn summary(&self, started_at: Timestamp, began: Instant) -> Summary {
        self.with_tally(Tally::close);
        let (identity, outcome) = (self.identity(), self.outcome());
        self.with_tally(|tally| Summary {
            stage: self.stage.name.clone(),
            env: identity.env.clone(),
            run_id: identity.run_id.clone(),
            request_id: Some(self.request_id.clone()),
            attempt: 1,
            started_at: Some(started_at),
            duration: began.elapsed(),
            outcome,
            metrics: tally.metrics(),
            tables: tally.tables(),
            shares: tally.shares(),
            fail_above: Some(self.threshold),
            requests: tally.requests,
            retries: tally.retries,
            replayed: tally.replayed,
            errors: tally.errors(),
            warnings: tally.warnings(),
        })
    }
}
