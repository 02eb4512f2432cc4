use crate::clients::database::cell::Cell;
use crate::clients::database::changes::{Change, TableChanges};
use crate::clients::database::quoted;
use crate::clients::database::session::{Rows, Session, Value};
use crate::clients::database::shape::{Column, UniqueColumn};

impl TableChanges {
    /// The values of a row's key.
    pub(super) fn key_of<'r>(&'r self, row: &'r Change) -> impl Iterator<Item = Value<'r>> {
        self.key.iter().map(|column| Value::Cell(&row.cells[*column]))
    }
}

/// The pieces of statements that name a table's columns and compare its keys with those of a row source.
#[derive(Clone, Copy)]
pub(super) struct Target<'a>(pub(super) &'a TableChanges);

impl<'a> Target<'a> {
    /// The table as it stands in a statement.
    pub(super) fn table(self) -> String {
        self.0.shape.table.quoted()
    }

    /// The table of the keys that runs saw, as it stands in a statement.
    pub(super) fn seen_table(self) -> String {
        self.0.shape.table.seen().quoted()
    }

    /// The column of a place in the rows.
    pub(super) fn column(self, place: usize) -> &'a Column {
        &self.0.shape.columns[self.0.columns[place]]
    }

    /// The cells of a row's key.
    pub(super) fn key_cells(self, row: usize) -> Vec<&'a Cell> {
        self.0.key.iter().map(|column| &self.0.rows[row].cells[*column]).collect()
    }

    /// The keys of rows, as the rows of a statement.
    pub(super) fn keys(self, rows: &[usize]) -> Rows<'a> {
        let values = rows.iter().flat_map(|row| self.0.key_of(&self.0.rows[*row])).collect();
        Rows { width: self.0.key.len(), values }
    }

    /// The columns of the key, quoted.
    pub(super) fn key_names(self) -> Vec<String> {
        self.0.key.iter().map(|place| quoted(&self.column(*place).name)).collect()
    }

    /// The columns of the key of `alias`, as a list.
    pub(super) fn key_of(self, alias: &str) -> String {
        let names = self.key_names().into_iter().map(|name| format!("{alias}.{name}"));
        names.collect::<Vec<_>>().join(", ")
    }

    /// The columns of the key of `alias`, as a list that is compared by the rules by which they are unique: an `in` compares
    /// by those of its left side.
    pub(super) fn compared_key_of(self, alias: &str) -> String {
        let names = self.key_columns().map(|(column, unique)| {
            let name = format!("{alias}.{}", quoted(&column.name));
            match unique.and_then(|unique| unique.collation.as_ref()) {
                Some(collation) => format!("{name} collate {collation}"),
                None => name,
            }
        });
        names.collect::<Vec<_>>().join(", ")
    }

    /// The columns of the key with the rules by which they are unique.
    fn key_columns(self) -> impl Iterator<Item = (&'a Column, Option<&'a UniqueColumn>)> {
        let columns: Vec<&Column> = self.0.key.iter().map(|place| self.column(*place)).collect();
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let unique = self.0.shape.unique_set(&names).unwrap_or_default();
        columns.into_iter().map(|column| (column, unique.iter().find(|unique| unique.name == column.name)))
    }

    /// True where keys are equal to the database only where they are the same.
    pub(super) fn is_key_exact(self) -> bool {
        self.key_columns().all(|(_, unique)| unique.is_some_and(|unique| unique.is_exact))
    }

    /// The values of the key of a row source that has the key's columns first, as the columns take and compare them.
    pub(super) fn key_values<S: Session>(self) -> Vec<String> {
        let value = |(place, (column, unique)): (usize, (&Column, Option<&UniqueColumn>))| {
            let value = S::cast(&format!("r.c{place}"), column);
            match unique.and_then(|unique| unique.collation.as_ref()) {
                Some(collation) => format!("{value} collate {collation}"),
                None => value,
            }
        };
        self.key_columns().enumerate().map(value).collect()
    }

    /// The condition that a row of `alias` has the key of a row source.
    pub(super) fn key_matches<S: Session>(self, alias: &str) -> String {
        let names = self.key_names().into_iter().zip(self.key_values::<S>());
        names.map(|(name, value)| format!("{alias}.{name} = {value}")).collect::<Vec<_>>().join(" and ")
    }
}
