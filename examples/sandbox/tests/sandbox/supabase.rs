//! Supabase's Management API over SQLite; [`postgres`](super::postgres) has it over PostgreSQL.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jobnet_sandbox::{Database, Options, SupabaseOptions};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Answer, Client, read};

const PATH: &str = "/supabase/v1/projects/your-test-project/database/query";

pub(crate) async fn query(client: &Client, sql: &str) -> Answer {
    let request = client.request(Method::POST, PATH).bearer_auth("sandbox-supabase-token");
    read(request.json(&json!({ "query": sql })).send().await.unwrap()).await
}

pub(crate) async fn rows(client: &Client, sql: &str) -> Value {
    let answer = query(client, sql).await;
    assert_eq!(answer.status, 201, "{sql}\n{answer:?}");
    answer.body
}

/// Creates the table of migrations, and applies those of the example: each with its row in one transaction.
pub(crate) async fn migrate(client: &Client) {
    rows(client, "create schema if not exists supabase_migrations").await;
    let table = "create table if not exists supabase_migrations.schema_migrations
         (version text not null primary key, statements text[], name text)";
    rows(client, table).await;
    for (version, name, sql) in migrations() {
        let text = format!(
            "begin; select pg_advisory_xact_lock(8700); {sql};
             insert into supabase_migrations.schema_migrations (version, name, statements)
             values ('{version}', '{name}', '{{\"a\",\"b\"}}'); commit;"
        );
        rows(client, &text).await;
    }
}

fn migrations() -> Vec<(String, String, String)> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../scheduler-jobs/migrations");
    let mut files: Vec<_> = std::fs::read_dir(directory).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let migration = |file: &std::path::PathBuf| {
        let stem = file.file_stem().unwrap().to_str().unwrap();
        let (version, name) = stem.split_once('_').unwrap();
        (version.to_owned(), name.to_owned(), std::fs::read_to_string(file).unwrap())
    };
    files.iter().map(migration).collect()
}

#[tokio::test]
async fn the_migrations_of_the_example_are_applied_and_recorded() {
    let client = Client::start(Options::default()).await;
    migrate(&client).await;
    let versions = "select version, statements from supabase_migrations.schema_migrations order by version";
    assert_eq!(
        rows(&client, versions).await,
        json!([
            { "version": "20260105090000", "statements": "{\"a\",\"b\"}" },
            { "version": "20260219143000", "statements": "{\"a\",\"b\"}" },
            { "version": "20260611080000", "statements": "{\"a\",\"b\"}" },
        ])
    );
    let plans = rows(&client, "select plan, daily_limit from plans order by daily_limit").await;
    assert_eq!(plans[2], json!({ "plan": "scale", "daily_limit": 1000 }));
}

#[tokio::test]
async fn the_rows_of_the_last_statement_that_has_any_are_answered() {
    let client = Client::start(Options::default()).await;
    assert_eq!(
        rows(&client, "select 1 as one; select 2 as two, 0.5 as half, null as none; create table t (a int)")
            .await,
        json!([{ "two": 2, "half": 0.5, "none": null }])
    );
    assert_eq!(rows(&client, "select * from t").await, json!([]));
}

#[tokio::test]
async fn a_message_that_fails_leaves_nothing() {
    let client = Client::start(Options::default()).await;
    for text in [
        "create table t (a int); insert into t values (1); select * from missing",
        "begin; create table t (a int); select * from missing; commit",
    ] {
        let refused = query(&client, text).await;
        assert_eq!(refused.status, 400);
        let message = refused.body["message"].as_str().unwrap();
        assert!(message.starts_with("Failed to run sql query: ERROR:"), "{message}");
        assert!(message.contains("missing"), "{message}");
        assert_eq!(query(&client, "select * from t").await.status, 400);
    }
    // A transaction that was not ended is not carried on.
    rows(&client, "begin; create table t (a int)").await;
    assert_eq!(query(&client, "select * from t").await.status, 400);
}

#[tokio::test]
async fn a_token_is_needed_and_a_query() {
    let client = Client::start(Options::default()).await;
    let body = json!({ "query": "select 1" });
    let without = client.request(Method::POST, PATH).json(&body).send().await.unwrap();
    assert_eq!(read(without).await, Answer { status: 401, body: json!({ "message": "Unauthorized" }) });
    let wrong = client.request(Method::POST, PATH).bearer_auth("guess").json(&body).send().await.unwrap();
    assert_eq!(wrong.status(), 401);
    let empty = client.request(Method::POST, PATH).bearer_auth("sandbox-supabase-token");
    assert_eq!(empty.json(&json!({})).send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn so_many_requests_a_minute_are_served() {
    let elapsed = Arc::new(AtomicI64::new(0));
    let clock = {
        let elapsed = Arc::clone(&elapsed);
        move || Timestamp::from_second(elapsed.load(Ordering::Relaxed)).unwrap()
    };
    let supabase = SupabaseOptions { requests_per_minute: Some(2), ..SupabaseOptions::default() };
    let client = Client::start(Options { supabase, clock: Arc::new(clock), ..Options::default() }).await;
    rows(&client, "select 1").await;
    elapsed.store(20, Ordering::Relaxed);
    rows(&client, "select 1").await;

    let request = client.request(Method::POST, PATH).bearer_auth("sandbox-supabase-token");
    let refused = request.json(&json!({ "query": "select 1" })).send().await.unwrap();
    assert_eq!((refused.status().as_u16(), &refused.headers()["retry-after"]), (429, &"40".parse().unwrap()));
    elapsed.store(60, Ordering::Relaxed);
    rows(&client, "select 1").await;
    assert_eq!(query(&client, "select 1").await.status, 429);
}

#[tokio::test]
async fn an_answer_may_be_lost_after_the_work() {
    let client = Client::with_fault("cut-after:/supabase").await;
    let request = client.request(Method::POST, PATH).bearer_auth("sandbox-supabase-token");
    assert!(request.json(&json!({ "query": "create table t (a int)" })).send().await.is_err());
    assert_eq!(rows(&client, "select * from t").await, json!([]));
    let seen = client.sandbox.requests();
    assert_eq!((seen[0].path.as_str(), seen[0].status), (PATH, None));
}

#[tokio::test]
async fn a_project_is_kept_beside_the_portals_file() {
    let directory = tempfile::tempdir().unwrap();
    let database = Database::File(directory.path().join("portal.db"));
    let options = Options { database, ..Options::default() };
    let client = Client::start(options.clone()).await;
    migrate(&client).await;
    client.sandbox.stop().await;

    let client = Client::start(options).await;
    let count = "select count(*) as n from supabase_migrations.schema_migrations";
    assert_eq!(rows(&client, count).await, json!([{ "n": 3 }]));
}
