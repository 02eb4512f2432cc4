use super::TableRef;
use super::kind::ColumnKind;
use super::storage::Storage;

/// What a table is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableShape {
    /// Its name.
    pub table: TableRef,
    /// Its columns, in their order.
    pub columns: Vec<Column>,
    /// The sets of columns of which no two rows may have equal values, the primary key first.
    pub unique: Vec<Vec<UniqueColumn>>,
}

/// A column of a set that is unique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UniqueColumn {
    /// Its name.
    pub name: String,
    /// The collation by which it is unique, as it stands in a statement, where that is not surely what its type alone says.
    pub collation: Option<String>,
    /// Its values are equal only where their texts are the same.
    pub is_exact: bool,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type as the database writes it.
    pub sql_type: String,
    /// What it holds.
    pub kind: ColumnKind,
    /// What it makes of what it is given.
    pub storage: Storage,
}

impl TableShape {
    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The set of just these columns that is unique.
    pub fn unique_set<N: AsRef<str>>(&self, columns: &[N]) -> Option<&[UniqueColumn]> {
        let is_named = |unique: &UniqueColumn| columns.iter().any(|name| name.as_ref() == unique.name);
        let sets = self.unique.iter().map(Vec::as_slice);
        sets.into_iter().find(|unique| unique.len() == columns.len() && unique.iter().all(is_named))
    }
}
