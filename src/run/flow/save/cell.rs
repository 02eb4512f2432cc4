use crate::clients::{Cell, ColumnKind, NormalError};
use crate::expr::{Value, canonical_json, text_of};

/// A value as its column takes it: the same for every way to write it, so that a price is one value as text and as number.
///
/// # Errors
/// [`NormalError`], where it is nothing that the column could hold.
pub(super) fn cell(kind: ColumnKind, value: &Value) -> Result<Cell, NormalError> {
    match (kind, value) {
        (_, Value::Null) => Ok(Cell::Null),
        (ColumnKind::Json, value) => Ok(Cell::Text(canonical_json(value))),
        (ColumnKind::Integer(_) | ColumnKind::Number, Value::Num(_) | Value::TStr(_)) => {
            kind.number(&text_of(value))
        }
        (ColumnKind::Integer(_) | ColumnKind::Number, _) => Err(NormalError::NotNumber),
        (ColumnKind::Bool, Value::Bool(value)) => Ok(Cell::Bool(*value)),
        (ColumnKind::Bool, value) => match text_of(value).as_str() {
            "true" | "1" => Ok(Cell::Bool(true)),
            "false" | "0" => Ok(Cell::Bool(false)),
            _ => Err(NormalError::NotBool),
        },
        (ColumnKind::Array, Value::Arr(items)) => Ok(Cell::Text(array_literal(items))),
        (ColumnKind::Array, _) => Err(NormalError::NotList),
        (ColumnKind::Any, Value::Bool(value)) => Ok(Cell::Bool(*value)),
        (ColumnKind::Any, Value::Num(_)) => kind.number(&text_of(value)),
        // A number in a column of text is the text of its shortest form.
        (ColumnKind::Text, Value::Num(_)) => match ColumnKind::Number.number(&text_of(value))? {
            Cell::Number(number) => Ok(Cell::Text(number)),
            other => Ok(other),
        },
        (ColumnKind::Text | ColumnKind::Any, Value::Arr(_) | Value::Obj(_)) => {
            Ok(Cell::Text(canonical_json(value)))
        }
        (ColumnKind::Text | ColumnKind::Any, value) => Ok(Cell::Text(text_of(value))),
    }
}

/// A list as PostgreSQL reads one from text (<https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO>).
fn array_literal(items: &[Value]) -> String {
    let element = |item: &Value| match item {
        Value::Null => "NULL".to_owned(),
        Value::Arr(items) => array_literal(items),
        Value::Bool(_) | Value::Num(_) => text_of(item),
        other => {
            let text = match other {
                Value::Obj(_) => canonical_json(other),
                other => text_of(other),
            };
            format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
        }
    };
    format!("{{{}}}", items.iter().map(element).collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::parse_json;

    fn of(kind: ColumnKind, json: &str) -> Result<Cell, NormalError> {
        cell(kind, &parse_json(json.as_bytes(), None).unwrap())
    }

    #[test]
    fn a_price_is_one_value_as_text_and_as_number() {
        let price = Ok(Cell::Number("1980".to_owned()));
        for json in ["1980", "1980.0", "\"1980\"", "\" 1980.00 \"", "1.98e3"] {
            assert_eq!(of(ColumnKind::Integer(4), json), price, "{json}");
            assert_eq!(of(ColumnKind::Number, json), price, "{json}");
        }
        assert_eq!(of(ColumnKind::Text, "1980.0"), of(ColumnKind::Text, "\"1980\""));
        assert_eq!(of(ColumnKind::Integer(4), "\"時価\""), Err(NormalError::NotNumber));
        assert_eq!(of(ColumnKind::Number, "true"), Err(NormalError::NotNumber));
        assert_eq!(of(ColumnKind::Integer(4), "null"), Ok(Cell::Null));
    }

    #[test]
    fn every_kind_of_column_has_its_values() {
        let text = |text: &str| Ok(Cell::Text(text.to_owned()));
        assert_eq!(of(ColumnKind::Bool, "\"true\""), Ok(Cell::Bool(true)));
        assert_eq!(of(ColumnKind::Bool, "0"), Ok(Cell::Bool(false)));
        assert_eq!(of(ColumnKind::Bool, "2"), Err(NormalError::NotBool));
        assert_eq!(of(ColumnKind::Json, "{\"b\": 1, \"a\": [true]}"), text("{\"a\":[true],\"b\":1}"));
        assert_eq!(of(ColumnKind::Text, "[1, \"x\"]"), text("[1,\"x\"]"));
        assert_eq!(
            of(ColumnKind::Array, "[1, null, \"a,\\\"b\\\\\", [2]]"),
            text("{1,NULL,\"a,\\\"b\\\\\",{2}}")
        );
        assert_eq!(of(ColumnKind::Array, "1"), Err(NormalError::NotList));
        assert_eq!(of(ColumnKind::Any, "1.50"), Ok(Cell::Number("1.5".to_owned())));
        assert_eq!(of(ColumnKind::Any, "\"1.50\""), text("1.50"));
    }
}
