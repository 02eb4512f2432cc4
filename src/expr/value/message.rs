//! The words of jq's errors.

use super::Value;
use super::write::jq_json_within;

/// An error of an expression.
#[derive(Debug, Clone)]
pub struct Error(Value);

impl Error {
    /// An error with the value that `catch` sees.
    pub(in crate::expr) fn new(value: Value) -> Self {
        Self(value)
    }

    /// The value that `catch` sees.
    pub(in crate::expr) fn into_value(self) -> Value {
        self.0
    }
}

/// What an operation gives.
pub(in crate::expr) type Outcome = Result<Value, Error>;

/// A value's text is cut in messages beyond so many bytes.
const SHOWN: usize = 29;

/// An error that is a text.
pub(in crate::expr) fn failed(message: impl Into<String>) -> Error {
    Error::new(Value::from(message.into()))
}

/// A value as messages show it: its type and the beginning of its text.
pub(in crate::expr) fn shown(value: &Value) -> String {
    format!("{} ({})", value.type_name(), value.cut_text())
}

/// So many keys of an object are named.
const NAMED: usize = 12;

impl Value {
    /// The value's kind, size and keys in words, without its contents: they may be about a person.
    pub fn described(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Num(_) => "a number".to_owned(),
            Self::Str(text) if text.is_empty() => "an empty text".to_owned(),
            Self::Str(_) => "a text".to_owned(),
            Self::Arr(items) if items.is_empty() => "an empty list".to_owned(),
            Self::Arr(items) => format!("a list of {}", items.len()),
            Self::Obj(map) if map.is_empty() => "an empty object".to_owned(),
            Self::Obj(map) => {
                let keys: Vec<String> = map.keys().take(NAMED).map(|key| format!("`{key}`")).collect();
                let more = if map.len() > NAMED { ", …" } else { "" };
                format!("an object with {}{more}", keys.join(", "))
            }
        }
    }

    /// The beginning of the value's JSON, with its last delimiter.
    pub(in crate::expr) fn cut_text(&self) -> String {
        let mut text = jq_json_within(self, SHOWN);
        if text.len() > SHOWN {
            let delimiter = match self {
                Self::Str(_) => Some('"'),
                Self::Arr(_) => Some(']'),
                Self::Obj(_) => Some('}'),
                Self::Null | Self::Bool(_) | Self::Num(_) => None,
            };
            let kept = SHOWN - "...".len() - usize::from(delimiter.is_some());
            text.truncate(text.floor_char_boundary(kept));
            text.push_str("...");
            text.extend(delimiter);
        }
        text
    }
}

pub(in crate::expr) fn cannot_index(value: &Value, index: &Value) -> Error {
    failed(format!("Cannot index {} with {}", value.type_name(), shown(index)))
}

pub(in crate::expr) fn cannot_iterate(value: &Value) -> Error {
    failed(format!("Cannot iterate over {}", shown(value)))
}

pub(in crate::expr) fn cannot_be(left: &Value, right: &Value, done: &str) -> Error {
    failed(format!("{} and {} cannot be {done}", shown(left), shown(right)))
}

pub(super) fn not_slice_indices() -> Error {
    failed("Array/string slice indices must be integers")
}
