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

/// The words that statements begin with whose effect on their session outlives them.
const KEPT: [&[&str]; 9] = [
    &["SET"],
    &["RESET"],
    &["PREPARE"],
    &["LISTEN"],
    &["LOAD"],
    &["CREATE", "TEMP"],
    &["CREATE", "TEMPORARY"],
    &["CREATE", "LOCAL", "TEMP"],
    &["CREATE", "LOCAL", "TEMPORARY"],
];

/// Those of them whose effect ends with a transaction.
const NOT_KEPT: [&[&str]; 4] =
    [&["SET", "LOCAL"], &["SET", "CONSTRAINTS"], &["SET", "TRANSACTION"], &["PREPARE", "TRANSACTION"]];

/// Functions with such an effect.
const KEEPING: [&str; 4] =
    ["set_config", "pg_advisory_lock", "pg_advisory_lock_shared", "pg_try_advisory_lock"];

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

/// The place of the first statement outside a transaction that changes the session of those after it.
pub(super) fn changes_session(statements: &[Statement], enclosure: Enclosure) -> Option<usize> {
    if enclosure == Enclosure::Transaction {
        return None;
    }
    statements.iter().position(|statement| {
        let code = &statement.text()[statement.code_range().start - statement.range().start..];
        let words: Vec<String> = code.split_whitespace().take(3).map(str::to_uppercase).collect();
        let begins = |with: &[&str]| words.len() >= with.len() && words.iter().zip(with).all(|(a, b)| a == b);
        (KEPT.iter().any(|words| begins(words)) && !NOT_KEPT.iter().any(|words| begins(words)))
            || KEEPING.iter().any(|name| statement.mentions(name))
    })
}

/// The first statement that a database ignores inside a transaction: its place, and what it sets.
pub(super) fn ignored(statements: &[Statement], enclosure: Enclosure) -> Option<(usize, &'static str)> {
    if enclosure == Enclosure::Nothing {
        return None;
    }
    let name = |set: &str| IGNORED.iter().copied().find(|ignored| *ignored == set);
    statements.iter().enumerate().find_map(|(place, statement)| Some((place, name(statement.pragma_set()?)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::{Dialect, Script};

    #[test]
    fn what_a_session_keeps_is_known_by_its_first_words_and_its_functions() {
        for (text, expected) in [
            ("create index concurrently i on t (a); SET lock_timeout = 1", Some(1)),
            ("-- why\nset session role a", Some(0)),
            ("begin; set local role a; commit; create table temp (temporary int)", None),
            ("create temp table t (a int)", Some(0)),
            ("select pg_catalog.set_config('search_path', '', false)", Some(0)),
            ("select 'set_config'; vacuum; lock table t", None),
        ] {
            let script = Script::parse(text, Dialect::Postgres).unwrap();
            assert_eq!(changes_session(&script.statements, Enclosure::Nothing), expected, "{text}");
            assert_eq!(changes_session(&script.statements, Enclosure::Transaction), None);
        }
    }
}
