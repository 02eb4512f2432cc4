use tokio::time::sleep_until;

use crate::expr::{Bindings, Value};

use super::super::context::StageRun;
use super::super::exchange::Failure;
use super::super::rows::Rows;
use super::super::share::Whole;
use super::Exec;

impl Exec {
    /// Runs the command for each row, one after the other. A row whose command fails counts as one failed item of one, and
    /// as one of all rows; the others go on.
    pub(super) async fn for_each(&self, rows: Rows, run: &StageRun, bindings: &Bindings) {
        let Some(opened) = in_time(run, rows.open(run)).await else { return };
        let mut rows = match opened {
            Ok(rows) => rows,
            Err(failure) => return failure.break_off(run),
        };
        for number in 1.. {
            let row = match in_time(run, rows.next()).await {
                Some(Ok(Some(row))) => row,
                // Which rows are left is not known.
                Some(Err(message)) => return Failure { message, temporary: false }.break_off(run),
                Some(Ok(None)) | None => return,
            };
            run.with_tally(|tally| tally.measure_wholes(Whole::Rows, number));
            if !self.of_row(number, row, run, bindings).await {
                return;
            }
        }
    }

    /// Runs the command for a row; false where it is the last, because the stage ends.
    async fn of_row(&self, number: u64, row: Value, run: &StageRun, bindings: &Bindings) -> bool {
        let bindings = bindings.with_each(row.clone());
        let at = |message: &str| format!("row {number}: {message}");
        let done = match self.carry_out(run, Some(&row), &bindings).await {
            Ok(done) => done,
            Err(error) => {
                run.with_tally(|tally| tally.add_whole_failure(false, &at(&error.to_string())));
                return true;
            }
        };
        let is_late = done.is_late;
        run.with_tally(|tally| {
            done.warnings().for_each(|warning| tally.warn(&at(warning)));
            match (&done.fault, done.is_late) {
                (Some((_, message)), true) => tally.break_off(false, &at(message)),
                (Some((temporary, message)), false) => tally.add_whole_failure(*temporary, &at(message)),
                (None, _) => {}
            }
            match (done.counters, &done.fault) {
                (Ok(counters), None) => tally.add_row_counters(counters.counts, false),
                (Ok(counters), Some((temporary, _))) => tally.add_counters(counters.counts, *temporary),
                (Err(error), None) => tally.add_whole_failure(false, &at(&error.to_string())),
                (Err(error), Some(_)) => tally.note(&at(&error.to_string())),
            }
        });
        !is_late && run.stop.reason().is_none()
    }
}

/// Waits for what may take long, unless a stop is asked for or the stage's time is up.
async fn in_time<T>(run: &StageRun, waited: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        () = run.stop.asked() => None,
        () = sleep_until(run.deadline) => {
            run.with_tally(|tally| tally.break_off(false, &run.out_of_time()));
            None
        }
        value = waited => Some(value),
    }
}
