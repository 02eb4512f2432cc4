use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use tokio::time::{Duration, Instant, sleep_until};
use tokio_util::task::AbortOnDropHandle;

use crate::clients::{
    Cell, Changes, Committed, Counts, Database, Mark, Owner, Progress, Rejected, Removal, RunEnd, TableCounts,
};
use crate::expr::{Bindings, canonical_json};
use crate::run::again::Attempts;
use crate::run::context::StageRun;
use crate::run::exchange::Failure;
use crate::run::flow::keep::Keep;
use crate::run::flow::pages::{RowEnd, Start};
use crate::run::identity::millis;
use crate::run::joined::joined;
use crate::run::outcome::Outcome;

use super::build::{Builder, Built};
use super::pending::{Pending, Places};
use super::refusals::Refusals;
use super::table::TableRows;

/// So many rows are committed together: fewer cost a round trip each, more only memory.
const FULL: usize = 5_000;

/// What is not many is committed after so long: that much would be read again after a run that was cut off.
const OFTEN: Duration = Duration::from_millis(500);

/// Gathers rows and commits them, one commit after the other.
pub(super) struct Saver {
    run: Arc<StageRun>,
    database: Database,
    owner: Owner,
    fingerprint: String,
    /// What is committed.
    counts: Counts,
    step: i64,
    start: Start,
    /// The lines of the manifest that are committed.
    kept: Vec<String>,
    pending: Pending,
    /// The tables where there are several, each with whether rows may be removed there.
    tables: Vec<(String, bool)>,
    /// For each table the keys of the row that is read, where rows may be removed.
    seen: Vec<Vec<Vec<Cell>>>,
    /// How many items of that row failed.
    failed_in_row: u64,
    /// The rows of which the database refused an item.
    refused_rows: BTreeSet<u64>,
    /// The scopes of the rows that were read, each with its table.
    scopes: HashSet<(usize, Vec<(usize, Cell)>)>,
    refusals: Refusals,
    under_way: Option<AbortOnDropHandle<Result<Done, Failure>>>,
}

/// A commit that came about.
struct Done {
    committed: Committed,
    places: Places,
    /// How many failures it was given.
    failed: u64,
}

impl Saver {
    /// Begins, or goes on from where a run before was cut off.
    pub(super) fn new(
        run: Arc<StageRun>,
        database: Database,
        owner: Owner,
        fingerprint: String,
        tables: &[TableRows],
        start: Start,
        progress: Option<Progress>,
    ) -> Self {
        let (counts, step, kept) = progress
            .map_or_else(Default::default, |progress| (progress.counts, progress.step, progress.kept));
        let saver = Self {
            run,
            database,
            owner,
            fingerprint,
            counts,
            step,
            start,
            kept,
            pending: Pending::default(),
            tables: several(tables),
            seen: vec![Vec::new(); tables.len()],
            failed_in_row: 0,
            refused_rows: BTreeSet::new(),
            scopes: HashSet::new(),
            refusals: Refusals::default(),
            under_way: None,
        };
        saver.tell_counts();
        let (Counts { picked, failed, lone, .. }, rows) = (&saver.counts, saver.start.rows);
        saver.run.with_tally(|tally| tally.resume(*picked, *failed, *lone, rows));
        saver
    }

    /// Adds the rows of a page.
    pub(super) fn add(&mut self, built: Built, builder: &Builder) {
        self.pending.since.get_or_insert_with(Instant::now);
        self.failed_in_row += built.failures.len() as u64;
        // Of a list without rows the place is the page that is next, unless rows may be removed at its end: for that all of
        // its pages must be read in one go.
        if built.row.is_none()
            && !builder.tables.iter().any(|table| table.replaces())
            && let Some(next) = &built.next
        {
            self.start.page = Some(next.clone());
            self.pending.start = Some(self.start.clone());
        }
        self.pending.add(built, &builder.tables, &mut self.seen);
    }

