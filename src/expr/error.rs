use std::ops::Range;

use thiserror::Error;

/// Why an expression or a template cannot be used; `range` counts bytes in its text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct ExprError {
    /// What is wrong, in one line.
    pub message: String,
    /// Which bytes of the text are meant.
    pub range: Range<usize>,
    /// What was expected there.
    pub expected: String,
    /// What to do.
    pub help: Option<String>,
}

/// An expression that failed on a value, or gave something that cannot stand where it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EvalError {
    /// jq's own error: an index into the wrong type, `error("…")`, a division by zero.
    #[error("`{filter}` failed: {message}")]
    Failed {
        /// The expression's text.
        filter: String,
        /// jq's message.
        message: String,
    },
    /// The expression put nothing out where a value is needed.
    #[error("`{filter}` gave no value")]
    Empty {
        /// The expression's text.
        filter: String,
    },
    /// The expression put out several values where one is needed.
    #[error(
        "`{filter}` gave more than one value, expected one: `[{filter}]` is a list of them, `first({filter})` the first"
    )]
    Several {
        /// The expression's text.
        filter: String,
    },
    /// The expression put out a value of the wrong type.
    #[error("`{filter}` gave {found}, expected {expected}")]
    WrongType {
        /// The expression's text.
        filter: String,
        /// The value that it gave, whole.
        found: String,
        /// What can stand here.
        expected: &'static str,
    },
    /// The stage's time was up, or the run was told to stop, before it ended.
    #[error("`{filter}` was interrupted before its end")]
    Interrupted {
        /// The expression's text.
        filter: String,
    },
}
