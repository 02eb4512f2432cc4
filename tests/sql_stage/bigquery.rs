use jobnet_sandbox::{BigQueryOptions, Fault, FaultKind, Options, Refusal, Sandbox};
use serde_json::{Value, json};

use crate::common::misbehaving::{self, Arrival, Server};
use crate::common::{Ended, Jobnet, number, portal_with};

/// The time is that of the sandbox's events, of which five are older than 90 days then.
const NOW: &str = "2026-11-22T01:30:00Z";

const CLEANUP: &str = include_str!("../../examples/scheduler-jobs/sql/quota_cleanup.sql");

async fn sandbox(token: Option<&str>) -> Sandbox {
    let bigquery = BigQueryOptions { token: token.map(str::to_owned) };
    let now = NOW.parse().unwrap();
    portal_with(Options { bigquery, clock: std::sync::Arc::new(move || now), ..Options::default() }).await
}

fn net(sandbox: &Sandbox, token: &str, sql: &str) -> Jobnet {
    let spec = format!(
        "jobnet: v1\nname: net\nenvironments: {{local: {{}}}}\nsecrets: [TOKEN]\nvars: {{DAYS: 90, ORG: acme}}\n\
         databases: {{main: {{url: \"bigquery://local/organizations\", api: \"{}/bigquery\"{token}}}}}\n\
         stages: {{work: {{sql: {sql}}}}}\n",
        sandbox.base_url()
    );
    let arguments = ["--job-start-at", NOW, "--quiet"];
    Jobnet::on_spec(&spec, ["work"]).arguments(arguments).file("cleanup.sql", CLEANUP)
}

async fn cleanup(sandbox: &Sandbox) -> Ended {
    net(sandbox, "", "{file: cleanup.sql}").run().await
}

async fn events(sandbox: &Sandbox) -> i64 {
    number(sandbox, "SELECT count(*) FROM usage_events").await
}

#[tokio::test]
async fn a_job_is_waited_for_and_the_rows_that_it_changed_are_counted() {
    let sandbox = sandbox(None).await;
    sandbox.bigquery().slow_jobs(2);
    let ended = cleanup(&sandbox).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let summary = ended.summary("work");
    assert_eq!(
        (&summary["metrics"], &summary["requests"]),
        (&json!({"affected": 5, "failed": 0}), &json!(3))
    );
    assert_eq!(events(&sandbox).await, 5);
    let requests = ended.events("request");
    assert_eq!(requests[0]["path"], "/projects/local/queries");
    assert!(sandbox.requests().iter().all(|request| !format!("{request:?}").contains("Bearer")));
}

#[tokio::test]
async fn a_refused_request_is_sent_again_and_the_job_is_one() {
    let sandbox = sandbox(None).await;
    for refusal in [Refusal::BackendError, Refusal::RateLimitExceeded] {
        sandbox.bigquery().refuse(refusal, 1);
        let ended = cleanup(&sandbox).await;
        assert_eq!((ended.code, &ended.summary("work")["retries"]), (Some(0), &json!(1)), "{}", ended.stdout);
    }
}

#[tokio::test]
async fn a_job_that_fails_is_told_in_bigquerys_words() {
    let sandbox = sandbox(None).await;
    sandbox.bigquery().fail_jobs(1);
    let failed = cleanup(&sandbox).await;
    assert_eq!(failed.code, Some(1));
    assert_eq!(
        failed.summary("work")["errors"][0]["message"],
        "cleanup.sql: BigQuery says: Resources exceeded during query execution (resourcesExceeded)"
    );
    assert_eq!(events(&sandbox).await, 10);
    let wrong = net(&sandbox, "", "{query: delete from missing where true}").run().await;
    assert_eq!(wrong.code, Some(1));
    assert!(wrong.stdout.contains("(notFound)"), "{}", wrong.stdout);
}

