//! Comments of a migration that say how it is applied.

use crate::clients::Enclosure;
use crate::diag::{Fault as _, Findings, Source};
use crate::run::sql::{SqlProblem, span};
use crate::sql::Script;

/// The comment by which a file says that it runs outside a transaction.
pub(super) const NO_TRANSACTION: &str = "jobnet: no-transaction";

/// The same by other tools, whose files are applied as they are: sqlx
/// (<https://docs.rs/sqlx/latest/sqlx/macro.migrate.html>), goose
/// (<https://pressly.github.io/goose/documentation/annotations/>), dbmate
/// (<https://github.com/amacneil/dbmate#migration-options>), Atlas
/// (<https://atlasgo.io/versioned/apply#file-level-transaction-mode>), graphile-migrate
/// (<https://github.com/graphile/migrate#usage>) and sql-migrate (<https://github.com/rubenv/sql-migrate#readme>).
const FOREIGN: [&str; 6] = [
    "no-transaction",
    "+goose no transaction",
    "migrate:up transaction:false",
    "atlas:txmode none",
    "! no-transaction",
    "+migrate up notransaction",
];

/// Comments after which other tools have the statements that undo a migration.
const DOWN: [&str; 3] = ["+goose down", "migrate:down", "+migrate down"];

/// How a comment begins that is meant for jobnet.
const OWN: &str = "jobnet:";

/// Reads what the statements of a file run in, from the comments before the first of them.
pub(super) fn enclosure(source: &Source, script: &Script) -> (Enclosure, Findings) {
    let mut findings = Findings::default();
    let mut enclosure = Enclosure::Transaction;
    let starts = || script.statements.iter().map(|statement| statement.code_range().start);
    for range in &script.comments {
        let text = content(&source.text[range.clone()]);
        let is_first = starts().all(|start| range.start < start);
        let problem = if text == NO_TRANSACTION && !is_first {
            SqlProblem::LateComment
        } else if is_first && (text == NO_TRANSACTION || FOREIGN.contains(&&*text)) {
            enclosure = Enclosure::Nothing;
            continue;
        } else if is_first && text.starts_with(OWN) {
            SqlProblem::UnknownComment { known: NO_TRANSACTION }
        } else if DOWN.contains(&&*text) && starts().any(|start| range.start < start) {
            SqlProblem::Down
        } else {
            continue;
        };
        findings.push(problem.at(span(range)));
    }
    (enclosure, findings)
}

/// The words of a comment, in lower case and with single blanks.
fn content(comment: &str) -> String {
    let text = match comment.strip_prefix("/*") {
        Some(block) => block.trim_end_matches("*/"),
        None => comment.trim_start_matches('-'),
    };
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    match words.strip_prefix(OWN) {
        Some(rest) => format!("{OWN} {}", rest.trim_start()),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use crate::sql::Dialect;

    use super::*;

    fn read(text: &str) -> (Enclosure, Vec<String>) {
        let script = Script::parse(text, Dialect::Postgres).unwrap();
        let (enclosure, findings) = enclosure(&Source::new("1_a.sql".to_owned(), text.to_owned()), &script);
        let found = findings.iter().map(|finding| {
            let span = finding.span.unwrap();
            format!("{}: {}", &text[span.start..span.end], finding.message)
        });
        (enclosure, found.collect())
    }

    #[test]
    fn a_file_says_before_its_first_statement_that_it_runs_outside_a_transaction() {
        for head in [
            "-- jobnet: no-transaction",
            "--jobnet:no-transaction",
            "-- Why:\r\n--  JOBNET:  No-Transaction  \r\n-- more",
            "\u{feff}/* jobnet: no-transaction */",
            "-- no-transaction",
            "-- +goose Up\n-- +goose NO TRANSACTION",
            "-- migrate:up transaction:false",
            "-- atlas:txmode none",
            "--! no-transaction",
            "-- +migrate Up notransaction",
        ] {
            let text = format!("{head}\ncreate index concurrently a on t (b);\n");
            assert_eq!(read(&text), (Enclosure::Nothing, vec![]), "{text}");
        }
        for text in [
            "select 1;",
            "-- no transaction here\nselect 1;",
            "select '-- jobnet: no-transaction';",
            "select 1; -- no-transaction",
            "-- +goose Up\nselect 1;\n-- +goose Down\n",
            "-- for jobnet: no-transaction\nselect 1;",
        ] {
            assert_eq!(read(text), (Enclosure::Transaction, vec![]), "{text}");
        }
    }

    #[test]
    fn comments_that_would_do_something_else_than_they_say_are_errors() {
        let found = [
            "-- jobnet: no-transacton\nselect 1;",
            "select 1;\n-- jobnet: no-transaction\nselect 2;",
            "-- +goose Up\nselect 1;\n-- +goose Down\nselect 2;",
            "-- migrate:up\nselect 1;\n-- migrate:down\nselect 2;",
        ]
        .map(|text| read(text).1.join("\n"));
        insta::assert_snapshot!(found.join("\n"), @"
        -- jobnet: no-transacton: jobnet does not know this comment
        -- jobnet: no-transaction: this comes after a statement, and says how the whole file runs
        -- +goose Down: the statements below undo the migration, and jobnet would carry them out as well
        -- migrate:down: the statements below undo the migration, and jobnet would carry them out as well
        ");
    }
}
