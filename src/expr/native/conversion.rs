//! Values to texts and back.

use crate::expr::value::{LONGEST_TEXT, Num, Value, failed, jq_json_within, parse_json};

use super::{Named, Outcome, type_error};

pub(super) const FUNCTIONS: &[Named] = &[
    ("tojson", 0, |input, _| Ok(to_json(&input))),
    ("tostring", 0, |input, _| Ok(to_text(input))),
    ("fromjson", 0, |input, _| from_json(&input)),
    ("tonumber", 0, |input, _| to_number(input)),
    ("toboolean", 0, |input, _| to_boolean(&input)),
    ("ascii_downcase", 0, |input, _| in_case(&input, str::to_ascii_lowercase)),
    ("ascii_upcase", 0, |input, _| in_case(&input, str::to_ascii_uppercase)),
    ("explode", 0, |input, _| {
        let text = input.as_str().ok_or_else(|| failed("explode input must be a string"))?;
        Ok(text.chars().map(|character| Value::from(i64::from(u32::from(character)))).collect())
    }),
    ("implode", 0, |input, _| implode(&input)),
    ("have_decnum", 0, |_, _| Ok(Value::Bool(true))),
    ("have_literal_numbers", 0, |_, _| Ok(Value::Bool(true))),
];

/// A text as it is, everything else as JSON.
pub(super) fn to_text(value: Value) -> Value {
    match value {
        Value::Str(_) => value,
        other => to_json(&other),
    }
}

/// JSON. One byte more than a text may have ends the evaluation.
pub(super) fn to_json(value: &Value) -> Value {
    Value::from(jq_json_within(value, LONGEST_TEXT))
}

fn from_json(value: &Value) -> Outcome {
    let text = value.as_str().ok_or_else(|| type_error(value, "only strings can be parsed"))?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if let Some(number) = not_finite(text) {
        return Ok(number);
    }
    match text {
        "" => Err(failed(format!("Expected JSON value (while parsing '{text}')"))),
        text => parse_json(text.as_bytes(), None)
            .map_err(|error| failed(format!("{error} (while parsing '{text}')"))),
    }
}

/// The number of a text, or a number itself.
pub(in crate::expr) fn to_number(value: Value) -> Outcome {
    match &value {
        Value::Num(_) => Ok(value),
        Value::Str(text) => match Num::parse(text) {
            Some(number) => Ok(Value::Num(number)),
            None => not_finite(text).ok_or_else(|| type_error(&value, "cannot be parsed as a number")),
        },
        _ => Err(type_error(&value, "cannot be parsed as a number")),
    }
}

/// The numbers that JSON does not have, by the names that jq reads.
fn not_finite(text: &str) -> Option<Value> {
    let negative = text.starts_with('-');
    let name = text.strip_prefix(['-', '+']).unwrap_or(text);
    let number = match name.to_ascii_lowercase().as_str() {
        "nan" | "snan" => f64::NAN,
        "inf" | "infinity" if negative => f64::NEG_INFINITY,
        "inf" | "infinity" => f64::INFINITY,
        _ => return None,
    };
    Some(Value::from(number))
}

fn to_boolean(value: &Value) -> Outcome {
    match value {
        Value::Bool(_) => Ok(value.clone()),
        Value::Str(text) if text == "true" => Ok(Value::Bool(true)),
        Value::Str(text) if text == "false" => Ok(Value::Bool(false)),
        _ => Err(type_error(value, "cannot be parsed as a boolean")),
    }
}

fn in_case(value: &Value, change: fn(&str) -> String) -> Outcome {
    let text = value.as_str().ok_or_else(|| failed("explode input must be a string"))?;
    Ok(Value::from(change(text)))
}

/// The text of code points. What is none, or half of a surrogate pair, becomes U+FFFD.
fn implode(value: &Value) -> Outcome {
    let Value::Arr(points) = value else { return Err(failed("implode input must be an array")) };
    let mut text = String::with_capacity(points.len());
    for point in points.iter() {
        let number = match point {
            Value::Num(number) if !number.as_f64().is_nan() => number.as_f64(),
            _ => return Err(type_error(point, "can't be imploded, unicode codepoint needs to be numeric")),
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a fraction is left out, and a cast of a float saturates"
        )]
        let point = u32::try_from(number as i64).ok().and_then(char::from_u32);
        text.push(point.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    Ok(Value::from(text))
}