#[tokio::test]
async fn values_are_sent_as_parameters_of_their_types_and_a_token_where_there_is_one() {
    let sandbox = sandbox(Some("bigquery-token")).await;
    let query =
        "{query: \"select count(*) from usage_events where :DAYS = 90 and :ORG = 'acme' and :run_id <> ''\"}";
    let with = net(&sandbox, ", token: \"${TOKEN}\"", query).env("TOKEN", "bigquery-token").run().await;
    assert_eq!(with.code, Some(0), "{}", with.stdout);
    let without = net(&sandbox, "", query).run().await;
    assert_eq!(without.code, Some(1));
    assert!(without.stdout.contains("(authError)"), "{}", without.stdout);
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_read_and_changes_nothing() {
    let sandbox = sandbox(None).await;
    let ended = net(&sandbox, "", "{file: cleanup.sql}").arguments(["--dry-run"]).run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let text = ended.events("dry_run")[0]["text"].as_str().unwrap().to_owned();
    let bytes = text
        .strip_prefix("would carry out cleanup.sql, which reads ")
        .and_then(|text| text.strip_suffix(" bytes"));
    assert!(bytes.unwrap().parse::<u64>().unwrap() > 0, "{text}");
    assert_eq!(events(&sandbox).await, 10);
}

#[tokio::test]
async fn a_request_whose_answer_was_lost_is_the_same_job_when_it_is_sent_again() {
    let sandbox = sandbox(None).await;
    sandbox.add_fault(Fault { path: Some("/bigquery".to_owned()), ..Fault::once(FaultKind::CutAfter) });
    let ended = cleanup(&sandbox).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    // The rows of the first, which did the work: a second job would have found none.
    assert_eq!(ended.summary("work")["metrics"], json!({"affected": 5, "failed": 0}));
}

#[tokio::test]
async fn a_script_is_one_job_and_a_transaction_where_all_of_it_changes_rows() {
    let done = r#"{"jobComplete": true, "numDmlAffectedRows": "3"}"#;
    let server = Server::start(|_| async { misbehaving::json(done.to_owned()) }).await;
    let spec = format!(
        "jobnet: v1\nname: net\nenvironments: {{local: {{}}}}\nvars: {{DAYS: 90, ORG: acme, RATE: 0.5, ON: true}}\n\
         databases: {{main: {{url: \"bigquery://shop/sales\", api: \"{}\"}}}}\nstages:\n  \
         rows: {{sql: {{file: rows.sql, vars: [DAYS, ORG, RATE, ON]}}}}\n  \
         mixed: {{needs: [rows], sql: {{query: \"create temp table t as select 1; delete from u where true\"}}}}\n",
        server.base_url()
    );
    let rows = "delete from t where age > :DAYS and org = @ORG -- old\n;\n\
        update t set rate = :RATE, on_ = :ON, at = :job_start_at where age > :DAYS;\n";
    let arguments = ["--job-start-at", NOW];
    let ended = Jobnet::on_spec(&spec, ["--all"]).arguments(arguments).file("rows.sql", rows).run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert_eq!(ended.summary("rows")["metrics"], json!({"affected": 3, "failed": 0}));

    let bodies: Vec<Value> = server.arrived("POST").iter().map(Arrival::json).collect();
    assert_eq!(
        bodies[0]["query"],
        "BEGIN TRANSACTION\n;\ndelete from t where age > @DAYS and org = @ORG\n;\n\
         update t set rate = @RATE, on_ = @ON, at = @job_start_at where age > @DAYS\n;\nCOMMIT TRANSACTION\n;"
    );
    let parameter = |name: &str, kind: &str, value: &str| json!({"name": name, "parameterType": {"type": kind}, "parameterValue": {"value": value}});
    assert_eq!(
        bodies[0]["queryParameters"],
        json!([
            parameter("DAYS", "INT64", "90"),
            parameter("ORG", "STRING", "acme"),
            parameter("RATE", "FLOAT64", "0.5"),
            parameter("ON", "BOOL", "true"),
            parameter("job_start_at", "TIMESTAMP", "2026-11-22T01:30:00.000Z"),
        ])
    );
    assert_eq!(bodies[0]["defaultDataset"], json!({"projectId": "shop", "datasetId": "sales"}));
    assert_eq!(bodies[0]["requestId"].as_str().map(str::len), Some(36));
    assert_eq!(bodies[1]["query"], "create temp table t as select 1\n;\ndelete from u where true\n;");
    assert_ne!(bodies[0]["requestId"], bodies[1]["requestId"]);
}
