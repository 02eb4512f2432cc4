use indexmap::IndexMap;
use thiserror::Error;

use crate::expr::{JsonError, Value, json_text, parse_json, whole_number};

/// Why what a process says that it counted cannot be counted.
#[derive(Debug, PartialEq, Eq, Error)]
pub(super) enum CounterError {
    /// A value that is not a count.
    #[error("the counter `{name}` is `{value}`, which is not a whole number of 0 or more")]
    Value { name: String, value: String },
    /// A line of the file that is not a counter.
    #[error("line {line} of the file for counters is `{text}`, which is not NAME=NUMBER")]
    Line { line: usize, text: String },
    /// A file that begins like JSON and is none.
    #[error("the file for counters begins with a brace and is not one JSON object: {0}")]
    Json(#[from] JsonError),
}

/// What a process counted: by the file, `NAME=NUMBER` lines or one JSON object, and by a last line of its output that is
/// a JSON object, of which only the numbers are looked at. The last value of a name counts, and the file's before the
/// output's.
pub(super) fn counters(file: &str, last_line: Option<&str>) -> Result<IndexMap<String, u64>, CounterError> {
    let mut counters = last_line.map_or(Ok(IndexMap::new()), of_line)?;
    if file.trim_start().starts_with('{') {
        let Value::Obj(object) = parse_json(file.trim().as_bytes(), None)? else { return Ok(counters) };
        for (name, value) in object.iter() {
            counters.insert(name.to_string(), count(name, value)?);
        }
        return Ok(counters);
    }
    for (index, text) in file.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        let parts = text.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
        let Some((name, value)) = parts.filter(|(name, _)| !name.is_empty()) else {
            return Err(CounterError::Line { line: index + 1, text: text.to_owned() });
        };
        let count = whole_number(value)
            .ok_or_else(|| CounterError::Value { name: name.to_owned(), value: value.to_owned() })?;
        counters.insert(name.to_owned(), count);
    }
    Ok(counters)
}

fn of_line(line: &str) -> Result<IndexMap<String, u64>, CounterError> {
    // Most programs say something else last.
    let Ok(Value::Obj(object)) = parse_json(line.as_bytes(), None) else {
        return Ok(IndexMap::new());
    };
    let numbers = object.iter().filter(|(_, value)| matches!(value, Value::Num(_)));
    numbers.map(|(name, value)| Ok((name.to_string(), count(name, value)?))).collect()
}

fn count(name: &str, value: &Value) -> Result<u64, CounterError> {
    let text = json_text(value);
    let count = matches!(value, Value::Num(_)).then(|| whole_number(&text)).flatten();
    count.ok_or_else(|| CounterError::Value { name: name.to_owned(), value: text })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(file: &str, last_line: Option<&str>) -> Vec<(String, u64)> {
        counters(file, last_line).unwrap().into_iter().collect()
    }

    #[test]
    fn the_last_value_of_a_name_counts() {
        assert_eq!(of("a=1\n\n b = 2 \na=3\n", None), [("a".to_owned(), 3), ("b".to_owned(), 2)]);
        assert_eq!(of(r#" {"a": 1, "a": 2}"#, None), [("a".to_owned(), 2)]);
    }

    #[test]
    fn the_file_wins_over_the_last_line_of_which_only_numbers_count() {
        let line = r#"{"a": 7, "b": 8, "status": "ok", "good": true}"#;
        assert_eq!(of("a=1", Some(line)), [("a".to_owned(), 1), ("b".to_owned(), 8)]);
        assert_eq!(of("", Some("done")), []);
        assert_eq!(of("", Some("[1]")), []);
    }

    #[test]
    fn what_is_not_a_whole_number_is_named() {
        let fault = |file, line| counters(file, line).unwrap_err().to_string();
        let says = |value| format!("the counter `a` is `{value}`, which is not a whole number of 0 or more");
        assert_eq!(fault("a=-1", None), says("-1"));
        assert_eq!(fault("a=", None), says(""));
        assert_eq!(fault(r#"{"a": 1.5}"#, None), says("1.5"));
        assert_eq!(fault(r#"{"a": "1"}"#, None), says("\"1\""));
        assert_eq!(fault("", Some(r#"{"a": -2}"#)), says("-2"));
        assert_eq!(fault("", Some(r#"{"a": 1e1000, "b": 2}"#)), says("1e1000"));
        assert_eq!(fault("", Some(r#"{"a": 18446744073709551616}"#)), says("18446744073709551616"));
        assert_eq!(
            fault("a=1\nten items", None),
            "line 2 of the file for counters is `ten items`, which is not NAME=NUMBER"
        );
        assert!(fault("{", None).starts_with("the file for counters begins with a brace"));
    }
}
