//! Carries out changes in one transaction: compares rows with their tables, writes what differs, records the keys as seen,
//! removes what is gone.

mod gone;
mod parts;
mod probe;
mod removal;
mod seen;
mod target;
mod upsert;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::cell::Cell;
use super::changes::{Change, Changes, Committed, Counts, Rejected, TableChanges};
use super::error::DatabaseError;
use super::progress;
use super::saved;
use super::session::{Session, Value};

use self::parts::by_parts;
use self::probe::{Probe, State};
use self::target::Target;
use self::upsert::Upsert;

/// Carries out changes and commits them. Rows that the database does not take are left out, and told.
///
/// Keys and hashes are compared first and only what differs is sent: on PostgreSQL an unchanged row costs a sixth of
/// what it would to send it, and writes nothing.
///
/// # Errors
/// [`DatabaseError`]; nothing was changed then, unless the connection broke during the commit itself.
pub(super) async fn commit<S: Session>(
    mut session: S,
    changes: &Changes,
) -> Result<Committed, DatabaseError> {
    let mut committed = Committed { counts: changes.mark.progress.counts.clone(), rejected: Vec::new() };
    for table in &changes.tables {
        let before = committed.counts.of_tables();
        let target = Target(table);
        let rejected = save(&mut session, target, changes, &mut committed.counts).await?;
        if table.track {
            let good = (0..table.rows.len()).filter(|row| !rejected.contains_key(row));
            seen::see(&mut session, target, changes, good).await?;
        }
        for removal in &table.removals {
            committed.counts.deleted += removal::remove(&mut session, target, removal).await?;
        }
        committed.counts.attribute(&table.shape.table, before);
        let rejected = rejected.into_iter();
        committed
            .rejected
            .extend(rejected.map(|(row, reason)| Rejected { item: table.rows[row].item, reason }));
    }
    let failed: BTreeSet<usize> = committed.rejected.iter().map(|rejected| rejected.item).collect();
    committed.counts.failed += failed.len() as u64;
    progress::write(&mut session, &changes.mark, &committed.counts).await?;
    if touches(changes, &committed.counts) {
        saved::begun(&mut session, &changes.mark.owner, &changes.mark.run).await?;
    }
    session.commit().await?;
    Ok(committed)
}

/// True where a table holds something else after changes than before, or is recorded to have been seen by another run.
fn touches(changes: &Changes, counts: &Counts) -> bool {
    let written = |counts: &Counts| (counts.inserted, counts.updated, counts.deleted);
    let is_seen = |table: &TableChanges| table.track && !table.rows.is_empty();
    written(counts) != written(&changes.mark.progress.counts) || changes.tables.iter().any(is_seen)
}

impl TableChanges {
    fn key_of<'r>(&'r self, row: &'r Change) -> impl Iterator<Item = Value<'r>> {
        self.key.iter().map(|column| Value::Cell(&row.cells[*column]))
    }
}

/// Writes the rows of a table that differ, and gives those that the database rejects, with the reasons.
async fn save<S: Session>(
    session: &mut S,
    target: Target<'_>,
    changes: &Changes,
    counts: &mut Counts,
) -> Result<BTreeMap<usize, String>, DatabaseError> {
    let rows = &target.0.rows;
    if rows.is_empty() {
        return Ok(BTreeMap::new());
    }
    let all: Vec<usize> = (0..rows.len()).collect();
    let mut probe = Probe::new::<S>(target);
    let mut rejected = by_parts(session, &all, &mut probe).await?;
    let mut states = probe.states;
    if states.iter().any(|state| *state != State::Unchanged) {
        leave_out_followed(target.0, &mut states);
    }
    let differs = |row: &usize| states[*row] != State::Unchanged && !rejected.contains_key(row);
    let wanted: Vec<usize> = all.into_iter().filter(differs).collect();
    rejected.extend(by_parts(session, &wanted, &mut Upsert::new::<S>(target, changes)).await?);
    for (row, state) in states.iter().enumerate() {
        if !rejected.contains_key(&row) {
            match state {
                State::Unchanged => counts.unchanged += 1,
                State::Differs => counts.updated += 1,
                State::Absent => counts.inserted += 1,
            }
        }
    }
    Ok(rejected)
}

/// Of rows with one key the last is the one: those before it are not written.
fn leave_out_followed(table: &TableChanges, states: &mut [State]) {
    let mut last: HashMap<Vec<&Cell>, usize> = HashMap::new();
    for (index, row) in table.rows.iter().enumerate() {
        let key = table.key.iter().map(|column| &row.cells[*column]).collect();
        if let Some(before) = last.insert(key, index) {
            // Nothing is written for it; whether the last differs from the table is the last's own business.
            states[before] = State::Unchanged;
        }
    }
}