    /// Takes note that the pages of a row are at their end: what its complete answer does not hold is removed.
    pub(super) fn end_row(&mut self, end: &RowEnd, builder: &Builder) {
        self.pending.since.get_or_insert_with(Instant::now);
        let complete = end.failure.is_none() && self.failed_in_row == 0;
        for (index, table) in builder.tables.iter().enumerate() {
            let keep = std::mem::take(&mut self.seen[index]);
            match builder.scope(index, &end.bindings) {
                Ok(Some(scope)) if !self.scopes.insert((index, scope.clone())) => {
                    let message = same_scope(table, &scope, end.number);
                    self.run.with_tally(|tally| tally.warn(&message));
                }
                Ok(Some(scope)) if complete => {
                    self.pending.remove(index, table, Removal { scope, keep, row: end.number });
                }
                Ok(_) => {}
                Err(error) => {
                    self.pending.counts.failed += 1;
                    let message = format!("row {}: {error}", end.number);
                    self.run.with_tally(|tally| tally.add_failure(Some(1), false, &message));
                }
            }
        }
        self.failed_in_row = 0;
        if end.failure.is_some() {
            self.pending.counts.failed += 1;
            self.pending.counts.lone += 1;
        }
        if end.number > 0 {
            self.start.rows = end.number;
            self.start.last_row = Some(canonical_json(&end.row));
            self.pending.start = Some(self.start.clone());
        }
    }

    /// Takes note of a row that the run before has read, all of it.
    pub(super) fn pass_row(&mut self, bindings: &Bindings, builder: &Builder) {
        for index in 0..builder.tables.len() {
            // A scope that cannot be told was told when the row was read.
            if let Ok(Some(scope)) = builder.scope(index, bindings) {
                self.scopes.insert((index, scope));
            }
        }
    }

    /// Forgets where a run before was cut off: the rows are others now.
    pub(super) fn begin_anew(&mut self) {
        self.counts = Counts::default();
        self.start = Start::default();
        self.run.with_tally(|tally| tally.resume(0, 0, 0, 0));
        self.tell_counts();
    }

    /// True where there is enough to commit.
    pub(super) fn is_full(&self) -> bool {
        self.pending.rows >= FULL
    }

    /// Waits until what there is has waited long enough; for ever where there is nothing.
    pub(super) async fn due(&self) {
        match self.pending.since {
            Some(since) => sleep_until(since + OFTEN).await,
            None => std::future::pending().await,
        }
    }

    /// Commits all that there is, and waits for it.
    pub(super) async fn commit(&mut self) -> Result<(), Failure> {
        if self.pending.since.is_some() {
            self.begin_commit().await?;
        }
        self.wait().await
    }

    /// Waits for the commit that is under way, and begins the next.
    ///
    /// # Errors
    /// Why the one before did not come about.
    pub(super) async fn begin_commit(&mut self) -> Result<(), Failure> {
        self.wait().await?;
        let mut pending = std::mem::take(&mut self.pending);
        pending.keep_rows_of(&self.refused_rows);
        let (counts, start) = (std::mem::take(&mut pending.counts), pending.start.take());
        let kept = std::mem::take(&mut pending.kept);
        let (tables, places) = pending.into_changes();
        self.step += 1;
        self.kept.extend(kept.iter().cloned());
        let place = start.as_ref().unwrap_or(&self.start);
        // As the parameter `:job_start_at`: where times are texts, they can be compared.
        let now = millis((self.run.clock)());
        let changes = Changes {
            tables,
            run_id: self.run.identity().run_id.clone(),
            saved_at: now.clone(),
            mark: Mark {
                owner: self.owner.clone(),
                request_id: self.run.request_id.clone(),
                run: self.run.identity().net_run(),
                progress: Progress {
                    run_id: self.run.identity().run_id.clone(),
                    fingerprint: self.fingerprint.clone(),
                    step: self.step,
                    // A struct of numbers and texts always serialises.
                    place: serde_json::to_string(place).unwrap_or_default(),
                    counts: sum(&self.counts, &counts),
                    committed_at: now,
                    kept,
                },
            },
        };
        let (run, database) = (Arc::clone(&self.run), self.database.clone());
        self.under_way = Some(AbortOnDropHandle::new(tokio::spawn(commit(run, database, changes, places))));
        Ok(())
    }

    /// Waits for the commit that is under way, and counts what came of it.
    async fn wait(&mut self) -> Result<(), Failure> {
        let Some(under_way) = self.under_way.take() else { return Ok(()) };
        let Done { committed, places, failed } = joined(under_way.await)?;
        self.refused_rows.extend(committed.rejected.iter().map(|rejected| places.row_of(rejected.item)));
        let mut told = BTreeSet::new();
        self.run.with_tally(|tally| {
            for Rejected { item, key, reason } in &committed.rejected {
                let message = self.refusals.message(&places.of(*item), key, reason);
                if told.insert(*item) {
                    tally.add_failure(Some(1), false, &message);
                } else {
                    tally.note(&message);
                }
            }
            for message in &committed.unremoved {
                tally.add_failure(Some(1), false, message);
            }
            // What a commit rejected whose response was lost is known by its number alone.
            let named = (told.len() + committed.unremoved.len()) as u64;
            let lost = committed.counts.failed.saturating_sub(failed + named);
            if lost > 0 {
                self.refused_rows.extend(places.rows());
                tally.add_failure(
                    Some(lost),
                    false,
                    "the database rejected rows; the connection broke before it said which",
                );
            }
        });
        self.counts = committed.counts;
        self.tell_counts();
        Ok(())
    }

