use std::sync::{Arc, Mutex};

use tokio::time::Instant;
use uuid::Uuid;

use crate::expr::{Bindings, Percent};
use crate::plan::{Plan, Stage, Values, Work};
use crate::policy::Threshold;

use super::bind::{BoundRequest, Connections};
use super::binder::{BindError, Binder};
use super::call::Call;
use super::context::{Shared, StageRun};
use super::event::Event;
use super::flow::Flow;
use super::identity::Identity;
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
            files: shared.files,
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
