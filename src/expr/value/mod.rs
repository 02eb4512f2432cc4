//! The values of expressions: JSON whose numbers keep the digits that they came with.
//!
//! jq 1.8 is the reference for all that an expression can see: arithmetic, order, indices, updates, messages.

mod access;
mod arithmetic;
mod message;
mod nested;
mod notation;
mod number;
mod order;
mod path;
mod read;
mod search;
mod surrogates;
mod write;

use std::sync::Arc;

use arcstr::ArcStr;
use indexmap::IndexMap;

pub(super) use message::{Error, Outcome, cannot_be, failed, shown};
pub use nested::Nested;
pub(super) use nested::{Bounds, Excess};
pub use number::Num;
pub use read::{Json, JsonError, Projection, parse_json, read_json};
pub(super) use write::jq_json_within;
pub use write::{canonical_json, exact_json, json_text, json_text_of, key_json};

/// A text, cheap to clone.
pub type Text = ArcStr;

/// The entries of an object, in the order in which they came.
pub type Map = IndexMap<Text, Value, foldhash::fast::RandomState>;

/// The longest text that an expression may make, in bytes.
pub(super) const LONGEST_TEXT: usize = 256 << 20;

/// How many values one evaluation may put into arrays and objects.
pub(super) const MOST_VALUES: usize = 10_000_000;

/// A JSON value, cheap to clone.
#[derive(Debug, Clone, Default)]
pub enum Value {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Num(Num),
    /// A string.
    Str(Text),
    /// An array.
    Arr(Arc<Nested<Vec<Self>>>),
    /// An object.
    Obj(Arc<Nested<Map>>),
}

// A page holds millions of them.
#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<Value>() == 16);

impl Value {
    /// An object with these entries.
    pub fn object(entries: Map) -> Self {
        Self::Obj(Nested::new(entries))
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// True for all but null and false.
    pub fn is_true(&self) -> bool {
        !matches!(self, Self::Null | Self::Bool(false))
    }

    /// The type's name in jq.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Num(_) => "number",
            Self::Str(_) => "string",
            Self::Arr(_) => "array",
            Self::Obj(_) => "object",
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Num(Num::Int(value))
    }
}

impl From<isize> for Value {
    fn from(value: isize) -> Self {
        Self::from(value as i64)
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Self {
        Self::Num(i64::try_from(value).map_or(Num::Double(f64::INFINITY), Num::Int))
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Num(Num::Double(value))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Str(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Str(text.into())
    }
}

impl FromIterator<Self> for Value {
    fn from_iter<I: IntoIterator<Item = Self>>(items: I) -> Self {
        Self::Arr(Nested::new(items.into_iter().collect()))
    }
}
