use crate::clients::database::changes::TableChanges;
use crate::clients::database::quoted;
use crate::clients::database::session::Session;
use crate::clients::database::shape::Column;

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

    /// The columns of the key, quoted.
    pub(super) fn key_names(self) -> Vec<String> {
        self.0.key.iter().map(|place| quoted(&self.column(*place).name)).collect()
    }

    /// The columns of the key of `alias`, as a list.
    pub(super) fn key_of(self, alias: &str) -> String {
        let names = self.key_names().into_iter().map(|name| format!("{alias}.{name}"));
        names.collect::<Vec<_>>().join(", ")
    }

    /// The values of the key of a row source that has the key's columns first, as the columns take them.
    pub(super) fn key_values<S: Session>(self) -> Vec<String> {
        let key = self.0.key.iter().enumerate();
        key.map(|(place, column)| S::cast(&format!("r.c{place}"), self.column(*column))).collect()
    }

    /// The condition that a row of `alias` has the key of a row source.
    pub(super) fn key_matches<S: Session>(self, alias: &str) -> String {
        let names = self.key_names().into_iter().zip(self.key_values::<S>());
        names.map(|(name, value)| format!("{alias}.{name} = {value}")).collect::<Vec<_>>().join(" and ")
    }
}
