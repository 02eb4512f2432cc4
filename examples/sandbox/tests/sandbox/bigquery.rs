//! BigQuery's `jobs.query` and `jobs.getQueryResults`.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jobnet_sandbox::{BigQueryOptions, Options, Refusal};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Answer, Client, read};

const PATH: &str = "/bigquery/projects/local/queries";
/// Half past one in the night, as the clean-up is scheduled.
const NOW: &str = "2026-11-22T01:30:00Z";

fn at(now: &str) -> Options {
    let now: Timestamp = now.parse().unwrap();
    Options { clock: Arc::new(move || now), ..Options::default() }
}

/// The example's clean-up, as jobnet sends it.
fn cleanup() -> Value {
    let sql = include_str!("../../../scheduler-jobs/sql/quota_cleanup.sql");
    json!({
        "query": sql.replace(":job_start_at", "@job_start_at"),
        "useLegacySql": false,
        "requestId": "2d9f0c1e-6c55-4d0a-9a51-1f0f5f9d7f10",
        "parameterMode": "NAMED",
        "queryParameters": [{
            "name": "job_start_at", "parameterType": { "type": "TIMESTAMP" }, "parameterValue": { "value": NOW }
        }],
        "defaultDataset": { "projectId": "local", "datasetId": "organizations" },
        "location": "EU",
        "timeoutMs": 10_000
    })
}

fn statement(sql: &str) -> Value {
    json!({ "query": sql, "useLegacySql": false })
}

async fn query(client: &Client, body: &Value) -> Answer {
    read(client.request(Method::POST, PATH).json(body).send().await.unwrap()).await
}

async fn poll(client: &Client, answer: &Answer) -> Answer {
    let job = &answer.body["jobReference"];
    let (id, location) = (job["jobId"].as_str().unwrap(), job["location"].as_str().unwrap());
    client.get(&format!("{PATH}/{id}?location={location}&timeoutMs=1000")).await
}

async fn events(client: &Client) -> i64 {
    let count = "SELECT count(*) FROM usage_events";
    sqlx::query_scalar(count).fetch_one(client.sandbox.pool()).await.unwrap()
}

fn reason(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.body["error"]["errors"][0]["reason"].as_str().unwrap())
}

#[tokio::test]
async fn the_examples_cleanup_deletes_what_is_older_than_90_days() {
    let client = Client::start(at(NOW)).await;
    let done = query(&client, &cleanup()).await;
    assert_eq!(done.status, 200, "{done:?}");
    assert_eq!(done.body["kind"], "bigquery#queryResponse");
    assert_eq!((&done.body["jobComplete"], &done.body["numDmlAffectedRows"]), (&json!(true), &json!("5")));
    assert_eq!(done.body["jobReference"]["location"], "EU");
    assert!(done.body["totalBytesProcessed"].as_str().unwrap().parse::<u64>().unwrap() > 0);
    assert_eq!(events(&client).await, 5);
}

#[tokio::test]
async fn an_equal_request_is_the_same_job_for_15_minutes() {
    let elapsed = Arc::new(AtomicI64::new(0));
    let clock = {
        let elapsed = Arc::clone(&elapsed);
        let start: Timestamp = NOW.parse().unwrap();
        move || start + jiff::SignedDuration::from_secs(elapsed.load(Ordering::Relaxed))
    };
    let client = Client::start(Options { clock: Arc::new(clock), ..Options::default() }).await;
    client.sandbox.add_fault("cut-after:/bigquery".parse().unwrap());
    assert!(client.request(Method::POST, PATH).json(&cleanup()).send().await.is_err());
    assert_eq!(events(&client).await, 5);

    elapsed.store(899, Ordering::Relaxed);
    let again = query(&client, &cleanup()).await;
    assert_eq!(again.body["numDmlAffectedRows"], "5");
    assert_eq!(query(&client, &cleanup()).await, again);
    let mut other = cleanup();
    other["query"] = json!("DELETE FROM usage_events WHERE quantity > 100");
    assert_eq!(query(&client, &other).await.body["numDmlAffectedRows"], "0");

    elapsed.store(900, Ordering::Relaxed);
    assert_eq!(query(&client, &cleanup()).await.body["numDmlAffectedRows"], "0");
}

#[tokio::test]
async fn a_dry_run_says_how_much_and_does_nothing() {
    let client = Client::start(at(NOW)).await;
    let mut body = cleanup();
    body["dryRun"] = json!(true);
    let dry = query(&client, &body).await;
    assert_eq!(dry.status, 200, "{dry:?}");
    assert_eq!(dry.body["numDmlAffectedRows"], json!(null));
    assert_eq!(events(&client).await, 10);
    assert_eq!(query(&client, &cleanup()).await.body["totalBytesProcessed"], dry.body["totalBytesProcessed"]);

    body["query"] = json!("DELETE FROM usage_events WHERE created < 1");
    assert_eq!(reason(&query(&client, &body).await), (400, "invalidQuery"));
}

