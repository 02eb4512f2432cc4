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
            Self::Transaction { .. } => "sql-transaction",
        }
    }

    fn label(&self) -> String {
        match self {
            Self::Unclosed(_) => "opened here".to_owned(),
            Self::Empty => "expected a statement".to_owned(),
            Self::Several => "the second statement".to_owned(),
            Self::Unknown { known, .. } => format!("expected one of {}", known.join(", ")),
            Self::Transaction { .. } => "expected a statement that changes or reads data".to_owned(),
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
        })
    }
}
