//! Values as JSON text.

use std::collections::BTreeSet;
use std::fmt;

use super::nested::deeper;
use super::notation::Notation;
use super::{Map, Num, Text, Value};

impl Value {
    /// The value as plain text: a string without its quotes, everything else as JSON, numbers digit for digit.
    pub fn to_text(&self) -> String {
        match self {
            Self::Str(text) => text.to_string(),
            other => json_text(other),
        }
    }
}

/// The value as JSON: keys in the order in which they came, no spaces, numbers digit for digit.
pub fn json_text(value: &Value) -> String {
    Writer::of(Notation::AsRead, false).text(value)
}

/// The same of an object with only some of its keys; of anything else the same.
pub fn json_text_of(value: &Value, keys: Option<&BTreeSet<String>>) -> String {
    let mut writer = Writer::of(Notation::AsRead, false);
    match (value, keys) {
        (Value::Obj(map), Some(keys)) => writer.object(map, |key| keys.contains(key.as_str())),
        _ => writer.value(value),
    }
    writer.out
}

/// The value as canonical JSON: keys sorted by code point, no spaces, UTF-8 unescaped, numbers digit for digit.
///
/// Control characters are escaped as RFC 8259 demands, in the short form where there is one.
pub fn canonical_json(value: &Value) -> String {
    Writer::of(Notation::AsRead, true).text(value)
}

/// The text from which an idempotency key is derived, where it is not the canonical JSON itself: in it a number that a
/// double holds exactly is written as that double.
///
/// Other runners of the same APIs build the same keys, so that this must stay the same to the byte for ever.
pub fn key_json(value: &Value) -> Option<String> {
    has_notations(value).then(|| Writer::of(Notation::Key, true).text(value))
}

/// The value as JSON that is the same for equal values, whatever the order of keys and the notation of numbers, and
/// different for others.
pub fn exact_json(value: &Value) -> String {
    Writer::of(Notation::Exact, true).text(value)
}

/// The value as jq's `tojson` writes it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&jq_json(self))
    }
}

fn jq_json(value: &Value) -> String {
    Writer::of(Notation::Jq, false).text(value)
}

/// The value as jq's `tojson` writes it, or as much of it as makes a text of more than so many bytes. Values that share
/// their parts can be written in a text that no memory holds.
pub(in crate::expr) fn jq_json_within(value: &Value, most: usize) -> String {
    Writer { most, ..Writer::of(Notation::Jq, false) }.text(value)
}

/// True where some number in it is not written the same in all notations.
fn has_notations(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Str(_) => false,
        Value::Num(number) => !Notation::is_the_only(number),
        Value::Arr(items) => deeper(|| items.iter().any(has_notations)),
        Value::Obj(map) => deeper(|| map.values().any(has_notations)),
    }
}

struct Writer {
    out: String,
    notation: Notation,
    is_sorted: bool,
    /// Nothing is added to a text of more bytes.
    most: usize,
}

impl Writer {
    fn of(notation: Notation, is_sorted: bool) -> Self {
        Self { out: String::new(), notation, is_sorted, most: usize::MAX }
    }

    fn text(mut self, value: &Value) -> String {
        self.value(value);
        self.out
    }

    fn value(&mut self, value: &Value) {
        if self.out.len() > self.most {
            return;
        }
        match value {
            Value::Null => self.out.push_str("null"),
            Value::Bool(true) => self.out.push_str("true"),
            Value::Bool(false) => self.out.push_str("false"),
            Value::Num(number) => self.number(number),
            Value::Str(text) => self.string(text),
            Value::Arr(items) => deeper(|| {
                self.out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        self.out.push(',');
                    }
                    self.value(item);
                    if self.out.len() > self.most {
                        break;
                    }
                }
                self.out.push(']');
            }),
            Value::Obj(map) => deeper(|| self.object(map, |_| true)),
        }
    }

    fn number(&mut self, number: &Num) {
        self.notation.push(&mut self.out, number);
    }

    fn object(&mut self, map: &Map, keep: impl Fn(&Text) -> bool) {
        let kept = map.iter().filter(|(key, _)| keep(key));
        if self.is_sorted && !map.keys().is_sorted() {
            let mut entries: Vec<_> = kept.collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            self.entries(entries.into_iter());
        } else {
            self.entries(kept);
        }
    }

    fn entries<'v>(&mut self, entries: impl Iterator<Item = (&'v Text, &'v Value)>) {
        self.out.push('{');
        for (index, (key, value)) in entries.enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            self.string(key);
            self.out.push(':');
            self.value(value);
        }
        self.out.push('}');
    }

    fn string(&mut self, text: &str) {
        let is_jq = self.notation == Notation::Jq;
        let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\' && !(is_jq && byte == 0x7f);
        self.out.push('"');
        let mut rest = text;
        while let Some(at) = rest.bytes().position(|byte| !is_plain(byte)) {
            self.out.push_str(&rest[..at]);
            self.escape(rest.as_bytes()[at]);
            // What is escaped is one byte.
            rest = &rest[at + 1..];
        }
        self.out.push_str(rest);
        self.out.push('"');
    }

    fn escape(&mut self, byte: u8) {
        match byte {
            b'"' => self.out.push_str("\\\""),
            b'\\' => self.out.push_str("\\\\"),
            0x08 => self.out.push_str("\\b"),
            0x0c => self.out.push_str("\\f"),
            b'\n' => self.out.push_str("\\n"),
            b'\r' => self.out.push_str("\\r"),
            b'\t' => self.out.push_str("\\t"),
            other => self.out.push_str(&format!("\\u{other:04x}")),
        }
    }
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
        assert_eq!(canonical(r#"["\u0001\n\t\"\\/\u007f"]"#), "[\"\\u0001\\n\\t\\\"\\\\/\u{7f}\"]");
    }

    #[test]
    fn numbers_keep_their_digits() {
        let numbers = "[1,1.0,-2,1.5,1.10,12345678901234567890123,1e1000,-0,-0.0,1E+2]";
        assert_eq!(canonical(numbers), numbers);
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