#[tokio::test]
async fn a_slow_job_takes_some_polls() {
    let client = Client::start(at(NOW)).await;
    client.sandbox.bigquery().slow_jobs(2);
    let begun = query(&client, &cleanup()).await;
    assert_eq!(
        (&begun.body["jobComplete"], &begun.body["numDmlAffectedRows"]),
        (&json!(false), &json!(null))
    );
    assert_eq!(poll(&client, &begun).await.body["jobComplete"], false);
    let done = poll(&client, &begun).await;
    assert_eq!(done.body["kind"], "bigquery#getQueryResultsResponse");
    assert_eq!((&done.body["jobComplete"], &done.body["numDmlAffectedRows"]), (&json!(true), &json!("5")));

    let id = begun.body["jobReference"]["jobId"].as_str().unwrap();
    assert_eq!(reason(&client.get(&format!("{PATH}/{id}?location=US")).await), (404, "notFound"));
    assert_eq!(reason(&client.get(&format!("{PATH}/job_0?location=EU")).await), (404, "notFound"));
}

#[tokio::test]
async fn a_refused_request_begins_no_job() {
    let client = Client::start(at(NOW)).await;
    client.sandbox.bigquery().refuse(Refusal::RateLimitExceeded, 2);
    assert_eq!(reason(&query(&client, &cleanup()).await), (403, "rateLimitExceeded"));
    assert_eq!(reason(&query(&client, &cleanup()).await), (403, "rateLimitExceeded"));
    client.sandbox.bigquery().refuse(Refusal::BackendError, 1);
    assert_eq!(reason(&query(&client, &cleanup()).await), (503, "backendError"));
    assert_eq!(events(&client).await, 10);
    assert_eq!(query(&client, &cleanup()).await.body["numDmlAffectedRows"], "5");
}

#[tokio::test]
async fn a_job_may_fail_when_it_is_complete() {
    let client = Client::start(at(NOW)).await;
    client.sandbox.bigquery().slow_jobs(1);
    client.sandbox.bigquery().fail_jobs(1);
    let begun = query(&client, &cleanup()).await;
    assert_eq!((begun.status, &begun.body["jobComplete"]), (200, &json!(false)));
    assert_eq!(reason(&poll(&client, &begun).await), (400, "resourcesExceeded"));
    assert_eq!(reason(&poll(&client, &begun).await), (400, "resourcesExceeded"));
    assert_eq!(events(&client).await, 10);
}

#[tokio::test]
async fn what_googlesql_spells_in_its_own_way_is_understood() {
    let client = Client::start(at(NOW)).await;
    let examples = [
        ("SELECT count(*) AS n FROM `local.organizations.usage_events`", "10"),
        ("SELECT count(*) AS n FROM organizations.usage_events", "10"),
        ("SELECT count(*) FROM `organizations` WHERE organizations.status = \"active\"", "7"),
        ("select 'it\\'s @x -- no comment'; # the end", "it's @x -- no comment"),
        ("SELECT TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 90 MINUTE)", "2026-11-22T00:00:00.000Z"),
        (
            "SELECT TIMESTAMP_ADD(TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 1 DAY), INTERVAL 1 HOUR)",
            "2026-11-21T02:30:00.000Z",
        ),
        ("SELECT /* one */ 1 + 0.5", "1.5"),
    ];
    for (sql, value) in examples {
        let answer = query(&client, &statement(sql)).await;
        assert_eq!(answer.body["rows"], json!([{ "f": [{ "v": value }] }]), "{sql}: {answer:?}");
    }
    let counted = query(&client, &statement(examples[0].0)).await;
    let field = json!({ "name": "n", "type": "INTEGER", "mode": "NULLABLE" });
    assert_eq!((&counted.body["schema"]["fields"][0], &counted.body["totalRows"]), (&field, &json!("1")));
}

#[tokio::test]
async fn what_is_no_query_is_refused() {
    let client = Client::start(at(NOW)).await;
    let refused = [
        (json!({ "query": "SELECT 1" }), (400, "invalid")),
        (json!({ "useLegacySql": false }), (400, "invalid")),
        (
            json!({ "query": "SELECT 1", "useLegacySql": false, "requestId": "x".repeat(37) }),
            (400, "invalid"),
        ),
        (
            json!({ "query": "SELECT 1", "useLegacySql": false, "defaultDataset": { "datasetId": "other" } }),
            (404, "notFound"),
        ),
        (statement("SELEC 1"), (400, "invalidQuery")),
        (statement("SELECT FROM WHERE"), (400, "invalidQuery")),
        (statement("SELECT @nothing"), (400, "invalidQuery")),
        (statement("SELECT 1; SELECT 2"), (400, "invalidQuery")),
        (statement("DROP TABLE usage_events"), (400, "invalidQuery")),
        (statement("SELECT TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 1 MONTH)"), (400, "invalidQuery")),
        (statement("SELECT * FROM `other.usage_events`"), (404, "notFound")),
        (statement("SELECT * FROM missing"), (404, "notFound")),
    ];
    for (body, expected) in refused {
        let answer = query(&client, &body).await;
        assert_eq!(reason(&answer), expected, "{body}: {answer:?}");
    }
}

#[tokio::test]
async fn a_token_is_needed_where_one_is_named() {
    let bigquery = BigQueryOptions { token: Some("ya29.sandbox".to_owned()) };
    let client = Client::start(Options { bigquery, ..Options::default() }).await;
    assert_eq!(reason(&query(&client, &statement("SELECT 1")).await), (401, "authError"));
    let request = client.request(Method::POST, PATH).bearer_auth("ya29.sandbox");
    assert_eq!(request.json(&statement("SELECT 1")).send().await.unwrap().status(), 200);
}
