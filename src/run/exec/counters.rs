use indexmap::IndexMap;
use thiserror::Error;

use crate::expr::{JsonError, Value, json_text, parse_json, whole_number};
use crate::secret::cut;

use super::last_object::LastObject;

/// So many characters of a value that is not a count are shown.
const LONGEST_VALUE: usize = 100;

/// The names that mean the same in every summary. An object has them as counters or not at all.
const COUNTED: [&str; 8] =
    ["failed", "total", "picked", "inserted", "updated", "unchanged", "deleted", "skipped"];

/// Why what a process says that it counted cannot be counted.
#[derive(Debug, PartialEq, Eq, Error)]
pub(super) enum CounterError {
    /// A value that is not a count.
    #[error("the counter `{name}` is `{value}`, which is not a whole number of 0 or more")]
    Value { name: String, value: String },
    /// A value that is larger than what is counted.
    #[error("the counter `{name}` is `{value}`, which is more than can be counted")]
    TooGreat { name: String, value: String },
    /// A line of the file that is not a counter.
    #[error("line {line} of the file for counters is `{text}`, which is not NAME=NUMBER")]
    Line { line: usize, text: String },
    /// A file that begins like JSON and is none.
    #[error("the file for counters begins with a brace and is not one JSON object: {0}")]
    Json(#[from] JsonError),
    /// An output that ends with something like an object of counters.
    #[error("the standard output ends with `{name}` in braces, and that is not one JSON object: {reason}")]
    Malformed { name: &'static str, reason: String },
    /// An output that ends with a larger object than is read.
    #[error(
        "the standard output ends with a JSON object of more than 1 MiB: write the counters to the file that \
         JOBNET_METRICS names"
    )]
    TooLarge,
}

/// What a process counted, and what looks like counters and is not counted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counters {
    pub(super) counts: IndexMap<String, u64>,
    pub(super) warning: Option<String>,
}

/// What a process counted: by the file, `NAME=NUMBER` lines or one JSON object, and by a JSON object at the end of its
/// output, of which numbers and the [names that summaries have](COUNTED) are looked at. The last value of a name counts,
/// and the file's before the output's.
pub(super) fn counters(file: &str, last: LastObject) -> Result<Counters, CounterError> {
    let of_file = of_file(file.trim_start_matches('\u{feff}'))?;
    let uncounted = |warning: String| Counters { counts: IndexMap::new(), warning: Some(warning) };
    let mut counters = match last {
        LastObject::Absent => Counters::default(),
        LastObject::Found(object) => Counters { counts: of_object(&object, &of_file)?, warning: None },
        LastObject::Behind(before) => uncounted(format!(
            "the standard output ends with a JSON object behind `{before}`, which is not counted: write the object \
             on a line of its own"
        )),
        LastObject::Malformed { reason, text } => match named(&text) {
            Some(name) if !of_file.contains_key(name) => {
                return Err(CounterError::Malformed { name, reason });
            }
            _ => uncounted(format!(
                "the standard output ends with text in braces that is not one JSON object, and is not counted: {reason}"
            )),
        },
        // Whoever writes the file has its counts there.
        LastObject::TooLarge if of_file.is_empty() => return Err(CounterError::TooLarge),
        LastObject::TooLarge => uncounted(CounterError::TooLarge.to_string()),
    };
    counters.counts.extend(of_file);
    Ok(counters)
}

fn of_file(file: &str) -> Result<IndexMap<String, u64>, CounterError> {
    if file.trim_start().starts_with('{') {
        let Value::Obj(object) = parse_json(file.trim().as_bytes(), None)? else {
            return Ok(IndexMap::new());
        };
        return object.iter().map(|(name, value)| Ok((name.to_string(), count(name, value)?))).collect();
    }
    let mut counters = IndexMap::new();
    for (index, text) in file.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        let parts = text.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
        let Some((name, value)) = parts.filter(|(name, _)| is_name(name)) else {
            return Err(CounterError::Line { line: index + 1, text: text.to_owned() });
        };
        let count = checked(name, value, whole_number(value))?;
        counters.insert(name.to_owned(), count);
    }
    Ok(counters)
}

/// One word: what is quoted, or follows `export`, would be counted under a name that nobody looks at.
fn is_name(text: &str) -> bool {
    let is_foreign = |character: char| {
        character.is_whitespace() || character.is_control() || ['"', '\'', '`'].contains(&character)
    };
    !text.is_empty() && !text.contains(is_foreign)
}

/// The counters of an object that the file does not have.
fn of_object(object: &Value, file: &IndexMap<String, u64>) -> Result<IndexMap<String, u64>, CounterError> {
    let Value::Obj(object) = object else { return Ok(IndexMap::new()) };
    let members = object.iter().map(|(name, value)| (name.to_string(), value));
    let counted = members.filter(|(name, value)| {
        let is_counter = matches!(value, Value::Num(_)) || COUNTED.contains(&name.as_str());
        is_counter && !file.contains_key(name)
    });
    counted.map(|(name, value)| Ok((name.clone(), count(&name, value)?))).collect()
}

