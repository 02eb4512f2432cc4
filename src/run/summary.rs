use std::time::Duration;

use indexmap::IndexMap;
use jiff::Timestamp;

use crate::policy::Threshold;

use super::identity::Identity;
use super::notes::Note;
use super::outcome::{ExitCode, Outcome};
use super::share::{Share, Whole};

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
    /// What was counted in each table, where there are several.
    pub tables: IndexMap<String, IndexMap<&'static str, u64>>,
    /// What failed of the items, and of the rows or requests where some failed as a whole.
    pub shares: Vec<Share>,
    /// The share above which it fails; `None` where it was not started.
    pub fail_above: Option<Threshold>,
    /// Requests that were sent, repeated ones too.
    pub requests: u64,
    /// Those of them that repeated another.
    pub retries: u64,
    /// Responses to work of earlier runs.
    pub replayed: u64,
    /// What went wrong, each once.
    pub errors: Vec<Note>,
    /// What looks wrong, each once.
    pub warnings: Vec<Note>,
}

impl Summary {
    /// The largest of its shares, which decides whether it failed; `None` where nothing failed.
    pub fn worst_share(&self) -> Option<Share> {
        let mut worst: Option<Share> = None;
        for share in &self.shares {
            if worst.is_none_or(|worst| {
                share.rate() > worst.rate() || (share.total.is_none() && worst.total.is_some())
            }) {
                worst = Some(*share);
            }
        }
        worst
    }

    /// The share of failed items, or of failed rows or requests where that is larger: from 0 to 1.
    pub fn failure_rate(&self) -> f64 {
        self.worst_share().map_or(0.0, |share| share.rate())
    }

    /// The largest share beside the threshold: `0.20 % > 0.1 %`. `None` for a stage that was not started.
    pub fn compared(&self) -> Option<String> {
        let threshold = self.fail_above?;
        let none = Share { of: Whole::Items, failed: 0, total: Some(0) };
        Some(self.worst_share().unwrap_or(none).compared(threshold))
    }

    /// A sentence about each share that says more than the errors: `1 of 6 rows failed: 16.67 % > 1 %`.
    pub fn share_sentences(&self) -> impl Iterator<Item = String> + '_ {
        let shares = self
            .fail_above
            .into_iter()
            .flat_map(|threshold| self.shares.iter().map(move |share| (share, threshold)));
        shares.filter_map(|(share, threshold)| share.sentence(threshold))
    }
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
        tables: IndexMap::new(),
        shares: Vec::new(),
        fail_above: None,
        requests: 0,
        retries: 0,
        replayed: 0,
        errors: vec![Note { message: reason, count: 1 }],
        warnings: Vec::new(),
    }
}
