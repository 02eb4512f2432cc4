//! What removes rows grows with their number alone, whatever PostgreSQL knows of the tables. SQLite is beside the
//! statements, where its steps can be counted.

use std::fmt::Write as _;

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};

use super::{ITEM, Shelves, TABLES, collect};
use crate::common::base::Base;
use crate::common::postgres::Postgres;

/// Notes the text of every statement that deletes.
const NOTED: &str = "
    create table noted (place serial, sql text);
    create function note() returns trigger language plpgsql as $$ begin
        insert into noted (sql) values (current_query()); return null; end $$;
    create trigger note before delete on item for each statement execute function note();
    create trigger note before delete on item_seen for each statement execute function note();";

/// What the tables' statistics were made of.
#[derive(Debug, Clone, Copy)]
enum Statistics {
    Nothing,
    EmptyTables,
    OtherScopes,
    AllRows,
}

/// The statements by which jobnet removes what is gone of a scope.
async fn statements() -> Option<Vec<String>> {
    let base = Base::postgres().await?;
    base.execute(TABLES).await;
    let shelves = Shelves::default();
    shelves.put(1, json!([{"code": "a", "price": 1}, {"code": "b", "price": 2}]));
    let server = shelves.open().await;
    let jobnet = collect(&server, &base, &format!("{{{ITEM}, replace: [genre], track: true}}"));
    jobnet.run().await;
    base.execute(NOTED).await;
    shelves.put(1, json!([{"code": "a", "price": 1}]));
    let ended = jobnet.run().await;
    assert_eq!(ended.summary("collect")["metrics"]["deleted"], 1, "{}", ended.stdout);
    let noted = base.rows("select sql from noted where sql like '%$3%' order by place").await;
    assert_eq!(noted.len(), 4, "two tables and two scopes: {noted:#?}");
    Some(noted[..2].to_vec())
}

/// The rows that a statement visits, in a scope of so many of which half stay.
async fn visited(connection: &mut PgConnection, sql: &str, rows: usize, statistics: Statistics) -> f64 {
    let fill = |scopes: &str| {
        format!(
            "insert into item (genre, code) select g, j from {scopes} g, generate_series(1, {rows}) j;
             insert into item_seen select genre, code, 'r', now() from item on conflict do nothing;"
        )
    };
    let analyze = "analyze item; analyze item_seen;";
    let (empty, others, all) = match statistics {
        Statistics::Nothing => ("", "", ""),
        Statistics::EmptyTables => (analyze, "", ""),
        Statistics::OtherScopes => ("", analyze, ""),
        Statistics::AllRows => ("", "", analyze),
    };
    let mut keep = (String::new(), String::new());
    for code in 1..=rows / 2 {
        let _ = write!(keep.0, "{}7", if code > 1 { "," } else { "" });
        let _ = write!(keep.1, "{}{code}", if code > 1 { "," } else { "" });
    }
    let script = format!(
        "drop table if exists item, item_seen; {TABLES}
         create table item_seen (genre integer, code text, run_id text, seen_at timestamptz, primary key (genre, code));
         alter table item set (autovacuum_enabled = off); alter table item_seen set (autovacuum_enabled = off);
         drop table tag; {empty} {} {others} {} {all}
         deallocate all; prepare q (text[], text[], text) as {sql};",
        fill("generate_series(1, 6)"),
        fill("generate_series(7, 7)"),
    );
    sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut *connection).await.unwrap();
    let explain = format!(
        "explain (analyze, timing off, format json) execute q ('{{{}}}', '{{{}}}', '7')",
        keep.0, keep.1
    );
    let plan = sqlx::raw_sql(AssertSqlSafe(explain)).fetch_one(connection).await.unwrap();
    of_node(&plan.get::<Value, _>(0)[0]["Plan"])
}

/// The rows that a node of a plan and those below it have and leave out, in all their loops.
fn of_node(node: &Value) -> f64 {
    let number = |name: &str| node[name].as_f64().unwrap_or(0.0);
    let rows =
        number("Actual Rows") + number("Rows Removed by Filter") + number("Rows Removed by Join Filter");
    let below = node["Plans"].as_array().map_or(&[][..], Vec::as_slice);
    rows * number("Actual Loops") + below.iter().map(of_node).sum::<f64>()
}

#[tokio::test(flavor = "multi_thread")]
async fn twice_the_rows_are_twice_the_work_whatever_the_statistics() {
    let Some(statements) = statements().await else { return };
    let Some(database) = Postgres::database().await else { return };
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    for sql in statements {
        for statistics in
            [Statistics::Nothing, Statistics::EmptyTables, Statistics::OtherScopes, Statistics::AllRows]
        {
            let some = visited(&mut connection, &sql, 400, statistics).await;
            let twice = visited(&mut connection, &sql, 800, statistics).await;
            assert!(some >= 400.0, "{some} {sql}");
            assert!(twice <= 2.5 * some, "{statistics:?}: {some} {twice} {sql}");
        }
    }
}
