use std::fmt::Write as _;

use crate::diag::escape_data;
use crate::github::StageNote;
use crate::run::{ExitCode, Outcome, Summary, SummaryLine};
use crate::secret::Masker;

use super::super::error::CliError;
use super::super::printer::Printer;
use super::step::{add_to_summary, in_markdown, set_outputs};
use super::table::{HEAD, remarks, row};

/// A masker that tells GitHub every secret, so that its log masks it whoever prints it
/// (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#masking-a-value-in-a-log>).
///
/// The runner reads workflow commands from stderr as from stdout, and takes these lines out of the log.
pub(in super::super) fn masker(printer: Printer) -> Masker {
    Masker::with_listener(move |secret| {
        for line in secret.lines().filter(|line| !line.trim().is_empty()) {
            printer.people(format!("::add-mask::{}\n", escape_data(line)));
        }
    })
}

/// Notes how an attempt at a stage went: an annotation of the run, which `jobnet runs` reads back. One that another
/// follows decides nothing.
pub(super) fn annotate(printer: &Printer, summary: &Summary, is_last: bool, masker: &Masker) {
    let command = match summary.outcome {
        Outcome::Succeeded if summary.errors.is_empty() && summary.warnings.is_empty() => "notice",
        _ if !is_last => "warning",
        Outcome::Succeeded | Outcome::Skipped => "warning",
        Outcome::Failed | Outcome::Unavailable | Outcome::Stopped(_) => "error",
    };
    let note = StageNote {
        stage: summary.stage.clone(),
        outcome: summary.outcome.as_str().to_owned(),
        attempt: summary.attempt,
        failure_rate: (summary.outcome != Outcome::Skipped).then(|| summary.failure_rate()),
    };
    let mut message = note.to_string();
    for remark in remarks(summary, masker) {
        let _ = write!(message, "\n{remark}");
    }
    printer.people(format!("::{command} title={}::{}\n", note.title(), escape_data(&message)));
}

/// The mark of why a command did not do what it is for.
pub(in super::super) fn error_annotation(message: &str) -> String {
    format!("::error title=jobnet::{}\n", escape_data(message.trim()))
}

/// A line of somebody else's in which no command of the older form is seen, which counts anywhere in a line
/// (<https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs>).
pub(in super::super) fn without_commands(line: &str) -> String {
    line.replace("##[", "## [")
}

/// Marks what went wrong without changing how a stage ended.
pub(super) fn warn(printer: &Printer, stage: &str, message: &str) {
    printer.people(format!("::warning title=jobnet {stage}::{}\n", escape_data(message)));
}

/// Writes the job summary and the step's outputs, where GitHub gives files for them.
pub(super) fn close(
    summaries: &[Summary],
    code: ExitCode,
    run_id: &str,
    masker: &Masker,
) -> Result<(), CliError> {
    let added = add_to_summary(&markdown(summaries, masker));
    // Whether or not the one can be written, the other may be.
    added.and(set_outputs(&outputs(summaries, code, run_id, masker)))
}

/// The outputs of a command that ran no stage, or could not begin to.
pub(in super::super) fn close_without_run(code: ExitCode) -> Result<(), CliError> {
    close_as(word(code), code)
}

/// The outputs of such a command, with another word for how it ended than its exit code has.
pub(in super::super) fn close_as(outcome: &str, code: ExitCode) -> Result<(), CliError> {
    set_outputs(&[("outcome", outcome.to_owned()), ("exit_code", code.code().to_string())])
}

/// The outcome that an exit code tells.
pub(in super::super) fn word(code: ExitCode) -> &'static str {
    match code {
        ExitCode::Done => "succeeded",
        ExitCode::Failed | ExitCode::Findings => "failed",
        ExitCode::Invalid => "invalid",
        ExitCode::Cancelled => "cancelled",
        ExitCode::Unavailable => "unavailable",
        ExitCode::Interrupted => "interrupted",
        ExitCode::Terminated => "terminated",
    }
}

fn markdown(summaries: &[Summary], masker: &Masker) -> String {
    let mut text = format!("| {} |\n|---|---|---|--:|--:|--:|--:|--:|\n", HEAD.join(" | "));
    for summary in summaries {
        let _ = writeln!(text, "| {} |", row(summary).join(" | "));
    }
    for summary in summaries {
        for remark in remarks(summary, masker) {
            let _ = write!(text, "\n- **{}**: {}", summary.stage, in_markdown(&remark));
        }
    }
    text.push('\n');
    text
}

fn outputs(
    summaries: &[Summary],
    code: ExitCode,
    run_id: &str,
    masker: &Masker,
) -> [(&'static str, String); 8] {
    let sum = |name: &str| {
        let counts = summaries.iter().filter_map(|summary| summary.metrics.get(name));
        counts.fold(0, |sum: u64, count| sum.saturating_add(*count)).to_string()
    };
    let worst = summaries
        .iter()
        .max_by_key(|summary| (summary.outcome.exit_code() == code, summary.outcome != Outcome::Skipped));
    let rate = summaries.iter().map(Summary::failure_rate).fold(0.0, f64::max);
    let lines: Vec<SummaryLine> = summaries.iter().map(|summary| SummaryLine::of(summary, masker)).collect();
    // One stage is the usual case, and then its summary is what a step wants to read.
    let json = match &lines[..] {
        [one] => serde_json::to_string(one),
        several => serde_json::to_string(several),
    };
    let request_id = match summaries {
        [one] => one.request_id.clone().unwrap_or_default(),
        _ => String::new(),
    };
    [
        ("outcome", worst.map_or("succeeded", |summary| summary.outcome.as_str()).to_owned()),
        ("exit_code", code.code().to_string()),
        ("picked", sum("picked")),
        ("failed", sum("failed")),
        ("failure_rate", format!("{}", (rate * 1e6).round() / 1e6)),
        ("request_id", request_id),
        ("run_id", run_id.to_owned()),
        ("summary", json.unwrap_or_default()),
    ]
}
