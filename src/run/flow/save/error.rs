use thiserror::Error;

use crate::clients::NormalError;
use crate::expr::EvalError;
use crate::plan::{OWN_COLUMNS, Save, SavedRows};

/// Why a table cannot be saved into.
#[derive(Debug, Error)]
pub(super) enum TableError {
    /// There is none.
    #[error("there is no table {table}; make it, with the columns {columns}")]
    Absent { table: String, columns: String },
    /// A column is not there.
    #[error("table {table} has no column {column}{hint}")]
    NoColumn { table: String, column: String, hint: &'static str },
    /// The database would let two rows of one key be.
    #[error("table {table} may have two rows with the same {key}; give it `primary key ({key})`")]
    NotUnique { table: String, key: String },
}

impl TableError {
    pub(super) fn absent(save: &Save) -> Self {
        let columns: Vec<&str> = match &save.rows {
            SavedRows::Columns(columns) => columns.iter().map(|(name, _)| name.as_str()).collect(),
            SavedRows::Objects(_) => save.key.iter().map(String::as_str).collect(),
        };
        let columns: Vec<&str> = columns.into_iter().chain(OWN_COLUMNS).collect();
        Self::Absent { table: save.table.to_string(), columns: columns.join(", ") }
    }
}

/// An item that makes no row, or a row that cannot be one.
#[derive(Debug)]
pub(super) struct BadRow {
    /// The key that the row would have had, as JSON, with the columns of it that are known; `None` where none is.
    pub(super) key: Option<String>,
    /// Why it cannot be.
    pub(super) error: RowError,
}

/// Why an item makes no row.
#[derive(Debug, Error)]
pub(super) enum RowError {
    /// An expression failed.
    #[error(transparent)]
    Eval(#[from] EvalError),
    /// A value is not one of its column's kind.
    #[error("column {column}: `{value}` is {source}")]
    Value { column: String, value: String, source: NormalError },
    /// A row without its key is like no other.
    #[error("column {0} is part of the key, and has no value")]
    NullKey(String),
    /// Something that has no columns.
    #[error("`rows` gave `{0}`, which is not an object")]
    NotObject(String),
    /// A key that is no column.
    #[error("`rows` gave a row with `{0}`, which is not a column of the table")]
    UnknownColumn(String),
}
