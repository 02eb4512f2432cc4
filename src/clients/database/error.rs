use std::path::PathBuf;

use sqlx::postgres::PgDatabaseError;
use thiserror::Error;

/// Why a database did not do what it was asked for.
#[derive(Debug, Error)]
pub enum DatabaseError {
    /// The server cannot be reached, or went away.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// There is no connection, so that nothing was done.
    #[error("the database is unavailable: {address}: {reason}")]
    Unreachable {
        /// `HOST:PORT`, or the path of a socket.
        address: String,
        /// Why.
        reason: String,
    },
    /// The connection broke after the work was sent, so that nobody knows whether it was done. To do it again could be
    /// to do it twice, so that this is not temporary.
    #[error("the connection broke, and it is not known whether the work was done: {0}")]
    Uncertain(String),
    /// The server, or another that works on the same rows, asks to try later.
    #[error("the database asks to try again: {0}")]
    Busy(String),
    /// The server does not let this user in.
    #[error("the database refuses the connection: {0}")]
    Refused(String),
    /// The values do not fit the table.
    #[error("the database rejects the values: {0}")]
    Values(String),
    /// The statement failed: most likely for what it is, though what it calls may have failed for one row.
    #[error("the database says: {0}")]
    Statement(String),
    /// A rule of the database's own refuses what the statement does: a trigger, a policy, a limit of an index.
    #[error("the database says: {0}")]
    Rule(String),
    /// The statement was ended whatever its rows are: cancelled, out of time or space, not allowed to write.
    #[error("the database says: {0}")]
    Ended(String),
    /// The statement cannot run inside a transaction.
    #[error("the database says: {0}")]
    InTransaction(String),
    /// The statement changes its session, and a pooler carries out the next one in another.
    #[error(
        "a pooler carries out every statement in a session of its own, where this would have no effect, or one on others: \
         connect past it for this"
    )]
    SessionShared,
    /// The database may have fewer connections than the work takes.
    #[error("this takes {0} connections at once, and `max_connections` allows fewer")]
    TooFew(usize),
    /// A directory for a file of SQLite's cannot be made.
    #[error("the directory of {} cannot be made: {source}", .path.display())]
    Directory {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A database that is reached over HTTP has no connections.
    #[error("a {scheme} database cannot be used for this")]
    NoConnection {
        /// Its kind.
        scheme: &'static str,
    },
}

impl DatabaseError {
    /// The same may succeed later.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Unreachable { .. } | Self::Busy(_))
    }

    /// The message, where one row of several may be the cause: the others may succeed without it.
    pub(super) fn of_rows(&self) -> Option<&str> {
        match self {
            Self::Values(message) | Self::Statement(message) | Self::Rule(message) => Some(message),
            _ => None,
        }
    }
}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => {
                let message = message(&*error);
                if cannot_be_in_transaction(error.code().as_deref(), &message) {
                    return Self::InTransaction(message);
                }
                let class = error.code().as_deref().map(class);
                match class {
                    // A trigger may raise any code; that of a connection or of resources is not about those then.
                    Some(Class::Gone | Class::Refused | Class::Ended | Class::Statement)
                        if is_raised(&*error) =>
                    {
                        Self::Rule(message)
                    }
                    Some(Class::Busy) => Self::Busy(message),
                    Some(Class::Gone) => Self::Unavailable(message),
                    Some(Class::Refused) => Self::Refused(message),
                    Some(Class::Values) => Self::Values(message),
                    Some(Class::Rule) => Self::Rule(message),
                    Some(Class::Ended) => Self::Ended(message),
                    Some(Class::Statement) | None => Self::Statement(message),
                }
            }
            sqlx::Error::Io(error) => Self::Unavailable(error.to_string()),
            sqlx::Error::PoolTimedOut => Self::Unavailable("no connection came about in time".to_owned()),
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                Self::Unavailable("the connection is closed".to_owned())
            }
            // What a server that goes away in the middle of a message leaves.
            sqlx::Error::Protocol(message) => Self::Unavailable(message),
            sqlx::Error::Tls(error) => Self::Refused(error.to_string()),
            sqlx::Error::Configuration(error) => Self::Refused(error.to_string()),
            other => Self::Statement(other.to_string()),
        }
    }
}

