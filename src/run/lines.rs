use std::time::Duration;

use indexmap::IndexMap;
use serde::Serialize;

use crate::policy::Threshold;
use crate::secret::Masker;

use super::event::RequestEvent;
use super::notes::Note;
use super::share::Share;
use super::summary::Summary;

/// A stage's line on stdout: the last one of a run. Users rely on its field names, so that it is a type of its own.
#[derive(Debug, Serialize)]
pub struct SummaryLine {
    event: &'static str,
    stage: String,
    env: String,
    run_id: String,
    request_id: Option<String>,
    #[serde(skip_serializing_if = "is_first")]
    attempt: u32,
    started_at: Option<String>,
    duration_ms: u64,
    outcome: &'static str,
    exit_code: u8,
    metrics: IndexMap<String, u64>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    tables: IndexMap<String, IndexMap<&'static str, u64>>,
    failure_rate: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    fail_above: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    shares: Vec<ShareLine>,
    requests: u64,
    retries: u64,
    replayed: u64,
    errors: Vec<Note>,
    warnings: Vec<Note>,
}

/// What failed of a whole, in a stage's line.
#[derive(Debug, Serialize)]
struct ShareLine {
    of: &'static str,
    failed: u64,
    total: Option<u64>,
}

impl SummaryLine {
    /// The line of a summary, with secrets masked.
    pub fn of(summary: &Summary, masker: &Masker) -> Self {
        let mask = |note: &Note| Note { message: masker.mask(&note.message), count: note.count };
        let share =
            |share: &Share| ShareLine { of: share.of.as_str(), failed: share.failed, total: share.total };
        Self {
            event: "summary",
            stage: summary.stage.clone(),
            env: summary.env.clone(),
            run_id: summary.run_id.clone(),
            request_id: summary.request_id.clone(),
            attempt: summary.attempt,
            started_at: summary.started_at.map(|at| format!("{at:.3}")),
            duration_ms: millis(summary.duration),
            outcome: summary.outcome.as_str(),
            exit_code: summary.outcome.exit_code().code(),
            metrics: summary.metrics.clone(),
            tables: summary.tables.clone(),
            failure_rate: failure_rate(summary),
            fail_above: summary.fail_above.map(Threshold::fraction),
            shares: summary.shares.iter().map(share).collect(),
            requests: summary.requests,
            retries: summary.retries,
            replayed: summary.replayed,
            errors: summary.errors.iter().map(mask).collect(),
            warnings: summary.warnings.iter().map(mask).collect(),
        }
    }
}

/// The share of failed items. Six digits are enough to tell one item of a million, unless they would hide that it is
/// above the threshold.
fn failure_rate(summary: &Summary) -> f64 {
    let rate = summary.failure_rate();
    let rounded = (rate * 1e6).round() / 1e6;
    let threshold = summary.fail_above.unwrap_or_default().fraction();
    if (rounded > threshold) == (rate > threshold) { rounded } else { rate }
}

/// A request's line on stdout. Users rely on its field names, so that it is a type of its own.
#[derive(Debug, Serialize)]
pub struct RequestLine {
    event: &'static str,
    stage: String,
    request_id: String,
    attempt: u32,
    idempotency_key: Option<String>,
    method: &'static str,
    path: String,
    http_status: Option<u16>,
    metrics: IndexMap<String, u64>,
    duration_ms: u64,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    replayed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl RequestLine {
    /// The line of a request, with secrets masked.
    pub fn of(request: &RequestEvent, masker: &Masker) -> Self {
        Self {
            event: "request",
            stage: request.stage.clone(),
            request_id: request.request_id.clone(),
            attempt: request.attempt,
            idempotency_key: request.idempotency_key.clone(),
            method: request.method,
            path: masker.mask(&request.path),
            http_status: request.http_status,
            metrics: request.metrics.clone(),
            duration_ms: millis(request.duration),
            replayed: request.replayed,
            error: request.error.as_deref().map(|error| masker.mask(error)),
        }
    }
}

/// What a stage would do, on stdout. Users rely on its field names, so that it is a type of its own.
#[derive(Debug, Serialize)]
pub struct DryRunLine<'a> {
    event: &'static str,
    stage: &'a str,
    text: &'a str,
}

impl<'a> DryRunLine<'a> {
    /// The line of something that a stage would do.
    pub fn of(stage: &'a str, text: &'a str) -> Self {
        Self { event: "dry_run", stage, text }
    }
}

/// A stage that is run once has no attempts to tell apart.
fn is_first(attempt: &u32) -> bool {
    *attempt == 1
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
