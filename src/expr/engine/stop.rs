use std::fmt;
use std::sync::Arc;

use crate::expr::value::{Error, Value};

/// How many calls may be under way one within the other.
pub(super) const DEEPEST: u32 = 50_000;

/// How deep arrays and objects of an output may stand in each other.
pub(super) const DEEPEST_OUTPUT: usize = 1000;

/// Says whether evaluations that are under way are to end. By default they are not.
#[derive(Clone, Default)]
pub struct Interrupt(Option<Arc<dyn Fn() -> bool + Send + Sync>>);

impl Interrupt {
    /// Evaluations end once `is_due` says so; it is asked all the time.
    pub fn when(is_due: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(is_due)))
    }

    pub(super) fn is_due(&self) -> bool {
        self.0.as_ref().is_some_and(|is_due| is_due())
    }
}

impl fmt::Debug for Interrupt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Interrupt(…)" } else { "Interrupt" })
    }
}

/// Why an evaluation, or a part of it, ended before its last output.
#[derive(Debug, Clone)]
pub(in crate::expr) enum Halt {
    /// An error, with the value that `catch` sees.
    Error(Value),
    /// `break` to the label of this number; no more outputs are wanted.
    Break(u64),
    /// An error that came from behind the `try` that sees it, which keeps it.
    Beyond,
    /// A bound of the evaluator, which nothing catches.
    Limit(Limit),
}

/// What an expression may not exceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::expr) enum Limit {
    /// [`DEEPEST`].
    #[error("it calls itself more than 50,000 times deep: let it end with the call, or use reduce")]
    Depth,
    /// [`MOST_VALUES`](crate::expr::value::MOST_VALUES).
    #[error("it puts more than 10 million values together: take fewer at once")]
    Values,
    /// [`DEEPEST_OUTPUT`].
    #[error("it gives arrays and objects that stand in each other more than 1,000 levels deep")]
    Output,
    /// [`LONGEST_TEXT`](crate::expr::value::LONGEST_TEXT).
    #[error("it makes a text of more than 256 MiB: take less at once")]
    Text,
    /// [`Interrupt`].
    #[error("it was interrupted")]
    Interrupted,
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Error(error.into_value())
    }
}
