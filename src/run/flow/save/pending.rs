use std::sync::Arc;

use tokio::time::Instant;

use crate::clients::{Cell, Change, Counts, Removal, TableChanges};
use crate::run::flow::pages::Start;

use super::build::{Built, place};
use super::table::{Made, TableRows};

/// What is to be committed next.
#[derive(Default)]
pub(super) struct Pending {
    pub(super) tables: Vec<PendingTable>,
    /// What was counted since the last commit.
    pub(super) counts: Counts,
    /// Where a run would go on after this.
    pub(super) start: Option<Start>,
    /// Lines of the manifest.
    pub(super) kept: Vec<String>,
    /// How many rows there are.
    pub(super) rows: usize,
    /// When the first of it came.
    pub(super) since: Option<Instant>,
}

/// What changes in a table, for rows with the same columns.
pub(super) struct PendingTable {
    table: usize,
    pub(super) changes: TableChanges,
    places: Vec<(u32, u32, Option<u64>)>,
}

impl Pending {
    /// Adds the rows of a page, and the keys of those in tables where rows may be removed to `seen`.
    pub(super) fn add(&mut self, built: Built, tables: &[TableRows], seen: &mut [Vec<Vec<Cell>>]) {
        self.counts.picked += built.picked;
        self.counts.failed += built.failures.len() as u64;
        self.kept.extend(built.kept);
        let (page, row) = (built.page, built.row);
        for ((index, rows), seen) in built.rows.into_iter().enumerate().zip(seen) {
            self.rows += rows.len();
            for (made, item) in rows {
                let replaces = tables[index].replaces();
                let pending = self.table(index, &tables[index], &made);
                if replaces {
                    let key = &pending.changes.key;
                    seen.push(key.iter().map(|place| made.change.cells[*place].clone()).collect());
                }
                pending.changes.rows.push(made.change);
                pending.places.push((item, page, row));
            }
        }
    }

    /// Removes what a scope's complete answer does not hold.
    pub(super) fn remove(&mut self, index: usize, table: &TableRows, removal: Removal) {
        let there = self.tables.iter().rposition(|pending| pending.table == index);
        let at = there.unwrap_or_else(|| {
            let key = table.key.iter();
            let columns =
                key.filter_map(|key| table.shape.columns.iter().position(|column| column.name == *key));
            self.push(index, table, columns.collect());
            self.tables.len() - 1
        });
        self.tables[at].changes.removals.push(removal);
    }

    fn table(&mut self, index: usize, table: &TableRows, made: &Made) -> &mut PendingTable {
        let same =
            |pending: &PendingTable| pending.table == index && *pending.changes.columns == *made.columns;
        let at = self.tables.iter().rposition(same).unwrap_or_else(|| {
            self.push(index, table, made.columns.to_vec());
            self.tables.len() - 1
        });
        &mut self.tables[at]
    }

    fn push(&mut self, index: usize, table: &TableRows, columns: Vec<usize>) {
        let is = |place: &usize, key: &String| table.shape.columns[*place].name == *key;
        let key = table.key.iter();
        let key = key.filter_map(|key| columns.iter().position(|place| is(place, key))).collect();
        let changes = TableChanges {
            shape: Arc::clone(&table.shape),
            columns,
            key,
            rows: Vec::<Change>::new(),
            removals: Vec::new(),
            track: table.track,
        };
        self.tables.push(PendingTable { table: index, changes, places: Vec::new() });
    }
}

impl PendingTable {
    /// What changes, to be committed.
    pub(super) fn take_changes(&mut self) -> TableChanges {
        let TableChanges { shape, columns, key, rows, removals, track } = &mut self.changes;
        TableChanges {
            shape: Arc::clone(shape),
            columns: std::mem::take(columns),
            key: std::mem::take(key),
            rows: std::mem::take(rows),
            removals: std::mem::take(removals),
            track: *track,
        }
    }

    /// Where a row came from.
    pub(super) fn place(&self, row: usize) -> String {
        let (item, page, row) = self.places.get(row).copied().unwrap_or_default();
        place(item, page, row)
    }
}