    fn tell_counts(&self) {
        self.run.with_tally(|tally| {
            for (name, count) in by_name(self.counts.of_tables()) {
                tally.update(name, count);
            }
            for (table, replaces) in &self.tables {
                let counts = by_name(self.counts.tables.get(table).copied().unwrap_or_default());
                let counts = counts.into_iter().filter(|(name, _)| *replaces || *name != DELETED);
                tally.update_table(table, counts.collect());
            }
        });
    }

    /// Writes the manifest, forgets the progress, so that the next run begins anew, and records a success.
    pub(super) async fn finish(self, keep: Option<&Keep>) -> Result<(), Failure> {
        if let Some(keep) = keep {
            keep.close(&self.run, &self.kept).await;
        }
        let succeeded = (self.run.outcome() == Outcome::Succeeded).then(|| millis((self.run.clock)()));
        let run = self.run.identity().net_run();
        let end = RunEnd { owner: &self.owner, run: &run, succeeded_at: succeeded.as_ref() };
        let mut attempts = Attempts::at("ending", &self.run);
        loop {
            match self.database.finish(&end).await {
                Ok(()) => return Ok(()),
                Err(error) => attempts.again(error).await?,
            }
        }
    }
}

/// Commits until that came about, fails for good, or attempts and time are used up.
async fn commit(
    run: Arc<StageRun>,
    database: Database,
    changes: Changes,
    places: Places,
) -> Result<Done, Failure> {
    let failed = changes.mark.progress.counts.failed;
    let mut attempts = Attempts::at("saving", &run);
    let mut committed = database.commit(&changes).await;
    loop {
        match committed {
            Ok(committed) => return Ok(Done { committed, places, failed }),
            Err(error) => attempts.again(error).await?,
        }
        // The connection may have broken after the commit and before its answer.
        committed = match database.counted(&changes.mark).await {
            Ok(Some(counts)) => Ok(Committed { counts, ..Committed::default() }),
            Ok(None) => database.commit(&changes).await,
            Err(error) => Err(error),
        };
    }
}

/// Said of rows of `for_each` that replace the same rows of a table: what the later one does not hold may be the earlier one's.
fn same_scope(table: &TableRows, scope: &[(usize, Cell)], number: u64) -> String {
    let columns = scope.iter().map(|(place, cell)| {
        let name = &table.shape.columns[*place].name;
        format!("{name} = {}", cell.as_text().unwrap_or("null"))
    });
    format!(
        "row {number}: an earlier row of `for_each` replaced the rows of {} where {} already; the rows of both are there, and \
         nothing was deleted for this one",
        table.shape.table,
        columns.collect::<Vec<_>>().join(", ")
    )
}

/// The name of the count of removed rows, which is shown where rows may be removed.
const DELETED: &str = "deleted";

fn by_name(counts: TableCounts) -> [(&'static str, u64); 4] {
    let TableCounts { inserted, updated, unchanged, deleted } = counts;
    [("inserted", inserted), ("updated", updated), ("unchanged", unchanged), (DELETED, deleted)]
}

/// The tables by name where there is more than one.
fn several(tables: &[TableRows]) -> Vec<(String, bool)> {
    let named = tables.iter().map(|table| (table.shape.table.to_string(), table.replaces()));
    if tables.len() > 1 { named.collect() } else { Vec::new() }
}

/// The counts of what is committed with those of what is to be: of that no row is known yet.
fn sum(one: &Counts, other: &Counts) -> Counts {
    Counts {
        picked: one.picked + other.picked,
        failed: one.failed + other.failed,
        lone: one.lone + other.lone,
        inserted: one.inserted + other.inserted,
        updated: one.updated + other.updated,
        unchanged: one.unchanged + other.unchanged,
        deleted: one.deleted + other.deleted,
        tables: one.tables.clone(),
    }
}
