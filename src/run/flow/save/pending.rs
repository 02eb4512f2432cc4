use std::sync::Arc;

use tokio::time::Instant;

use crate::clients::{Cell, Change, Counts, Removal, TableChanges};
use crate::run::flow::pages::Start;

use super::build::{Built, place};
use super::table::{Made, TableRows};

/// What is to be committed next.
#[derive(Default)]
pub(super) struct Pending {
    tables: Vec<PendingTable>,
    /// Where the items were found that the rows are made of.
    places: Places,
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
struct PendingTable {
    table: usize,
    changes: TableChanges,
}

/// Where items were found: how many there were before each page, and which page that was.
#[derive(Default)]
pub(super) struct Places {
    items: usize,
    pages: Vec<(usize, u32, Option<u64>)>,
}

impl Places {
    /// Adds a page, and gives the number of its first item.
    fn add(&mut self, items: usize, page: u32, row: Option<u64>) -> usize {
        let first = self.items;
        self.pages.push((first, page, row));
        self.items += items;
        first
    }

    /// The place of an item, in words.
    pub(super) fn of(&self, item: usize) -> String {
        let after = self.pages.partition_point(|(first, ..)| *first <= item);
        let (first, page, row) = self.pages.get(after.saturating_sub(1)).copied().unwrap_or_default();
        place(item - first, page, row)
    }
}

impl Pending {
    /// Adds the rows of a page, and the keys of those in tables where rows may be removed to `seen`.
    pub(super) fn add(&mut self, built: Built, tables: &[TableRows], seen: &mut [Vec<Vec<Cell>>]) {
        self.counts.picked += built.picked;
        self.counts.failed += built.failures.len() as u64;
        self.kept.extend(built.kept);
        let first = self.places.add(built.items, built.page, built.row);
        for ((index, rows), seen) in built.rows.into_iter().enumerate().zip(seen) {
            self.rows += rows.len();
            for (made, item) in rows {
                let changes = self.table(index, &tables[index], &made);
                if tables[index].replaces() {
                    seen.push(changes.key.iter().map(|place| made.cells[*place].clone()).collect());
                }
                changes.rows.push(Change { cells: made.cells, hash: made.hash, item: first + item });
            }
        }
    }

    /// What is to be committed, and where its items were found.
    pub(super) fn into_changes(self) -> (Vec<TableChanges>, Places) {
        (self.tables.into_iter().map(|table| table.changes).collect(), self.places)
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

    fn table(&mut self, index: usize, table: &TableRows, made: &Made) -> &mut TableChanges {
        let same =
            |pending: &PendingTable| pending.table == index && *pending.changes.columns == *made.columns;
        let at = self.tables.iter().rposition(same).unwrap_or_else(|| {
            self.push(index, table, made.columns.to_vec());
            self.tables.len() - 1
        });
        &mut self.tables[at].changes
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
        self.tables.push(PendingTable { table: index, changes });
    }
}
