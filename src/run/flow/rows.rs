use std::sync::Arc;
use std::vec::IntoIter;

use jaq_json::{Map, Num};

use crate::expr::{LateError, Value};
use crate::plan::{self, Row};
use crate::run::binder::{BindError, Binder};
use crate::run::files::OpenFile;

use super::lines::Lines;

/// The rows for each of which the items are read, with all values.
pub(super) enum Rows {
    Values(IntoIter<Value>),
    File(String),
}

impl Rows {
    pub(super) fn bind(rows: &plan::Rows, binder: &Binder<'_>) -> Result<Self, BindError> {
        match rows {
            plan::Rows::Values(rows) => Ok(Self::Values(bind_rows(rows, binder)?.into_iter())),
            plan::Rows::Lines(file) => match binder.text("lines", file)? {
                Some(file) => Ok(Self::File(file)),
                None => Err(BindError::Value {
                    place: format!("{}.lines", binder.place),
                    source: LateError::Absent("an optional name in it".to_owned()),
                }),
            },
        }
    }

    /// Begins with the first.
    pub(super) fn open(self, open: &OpenFile) -> RowReader {
        match self {
            Self::Values(rows) => RowReader::Values(rows),
            Self::File(name) => RowReader::Lines(Lines::of(name, Arc::clone(open))),
        }
    }
}

/// Gives out rows one by one.
pub(super) enum RowReader {
    Values(IntoIter<Value>),
    Lines(Lines),
}

impl RowReader {
    /// The next row; `None` after the last.
    ///
    /// # Errors
    /// Why there is none: those after it are unknown.
    pub(super) async fn next(&mut self) -> Result<Option<Value>, String> {
        match self {
            Self::Values(rows) => Ok(rows.next()),
            Self::Lines(lines) => lines.next().await,
        }
    }
}

/// Rows with all their values. One that is left without an optional value is left out, and so is a value in a row.
fn bind_rows(rows: &[Row], binder: &Binder<'_>) -> Result<Vec<Value>, BindError> {
    rows.iter().filter_map(|row| bind(row, binder).transpose()).collect()
}

fn bind(row: &Row, binder: &Binder<'_>) -> Result<Option<Value>, BindError> {
    Ok(Some(match row {
        Row::Bool(value) => Value::Bool(*value),
        Row::Int(value) => Value::Num(Num::from_integral(*value)),
        Row::Float(value) => Value::Num(Num::Float(*value)),
        Row::Text(text) => match binder.text("values", text)? {
            Some(text) => Value::utf8_str(text.into_bytes()),
            None => return Ok(None),
        },
        Row::List(values) => Value::Arr(bind_rows(values, binder)?.into()),
        Row::Map(values) => {
            let mut map = Map::default();
            for (name, value) in values {
                if let Some(value) = bind(value, binder)? {
                    map.insert(Value::utf8_str(name.clone().into_bytes()), value);
                }
            }
            Value::obj(map)
        }
    }))
}
