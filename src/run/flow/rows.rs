use jaq_json::{Map, Num};

use crate::expr::Value;
use crate::plan::Row;
use crate::run::binder::{BindError, Binder};

/// Rows with all their values. One that is left without an optional value is left out, and so is a value in a row.
pub(super) fn bind_rows(rows: &[Row], binder: &Binder<'_>) -> Result<Vec<Value>, BindError> {
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
