//! What is set, made or left in a session.

use serde_json::json;

use super::net;
use crate::common::pgbouncer::PgBouncer;
use crate::common::postgres::Postgres;

/// Statements that leave something in their session, each with a query that fails where it is still there.
const LEFT: [(&str, &str); 8] = [
    ("set search_path = pg_catalog", "current_setting('search_path') <> 'pg_catalog'"),
    ("select set_config('statement_timeout', '59s', false)", "current_setting('statement_timeout') <> '59s'"),
    ("set role pg_monitor", "current_user <> 'pg_monitor'"),
    ("create temp table left_behind (a int)", "to_regclass('left_behind') is null"),
    ("prepare p as select 1", "not exists (select 1 from pg_prepared_statements where name = 'p')"),
    ("listen channel", "not exists (select 1 from pg_listening_channels())"),
    (
        "select pg_advisory_lock(7)",
        "not exists (select 1 from pg_locks where locktype = 'advisory' and objid = 7)",
    ),
    ("declare c cursor with hold for select 1", "not exists (select 1 from pg_cursors)"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_leaves_nothing_in_a_session_of_the_pooler() {
    let Some(database) = Postgres::database().await else { return };
    let Some(pooler) = PgBouncer::before(&database, "transaction", 1, "").await else { return };
    for (statement, is_gone) in LEFT {
        let check = format!("do $$ begin assert {is_gone}; end $$");
        // A single statement, several, and a query for rows.
        let stages = format!(
            "apis: {{a: {{base_url: 'http://localhost'}}}}\nstages:\n  one: {{sql: {{query: \"{statement}\"}}}}\n  \
             two: {{needs: [one], sql: {{query: \"{check}; {statement}\"}}}}\n  \
             three: {{needs: [two], sql: {{query: \"{check}\"}}}}\n"
        );
        let ended = net(pooler.url(), &stages).run().await;
        assert_eq!(ended.code, Some(0), "{statement}: {}", ended.stdout);
    }
    let rows = "apis: {a: {base_url: 'http://localhost:1'}}\nstages:\n  rows: {flow: {for_each: {sql: \"select \
         set_config('search_path', 'x', false) where false\"}, from: {get: /, items: '.'}, to: {post: /}}}\n  \
         check: {needs: [rows], sql: {query: \"do $$ begin assert current_setting('search_path') <> 'x'; end $$\"}}\n";
    let ended = net(pooler.url(), rows).run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_that_others_left_in_the_sessions_are_no_obstacle() {
    let Some(database) = Postgres::database().await else { return };
    let Some(pooler) = PgBouncer::before(&database, "transaction", 1, "").await else { return };
    let options: sqlx::postgres::PgConnectOptions = pooler.url().parse().unwrap();
    let options = options.extra_float_digits(None);
    let mut other = sqlx::ConnectOptions::connect(&options).await.unwrap();
    for number in 1..=3 {
        let prepare = format!("prepare sqlx_s_{number} as select 1");
        sqlx::raw_sql(sqlx::AssertSqlSafe(prepare)).execute(&mut other).await.unwrap();
    }
    let stages = "vars: {N: 7}\nstages:\n  make: {sql: {query: 'create table t as select :N::int as n'}}\n  \
         count: {needs: [make], sql: {query: 'update t set n = n + :N'}}\n";
    let ended = net(pooler.url(), stages).run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert_eq!(ended.summary("count")["metrics"], json!({"affected": 1, "failed": 0}));
    assert_eq!(database.number("select n::bigint from t").await, 14);
}
