use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::sync::Arc;

use indexmap::IndexMap;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;

use crate::expr::Bindings;
use crate::plan::{Plan, Selection, Values};
use crate::policy::Retry;
use crate::secret::Masker;

use super::bind::Connections;
use super::binder::BindError;
use super::context::Shared;
use super::event::Event;
use super::files::SpecFiles;
use super::identity::{Clock, Identity};
use super::joined::joined;
use super::lost::LostResponses;
use super::notify;
use super::outcome::{ExitCode, Outcome};
use super::stage::ReadyStage;
use super::stop::Stop;
use super::summary::{exit_code, skipped};

/// What to run, and with what.
pub struct Net<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The chosen stages.
    pub selection: &'a Selection,
    /// The values of variables and secrets.
    pub values: &'a Values,
    /// Where requests go.
    pub connections: Connections,
    /// The files that the spec names.
    pub files: SpecFiles,
    /// Which run it is.
    pub identity: Identity,
    /// The time.
    pub clock: Clock,
    /// Ends the run early.
    pub stop: Stop,
    /// Makes idempotency keys new, for a deliberate repetition; empty otherwise.
    pub key_salt: String,
    /// Only tell what would be done.
    pub dry_run: bool,
    /// How often a stage is run again, where the same may end better, and after which waits.
    pub stage_retry: Retry,
    /// jobnet's own environment, of which commands inherit.
    pub environment: Vec<(OsString, OsString)>,
    /// Hides secrets in what commands write.
    pub masker: Masker,
    /// Who listens.
    pub events: UnboundedSender<Event>,
}

/// Runs the chosen stages, each as soon as those that it needs are done, side by side where they are independent. What
/// needs a stage that failed is skipped.
///
/// # Errors
/// [`BindError`] where the values do not make a run; nothing was started then.
pub async fn run(net: Net<'_>) -> Result<ExitCode, BindError> {
    let mut waiting: IndexMap<String, (ReadyStage, Vec<String>)> = IndexMap::new();
    let mut bindings: HashMap<String, Bindings> = HashMap::new();
    for (name, needs) in &net.selection.stages {
        if let Some(stage) = net.plan.stage(name) {
            let ready = ReadyStage::bind(&net, stage)?;
            bindings.insert(name.clone(), ready.bindings.clone());
            waiting.insert(name.clone(), (ready, needs.clone()));
        }
    }
    for warning in &net.connections.warnings {
        let _ = net.events.send(warning.clone());
    }
    let shared = Shared {
        connections: Arc::new(net.connections),
        files: net.files,
        identity: net.identity,
        clock: net.clock,
        stop: net.stop,
        key_salt: net.key_salt,
        lost: LostResponses::default(),
        dry_run: net.dry_run,
        stage_retry: net.stage_retry,
        masker: net.masker,
        events: net.events,
    };
    let mut running = JoinSet::new();
    let mut telling = JoinSet::new();
    let mut done = HashSet::new();
    let mut failed: HashMap<String, &'static str> = HashMap::new();
    let mut summaries = Vec::new();
    let mut left_out = None;
    loop {
        let stopped = shared.stop.reason();
        let mut index = 0;
        while let Some((name, (_, needs))) = waiting.get_index(index) {
            let culprit = needs.iter().find_map(|need| Some((need, *failed.get(need)?)));
            let reason = match culprit {
                Some((need, how)) => Some(format!("needs `{need}`, which {how}")),
                None => stopped.map(|_| "the run was told to stop".to_owned()),
            };
            if let Some(reason) = reason {
                // A stop between two stages interrupts none of them, and still the run is not done.
                if culprit.is_none() {
                    left_out = stopped.map(|stopped| Outcome::Stopped(stopped).exit_code());
                }
                let summary = skipped(name, reason, &shared.identity);
                failed.insert(name.clone(), "was skipped");
                waiting.shift_remove_index(index);
                let _ = shared.events.send(Event::StageFinished(Box::new(summary.clone())));
                summaries.push(summary);
                // What came before may have waited for just this one.
                index = 0;
            } else if needs.iter().all(|need| done.contains(need)) {
                if let Some((_, (stage, _))) = waiting.shift_remove_index(index) {
                    running.spawn(stage.run(shared.clone()));
                }
            } else {
                index += 1;
            }
        }
        let Some(ended) = running.join_next().await else {
            break;
        };
        let summary = joined(ended);
        match summary.outcome {
            Outcome::Succeeded => {
                done.insert(summary.stage.clone());
            }
            outcome => {
                failed.insert(summary.stage.clone(), how(outcome));
            }
        }
        let _ = shared.events.send(Event::StageFinished(Box::new(summary.clone())));
        if let Some(bindings) = bindings.get(&summary.stage).filter(|_| !shared.dry_run) {
            notify::tell(&mut telling, &shared, &summary, bindings);
        }
        summaries.push(summary);
    }
    while let Some(told) = telling.join_next().await {
        joined(told);
    }
    Ok(ExitCode::worst([exit_code(&summaries)].into_iter().chain(left_out)))
}

fn how(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Succeeded => "succeeded",
        Outcome::Failed => "failed",
        Outcome::Unavailable => "could not reach the other side",
        Outcome::Skipped => "was skipped",
        Outcome::Stopped(_) => "was told to stop",
    }
}
