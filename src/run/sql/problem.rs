use thiserror::Error;

use crate::diag::{Fault, did_you_mean};
use crate::plan::RUN_PARAMETERS;
use crate::sql::SqlError;

/// What can be wrong with a text of SQL before its database sees it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(in crate::run) enum SqlProblem {
    /// Something in it is opened and never closed.
    #[error("{0}")]
    Unclosed(SqlError),
    /// It holds no statement.
    #[error("there is no statement here")]
    Empty,
    /// A query is one statement.
    #[error("a query is one statement, and here is another")]
    Several,
    /// A parameter that has no value.
    #[error("nothing gives the parameter `{name}` a value")]
    Unknown {
        /// Its name.
        name: String,
        /// The parameters that there are.
        known: Vec<String>,
        /// What the spec says of it.
        standing: Standing,
    },
    /// A statement that begins or ends a transaction.
    #[error("`{verb}` begins or ends a transaction, which is jobnet's business here")]
    Transaction {
        /// Its first word.
        verb: String,
    },
    /// A statement outside a transaction that begins one which the text never ends.
    #[error("`{verb}` begins a transaction that the file never ends")]
    LeftOpen {
        /// Its first word.
        verb: String,
    },
    /// A statement outside a transaction that divides one.
    #[error("`{verb}` divides a transaction, and the file has begun none")]
    NotBegun {
        /// Its first word.
        verb: String,
    },
    /// A statement that changes its session, in which no other runs.
    #[error(
        "`{verb}` would do nothing: each statement of this file is a request of its own, in its own session"
    )]
    Alone {
        /// Its first word.
        verb: String,
    },
    /// Something that psql alone carries out.
    #[error("psql alone can carry this out")]
    ForPsql,
    /// A comment for jobnet that it does not know.
    #[error("jobnet does not know this comment")]
    UnknownComment {
        /// The one that it knows.
        known: &'static str,
    },
    /// A comment that says how the file runs, after some of it.
    #[error("this comes after a statement, and says how the whole file runs")]
    LateComment,
    /// A part of the file that undoes it.
    #[error("the statements below undo the migration, and jobnet would carry them out as well")]
    Down,
}

/// What the spec says of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::run) enum Standing {
    /// Nothing.
    Undeclared,
    /// It is a variable, and not among those that the stage lists.
    Unlisted,
    /// It is a secret.
    Secret,
}

impl Fault for SqlProblem {
    fn code(&self) -> &'static str {
        match self {
            Self::Unclosed(_) => "sql-unclosed",
            Self::Empty => "sql-empty",
            Self::Several => "sql-several-statements",
            Self::Unknown { .. } => "sql-unknown-parameter",
            Self::Transaction { .. } | Self::LeftOpen { .. } | Self::NotBegun { .. } | Self::Alone { .. } => {
                "sql-transaction"
            }
            Self::ForPsql => "sql-for-psql",
            Self::UnknownComment { .. } | Self::LateComment | Self::Down => "migration-comment",
        }
    }

    fn label(&self) -> String {
        match self {
            Self::Unclosed(_) => "opened here".to_owned(),
            Self::Empty => "expected a statement".to_owned(),
            Self::Several => "the second statement".to_owned(),
            Self::Unknown { known, .. } => format!("expected one of {}", known.join(", ")),
            Self::Transaction { .. } | Self::Alone { .. } => {
                "expected a statement that changes or reads data".to_owned()
            }
            Self::LeftOpen { .. } => "begun here".to_owned(),
            Self::NotBegun { .. } => "expected a `begin` before it".to_owned(),
            Self::ForPsql => "expected a statement of SQL without rows of its own".to_owned(),
            Self::UnknownComment { known } => format!("expected `{known}`"),
            Self::LateComment => "expected before the first statement".to_owned(),
            Self::Down => "expected no statement below this".to_owned(),
        }
    }

    fn help(&self) -> Option<String> {
        Some(match self {
            Self::Unclosed(error) => error.help().to_owned(),
            Self::Empty => "write one, or remove what names this text".to_owned(),
            Self::Several => "write the others into a stage of the kind `sql`".to_owned(),
            Self::Unknown { name, standing: Standing::Unlisted, .. } => {
                format!("add it to the stage's list: `vars: [{name}]`")
            }
            Self::Unknown { standing: Standing::Secret, .. } => {
                "this is a secret, which would end in the logs of the database: have a command do what needs it".to_owned()
            }
            Self::Unknown { name, known, .. } => did_you_mean(name, known).unwrap_or_else(|| {
                let always = RUN_PARAMETERS.map(|name| format!("`:{name}`")).join(" and ");
                format!(
                    "declare `{name}` in `vars` and list it in the stage's `vars`; {always} are always there; a blank \
                     after the colon makes it no parameter"
                )
            }),
            Self::Transaction { .. } => {
                "remove the statement: all statements of the text are one transaction, and a single statement is one of \
                 its own"
                    .to_owned()
            }
            Self::NotBegun { .. } => {
                "write `begin` before it and `commit` after it, or remove the statement".to_owned()
            }
            Self::LeftOpen { .. } => "add the `commit` that ends it".to_owned(),
            Self::Alone { .. } => {
                "remove the statement, or apply the file over a connection, by a postgres:// URL of the same database"
                    .to_owned()
            }
            Self::ForPsql => "remove a line that begins with a backslash, and write rows as `insert` (pg_dump --inserts)".to_owned(),
            Self::UnknownComment { known } => {
                format!("write `-- {known}` for a file that runs outside a transaction, or begin the comment otherwise")
            }
            Self::LateComment => "move it to the file's first line".to_owned(),
            Self::Down => {
                "remove them with this comment: a migration is undone by another one".to_owned()
            }
        })
    }
}
