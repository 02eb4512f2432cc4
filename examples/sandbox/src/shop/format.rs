//! The two ways of writing lists.

use serde::Deserialize;
use serde_json::{Value, json};

/// The parameter `formatVersion`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) enum Format {
    /// Every entry of a list is in an object of its own: `{"Item": {…}}`.
    #[default]
    #[serde(rename = "1")]
    Wrapped,
    /// It is not.
    #[serde(rename = "2")]
    Plain,
}

impl Format {
    pub(super) fn entry(self, name: &str, value: impl Into<Value>) -> Value {
        match self {
            Self::Wrapped => json!({ name: value.into() }),
            Self::Plain => value.into(),
        }
    }
}
