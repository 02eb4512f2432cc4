use crate::clients::Cell;
use crate::expr::{Bindings, Filter};
use crate::run::flow::next::PageMark;
use crate::run::flow::pages::Page;

use super::error::{BadRow, RowError};
use super::table::{Made, TableRows};

/// Makes the rows of pages.
pub(super) struct Builder {
    pub(super) select: Option<Filter>,
    pub(super) tables: Vec<TableRows>,
}

/// The rows of a page.
pub(super) struct Built {
    /// How many items were picked.
    pub(super) picked: u64,
    /// Items that make no row, or a row that cannot be one: why, each.
    pub(super) failures: Vec<String>,
    /// For each table its rows, each with the place of its item on the page.
    pub(super) rows: Vec<Vec<(Made, usize)>>,
    /// How many items there are on the page.
    pub(super) items: usize,
    /// The row of `for_each` that the page is of.
    pub(super) row: Option<u64>,
    /// The page's number.
    pub(super) page: u32,
    /// The manifest's line.
    pub(super) kept: Option<String>,
    /// Where the page after it is.
    pub(super) next: Option<PageMark>,
}

impl Builder {
    /// The rows of a page. An item on which an expression fails, or of whose rows one cannot be, is told with its place,
    /// and costs nothing but itself.
    pub(super) fn build(&self, page: Page) -> Built {
        let mut built = Built {
            picked: 0,
            failures: Vec::new(),
            rows: self.tables.iter().map(|_| Vec::with_capacity(page.items.len())).collect(),
            items: page.items.len(),
            row: page.row,
            page: page.number,
            kept: page.kept,
            next: page.next,
        };
        let constants: Vec<_> = self.tables.iter().map(|table| table.constants(&page.bindings)).collect();
        for (index, item) in page.items.into_iter().enumerate() {
            let chosen = self.select.as_ref().map_or(Ok(true), |select| select.holds(&item, &page.bindings));
            let fail = |failures: &mut Vec<String>, key: Option<&str>, error: &RowError| {
                let key = key.map(|key| format!(", key {key}")).unwrap_or_default();
                failures.push(format!("{}{key}: {error}", place(index, page.number, page.row)));
            };
            match chosen {
                Ok(false) => continue,
                Ok(true) => built.picked += 1,
                Err(error) => {
                    built.picked += 1;
                    fail(&mut built.failures, None, &error.into());
                    continue;
                }
            }
            // What is counted are items: one of which several rows cannot be failed once.
            let mut first_bad = None;
            for ((table, constants), rows) in self.tables.iter().zip(&constants).zip(&mut built.rows) {
                table.make(&item, constants, &page.bindings, |made| match made {
                    Ok(made) => rows.push((made, index)),
                    Err(bad) => {
                        first_bad.get_or_insert(bad);
                    }
                });
            }
            if let Some(BadRow { key, error }) = first_bad {
                fail(&mut built.failures, key.as_deref(), &error);
            }
        }
        built
    }

    /// The scope that a table's rows of an answer have; `None` where the table has none.
    ///
    /// # Errors
    /// [`RowError`].
    pub(super) fn scope(
        &self,
        table: usize,
        bindings: &Bindings,
    ) -> Result<Option<Vec<(usize, Cell)>>, RowError> {
        let table = &self.tables[table];
        table.replaces().then(|| table.scope(bindings)).transpose()
    }
}

/// Where an item was found, which is counted from 0.
pub(super) fn place(item: usize, page: u32, row: Option<u64>) -> String {
    let row = row.map(|row| format!(" of row {row}")).unwrap_or_default();
    format!("item {} of page {page}{row}", item + 1)
}
