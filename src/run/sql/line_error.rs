use std::fmt;
use std::num::NonZeroU32;

use crate::clients::DatabaseError;
use crate::run::again::MaybeTemporary;

/// Why a statement failed, with the line that it begins at.
#[derive(Debug)]
pub(super) struct LineError {
    pub(super) line: Option<usize>,
    pub(super) source: DatabaseError,
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        self.source.fmt(f)
    }
}

impl MaybeTemporary for LineError {
    fn is_temporary(&self) -> bool {
        self.source.is_temporary()
    }

    fn attempts(&self) -> NonZeroU32 {
        self.source.attempts()
    }
}
