use super::TableRef;
use super::kind::ColumnKind;

/// What a table is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableShape {
    /// Its name.
    pub table: TableRef,
    /// Its columns, in their order.
    pub columns: Vec<Column>,
    /// The sets of columns of which no two rows may have equal values.
    pub unique: Vec<Vec<String>>,
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
}

impl TableShape {
    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// True where no two rows may have equal values in just these columns.
    pub fn is_unique(&self, columns: &[String]) -> bool {
        self.unique.iter().any(|unique| {
            unique.len() == columns.len() && unique.iter().all(|column| columns.contains(column))
        })
    }
}
