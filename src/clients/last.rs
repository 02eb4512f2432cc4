use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How a run of a stage ended, as it is remembered until the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastRun {
    /// The run: a text that no other run has.
    pub run: String,
    /// How it ended, in a word.
    pub outcome: String,
    /// When.
    pub ended_at: Timestamp,
}
