use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::kind::Cell;
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
}

/// What became of rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
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
        Self { counts: changes.mark.progress.counts, ..Self::default() }
    }
}
