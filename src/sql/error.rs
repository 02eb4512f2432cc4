use std::ops::Range;

use thiserror::Error;

/// Why a text cannot be split: something in it is opened and never closed.
///
/// `range` is what opens it, in bytes of the text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SqlError {
    /// A string without its closing quote.
    #[error("this string is never closed")]
    UnclosedString {
        /// The opening quote with its prefix.
        range: Range<usize>,
    },
    /// A quoted name without its closing quote.
    #[error("this quoted name is never closed")]
    UnclosedName {
        /// The opening quote.
        range: Range<usize>,
    },
    /// A `$tag$` without its second.
    #[error("this dollar-quoted string is never closed")]
    UnclosedDollarQuote {
        /// The opening `$tag$`.
        range: Range<usize>,
    },
    /// A `/*` without its `*/`. SQLite would let it end with the text, which hides statements as easily.
    #[error("this comment is never closed")]
    UnclosedComment {
        /// The opening `/*`.
        range: Range<usize>,
    },
}

impl SqlError {
    /// Which bytes of the text are meant.
    pub fn range(&self) -> Range<usize> {
        match self {
            Self::UnclosedString { range }
            | Self::UnclosedName { range }
            | Self::UnclosedDollarQuote { range }
            | Self::UnclosedComment { range } => range.clone(),
        }
    }

    /// What to do.
    pub fn help(&self) -> &'static str {
        match self {
            Self::UnclosedString { .. } => {
                "close it; a quote inside a string is written as its dialect has it, `''` or `\\'`"
            }
            Self::UnclosedName { .. } => "close the name with the quote or bracket that pairs with this one",
            Self::UnclosedDollarQuote { .. } => "repeat the same `$tag$` at its end; letter case counts",
            Self::UnclosedComment { .. } => {
                "close it with `*/`; PostgreSQL wants one for every `/*` inside it too"
            }
        }
    }
}
