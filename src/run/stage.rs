use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, OnceLock};

use tokio::time::Instant;
use uuid::Uuid;

use crate::expr::{Bindings, Percent};
use crate::plan::{Stage, Work};
use crate::policy::Threshold;

use super::bind::BoundRequest;
use super::binder::{BindError, Binder};
use super::call::Call;
use super::context::{Shared, StageRun};
use super::continued::Continued;
use super::event::Event;
use super::exec::Exec;
use super::flow::Flow;
use super::lease::BoundLease;
use super::migrate::Migrate;
use super::net::Net;
use super::rehearse::rehearse;
use super::sql::{BoundScript, Sql};
use super::summary::{Summary, skipped};
use super::tally::{Measure, Tally};

/// A stage with all its values, ready to be run.
#[derive(Clone)]
pub(super) struct ReadyStage {
    pub(super) stage: Stage,
    pub(super) work: ReadyWork,
    pub(super) continued: Continued,
    pub(super) lease: Option<BoundLease>,
    pub(super) threshold: Threshold,
    pub(super) bindings: Bindings,
}

/// What a ready stage does.
#[derive(Clone)]
pub(super) enum ReadyWork {
    Call(Call),
    Flow(Box<Flow>),
    Sql(Sql),
    Migrate(Migrate),
    Exec(Exec),
}

impl ReadyWork {
    /// The SQL that it has, of its own or for its rows.
    fn statements(&self) -> Option<&BoundScript> {
        match self {
            Self::Sql(sql) => Some(sql.script()),
            Self::Flow(flow) => flow.row_query(),
            Self::Exec(exec) => exec.row_query(),
            Self::Call(_) | Self::Migrate(_) => None,
        }
    }
}

impl ReadyStage {
    /// Puts the values into a stage.
    ///
    /// # Errors
    /// [`BindError`]; nothing was sent then.
    pub(super) fn bind(net: &Net<'_>, stage: &Stage) -> Result<Self, BindError> {
        let Net { values, connections, identity, .. } = net;
        let values = *values;
        let binder = Binder { place: format!("stages.{}", stage.name), values };
        let fail_above =
            stage.fail_above.as_ref().map(|late| binder.late("fail_above", late)).transpose()?.flatten();
        let work = match &stage.work {
            Work::Call(requests) => {
                let requests =
                    requests.iter().map(|request| BoundRequest::bind(request, connections, &binder));
                ReadyWork::Call(Call(requests.collect::<Result<_, _>>()?))
            }
            Work::Flow(flow) => ReadyWork::Flow(Box::new(Flow::bind(flow, connections, &binder)?)),
            Work::Sql(sql) => ReadyWork::Sql(Sql::bind(sql, net, &binder)?),
            Work::Migrate(migrate) => ReadyWork::Migrate(Migrate::bind(migrate, net, &binder)?),
            Work::Exec(exec) => ReadyWork::Exec(Exec::bind(exec, stage, net, &binder)?),
        };
        let lease = stage.lease.as_ref().map(|lease| BoundLease::bind(lease, connections, &binder));
        let continued = Continued::bind(net.plan, stage, work.statements(), connections, &binder)?;
        let vars = values.jq_vars(net.plan, &stage.uses);
        Ok(Self {
            stage: stage.clone(),
            work,
            continued,
            lease: lease.transpose()?,
            threshold: fail_above.map(Percent::fraction).map(Threshold::new).unwrap_or_default(),
            bindings: Bindings::new(vars, identity.jq_run(&stage.name)),
        })
    }

    /// Runs the stage once to its end, the deadline or a stop, and says how it went.
    pub(super) async fn attempt(self, shared: Shared, deadline: Instant) -> Summary {
        let started_at = (shared.clock)();
        let began = Instant::now();
        let masker = &shared.masker;
        let tally = match &self.work {
            ReadyWork::Call(call) => Tally::new(call.count_names(), Measure::Reported, masker),
            ReadyWork::Flow(flow) => Tally::new(flow.count_names(), flow.measure(), masker),
            ReadyWork::Sql(_) => Tally::new(Sql::COUNTS, Measure::Reported, masker),
            ReadyWork::Migrate(_) => Tally::new(Migrate::COUNTS, Measure::Reported, masker),
            ReadyWork::Exec(_) => Tally::new([], Measure::Reported, masker),
        };
        let run = Arc::new(StageRun {
            request_id: Uuid::new_v4().to_string(),
            deadline,
            cut_short: Arc::default(),
            begun: shared.identity.clone(),
            continued: OnceLock::new(),
            threshold: self.threshold,
            connections: shared.connections,
            files: shared.files,
            clock: shared.clock,
            stop: shared.stop,
            key_salt: shared.key_salt,
            lost: shared.lost,
            masker: shared.masker,
            tally: Mutex::new(tally),
            events: shared.events,
            stage: self.stage,
        });
        run.tell(Event::StageStarted { stage: run.stage.name.clone(), at: started_at });
        let work = async {
            if let Err(failure) = self.continued.enter(&run, shared.dry_run).await {
                failure.break_off(&run);
                return;
            }
            let run_of_stage = run.identity().jq_run(&run.stage.name);
            let bindings = self.bindings.with_run(run_of_stage).interrupted_by(run.interrupt());
            match self.work {
                work if shared.dry_run => in_time(&run, rehearse(&run, &work)).await,
                ReadyWork::Call(call) => in_time(&run, call.run(&run, bindings)).await,
                ReadyWork::Flow(flow) => in_time(&run, Box::pin(flow.run(&run, bindings))).await,
                ReadyWork::Sql(sql) => in_time(&run, sql.run(&run)).await,
                ReadyWork::Migrate(migrate) => in_time(&run, migrate.run(&run)).await,
                // A process is asked to end before it is made to.
                ReadyWork::Exec(exec) => exec.run(&run, bindings).await,
            }
        };
        let work = async {
            tokio::select! {
                () = work => {}
                () = run.stop.insisted() => {}
            }
        };
        match self.lease.filter(|_| !shared.dry_run) {
            None => Box::pin(work).await,
            Some(lease) => {
                if let Err(reason) = Box::pin(lease.during(&run, work)).await {
                    return skipped(&run.stage.name, reason, &shared.identity);
                }
            }
        }
        run.summary(started_at, began)
    }
}

/// Does the work until the stage's time is up.
async fn in_time(run: &StageRun, work: impl Future<Output = ()>) {
    let ended = tokio::time::timeout_at(run.deadline, work).await;
    if ended.is_err() || run.cut_short.load(Ordering::Relaxed) {
        run.with_tally(|tally| tally.break_off(false, &run.out_of_time()));
    }
}
