use crate::clients::{Cell, ColumnKind, NormalError};
use crate::expr::{Value, canonical_json};

/// A value as its column takes it. In a column of numbers a price is one value however it is written; a column of text
/// or JSON has the digits that came.
///
/// # Errors
/// [`NormalError`], where it is nothing that the column could hold.
pub(super) fn cell(kind: ColumnKind, value: &Value) -> Result<Cell, NormalError> {
    match (kind, value) {
        (_, Value::Null) => Ok(Cell::Null),
        // A result of arithmetic that is no number any more: nothing was divided, or it grew too large.
        (_, Value::Num(number)) if !number.is_finite() => Err(NormalError::NotNumber),
        (ColumnKind::Loose(loose), value) => match cell(loose.into(), value)? {
            Cell::Text(text) => loose.text(text),
            other => Ok(other),
        },
        (ColumnKind::Json, value) => Ok(Cell::Text(canonical_json(value))),
        (
            ColumnKind::Integer(_) | ColumnKind::Number | ColumnKind::Float(_),
            Value::Num(_) | Value::Str(_),
        ) => kind.number(&value.to_text()),
        (ColumnKind::Integer(_) | ColumnKind::Number | ColumnKind::Float(_), _) => {
            Err(NormalError::NotNumber)
        }
        (ColumnKind::Bool, Value::Bool(value)) => Ok(Cell::Bool(*value)),
        (ColumnKind::Bool, value) => match value.to_text().as_str() {
            "true" | "1" => Ok(Cell::Bool(true)),
            "false" | "0" => Ok(Cell::Bool(false)),
            _ => Err(NormalError::NotBool),
        },
        (ColumnKind::Array | ColumnKind::Floats(_), Value::Arr(items)) => {
            array_literal(kind, items).map(Cell::Text)
        }
        (ColumnKind::Array | ColumnKind::Floats(_), _) => Err(NormalError::NotList),
        (ColumnKind::Any, Value::Bool(value)) => Ok(Cell::Bool(*value)),
        (ColumnKind::Any, Value::Num(_)) => kind.number(&value.to_text()),
        (ColumnKind::Text | ColumnKind::Any, Value::Arr(_) | Value::Obj(_)) => {
            Ok(Cell::Text(canonical_json(value)))
        }
        (ColumnKind::Text | ColumnKind::Any, value) => Ok(Cell::Text(value.to_text())),
    }
}

/// A list as PostgreSQL reads one from text (<https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO>).
fn array_literal(kind: ColumnKind, items: &[Value]) -> Result<String, NormalError> {
    let element = |item: &Value| {
        Ok(match (kind, item) {
            (_, Value::Null) => "NULL".to_owned(),
            (_, Value::Arr(items)) => array_literal(kind, items)?,
            (_, Value::Num(number)) if !number.is_finite() => return Err(NormalError::NotNumber),
            (ColumnKind::Floats(_), Value::Num(_) | Value::Str(_)) => match kind.number(&item.to_text())? {
                Cell::Number(number) => number,
                _ => return Err(NormalError::NotNumber),
            },
            (_, Value::Bool(_) | Value::Num(_)) => item.to_text(),
            (_, other) => {
                let text = match other {
                    Value::Obj(_) => canonical_json(other),
                    other => other.to_text(),
                };
                format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
            }
        })
    };
    Ok(format!("{{{}}}", items.iter().map(element).collect::<Result<Vec<_>, _>>()?.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::{Float, Loose};
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
        assert_eq!(of(ColumnKind::Integer(4), "\"時価\""), Err(NormalError::NotNumber));
        assert_eq!(of(ColumnKind::Number, "true"), Err(NormalError::NotNumber));
        assert_eq!(of(ColumnKind::Integer(4), "null"), Ok(Cell::Null));
    }

    #[test]
    fn a_column_of_text_or_json_has_the_digits_that_came() {
        for digits in ["1980.0", "1.10", "12345678901234567890123", "1e1000", "-0"] {
            for kind in [ColumnKind::Text, ColumnKind::Json] {
                assert_eq!(of(kind, digits), Ok(Cell::Text(digits.to_owned())));
            }
        }
        assert_eq!(of(ColumnKind::Number, "1e1000"), Ok(Cell::Number("1e1000".to_owned())));
        assert_eq!(of(ColumnKind::Array, "[1.10, 1e1000]"), Ok(Cell::Text("{1.10,1e1000}".to_owned())));
        assert_eq!(
            of(ColumnKind::Loose(Loose::Json), "{\"a\": 1.10}"),
            Ok(Cell::Text("{\"a\":1.10}".to_owned()))
        );
        assert_eq!(of(ColumnKind::Loose(Loose::Json), "1.10"), Err(NormalError::LikeNumber));
        assert_eq!(of(ColumnKind::Loose(Loose::Any), "1.10"), Ok(Cell::Number("1.1".to_owned())));
        assert_eq!(of(ColumnKind::Floats(Float::Double), "[[9007199254740993]]"), Err(NormalError::Inexact));
    }

    #[test]
    fn what_is_no_number_any_more_is_in_no_column() {
        for kind in [ColumnKind::Number, ColumnKind::Text, ColumnKind::Json, ColumnKind::Any] {
            assert_eq!(cell(kind, &Value::from(f64::NAN)), Err(NormalError::NotNumber));
            assert_eq!(cell(kind, &Value::from(f64::INFINITY)), Err(NormalError::NotNumber));
        }
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
