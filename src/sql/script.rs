use std::ops::Range;

use super::bodies::Bodies;
use super::lexer::{Kind, tokens};
use super::{Dialect, SqlError, Statement};

/// The statements of a text of SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// In the order of the text. What holds no code, an empty statement or only comments, is none.
    pub statements: Vec<Statement>,
    /// Where its comments stand in the text, in bytes, with what opens and closes them.
    pub comments: Vec<Range<usize>>,
}

impl Script {
    /// Splits a text at each `;` that ends a statement.
    ///
    /// A `;` ends none inside a string, a quoted name or a comment, nor
    /// - in PostgreSQL inside parentheses and the `BEGIN ATOMIC … END` of a routine,
    /// - in SQLite inside a trigger,
    /// - in BigQuery inside a block, a branch, a loop or a procedure.
    ///
    /// Only what is opened and never closed is an error; a body that is not closed goes on to the end of the text.
    pub fn parse(text: &str, dialect: Dialect) -> Result<Self, SqlError> {
        let mut bodies = Bodies::new(dialect);
        let tokens = tokens(text, dialect)?;
        let statements = tokens
            .split(|token| {
                let ends = token.is_code() && bodies.ends_at(token);
                if ends {
                    bodies = Bodies::new(dialect);
                }
                ends
            })
            .filter_map(|tokens| Statement::new(tokens, dialect))
            .collect();
        let comments = tokens.iter().filter(|token| token.kind == Kind::Comment);
        Ok(Self { statements, comments: comments.map(|token| token.start..token.end()).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Dialect::{BigQuery, Postgres, Sqlite};

    fn split(text: &str, dialect: Dialect) -> Vec<String> {
        let script = Script::parse(text, dialect).unwrap();
        script.statements.iter().map(|statement| statement.text().to_owned()).collect()
    }

    /// Each statement stands on a line of its own in `bodies`, between two others.
    fn assert_whole(dialect: Dialect, bodies: &[&str]) {
        for body in bodies {
            let text = format!("select 1; {body}; select 2");
            assert_eq!(split(&text, dialect), ["select 1", *body, "select 2"]);
        }
    }

    #[test]
    fn a_semicolon_ends_a_statement_and_empty_ones_vanish() {
        for dialect in [Postgres, Sqlite, BigQuery] {
            assert_eq!(split(" a 'x;y' ;; /* ; */ ;\r\n b -- ;\n;", dialect), ["a 'x;y'", "b"]);
            assert_eq!(split("", dialect), [""; 0]);
            assert_eq!(split("-- nothing;\n/* here */", dialect), [""; 0]);
            assert_eq!(split("-- of a\na -- a's end\n; -- of b\nb", dialect), ["-- of a\na", "-- of b\nb"]);
        }
    }

    #[test]
    fn comments_are_found_outside_strings_and_bodies() {
        let text = "-- a\r\nselect '-- b', $$ -- c $$ /* d */;\n  -- e";
        let script = Script::parse(text, Postgres).unwrap();
        let comments: Vec<&str> = script.comments.into_iter().map(|range| &text[range]).collect();
        assert_eq!(comments, ["-- a", "/* d */", "-- e"]);
    }

    #[test]
    fn postgres_keeps_bodies_whole() {
        assert_whole(
            Postgres,
            &[
                "create function f() returns int begin atomic select 1; select case when a then 2 end; end",
                "create or replace procedure p() language sql BEGIN ATOMIC insert into t values (1); END",
                "create function f() returns int as $$ begin; return 1; end $$ language plpgsql",
                "create rule r as on update to t do also (delete from a; delete from b)",
                "do $do$ begin execute $$ select 1; $$; end $do$",
            ],
        );
        assert_eq!(split("begin; select atomic; end", Postgres), ["begin", "select atomic", "end"]);
        assert_eq!(split("select case when a then b end; c", Postgres).len(), 2);
        assert_eq!(split("select begin atomic; c", Postgres).len(), 2);
    }

    #[test]
    fn sqlite_keeps_triggers_whole() {
        assert_whole(
            Sqlite,
            &[
                "create trigger a after insert on t begin select 1; select case when 1 then 2 end; end",
                "CREATE TEMP TRIGGER IF NOT EXISTS a UPDATE OF end ON t BEGIN UPDATE t SET end = end; END",
                "create trigger a delete on t begin /* ; */ select ';'; /* here */ end",
            ],
        );
        assert_eq!(split("begin; select 1; end; select 2", Sqlite).len(), 4);
        assert_eq!(split("create table trigger (a); select 1", Sqlite).len(), 2);
    }

    #[test]
    fn bigquery_keeps_procedural_statements_whole() {
        assert_whole(
            BigQuery,
            &[
                "begin select 1; begin select 2; end; exception when error then select 3; end",
                "if x then select 1; elseif y then select 2; else if z then select 3; end if; end if",
                "if (select x) then select 1; end if",
                "loop if x then leave; end if; end loop",
                "while x < 3 do set x = x + 1; end while",
                "for r in (select 1) do select r; end for",
                "repeat set x = 1; until true end repeat",
                "case when x then select 1; else select case when y then 2 else if(z, 3, 4) end; end case",
                "a: begin b: loop break a; end loop b; end a",
                "create or replace procedure d.begin(x int64) begin select case x when 1 then if(y, 2, 3) end; end",
                "begin begin transaction; insert into t values (1); commit transaction; end",
                "if case when x then case when y then 1 end end then if z then select 1; end if; end if",
                "begin select case when x then 1. end; end",
                "begin merge t using s on a when matched then delete when not matched then insert row; end",
            ],
        );
        for statements in [
            "begin; select 1; commit",
            "begin transaction; select 1; commit transaction",
            "select begin from loop; select while, repeat from t; select t.end, t.case from t",
            "select if(a, b, c); select repeat('a', 2); select * from t for system_time as of x",
            "drop table if exists a; create table if not exists b (c int64); select 1",
        ] {
            assert_eq!(split(statements, BigQuery).join("; "), statements);
            assert_eq!(split(statements, BigQuery).len(), 3, "{statements}");
        }
    }
}