/// The first of the [names that summaries have](COUNTED) that a text has as a word of its own.
fn named(text: &str) -> Option<&'static str> {
    let is_word = |word: &str| COUNTED.into_iter().find(|name| *name == word);
    text.split(|character: char| !character.is_alphanumeric() && character != '_').find_map(is_word)
}

fn count(name: &str, value: &Value) -> Result<u64, CounterError> {
    let text = json_text(value);
    checked(name, &text, matches!(value, Value::Num(_)).then(|| whole_number(&text)).flatten())
}

/// A count that is neither missing nor the largest, which stands for all that are too large.
fn checked(name: &str, text: &str, count: Option<u64>) -> Result<u64, CounterError> {
    let (name, value) = (name.to_owned(), cut(text, LONGEST_VALUE));
    match count {
        None => Err(CounterError::Value { name, value }),
        Some(u64::MAX) => Err(CounterError::TooGreat { name, value }),
        Some(count) => Ok(count),
    }
}

#[cfg(test)]
mod tests {
    use super::super::last_object::room;
    use super::*;

    fn last(text: &str) -> LastObject {
        let mut tail = room();
        tail.push(text.as_bytes());
        LastObject::of(tail)
    }

    fn of(file: &str, output: &str) -> Vec<(String, u64)> {
        let counters = counters(file, last(output)).unwrap();
        assert_eq!(counters.warning, None);
        counters.counts.into_iter().collect()
    }

    #[test]
    fn the_last_value_of_a_name_counts() {
        let expected = [("a".to_owned(), 3), ("b".to_owned(), 2)];
        assert_eq!(of("a=1\n\n b = 2 \na=3\n", ""), expected);
        assert_eq!(of("\u{feff}a=3\r\nb=2\r\n", ""), expected);
        assert_eq!(of(r#" {"a": 1, "a": 2}"#, ""), [("a".to_owned(), 2)]);
        assert_eq!(of("\u{feff}{\"a\": 2}", ""), [("a".to_owned(), 2)]);
    }

    #[test]
    fn the_file_wins_over_the_last_object_of_which_numbers_and_names_of_summaries_count() {
        let output = r#"{"b": 8, "a": 7, "status": "ok", "good": true, "errors": ["failed"], "failed": 0}"#;
        let expected = [("b".to_owned(), 8), ("failed".to_owned(), 0), ("a".to_owned(), 1)];
        assert_eq!(of("a=1", output), expected);
        assert_eq!(of("a=1\nfailed=0", r#"{"b": 8, "a": 1.5, "failed": "no"}"#)[0], expected[0]);
        assert_eq!(of("", "done"), []);
        assert_eq!(of("", "[1]"), []);
    }

    #[test]
    fn what_is_not_a_whole_number_is_named() {
        fn fault(file: &str, output: &str) -> String {
            counters(file, last(output)).unwrap_err().to_string()
        }
        let says = |value| format!("the counter `a` is `{value}`, which is not a whole number of 0 or more");
        assert_eq!(fault("a=-1", ""), says("-1"));
        assert_eq!(fault("a=", ""), says(""));
        assert_eq!(fault(r#"{"a": 1.5}"#, ""), says("1.5"));
        assert_eq!(fault(r#"{"a": "1"}"#, ""), says("\"1\""));
        assert_eq!(fault("", r#"{"a": -2}"#), says("-2"));
        assert_eq!(fault("", r#"{"a": -1e1000, "b": 2}"#), says("-1e1000"));
        for name in COUNTED {
            for value in ["\"3\"", "-1", "1.5", "null", "true", "[3]", "{\"of\":3}"] {
                let said =
                    format!("the counter `{name}` is `{value}`, which is not a whole number of 0 or more");
                assert_eq!(fault("b=1", &format!("{{\"{name}\": {value}}}")), said);
            }
        }
        for value in ["1e30", "18446744073709551616"] {
            let said = format!("the counter `failed` is `{value}`, which is more than can be counted");
            assert_eq!(fault(&format!("failed={value}"), ""), said);
            assert_eq!(fault("", &format!("{{\"failed\": {value}}}")), said);
        }
        for line in ["ten items", "=1", "\"failed\"=1", "export failed=1", "fai\0led=1"] {
            let said = format!("line 2 of the file for counters is `{line}`, which is not NAME=NUMBER");
            assert_eq!(fault(&format!("a=1\n{line}"), ""), said);
        }
        assert!(fault("{", "").starts_with("the file for counters begins with a brace"));
    }

    #[test]
    fn what_is_like_counters_and_is_not_counted_is_told() {
        let warning = |file, output| counters(file, last(output)).unwrap().warning.unwrap();
        assert!(warning("", "INFO {\"failed\": 2}").contains("behind `INFO`"));
        assert!(warning("", "{'rows': 2}").contains("not one JSON object"));
        assert!(warning("failed=0", "{'failed': 2}").contains("not one JSON object"));
        let fault = counters("", last("{'failed': 2}")).unwrap_err();
        assert!(matches!(fault, CounterError::Malformed { name: "failed", .. }), "{fault}");
        assert_eq!(counters("", LastObject::TooLarge), Err(CounterError::TooLarge));
        assert!(counters("a=1", LastObject::TooLarge).unwrap().warning.unwrap().contains("more than 1 MiB"));
    }
}
