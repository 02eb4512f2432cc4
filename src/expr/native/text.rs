//! Texts: their parts and ends.

use crate::expr::value::{Value, failed};

use super::{Named, Outcome, argument, type_error};

pub(super) const FUNCTIONS: &[Named] = &[
    ("startswith", 1, |input, arguments| {
        ends(&input, arguments, "startswith", |text, end| text.starts_with(end))
    }),
    ("endswith", 1, |input, arguments| ends(&input, arguments, "endswith", |text, end| text.ends_with(end))),
    ("trim", 0, |input, _| trimmed(&input, |text| text.trim_matches(is_space))),
    ("ltrim", 0, |input, _| trimmed(&input, |text| text.trim_start_matches(is_space))),
    ("rtrim", 0, |input, _| trimmed(&input, |text| text.trim_end_matches(is_space))),
    ("utf8bytelength", 0, |input, _| match &input {
        Value::Str(text) => Ok(Value::from(text.len())),
        _ => Err(type_error(&input, "only strings have UTF-8 byte length")),
    }),
    ("split", 1, |input, arguments| match (&input, argument(arguments, 0)) {
        (Value::Str(_), separator @ Value::Str(_)) => input / separator.clone(),
        _ => Err(failed("split input and separator must be strings")),
    }),
];

fn ends(input: &Value, arguments: &[Value], name: &str, test: fn(&str, &str) -> bool) -> Outcome {
    match (input.as_str(), argument(arguments, 0).as_str()) {
        (Some(text), Some(end)) => Ok(Value::Bool(test(text, end))),
        _ => Err(failed(format!("{name}() requires string inputs"))),
    }
}

fn trimmed(input: &Value, trim: fn(&str) -> &str) -> Outcome {
    let text = input.as_str().ok_or_else(|| failed("trim input must be a string"))?;
    Ok(Value::from(trim(text)))
}

/// The blanks of Unicode's property White_Space.
fn is_space(character: char) -> bool {
    character.is_whitespace()
}
