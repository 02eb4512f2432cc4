use thiserror::Error;

/// A value that is the same text for every way to write it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Cell {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number in its shortest decimal form, with an exponent only where a thousand zeros would say as much.
    Number(String),
    /// A text.
    Text(String),
}

impl Cell {
    /// The value as a database's text input takes it.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Null => None,
            Self::Bool(true) => Some("true"),
            Self::Bool(false) => Some("false"),
            Self::Number(text) | Self::Text(text) => Some(text),
        }
    }
}

/// Why a value is not one of its column's kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NormalError {
    /// Not a number.
    #[error("not a number")]
    NotNumber,
    /// A number with a fraction.
    #[error("not a whole number")]
    NotWhole,
    /// A number that its column has no room for.
    #[error("a number too large for its column")]
    TooLarge,
    /// A number that its column would keep as another.
    #[error("a number of which its column cannot keep every digit")]
    Inexact,
    /// A text that its column would keep as a number, which is written otherwise.
    #[error("a text that its column would keep as a number")]
    LikeNumber,
    /// Neither true nor false.
    #[error("neither true nor false")]
    NotBool,
    /// Not a list.
    #[error("not a list")]
    NotList,
}
