use std::fmt;
use std::num::NonZeroU32;

use crate::clients::{DatabaseError, MigrationError, SupabaseError};
use crate::run::again::MaybeTemporary;

use super::comment::NO_TRANSACTION;

/// Why a file was not applied, with the lines of its statements.
#[derive(Debug)]
pub(super) enum Failed {
    /// Nothing of it was done, or all of it was undone.
    Undone { line: Option<usize>, source: DatabaseError },
    /// A statement would be ignored inside a transaction.
    Ignored { line: usize, name: &'static str },
    /// A statement outside a transaction failed. Those at the lines before it are done.
    Partly { line: usize, source: String, before: Vec<usize>, invalid: Vec<String> },
    /// Its statements are done, and these indexes that they name are not valid.
    Invalid(Vec<String>),
    /// Its statements are done, and this is not recorded.
    Unrecorded(String),
}

impl Failed {
    /// The failure of a file whose statements begin at these lines.
    pub(super) fn new(error: MigrationError, lines: &[usize]) -> Self {
        match error {
            MigrationError::Undone(error) => Self::Undone {
                line: error.statement.and_then(|place| lines.get(place).copied()),
                source: error.source,
            },
            MigrationError::Partly { statement, source, invalid } => {
                Self::partly(source.to_string(), statement, lines, invalid)
            }
            MigrationError::Invalid(indexes) => Self::Invalid(indexes),
            MigrationError::Unrecorded(source) => Self::Unrecorded(source.to_string()),
        }
    }

    /// The failure of the statement at this place of a file whose statements begin at these lines.
    pub(super) fn partly(source: String, statement: usize, lines: &[usize], invalid: Vec<String>) -> Self {
        let before = lines.iter().take(statement).copied().collect();
        let line = lines.get(statement).copied().unwrap_or(1);
        Self::Partly { line, source, before, invalid }
    }

    /// What to do; empty where the message says it.
    fn help(&self) -> String {
        match self {
            Self::Undone { source: DatabaseError::InTransaction(_), .. } | Self::Ignored { .. } => {
                outside_help()
            }
            Self::Partly { before, invalid, .. } => {
                let done = match &before[..] {
                    [] => "no statement before it was carried out".to_owned(),
                    [line] => format!("the statement before it (line {line}) was carried out and stays"),
                    lines => {
                        format!("the statements before it (lines {}) were carried out and stay", list(lines))
                    }
                };
                let drop = match &invalid[..] {
                    [] => String::new(),
                    indexes => format!("; drop first what it left invalid: {}", names(indexes)),
                };
                format!("; {done}, and the next run repeats the file from its start{drop}")
            }
            Self::Invalid(_) => {
                "; an earlier attempt to build it broke off: drop it, and the next run repeats the file from its start"
                    .to_owned()
            }
            Self::Unrecorded(_) => "; the next run repeats the file from its start".to_owned(),
            Self::Undone { .. } => String::new(),
        }
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undone { line: Some(line), source } => write!(f, "line {line}: {source}")?,
            Self::Undone { line: None, source } => write!(f, "{source}")?,
            Self::Ignored { line, name } => {
                write!(f, "line {line}: SQLite ignores `pragma {name}` inside a transaction")?;
            }
            Self::Partly { line, source, .. } => write!(f, "line {line}: {source}")?,
            Self::Invalid(indexes) => {
                write!(f, "all statements were carried out, but an index is not valid: {}", names(indexes))?;
            }
            Self::Unrecorded(source) => {
                write!(f, "all statements were carried out, but this could not be recorded: {source}")?;
            }
        }
        f.write_str(&self.help())
    }
}

impl MaybeTemporary for Failed {
    /// Only what left nothing behind is tried again: no statement outside a transaction is carried out twice.
    fn is_temporary(&self) -> bool {
        match self {
            Self::Undone { source, .. } => source.is_temporary(),
            Self::Ignored { .. } | Self::Partly { .. } | Self::Invalid(_) | Self::Unrecorded(_) => false,
        }
    }

    fn attempts(&self) -> NonZeroU32 {
        match self {
            Self::Undone { source, .. } => source.attempts(),
            Self::Ignored { .. } | Self::Partly { .. } | Self::Invalid(_) | Self::Unrecorded(_) => {
                NonZeroU32::MIN
            }
        }
    }
}

/// An error of Supabase's about a migration in a transaction, with what to do.
#[derive(Debug)]
pub(super) struct Refused(pub(super) SupabaseError);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)?;
        if self.0.is_in_transaction() { f.write_str(&outside_help()) } else { Ok(()) }
    }
}

impl MaybeTemporary for Refused {
    fn is_temporary(&self) -> bool {
        self.0.is_temporary()
    }

    fn retry_after(&self) -> Option<std::time::Duration> {
        self.0.retry_after()
    }
}

fn outside_help() -> String {
    format!(
        ": make `-- {NO_TRANSACTION}` the first line of the file, which is then applied outside a transaction"
    )
}

fn names(indexes: &[String]) -> String {
    indexes.iter().map(|name| format!("index `{name}`")).collect::<Vec<_>>().join(", ")
}

fn list(words: &[impl ToString]) -> String {
    words.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