/// The words of an error. What PostgreSQL adds about a value (class 22) is part of them: which limit it passed. Elsewhere it
/// may be the whole row. A trigger may say nothing, and then its code stands for it.
fn message(error: &dyn sqlx::error::DatabaseError) -> String {
    let message = error.message();
    let code = error.code();
    let code = code.as_deref().unwrap_or_default();
    if message.trim().is_empty() {
        return format!("an error without words, with the code {code}");
    }
    let detail = error.try_downcast_ref::<PgDatabaseError>().and_then(PgDatabaseError::detail);
    match detail {
        Some(detail) if code.len() == 5 && code.starts_with("22") => format!("{message}: {detail}"),
        _ => message.to_owned(),
    }
}

/// True where a `RAISE` of PL/pgSQL's made the error, by the server's routine that reports it.
fn is_raised(error: &dyn sqlx::error::DatabaseError) -> bool {
    let error = error.try_downcast_ref::<PgDatabaseError>();
    error.and_then(PgDatabaseError::routine) == Some("exec_stmt_raise")
}

/// Tells whether an error says that its statement cannot run inside a transaction: PostgreSQL by a code
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>), SQLite by its words alone
/// (<https://www.sqlite.org/src/file/src/vacuum.c>, `attach.c`, `pragma.c`, `vdbe.c`).
pub(super) fn cannot_be_in_transaction(code: Option<&str>, message: &str) -> bool {
    const SQLITE: [&str; 3] = ["from within a transaction", "within transaction", "inside a transaction"];
    match code {
        Some("25001") => true,
        Some("1") => SQLITE.iter().any(|words| message.contains(words)),
        _ => false,
    }
}

enum Class {
    Busy,
    Gone,
    Refused,
    Values,
    Rule,
    Statement,
    Ended,
}

/// What an error code means: five characters are PostgreSQL's
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>), fewer are SQLite's
/// (<https://www.sqlite.org/rescode.html>), whose low byte is the primary code.
fn class(code: &str) -> Class {
    if code.len() != 5 {
        return match code.parse::<u32>().map(|code| code & 0xff) {
            Ok(5 | 6) => Class::Busy,
            Ok(19 | 20) => Class::Values,
            Ok(18) => Class::Rule,
            Ok(1) | Err(_) => Class::Statement,
            Ok(_) => Class::Ended,
        };
    }
    match (&code[..2], code) {
        (_, "40001" | "40P01" | "55P03" | "53300") => Class::Busy,
        ("08" | "53" | "58", _) | (_, "57P01" | "57P02" | "57P03" | "57P05") => Class::Gone,
        ("28", _) | (_, "3D000") => Class::Refused,
        ("22" | "23", _) => Class::Values,
        ("25" | "40" | "57" | "72", _) => Class::Ended,
        (_, "42501") => Class::Rule,
        ("0A" | "42" | "55", _) => Class::Statement,
        _ => Class::Rule,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_say_whether_to_try_again() {
        let name = |code| match class(code) {
            Class::Busy => "busy",
            Class::Gone => "gone",
            Class::Refused => "refused",
            Class::Values => "values",
            Class::Rule => "rule",
            Class::Statement => "statement",
            Class::Ended => "ended",
        };
        for (code, expected) in [
            ("40P01", "busy"),
            ("5", "busy"),
            ("517", "busy"),
            ("57P01", "gone"),
            ("08006", "gone"),
            ("53100", "gone"),
            ("28P01", "refused"),
            ("3D000", "refused"),
            ("22003", "values"),
            ("23502", "values"),
            ("1299", "values"),
            ("P0001", "rule"),
            ("42501", "rule"),
            ("54000", "rule"),
            ("21000", "rule"),
            ("44000", "rule"),
            ("XX000", "rule"),
            ("18", "rule"),
            ("42P01", "statement"),
            ("428C9", "statement"),
            ("0A000", "statement"),
            ("1", "statement"),
            ("57014", "ended"),
            ("25006", "ended"),
            ("13", "ended"),
        ] {
            assert_eq!(name(code), expected, "{code}");
        }
    }
}
