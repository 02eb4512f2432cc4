use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::TableRef;
use super::cell::Cell;
use super::progress::Mark;
use super::shape::TableShape;

/// What is committed together: all of it, or nothing.
#[derive(Debug, Clone)]
pub struct Changes {
    /// The tables that change.
    pub tables: Vec<TableChanges>,
    /// The net's run.
    pub run_id: String,
    /// The time that rows are stamped with, as RFC 3339 writes it.
    pub saved_at: String,
    /// How far the stage is with this.
    pub mark: Mark,
}

/// What changes in a table.
#[derive(Debug, Clone)]
pub struct TableChanges {
    /// The table.
    pub shape: Arc<TableShape>,
    /// The columns that the rows have, by their places in the shape.
    pub columns: Vec<usize>,
    /// The columns that tell the rows apart, by their places in `columns`.
    pub key: Vec<usize>,
    /// The rows.
    pub rows: Vec<Change>,
    /// What is removed after the rows are there.
    pub removals: Vec<Removal>,
    /// Whether the keys are recorded as seen.
    pub track: bool,
}

/// A row as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// A value for each of the columns.
    pub cells: Vec<Cell>,
    /// The hash of them all.
    pub hash: String,
    /// The item that it was made of, by a number of the caller's: one of which several rows are rejected failed once.
    pub item: usize,
}

/// Rows of a scope that are no more.
#[derive(Debug, Clone)]
pub struct Removal {
    /// The scope: columns by their places in the shape, with their values.
    pub scope: Vec<(usize, Cell)>,
    /// The keys that stay.
    pub keep: Vec<Vec<Cell>>,
    /// The row of `for_each` that they are of, by a number of the caller's.
    pub row: u64,
}

/// What became of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Items that were picked.
    pub picked: u64,
    /// Items and rows that failed.
    pub failed: u64,
    /// Rows of `for_each` that failed as a whole, which are among the failed.
    pub lone: u64,
    /// Rows that were not there.
    pub inserted: u64,
    /// Rows that were there and differed.
    pub updated: u64,
    /// Rows that were there as they should be.
    pub unchanged: u64,
    /// Rows of a scope that were no more.
    pub deleted: u64,
    /// The four above for each table, by its name.
    #[serde(default)]
    pub tables: BTreeMap<String, TableCounts>,
}

/// What became of the rows of a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableCounts {
    /// Rows that were not there.
    pub inserted: u64,
    /// Rows that were there and differed.
    pub updated: u64,
    /// Rows that were there as they should be.
    pub unchanged: u64,
    /// Rows of a scope that were no more.
    pub deleted: u64,
}

impl Counts {
    /// What became of the rows of all tables.
    pub fn of_tables(&self) -> TableCounts {
        let Self { inserted, updated, unchanged, deleted, .. } = *self;
        TableCounts { inserted, updated, unchanged, deleted }
    }

    /// Takes back that rows of a table were counted as unchanged.
    pub(super) fn take_back(&mut self, table: &TableRef, rows: usize) {
        let rows = rows as u64;
        self.unchanged -= rows;
        self.tables.entry(table.to_string()).or_default().unchanged -= rows;
    }

    /// Counts for a table what was counted since it was its turn.
    pub(super) fn attribute(&mut self, table: &TableRef, before: TableCounts) {
        let now = self.of_tables();
        let of_table = self.tables.entry(table.to_string()).or_default();
        of_table.inserted += now.inserted - before.inserted;
        of_table.updated += now.updated - before.updated;
        of_table.unchanged += now.unchanged - before.unchanged;
        of_table.deleted += now.deleted - before.deleted;
    }
}

/// A row that the database does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The item that it was made of.
    pub item: usize,
    /// Its key, as JSON.
    pub key: String,
    /// Why.
    pub reason: String,
}

/// What came of changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Committed {
    /// All counts of the stage, those before included.
    pub counts: Counts,
    /// The rows that the database does not take.
    pub rejected: Vec<Rejected>,
    /// Why rows of scopes that are no more were not removed, a scope each.
    pub unremoved: Vec<String>,
}

impl Committed {
    /// Nothing yet: the counts are those before the changes.
    pub(super) fn before(changes: &Changes) -> Self {
        Self { counts: changes.mark.progress.counts.clone(), ..Self::default() }
    }
}
