use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use jaq_json::{Map, Num};

use super::Value;

/// The value as canonical JSON: keys sorted by code point, no spaces, UTF-8 unescaped.
///
/// This is the text that is sent and from which an idempotency key is derived, so that it must stay the same to the
/// byte for ever. Control characters are escaped as RFC 8259 demands, in the short form where there is one.
pub fn canonical_json(value: &Value) -> String {
    let mut text = String::new();
    write_value(&mut text, value);
    text
}

/// The same of an object with only some of its keys; of anything else the same.
pub fn canonical_json_of(value: &Value, keys: Option<&BTreeSet<String>>) -> String {
    let mut text = String::new();
    match (value, keys) {
        (Value::Obj(map), Some(keys)) => write_object(&mut text, map, |key| keys.contains(key)),
        _ => write_value(&mut text, value),
    }
    text
}

fn write_value(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Num(number) => write_number(out, number),
        Value::BStr(bytes) | Value::TStr(bytes) => write_string(out, &String::from_utf8_lossy(bytes)),
        Value::Arr(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_value(out, item);
            }
            out.push(']');
        }
        Value::Obj(map) => write_object(out, map, |_| true),
    }
}

fn write_object(out: &mut String, map: &Map, keep: impl Fn(&str) -> bool) {
    let mut entries: Vec<(Cow<'_, str>, &Value)> =
        map.iter().map(|(key, value)| (key_text(key), value)).collect();
    entries.retain(|(key, _)| keep(key));
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    out.push('{');
    for (index, (key, value)) in entries.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_string(out, &key);
        out.push(':');
        write_value(out, value);
    }
    out.push('}');
}

/// jq's objects may have keys that JSON cannot have (`{(1): 2}`); they are written as their text.
fn key_text(key: &Value) -> Cow<'_, str> {
    match key {
        Value::BStr(bytes) | Value::TStr(bytes) => String::from_utf8_lossy(bytes),
        other => Cow::Owned(other.to_string()),
    }
}

fn write_number(out: &mut String, number: &Num) {
    match number {
        // JSON has no word for these; jq writes null too.
        Num::Float(float) if !float.is_finite() => out.push_str("null"),
        Num::Float(float) => {
            out.push_str(&serde_json::Number::from_f64(*float).map_or_else(String::new, |n| n.to_string()));
        }
        other => {
            let _ = write!(out, "{other}");
        }
    }
}

fn write_string(out: &mut String, text: &str) {
    // A string always serialises.
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::expr::parse_json;

    fn canonical(json: &str) -> String {
        canonical_json(&parse_json(json.as_bytes(), None).unwrap())
    }

    #[test]
    fn keys_are_sorted_at_every_depth_and_text_is_not_escaped() {
        assert_eq!(
            canonical(r#"{"b": [1, {"z": 1, "a": "取引先"}], "a": null}"#),
            r#"{"a":null,"b":[1,{"a":"取引先","z":1}]}"#
        );
    }

    #[test]
    fn control_characters_take_the_short_escape() {
        assert_eq!(canonical(r#"["\u0001\n\t\"\\/"]"#), r#"["\u0001\n\t\"\\/"]"#);
    }

    #[test]
    fn numbers_keep_their_kind() {
        assert_eq!(canonical("[1,1.0,-2,1.5,12345678901234567890]"), "[1,1.0,-2,1.5,12345678901234567890]");
    }

    proptest! {
        #[test]
        fn canonical_text_reads_back_and_is_a_fixed_point(keys in proptest::collection::vec(".{0,6}", 0..6), number: i64) {
            let object: serde_json::Map<_, _> = keys.iter().map(|key| (key.clone(), serde_json::json!([number, key]))).collect();
            let text = serde_json::to_string(&object).unwrap();
            let once = canonical(&text);
            prop_assert_eq!(&canonical(&once), &once);
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&once).unwrap(), serde_json::Value::Object(object));
        }
    }
}
