use std::collections::{BTreeSet, HashMap};
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

    /// The number of the row that an item was read for, from 1; 0 where there are no rows.
    pub(super) fn row_of(&self, item: usize) -> u64 {
        self.page_of(item).2.unwrap_or(0)
    }

    /// The numbers of the rows that there are items of.
    pub(super) fn rows(&self) -> impl Iterator<Item = u64> {
        self.pages.iter().map(|(.., row)| row.unwrap_or(0))
    }

    fn page_of(&self, item: usize) -> (usize, u32, Option<u64>) {
        let after = self.pages.partition_point(|(first, ..)| *first <= item);
        self.pages.get(after.saturating_sub(1)).copied().unwrap_or_default()
    }

    /// The place of an item, in words.
    pub(super) fn of(&self, item: usize) -> String {
        let (first, page, row) = self.page_of(item);
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
    pub(super) fn into_changes(mut self) -> (Vec<TableChanges>, Places) {
        self.keep_rows_of_others();
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

    /// Removes nothing for these rows of `for_each`: what was refused of them is not among the rows that stay.
    pub(super) fn keep_rows_of(&mut self, rows: &BTreeSet<u64>) {
        for table in &mut self.tables {
            table.changes.removals.retain(|removal| !rows.contains(&removal.row));
        }
    }

    /// Rows of `for_each` may have one scope: what is written for one of them stays for the others.
    fn keep_rows_of_others(&mut self) {
        let rows: BTreeSet<u64> = self.places.rows().collect();
        if rows.len() < 2 {
            return;
        }
        for at in 0..self.tables.len() {
            let mut removals = std::mem::take(&mut self.tables[at].changes.removals);
            if let Some(first) = removals.first() {
                let columns: Vec<usize> = first.scope.iter().map(|(column, _)| *column).collect();
                let written = self.written_by_scope(self.tables[at].table, &columns);
                for removal in &mut removals {
                    let scope: Vec<&Cell> = removal.scope.iter().map(|(_, cell)| cell).collect();
                    let others =
                        written.get(&scope).into_iter().flatten().filter(|(row, _)| *row != removal.row);
                    removal.keep.extend(others.map(|(_, key)| key.clone()));
                }
            }
            self.tables[at].changes.removals = removals;
        }
    }

    /// The keys of the rows of a table by the values of these columns, each with the number of its row of `for_each`.
    fn written_by_scope(
        &self,
        table: usize,
        columns: &[usize],
    ) -> HashMap<Vec<&Cell>, Vec<(u64, Vec<Cell>)>> {
        let mut written: HashMap<_, Vec<_>> = HashMap::new();
        for changes in self.tables.iter().filter(|of| of.table == table).map(|of| &of.changes) {
            let place = |column: &usize| changes.columns.iter().position(|known| known == column);
            let Some(places) = columns.iter().map(place).collect::<Option<Vec<_>>>() else { continue };
            for row in &changes.rows {
                let scope = places.iter().map(|place| &row.cells[*place]).collect();
                let key = changes.key.iter().map(|place| row.cells[*place].clone()).collect();
                written.entry(scope).or_default().push((self.places.row_of(row.item), key));
            }
        }
        written
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
