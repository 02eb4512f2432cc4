//! Statements of a migration that do not fit what they run in.

use crate::clients::Enclosure;
use crate::diag::{Fault as _, Findings};
use crate::run::sql::{SqlProblem, enclosed, span};
use crate::sql::{Statement, TransactionControl};

/// What becomes of a session between two statements outside a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Session {
    /// All run in one.
    One,
    /// Each has its own.
    Each,
}

/// Words that begin statements which change nothing but their session.
const OF_SESSION: [&str; 6] = ["SET", "RESET", "PREPARE", "DISCARD", "LISTEN", "LOCK"];

/// Words that begin statements which divide a transaction.
const DIVIDE: [&str; 2] = ["SAVEPOINT", "RELEASE"];

/// Settings of SQLite's that cannot be changed inside a transaction, where they are ignored without an error
/// (<https://www.sqlite.org/pragma.html#pragma_foreign_keys>, `#pragma_journal_mode`).
const IGNORED: [&str; 2] = ["foreign_keys", "journal_mode"];

/// The faults of statements that run in this.
pub(super) fn faults(statements: &[Statement], enclosure: Enclosure, session: Session) -> Findings {
    match (enclosure, session) {
        (Enclosure::Transaction, _) => enclosed(statements),
        (Enclosure::Nothing, Session::One) => left_open(statements),
        (Enclosure::Nothing, Session::Each) => {
            let mut findings = Findings::default();
            for statement in statements {
                if statement.transaction_control().is_some() || OF_SESSION.contains(&statement.verb()) {
                    let verb = statement.verb().to_owned();
                    findings.push(SqlProblem::Alone { verb }.at(span(&statement.code_range())));
                }
            }
            findings
        }
    }
}

/// A transaction that statements begin and do not end, and what divides one that was not begun.
fn left_open(statements: &[Statement]) -> Findings {
    let mut findings = Findings::default();
    let mut open = None;
    for statement in statements {
        let problem =
            |verb: &str| SqlProblem::NotBegun { verb: verb.to_owned() }.at(span(&statement.code_range()));
        match statement.transaction_control() {
            Some(TransactionControl::Begins) => open = Some(statement),
            Some(TransactionControl::Ends) => open = None,
            // To SQLite a savepoint outside a transaction begins one.
            Some(TransactionControl::Keeps) if open.is_none() && DIVIDE.contains(&statement.verb()) => {
                findings.push(problem(statement.verb()));
            }
            Some(TransactionControl::Keeps) | None => {}
        }
    }
    if let Some(statement) = open {
        let verb = statement.verb().to_owned();
        findings.push(SqlProblem::LeftOpen { verb }.at(span(&statement.code_range())));
    }
    findings
}

/// The first statement that a database ignores inside a transaction: its place, and what it sets.
pub(super) fn ignored(statements: &[Statement], enclosure: Enclosure) -> Option<(usize, &'static str)> {
    if enclosure == Enclosure::Nothing {
        return None;
    }
    let name = |set: &str| IGNORED.iter().copied().find(|ignored| *ignored == set);
    statements.iter().enumerate().find_map(|(place, statement)| Some((place, name(statement.pragma_set()?)?)))
}
