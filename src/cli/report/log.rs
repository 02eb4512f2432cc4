use crate::diag::printable;
use crate::run::{Event, Outcome, Summary};

/// Logs an event: what a stage waits for as a warning, its beginning and end as information, requests for those who
/// look closely.
pub(super) fn log(event: &Event) {
    match event {
        Event::StageStarted { stage, .. } => tracing::info!(stage, "started"),
        // Both are passed on as they are.
        Event::Output { .. } | Event::DryRun { .. } => {}
        Event::Picked { stage, items } => tracing::trace!(stage, items, "picked"),
        Event::Resumed { stage, committed_at } => {
            tracing::info!(stage, "goes on from where a run was cut off at {committed_at}");
        }
        Event::Continued { stage, run_id, job_start_at } => {
            tracing::info!(stage, "continues run {run_id}, which began at {job_start_at}");
        }
        Event::Waiting(waiting) => {
            tracing::warn!(
                stage = waiting.stage,
                wait_ms = waiting.wait.as_millis(),
                "waiting: {}",
                one_line(&waiting.reason)
            );
        }
        Event::Warning { stage, message } => tracing::warn!(stage, "{}", one_line(message)),
        Event::Request(request) => {
            tracing::debug!(
                stage = request.stage,
                attempt = request.attempt,
                status = request.http_status,
                ms = request.duration.as_millis(),
                "{} {}",
                request.method,
                request.path
            );
        }
        // Why it waits for the next is an event of its own.
        Event::AttemptFinished(summary) => {
            for note in summary.errors.iter().chain(&summary.warnings) {
                tracing::warn!(stage = summary.stage, times = note.count, "{}", one_line(&note.message));
            }
        }
        Event::StageFinished(summary) => finished(summary),
    }
}

/// Logs how a stage ended.
fn finished(summary: &Summary) {
    for warning in &summary.warnings {
        tracing::warn!(stage = summary.stage, times = warning.count, "{}", one_line(&warning.message));
    }
    match summary.outcome {
        Outcome::Succeeded => tracing::info!(stage = summary.stage, "succeeded"),
        Outcome::Skipped => {
            for error in &summary.errors {
                tracing::warn!(stage = summary.stage, "skipped: {}", one_line(&error.message));
            }
        }
        outcome => {
            for error in &summary.errors {
                tracing::error!(stage = summary.stage, times = error.count, "{}", one_line(&error.message));
            }
            for sentence in summary.share_sentences() {
                tracing::error!(stage = summary.stage, "{sentence}");
            }
            tracing::error!(stage = summary.stage, "{}", outcome.as_str());
        }
    }
}

/// A message in one line: what a line begins with may be a command to GitHub.
fn one_line(message: &str) -> String {
    printable(message).lines().collect::<Vec<_>>().join(" | ")
}
