//! The two kinds of rows that have texts to translate.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Entity {
    Field,
    ViewCommon,
}

impl Entity {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::ViewCommon => "view_common",
        }
    }
}

/// The entities that a command is about, as the JSON array which `json_each` reads.
#[derive(Debug, Deserialize)]
pub(crate) struct Entities(Vec<Entity>);

impl Entities {
    pub(crate) fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&self.0)
    }
}
