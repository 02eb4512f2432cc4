use thiserror::Error;

use crate::diag::{Fault, Span};

use super::ledger::{Entry, Standing};
use super::target::Target;

/// What can be wrong with a spec on every target.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TargetProblem {
    /// A feature that an engine does not have.
    #[error("{target} cannot do `{feature}`: {why}")]
    Impossible {
        /// The engine.
        target: Target,
        /// The feature.
        feature: String,
        /// Why not.
        why: String,
        /// What to do.
        instead: String,
    },
    /// A file whose path only a run knows.
    #[error("stage `{stage}` reads `{written}`, and {target} must be given the file before a run")]
    UnknownPath {
        /// The engine.
        target: Target,
        /// The stage.
        stage: String,
        /// The path as written.
        written: String,
    },
    /// A template of jobnet's own that does not fit what it is given.
    #[error("jobnet's own template for {target} failed: {reason}")]
    Template {
        /// The engine.
        target: Target,
        /// Why.
        reason: String,
    },
}

impl TargetProblem {
    /// The problem that an entry of the ledger is, with its place.
    pub(super) fn of(entry: &Entry) -> Option<(Self, Span)> {
        let Standing::Impossible { why, instead } = &entry.standing else {
            return None;
        };
        let problem = Self::Impossible {
            target: entry.target,
            feature: entry.feature.clone(),
            why: why.clone(),
            instead: instead.clone(),
        };
        Some((problem, entry.place))
    }
}

impl Fault for TargetProblem {
    fn code(&self) -> &'static str {
        match self {
            Self::Impossible { .. } => "impossible-on-target",
            Self::UnknownPath { .. } => "unknown-path",
            Self::Template { .. } => "template",
        }
    }

    fn label(&self) -> String {
        match self {
            Self::Impossible { target, .. } => format!("{target} is a target of this spec"),
            Self::UnknownPath { .. } => "expected a path without secrets".to_owned(),
            Self::Template { .. } => String::new(),
        }
    }

    fn help(&self) -> Option<String> {
        match self {
            Self::Impossible { instead, .. } => Some(instead.clone()),
            Self::UnknownPath { .. } => Some("write the path, or make it a variable".to_owned()),
            Self::Template { .. } => Some("please report it: this is a fault of jobnet".to_owned()),
        }
    }
}
