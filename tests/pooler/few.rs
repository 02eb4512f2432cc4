//! Connections are few: a run has no more than it may, and none while it has no use for it.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Notify;

use super::net;
use crate::common::Jobnet;
use crate::common::misbehaving::{Server, json};
use crate::common::pgbouncer::PgBouncer;
use crate::common::postgres::Postgres;

/// Eight stages that each keep a connection busy for half a second.
fn eight(url: &str, key: &str) -> Jobnet {
    let stage = |number| format!("  s{number}: {{sql: {{query: 'select pg_sleep(0.5)'}}}}\n");
    let stages: String = (0..8).map(stage).collect();
    let spec = format!(
        "jobnet: v1\nname: net\nenvironments: {{local: {{}}}}\ndatabases: {{main: {{url: \"{url}\"{key}}}}}\nstages:\n{stages}"
    );
    Jobnet::on_spec(&spec, ["--all", "--format", "json"])
}

#[tokio::test(flavor = "multi_thread")]
async fn stages_share_the_few_sessions_of_a_pooler() {
    let Some(database) = Postgres::database().await else { return };
    let Some(pooler) = PgBouncer::before(&database, "session", 4, "").await else { return };
    let began = Instant::now();
    assert_eq!(eight(database.url(), "").run().await.code, Some(0));
    let direct = began.elapsed();
    for (url, key) in [
        (pooler.url().to_owned(), ", max_connections: 4"),
        (format!("{}?connection_limit=4", pooler.url()), ""),
        // The key of the spec is the one.
        (format!("{}?connection_limit=400", pooler.url()), ", max_connections: 4"),
    ] {
        let began = Instant::now();
        let ended = eight(&url, key).run().await;
        let taken = began.elapsed();
        assert_eq!(ended.code, Some(0), "{}", ended.stdout);
        // What is promised.
        assert!(taken <= 3 * direct, "{taken:?} instead of {direct:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_has_no_more_connections_than_it_may() {
    let Some(database) = Postgres::database().await else { return };
    // A role of the test's own, which the server counts the connections of.
    let name = database.url().rsplit('/').next().unwrap();
    let role = format!("create role two_for_{name} login connection limit 2");
    sqlx::raw_sql(sqlx::AssertSqlSafe(role)).execute(database.pool()).await.unwrap();
    let url = database.url().replace("postgres@", &format!("two_for_{name}@"));
    let ended = eight(&url, ", max_connections: 2").run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert!(!ended.stderr.contains("waiting"), "{}", ended.stderr);
}

/// A stage that saves a page waits for the next one, which comes once another stage has used the only session.
#[tokio::test(flavor = "multi_thread")]
async fn a_stage_that_waits_keeps_no_session_from_others() {
    let Some(database) = Postgres::database().await else { return };
    database
        .execute(
            "create table item (id bigint primary key, content_hash text, saved_at timestamptz, run_id text)",
        )
        .await;
    let Some(pooler) = PgBouncer::before(&database, "session", 1, "").await else { return };
    let (asked, released) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let server = Server::start(move |arrival| {
        let (asked, released) = (Arc::clone(&asked), Arc::clone(&released));
        async move {
            match (arrival.path.as_str(), arrival.query.as_str()) {
                ("/items", "page=1") => json("[{\"id\": 1}]"),
                ("/items", "page=2") => {
                    asked.notify_one();
                    released.notified().await;
                    json("[]")
                }
                ("/asked", _) => {
                    asked.notified().await;
                    json("{}")
                }
                _ => {
                    released.notify_one();
                    json("{}")
                }
            }
        }
    })
    .await;
    let stages = format!(
        "apis: {{a: {{base_url: '{}'}}}}\nstages:\n  load: {{flow: {{from: {{get: /items, items: '.', next: {{page: page}}}}, \
         to: {{table: item, key: [id], columns: {{id: .id}}}}}}}}\n  asked: {{call: {{get: /asked}}}}\n  \
         other: {{needs: [asked], sql: {{query: 'select 1'}}}}\n  release: {{needs: [other], call: {{post: /release}}}}\n",
        server.base_url()
    );
    let ended = net(pooler.url(), &stages).run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert_eq!(database.number("select count(*) from item").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_takes_two_connections_is_refused_where_there_is_one() {
    let Some(database) = Postgres::database().await else { return };
    let ended =
        net(&format!("{}?connection_limit=1", database.url()), "stages: {work: {migrate: {dir: m}}}\n")
            .file("m/1_t.sql", "create table t (a int)")
            .file("m/2_t.sql", "-- jobnet: no-transaction\nvacuum t")
            .run()
            .await;
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    let message = &ended.summary("work")["errors"][0]["message"];
    assert_eq!(message, "m/2_t.sql: this takes 2 connections at once, and `max_connections` allows fewer");
}

/// A lease lasts a second, and each statement longer.
#[tokio::test(flavor = "multi_thread")]
async fn a_lease_is_renewed_while_statements_take_all_connections() {
    let Some(database) = Postgres::database().await else { return };
    let stage = |name| {
        format!("  {name}: {{lease: {{database: main, ttl: 1s}}, sql: {{query: 'select pg_sleep(1.5)'}}}}\n")
    };
    let stages: String = ["a", "b", "c"].map(stage).concat();
    let ended =
        net(&format!("{}?connection_limit=2", database.url()), &format!("stages:\n{stages}")).run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_each_take_two_connections_wait_for_one_another() {
    let Some(database) = Postgres::database().await else { return };
    let stages = "stages:\n  a: {migrate: {dir: m}}\n  b: {migrate: {dir: m}}\n  c: {migrate: {dir: m}}\n";
    let ended = net(&format!("{}?connection_limit=2", database.url()), stages)
        .file("m/1_t.sql", "create table t (a int)")
        .file("m/2_t.sql", "-- jobnet: no-transaction\nset lock_timeout = '7s';\nvacuum t")
        .run()
        .await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
}
