use std::time::Duration;

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::Serialize;

use super::identity::Identity;
use super::outcome::{ExitCode, Outcome};

/// How a stage went.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The stage.
    pub stage: String,
    /// The environment.
    pub env: String,
    /// The net's run.
    pub run_id: String,
    /// The stage's run; `None` where it was not started.
    pub request_id: Option<String>,
    /// Which attempt at the stage it was, from 1.
    pub attempt: u32,
    /// When it began; `None` where it was not started.
    pub started_at: Option<Timestamp>,
    /// How long it took.
    pub duration: Duration,
    /// How it ended.
    pub outcome: Outcome,
    /// What was counted.
    pub metrics: IndexMap<String, u64>,
    /// The share of failed items.
    pub failure_rate: f64,
    /// Requests that were sent, repeated ones too.
    pub requests: u64,
    /// Those of them that repeated another.
    pub retries: u64,
    /// Answers that had been given before.
    pub replayed: u64,
    /// What went wrong, each once.
    pub errors: Vec<ErrorNote>,
}

/// An error, and how often it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorNote {
    /// What went wrong.
    pub message: String,
    /// How often.
    pub count: u64,
}

/// The exit code of a run with these summaries.
pub(super) fn exit_code(summaries: &[Summary]) -> ExitCode {
    ExitCode::worst(summaries.iter().map(|summary| summary.outcome.exit_code()))
}

/// The summary of a stage that was not started.
pub(super) fn skipped(stage: &str, reason: String, identity: &Identity) -> Summary {
    Summary {
        stage: stage.to_owned(),
        env: identity.env.clone(),
        run_id: identity.run_id.clone(),
        request_id: None,
        attempt: 1,
        started_at: None,
        duration: Duration::ZERO,
        outcome: Outcome::Skipped,
        metrics: IndexMap::new(),
        failure_rate: 0.0,
        requests: 0,
        retries: 0,
        replayed: 0,
        errors: vec![ErrorNote { message: reason, count: 1 }],
    }
}
