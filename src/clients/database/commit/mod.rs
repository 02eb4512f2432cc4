//! Carries out changes in one transaction: compares rows with their tables, writes what differs, records the keys as seen,
//! removes what is gone. Rows that the database refuses are found and left out; everything else is saved.

mod followed;
mod gone;
mod held;
mod known;
mod orphans;
mod parts;
mod probe;
mod removal;
mod rivals;
mod save;
mod seen;
mod settle;
mod target;
mod trial;
mod upsert;

use std::collections::{BTreeSet, HashSet};

use super::cell::Cell;
use super::changes::{Changes, Committed, Counts, Rejected, Removal, TableChanges};
use super::error::DatabaseError;
use super::hash::object;
use super::progress;
use super::saved;
use super::session::{Params, Session};

use self::known::{Checks, Known};
use self::parts::Setback;
use self::save::{Saved, save};
use self::settle::settle;
use self::target::Target;
use self::trial::try_followed;

/// Carries out changes and commits them. Rows that the database refuses are left out, and told.
///
/// Keys and hashes are compared first and only what differs is sent: on PostgreSQL an unchanged row costs a sixth of
/// what it would to send it, and writes nothing.
///
/// # Errors
/// [`DatabaseError`]; nothing was changed then, unless the connection broke during the commit itself.
pub(super) async fn commit<S: Session>(
    pool: &S::Pool,
    changes: &Changes,
) -> Result<Committed, DatabaseError> {
    let mut known = Known::new(changes);
    loop {
        let mut session = S::begin(pool).await?;
        let committed = carry_out(&mut session, changes, &mut known).await?;
        progress::write(&mut session, &changes.mark, &committed.counts).await?;
        if touches(changes, &committed.counts) {
            saved::begun(&mut session, &changes.mark.owner, &changes.mark.run).await?;
        }
        match session.commit().await {
            Ok(()) => return Ok(committed),
            // Nothing but the commit itself checks everything, and its error does not say which row it is about.
            Err(error) if S::SETTLE.is_none() && error.of_rows().is_some() => {
                if known.checks == Checks::AtOnce {
                    return Err(error);
                }
                known.checks = Checks::AtOnce;
            }
            Err(error) => return Err(error),
        }
    }
}

/// True where a table holds something else after changes than before, or is recorded to have been seen by another run.
fn touches(changes: &Changes, counts: &Counts) -> bool {
    let written = |counts: &Counts| (counts.inserted, counts.updated, counts.deleted);
    let is_seen = |table: &TableChanges| table.track && !table.rows.is_empty();
    written(counts) != written(&changes.mark.progress.counts) || changes.tables.iter().any(is_seen)
}

/// Carries out changes in a transaction, as often as it takes to find the rows that the database refuses.
async fn carry_out<S: Session>(
    session: &mut S,
    changes: &Changes,
    known: &mut Known,
) -> Result<Committed, DatabaseError> {
    loop {
        session.execute("savepoint changes", &Params::none()).await?;
        if known.checks == Checks::AtOnce {
            session.check_at_once(None).await?;
        }
        let mut attempt = Attempt { committed: Committed::before(changes), saved: Vec::new() };
        match attempt.write(session, changes, known).await {
            Ok(true) => return Ok(attempt.end(changes)),
            Ok(false) => {
                session.roll_back_to("changes").await?;
            }
            Err((_, Setback::Failed(error))) => return Err(error),
            Err((table, Setback::Lost(refused))) => known.refused[table].extend(refused),
        }
    }
}

/// What is done so far.
struct Attempt {
    committed: Committed,
    /// What became of the rows of each table.
    saved: Vec<Saved>,
}

impl Attempt {
    /// Writes everything. False where it cannot be committed so; more is known then.
    ///
    /// # Errors
    /// [`Setback`], with the number of the table whose rows it is about.
    async fn write<S: Session>(
        &mut self,
        session: &mut S,
        changes: &Changes,
        known: &mut Known,
    ) -> Result<bool, (usize, Setback)> {
        for (index, table) in changes.tables.iter().enumerate() {
            let saved = self.write_table(session, Target(table), changes, known, index).await;
            self.saved.push(saved.map_err(|setback| (index, setback))?);
        }
        if !settle(session, changes, &self.saved, known).await.map_err(|error| (0, error.into()))? {
            return Ok(false);
        }
        for (index, (table, saved)) in changes.tables.iter().zip(&mut self.saved).enumerate() {
            let refused = try_followed(session, Target(table), changes, saved).await;
            let refused = refused.map_err(|setback| (index, setback))?;
            self.committed.counts.take_back(&table.shape.table, refused.len());
            saved.refused.extend(refused);
        }
        Ok(true)
    }

    /// Writes what changes in a table.
    async fn write_table<S: Session>(
        &mut self,
        session: &mut S,
        target: Target<'_>,
        changes: &Changes,
        known: &Known,
        index: usize,
    ) -> Result<Saved, Setback> {
        let counts = &mut self.committed.counts;
        let counted = counts.of_tables();
        let refused = known.refused[index].clone();
        let saved = save(session, target, changes, refused, known.checks, counts).await?;
        if target.0.track {
            seen::see(session, target, changes, &saved.refused).await?;
        }
        let before = changes.tables.iter().zip(&self.saved).map(|(table, saved)| (table, &saved.refused));
        let refused: HashSet<Vec<&Cell>> = before
            .chain([(target.0, &saved.refused)])
            .filter(|(table, _)| table.shape.table == target.0.shape.table)
            .flat_map(|(table, refused)| refused.keys().map(|row| Target(table).key_cells(*row)))
            .collect();
        // A response of which a row is refused is not all there.
        let is_all_there = |removal: &&Removal| {
            refused.is_empty() || !removal.keep.iter().any(|key| refused.contains(&cells(key)))
        };
        for removal in target.0.removals.iter().filter(is_all_there) {
            match removal::remove(session, target, removal, known.checks).await? {
                Ok(removed) => counts.deleted += removed,
                Err(reason) => self.committed.unremoved.push(reason),
            }
        }
        self.committed.counts.attribute(&target.0.shape.table, counted);
        Ok(saved)
    }

    /// The counts and the refused rows, each with its key.
    fn end(mut self, changes: &Changes) -> Committed {
        for (table, saved) in changes.tables.iter().zip(self.saved) {
            let target = Target(table);
            let rejected = saved.refused.into_iter().map(|(row, reason)| {
                let row = &table.rows[row];
                let key = table.key.iter().map(|place| (&*target.column(*place).name, &row.cells[*place]));
                let key = String::from_utf8_lossy(&object(key)).into_owned();
                Rejected { item: row.item, key, reason }
            });
            self.committed.rejected.extend(rejected);
        }
        let failed: BTreeSet<usize> = self.committed.rejected.iter().map(|rejected| rejected.item).collect();
        self.committed.counts.failed += (failed.len() + self.committed.unremoved.len()) as u64;
        self.committed
    }
}

fn cells(key: &[Cell]) -> Vec<&Cell> {
    key.iter().collect()
}
