use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;
use uuid::Uuid;

use crate::expr::{Bindings, Percent, Value};
use crate::plan::{Plan, Stage, Values, Work};
use crate::policy::Threshold;

use super::bind::{BindError, Binder, BoundRequest, Connections};
use super::call::Call;
use super::event::Event;
use super::flow::Flow;
use super::net::{Clock, Identity};
use super::outcome::Outcome;
use super::stop::Stop;
use super::summary::Summary;
use super::tally::Tally;

/// A stage with all its values, ready to be run.
pub(super) struct ReadyStage {
    pub(super) stage: Stage,
    pub(super) work: ReadyWork,
    pub(super) threshold: Threshold,
    pub(super) bindings: Bindings,
}

/// What a ready stage does.
pub(super) enum ReadyWork {
    Call(Call),
    Flow(Box<Flow>),
}

/// A stage that is being run: what its parts share.
pub(super) struct StageRun {
    pub(super) stage: Stage,
    pub(super) request_id: String,
    pub(super) deadline: Instant,
    pub(super) connections: Arc<Connections>,
    pub(super) clock: Clock,
    pub(super) stop: Stop,
    pub(super) key_salt: String,
    pub(super) tally: Mutex<Tally>,
    events: UnboundedSender<Event>,
}

/// What every stage of a net's run is given.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) connections: Arc<Connections>,
    pub(super) identity: Identity,
    pub(super) clock: Clock,
    pub(super) stop: Stop,
    pub(super) key_salt: String,
    pub(super) events: UnboundedSender<Event>,
}

impl ReadyStage {
    /// Puts the values into a stage.
    ///
    /// # Errors
    /// [`BindError`]; nothing was sent then.
    pub(super) fn bind(
        plan: &Plan,
        stage: &Stage,
        values: &Values,
        connections: &Connections,
        identity: &Identity,
    ) -> Result<Self, BindError> {
        let binder = Binder { place: format!("stages.{}", stage.name), values };
        let fail_above =
            stage.fail_above.as_ref().map(|late| binder.late("fail_above", late)).transpose()?.flatten();
        let work = match &stage.work {
            Work::Call(requests) => {
                let requests =
                    requests.iter().map(|request| BoundRequest::bind(request, connections, &binder));
                ReadyWork::Call(Call(
                    requests.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect(),
                ))
            }
            Work::Flow(flow) => ReadyWork::Flow(Box::new(Flow::bind(flow, connections, &binder)?)),
        };
        let vars = values.jq_vars(plan, &stage.uses);
        Ok(Self {
            stage: stage.clone(),
            work,
            threshold: fail_above.map(Percent::fraction).map(Threshold::new).unwrap_or_default(),
            bindings: Bindings::new(vars, identity.jq_run(&stage.name)),
        })
    }

    /// Runs the stage to its end, its time limit or a stop, and says how it went.
    pub(super) async fn run(self, shared: Shared) -> Summary {
        let started_at = (shared.clock)();
        let began = Instant::now();
        let tally = match &self.work {
            ReadyWork::Call(call) => Tally::new(call.count_names(), false),
            ReadyWork::Flow(flow) => Tally::new(flow.count_names(), true),
        };
        let run = Arc::new(StageRun {
            request_id: Uuid::new_v4().to_string(),
            deadline: began + self.stage.timing.timeout,
            connections: shared.connections,
            clock: shared.clock,
            stop: shared.stop,
            key_salt: shared.key_salt,
            tally: Mutex::new(tally),
            events: shared.events,
            stage: self.stage,
        });
        run.tell(Event::StageStarted { stage: run.stage.name.clone(), at: started_at });
        let bindings = self.bindings;
        let work = async {
            match self.work {
                ReadyWork::Call(call) => call.run(&run, bindings).await,
                ReadyWork::Flow(flow) => flow.run(&run, bindings).await,
            }
        };
        tokio::select! {
            ended = tokio::time::timeout_at(run.deadline, work) => {
                if ended.is_err() {
                    let timeout = run.stage.timing.timeout;
                    run.with_tally(|tally| tally.break_off(false, format!("not done within its timeout of {timeout:?}")));
                }
            }
            () = run.stop.insisted() => {}
        }
        run.summary(&shared.identity, started_at, began, self.threshold)
    }
}

impl StageRun {
    /// Tells whoever listens.
    pub(super) fn tell(&self, event: Event) {
        // Nobody listens any more only when the process is ending.
        let _ = self.events.send(event);
    }

    /// Changes the tally.
    pub(super) fn with_tally<T>(&self, change: impl FnOnce(&mut Tally) -> T) -> T {
        change(&mut self.tally.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts a request that was sent.
    pub(super) fn count_request(&self, attempt: u32) {
        self.with_tally(|tally| {
            tally.requests += 1;
            tally.retries += u64::from(attempt > 1);
        });
    }

    fn summary(
        &self,
        identity: &Identity,
        started_at: Timestamp,
        began: Instant,
        threshold: Threshold,
    ) -> Summary {
        self.with_tally(|tally| Summary {
            stage: self.stage.name.clone(),
            env: identity.env.clone(),
            run_id: identity.run_id.clone(),
            request_id: Some(self.request_id.clone()),
            started_at: Some(started_at),
            duration: began.elapsed(),
            outcome: match self.stop.reason() {
                Some(reason) => Outcome::Stopped(reason),
                None => tally.outcome(threshold),
            },
            metrics: tally.metrics(),
            failure_rate: tally.failure_rate(),
            requests: tally.requests,
            retries: tally.retries,
            replayed: tally.replayed,
            errors: tally.errors(),
        })
    }
}

impl Identity {
    /// `$run`: what a stage's expressions know of the run.
    fn jq_run(&self, stage: &str) -> Value {
        let text = |text: &str| Value::utf8_str(text.as_bytes().to_vec());
        let start = self.job_start_at;
        let entries = [
            ("id", self.run_id.clone()),
            ("stage", stage.to_owned()),
            ("env", self.env.clone()),
            ("job_start_at", format!("{start:.0}")),
            ("date", start.strftime("%Y-%m-%d").to_string()),
        ];
        Value::obj(entries.iter().map(|(name, value)| (text(name), text(value))).collect())
    }
}
