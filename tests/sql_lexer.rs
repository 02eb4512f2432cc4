//! Scripts as `jobnet::sql` splits them, judged by a real SQLite.

use std::collections::BTreeSet;

use jobnet::sql::{Dialect, Script, Statement};
use sqlx::{AssertSqlSafe, Connection, Either, Executor, Row, SqliteConnection, Statement as _};

/// Runs each statement with one value for every parameter; the first column of the last one's rows.
async fn last_column(text: &str, statements: usize, value: &str) -> Vec<String> {
    let script = Script::parse(text, Dialect::Sqlite).unwrap();
    assert_eq!(script.statements.len(), statements, "{script:#?}");
    let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    let mut rows = Vec::new();
    for statement in &script.statements {
        assert_eq!(parameters_of_sqlite(&mut connection, statement).await, names(statement).len());
        let sql = statement.render(|_| "?1".to_owned());
        let mut query = sqlx::query(AssertSqlSafe(sql.clone()));
        if !names(statement).is_empty() {
            query = query.bind(value);
        }
        rows = query.fetch_all(&mut connection).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    rows.iter().map(|row| row.get(0)).collect()
}

fn names(statement: &Statement) -> BTreeSet<&str> {
    statement.parameters().map(|parameter| parameter.name.as_str()).collect()
}

/// How many parameters SQLite sees in the statement as it is written: to it too, `:name` is one.
async fn parameters_of_sqlite(connection: &mut SqliteConnection, statement: &Statement) -> usize {
    let sql = AssertSqlSafe(statement.text().to_owned());
    let prepared = connection.prepare(sqlx::SqlSafeStr::into_sql_str(sql)).await.unwrap();
    match prepared.parameters() {
        Some(Either::Right(count)) => count,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn quotes_and_comments_hide_what_they_hold() {
    let text = r#"
        create table "a;:b" ([c;'d] text, `e``;:f` text, "g""h" text); -- ; '
        /* ' ; /* :x */
        insert into "a;:b" values ('it''s; :y', 'back\', :z); ; ;
        select [c;'d] || '|' || `e``;:f` || '|' || "g""h" from "a;:b" -- the end"#;
    assert_eq!(last_column(text, 3, "Z").await, [r"it's; :y|back\|Z"]);
}

#[tokio::test]
async fn a_trigger_keeps_its_statements() {
    let text = "
        create table t (begin integer, end integer, note text);
        create table log (note text);
        CREATE TRIGGER begin AFTER UPDATE OF end ON t WHEN new.end > 0 BEGIN
            insert into log values (case when new.end > 1 then 'many;' else 'one;' end);
            update t set note = 'seen' where end = new.end; /* ; */
        END;
        insert into t values (0, 0, :note);
        update t set end = 1;
        update t set end = 2;
        select note from log union all select note from t;";
    assert_eq!(last_column(text, 7, "new").await, ["one;", "many;", "seen"]);
}

#[tokio::test]
async fn names_and_values_of_any_script_keep_their_places() {
    let text = "\u{feff}create table 商品 (名前 text, 値 text);\r\n\
        insert into 商品 values ('りんご;', :値段), (:値段||'円','x:y');\r\n\
        -- 最後\r\n\
        with 表 as (select 名前 || 値 as 全部 from 商品) select 全部 from 表 where 全部 <> :値段 limit:値段\r\n;";
    assert_eq!(last_column(text, 3, "10").await, ["りんご;10", "10円x:y"]);
}

#[tokio::test]
async fn transactions_are_plain_statements() {
    let text = "create table t (a); begin; insert into t values (1); savepoint s; insert into t values (2);
        rollback to s; end; begin immediate; delete from t; rollback; select cast(sum(a) as text) from t";
    assert_eq!(last_column(text, 11, "").await, ["1"]);
    let script = Script::parse(text, Dialect::Sqlite).unwrap();
    let control: Vec<_> =
        script.statements.iter().map(|statement| statement.transaction_control().is_some()).collect();
    assert_eq!(control, [false, true, false, true, false, true, true, true, false, true, false]);
}
