use std::fmt::Write as _;
use std::time::Duration;

use comfy_table::{CellAlignment, Table, presets};
use indexmap::IndexMap;

use crate::run::{Note, Summary};
use crate::secret::Masker;

/// The columns of a table of stages. What follows the first three is aligned to the right.
pub(super) const HEAD: [&str; 8] =
    ["stage", "outcome", "counts", "failed", "requests", "retries", "replayed", "time"];

/// What a stage has in these columns.
pub(super) fn row(summary: &Summary) -> [String; 8] {
    [
        summary.stage.clone(),
        outcome(summary),
        counts(&summary.metrics),
        summary.compared().unwrap_or_default(),
        summary.requests.to_string(),
        summary.retries.to_string(),
        summary.replayed.to_string(),
        duration(summary.duration),
    ]
}

/// What is said below a table of a stage: its tables, its shares where some failed, its errors and its warnings.
pub(super) fn remarks(summary: &Summary, masker: &Masker) -> Vec<String> {
    let tables = summary.tables.iter().map(|(table, metrics)| {
        let shown = metrics.iter().map(|(name, count)| format!("{name} {count}"));
        format!("table {table}: {}", shown.collect::<Vec<_>>().join(", "))
    });
    let note = |kind: &'static str| {
        move |note: &Note| {
            let times = if note.count > 1 { format!(" (×{})", note.count) } else { String::new() };
            format!("{kind}{}{times}", masker.mask(&note.message))
        }
    };
    let errors = summary.errors.iter().map(note(""));
    let warnings = summary.warnings.iter().map(note("warning: "));
    tables.chain(summary.share_sentences()).chain(errors).chain(warnings).collect()
}

/// The closing table, a row a stage, with the remarks below it.
pub(super) fn table(summaries: &[Summary], masker: &Masker) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(HEAD).add_rows(summaries.iter().map(row));
    for column in 3..HEAD.len() {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text = format!("{table}\n");
    for summary in summaries {
        for remark in remarks(summary, masker) {
            let _ = writeln!(text, "{}: {remark}", summary.stage);
        }
    }
    text
}

/// How a stage ended, and at which attempt where it was not the first.
fn outcome(summary: &Summary) -> String {
    let word = summary.outcome.as_str();
    if summary.attempt > 1 { format!("{word} (attempt {})", summary.attempt) } else { word.to_owned() }
}

/// Counts in one line.
pub(super) fn counts(metrics: &IndexMap<String, u64>) -> String {
    let shown = metrics.iter().map(|(name, count)| format!("{name} {count}"));
    shown.collect::<Vec<_>>().join(", ")
}

/// A share as a percentage.
pub(in super::super) fn percent(rate: f64) -> String {
    let percent = rate * 100.0;
    if percent.fract() == 0.0 { format!("{percent:.0}%") } else { format!("{percent:.2}%") }
}

/// A length of time as people say it.
pub(in super::super) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..=9 => format!("{:.1} s", duration.as_secs_f64()),
        10..=119 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}
