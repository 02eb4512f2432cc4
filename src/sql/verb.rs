use super::Dialect;
use super::lexer::{Kind, Token};

/// What can follow the common table expressions of a `WITH`.
const MAIN_VERBS: [&str; 8] = ["SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "VALUES", "TABLE"];

/// The first word of a statement's code in upper case, empty where there is none; for a `WITH` the verb after it.
pub(super) fn verb(code: &[Token<'_>]) -> String {
    let first = code.iter().find(|token| token.kind == Kind::Word);
    let verb =
        first.map(|first| if first.is_word("WITH") { after_with(code).unwrap_or(first) } else { first });
    verb.map_or_else(String::new, |token| token.text.to_ascii_uppercase())
}

/// The first verb outside all parentheses that does not stand where a common table expression has its name.
fn after_with<'a, 'b>(code: &'a [Token<'b>]) -> Option<&'a Token<'b>> {
    let mut depth = 0_usize;
    code.iter().zip(code.iter().skip(1)).find_map(|(before, token)| {
        if before.is_symbol("(") {
            depth += 1;
        } else if before.is_symbol(")") {
            depth = depth.saturating_sub(1);
        }
        let named = before.is_symbol(",") || before.is_word_of(&["WITH", "RECURSIVE"]);
        (depth == 0 && !named && token.is_word_of(&MAIN_VERBS)).then_some(token)
    })
}

/// What a statement does to the transaction that it runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionControl {
    /// Begins one.
    Begins,
    /// Ends the one that is open, without beginning the next.
    Ends,
    /// Divides it, ends it and begins the next, or ends one that was prepared earlier: as many are open as before.
    Keeps,
}

/// What a statement does to its transaction; `None` for one that does nothing of the kind.
pub(super) fn transaction_control(code: &[Token<'_>], dialect: Dialect) -> Option<TransactionControl> {
    use TransactionControl::{Begins, Ends, Keeps};

    let first = code.first()?;
    let of_transaction = code.get(1).is_some_and(|second| second.is_word("TRANSACTION"));
    if first.is_word("START") {
        return of_transaction.then_some(Begins);
    }
    if first.is_word("PREPARE") {
        return of_transaction.then_some(Ends);
    }
    if first.is_word("BEGIN") {
        let is_one = dialect != Dialect::BigQuery || of_transaction || code.len() == 1;
        return is_one.then_some(Begins);
    }
    if first.is_word_of(&["SAVEPOINT", "RELEASE"]) {
        return Some(Keeps);
    }
    let ends = first.is_word_of(&["COMMIT", "END", "ROLLBACK", "ABORT"]);
    let has = |word: &str| code.iter().any(|token| token.is_word(word));
    let keeps = has("TO") || has("PREPARED") || (has("CHAIN") && !has("NO"));
    ends.then_some(if keeps { Keeps } else { Ends })
}

/// The name of the setting that a `PRAGMA` of SQLite's gives a value, in lower case
/// (<https://www.sqlite.org/pragma.html#syntax>).
pub(super) fn pragma_set(code: &[Token<'_>]) -> Option<String> {
    let (first, rest) = code.split_first()?;
    let value = rest.iter().position(|token| token.is_symbol("=") || token.is_symbol("("))?;
    let name = rest[..value].last()?;
    first.is_word("PRAGMA").then(|| name.text.to_ascii_lowercase())
}

/// Tells whether psql alone can carry a statement out: a command of its own, as dumps begin with, and rows that stand in the
/// text or are to go to the screen (<https://www.postgresql.org/docs/current/app-psql.html>).
pub(super) fn is_for_psql(code: &[Token<'_>], dialect: Dialect) -> bool {
    let Some(first) = code.first().filter(|_| dialect == Dialect::Postgres) else { return false };
    let streams = code.windows(2).any(|pair| {
        (pair[0].is_word("FROM") && pair[1].is_word("STDIN"))
            || (pair[0].is_word("TO") && pair[1].is_word("STDOUT"))
    });
    first.is_symbol("\\") || (first.is_word("COPY") && streams)
}

#[cfg(test)]
mod tests {
    use super::super::Script;
    use super::*;
    use Dialect::{BigQuery, Postgres, Sqlite};

    #[test]
    fn a_verb_is_the_first_word_or_the_one_that_a_with_leads_to() {
        for (text, expected) in [
            ("select 1", "SELECT"),
            ("/* delete */ -- drop\n Update t set a = 1", "UPDATE"),
            ("(select 1) union (select 2)", "SELECT"),
            ("with a as (select 1) insert into t select * from a", "INSERT"),
            ("with recursive t(n) as (values (1) union select n from t) select * from t", "SELECT"),
            ("with a as (select 1), merge as (select 2) delete from t", "DELETE"),
            ("with a as materialized (select ')') (select * from a)", "WITH"),
            ("'text'", ""),
        ] {
            let script = Script::parse(text, Postgres).unwrap();
            assert_eq!(script.statements[0].verb(), expected, "{text}");
        }
    }

    #[test]
    fn transactions_are_controlled_by_few_statements() {
        use TransactionControl::{Begins, Ends, Keeps};

        for (dialect, text, expected) in [
            (Postgres, "begin", Some(Begins)),
            (Postgres, "/* a */ BEGIN isolation level serializable", Some(Begins)),
            (Postgres, "start transaction read only", Some(Begins)),
            (Postgres, "end", Some(Ends)),
            (Postgres, "commit and no chain", Some(Ends)),
            (Postgres, "commit and chain", Some(Keeps)),
            (Postgres, "commit prepared 'a'", Some(Keeps)),
            (Postgres, "prepare transaction 'a'", Some(Ends)),
            (Postgres, "prepare a as select 1", None),
            (Postgres, "rollback", Some(Ends)),
            (Postgres, "rollback work to savepoint a", Some(Keeps)),
            (Postgres, "abort", Some(Ends)),
            (Postgres, "select 'begin'", None),
            (Postgres, "do $$ begin commit; end $$", None),
            (Sqlite, "begin immediate", Some(Begins)),
            (Sqlite, "savepoint a", Some(Keeps)),
            (Sqlite, "release a", Some(Keeps)),
            (BigQuery, "begin", Some(Begins)),
            (BigQuery, "begin transaction", Some(Begins)),
            (BigQuery, "begin select 1; end", None),
            (BigQuery, "rollback transaction", Some(Ends)),
        ] {
            let script = Script::parse(text, dialect).unwrap();
            assert_eq!(script.statements[0].transaction_control(), expected, "{text}");
        }
    }

    #[test]
    fn commands_of_psql_are_known() {
        for (text, expected) in [
            ("\\restrict abc\n\nset timezone = 'UTC'", true),
            ("COPY t (a, b) FROM stdin", true),
            ("copy (select 1) to stdout with (format csv)", true),
            ("copy t from '/tmp/stdin'", false),
            ("select from stdin", false),
        ] {
            let script = Script::parse(text, Postgres).unwrap();
            assert_eq!(script.statements[0].is_for_psql(), expected, "{text}");
        }
    }

    #[test]
    fn a_pragma_that_gives_a_value_sets_it() {
        for (text, expected) in [
            ("pragma foreign_keys = off", Some("foreign_keys")),
            ("-- a\nPRAGMA main . Foreign_Keys(0)", Some("foreign_keys")),
            ("pragma foreign_keys", None),
            ("select a = 1", None),
        ] {
            let script = Script::parse(text, Sqlite).unwrap();
            assert_eq!(script.statements[0].pragma_set(), expected, "{text}");
        }
    }
}
