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

/// Whether a statement begins, ends or divides a transaction.
pub(super) fn controls_transaction(code: &[Token<'_>], dialect: Dialect) -> bool {
    let Some(first) = code.first() else { return false };
    let of_transaction = code.get(1).is_some_and(|second| second.is_word("TRANSACTION"));
    if first.is_word_of(&["START", "PREPARE"]) {
        return of_transaction;
    }
    if first.is_word("BEGIN") && dialect == Dialect::BigQuery {
        return of_transaction || code.len() == 1;
    }
    first.is_word_of(&["BEGIN", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE"])
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
        for (dialect, text, expected) in [
            (Postgres, "begin", true),
            (Postgres, "/* a */ BEGIN isolation level serializable", true),
            (Postgres, "start transaction read only", true),
            (Postgres, "end", true),
            (Postgres, "commit prepared 'a'", true),
            (Postgres, "prepare transaction 'a'", true),
            (Postgres, "prepare a as select 1", false),
            (Postgres, "rollback to a", true),
            (Postgres, "abort", true),
            (Postgres, "select 'begin'", false),
            (Postgres, "do $$ begin commit; end $$", false),
            (Sqlite, "begin immediate", true),
            (Sqlite, "savepoint a", true),
            (Sqlite, "release a", true),
            (BigQuery, "begin", true),
            (BigQuery, "begin transaction", true),
            (BigQuery, "begin select 1; end", false),
            (BigQuery, "rollback transaction", true),
        ] {
            let script = Script::parse(text, dialect).unwrap();
            assert_eq!(script.statements[0].controls_transaction(), expected, "{text}");
        }
    }
}
