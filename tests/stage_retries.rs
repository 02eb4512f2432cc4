//! A stage is run again where that may help and the engine does not do it: `run --retries`.

use std::path::Path;
use std::time::Duration;

use jobnet::run::Event;
use serde_json::{Value, json};

use crate::common::in_process::InProcess;
use crate::common::misbehaving::{self, Reply, Server, status};
use crate::common::spec::Spec;
use crate::common::watched::Watched;
use crate::common::{Ended, Jobnet};

/// A run of a spec whose stages are run again, up to so many times, at once.
fn retried(spec: &str, retries: u32) -> InProcess {
    InProcess::at("2026-03-04T05:06:07Z", spec).stage_retry(retries, Duration::ZERO)
}

/// A server that is unavailable for one attempt at a stage of one request, and answers so from then on.
async fn back_with(reply: Reply) -> Server {
    Server::answering([status(503), status(503), status(503), reply]).await
}

/// Stage, attempt and outcome of each summary, in order.
fn attempts(ended: &Ended) -> Vec<(Value, Value, Value)> {
    let fields = |line: Value| (line["stage"].clone(), line["attempt"].clone(), line["outcome"].clone());
    ended.events("summary").into_iter().map(fields).collect()
}

/// How the last attempt at the last stage ended.
fn last(ended: &Ended) -> Value {
    ended.events("summary").pop().expect("a summary")
}

/// A stage `work` whose command fails until it is run for the `good`th time; `directory` remembers.
fn failing_until(good: u32, directory: &Path) -> String {
    let script = format!(
        "cd {} && echo run >> runs && test $(wc -l < runs) -ge {good}",
        directory.to_str().expect("a path in UTF-8")
    );
    format!("exec: {{command: [/bin/sh, -c, '{script}']}}")
}

fn command(good: u32, directory: &Path) -> String {
    Spec::at("http://unused.example").stage("work", &failing_until(good, directory)).text()
}

#[tokio::test]
async fn a_stage_whose_other_side_was_unavailable_is_run_again_as_a_new_process_would() {
    let server = back_with(status(200)).await;
    let spec = Spec::posting_to(&server).stage("after", "needs: [work]\ncall: {get: /after}");
    let ended = retried(&spec.text(), 2).run().await;
    assert_eq!(ended.code, Some(0));
    assert_eq!(
        attempts(&ended),
        [
            (json!("work"), Value::Null, json!("unavailable")),
            (json!("work"), json!(2), json!("succeeded")),
            (json!("after"), Value::Null, json!("succeeded")),
        ]
    );
    let arrivals = server.arrivals();
    let posts = &arrivals[..4];
    assert!(posts.iter().all(|post| post.header("idempotency-key") == posts[0].header("idempotency-key")));
    assert_eq!(posts[0].header("x-request-id"), posts[2].header("x-request-id"));
    assert_ne!(
        posts[0].header("x-request-id"),
        posts[3].header("x-request-id"),
        "each attempt is a stage run"
    );
    let [first, second, _] = &ended.events("summary")[..] else { panic!("three summaries") };
    assert_eq!((&first["run_id"], &first["exit_code"]), (&second["run_id"], &json!(75)));
    assert_eq!((&first["requests"], &second["requests"]), (&json!(3), &json!(1)), "each counts its own");
}

#[tokio::test]
async fn a_command_that_failed_is_run_again() {
    let directory = tempfile::tempdir().unwrap();
    let ended = retried(&command(3, directory.path()), 5).run().await;
    assert_eq!(ended.code, Some(0));
    let outcomes: Vec<_> =
        attempts(&ended).into_iter().map(|(_, attempt, outcome)| (attempt, outcome)).collect();
    assert_eq!(
        outcomes,
        [(Value::Null, json!("failed")), (json!(2), json!("failed")), (json!(3), json!("succeeded")),]
    );
}

#[tokio::test]
async fn the_last_attempt_counts() {
    let server = Server::answering([status(503)]).await;
    let spec = Spec::posting_to(&server).stage("after", "needs: [work]\ncall: {get: /after}");
    let ended = retried(&spec.text(), 1).run().await;
    assert_eq!(ended.code, Some(75));
    assert_eq!(
        attempts(&ended),
        [
            (json!("work"), Value::Null, json!("unavailable")),
            (json!("work"), json!(2), json!("unavailable")),
            (json!("after"), Value::Null, json!("skipped")),
        ]
    );
}

#[tokio::test]
async fn what_failed_for_good_is_not_run_again() {
    let server = Server::answering([status(400)]).await;
    let ended = retried(&Spec::posting_to(&server).text(), 5).run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(1), 1));
}

#[tokio::test]
async fn without_retries_a_stage_is_run_once() {
    let directory = tempfile::tempdir().unwrap();
    let ended = retried(&command(2, directory.path()), 0).run().await;
    assert_eq!((ended.code, ended.events("summary").len()), (Some(1), 1));
}

#[tokio::test]
async fn the_timeout_covers_all_attempts() {
    let slow = "timeout: 1s\nexec: {command: [/bin/sh, -c, 'sleep 0.2; exit 1']}";
    let spec = Spec::at("http://unused.example").stage("work", slow);
    let ended = retried(&spec.text(), 100).run().await;
    assert_eq!(ended.code, Some(1));
    let attempts = ended.events("summary").len();
    assert!(attempts <= 5, "{attempts} attempts of at least 0.2 s each");
}

#[tokio::test]
async fn a_wait_that_reaches_past_the_timeout_is_not_begun() {
    let directory = tempfile::tempdir().unwrap();
    let ended = retried(&command(2, directory.path()), 1).stage_retry(1, Duration::from_hours(1)).run().await;
    assert_eq!((ended.code, ended.events("summary").len()), (Some(1), 1));
}

#[tokio::test]
async fn a_stop_ends_the_wait() {
    let server = Server::answering([status(503)]).await;
    let ended = retried(&Spec::posting_to(&server).text(), 1)
        .stage_retry(1, Duration::from_mins(30))
        .stop_at(|event| matches!(event, Event::AttemptFinished(_)))
        .run()
        .await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(143), 3));
    assert_eq!(
        attempts(&ended),
        [(json!("work"), Value::Null, json!("unavailable")), (json!("work"), json!(2), json!("terminated")),]
    );
    assert_eq!(last(&ended)["errors"][0]["message"], "told to stop before attempt 2");
}

#[tokio::test]
async fn the_lease_is_had_again_for_each_attempt() {
    let directory = tempfile::tempdir().unwrap();
    let store = format!("stores: {{memory: \"file:{}\"}}\n", directory.path().join("raw").display());
    let stage = format!("lease: {{store: memory, ttl: 1m}}\n{}", failing_until(2, directory.path()));
    let spec = Spec::at("http://unused.example").stage("work", &stage).text();
    let ended = retried(&(store + &spec), 1).run().await;
    assert_eq!(last(&ended)["outcome"], "succeeded", "{}", ended.stdout);
}

#[tokio::test]
async fn only_how_the_last_attempt_ended_is_told() {
    let hook = Server::answering([status(200)]).await;
    let server = Server::answering([status(503)]).await;
    let spec = format!("notify:\n  - webhook: {}/hook\n", hook.base_url());
    let spec = spec + &Spec::posting_to(&server).text();
    let ended = retried(&spec, 2).run().await;
    assert_eq!((ended.code, ended.events("summary").len()), (Some(75), 3));
    let [told] = &hook.arrivals()[..] else { panic!("told once") };
    assert_eq!(told.json()["attempt"], 3);
}

#[tokio::test]
async fn a_saving_stage_goes_on_where_the_attempt_before_was_cut_off() {
    let directory = tempfile::tempdir().unwrap();
    let database = directory.path().join("items.db");
    let server = Server::start(|arrival| async move {
        match (arrival.query.as_str(), arrival.number) {
            ("", _) => misbehaving::json(r#"{"items":[{"code":"a"}],"next":"two"}"#),
            (_, 2..=4) => status(503),
            _ => misbehaving::json(r#"{"items":[{"code":"b"}]}"#),
        }
    })
    .await;
    let tables = "sql: {database: main, query: 'create table item (code text primary key, content_hash text, \
                  saved_at text, run_id text)'}";
    let collect = "needs: [tables]\nflow:\n  from: {get: /items, items: .items, next: {cursor: .next, param: cursor}}\n  \
                   to: {database: main, table: item, key: [code], columns: {code: .code}}";
    let spec = format!("databases: {{main: \"sqlite:{}\"}}\n", database.display())
        + &Spec::on(&server).stage("tables", tables).stage("collect", collect).text();
    let ended = retried(&spec, 1).run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let asked: Vec<_> = server.arrivals().into_iter().map(|arrival| arrival.query).collect();
    assert_eq!(asked, ["", "cursor=two", "cursor=two", "cursor=two", "cursor=two"]);
}

/// Between its attempts the binary waits for some seconds: it is told to end before the second is over.
#[tokio::test]
async fn the_flag_and_its_variable_say_how_often() {
    let script = "if test -e ran; then sleep 600; fi; touch ran; exit 1";
    let spec = Spec::at("http://unused.example").stage("work", "exec: {command: sh work.sh}").text();
    let jobnet = || {
        Jobnet::on_spec(&spec, ["--all", "--format", "github"])
            .file("work.sh", script)
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
    };
    let directory = tempfile::tempdir().unwrap();
    let overview = directory.path().join("summary.md");
    for jobnet in [jobnet().arguments(["--retries", "1"]), jobnet().env("JOBNET_RETRIES", "1")] {
        let _ = std::fs::remove_file(&overview);
        let path = overview.to_str().expect("a path in UTF-8");
        let mut running = Watched::start(jobnet.env("GITHUB_STEP_SUMMARY", path));
        running.line_with(["\"event\":\"summary\"", "\"outcome\":\"failed\""]).await;
        running.people_see("attempt 1 ended as failed").await;
        running.signal("TERM").await;
        let ended = running.end().await;
        assert_eq!(ended.code, Some(143), "{}", ended.stderr);
        assert_eq!(last(&ended)["attempt"], 2);
        let annotation = "::warning title=jobnet work::work: failed, 100%25 failed%0Aexited with 1";
        assert!(
            ended.stderr.contains(annotation),
            "another follows, so that it is no error: {}",
            ended.stderr
        );
        let overview = std::fs::read_to_string(&overview).unwrap();
        assert!(overview.contains("| work | terminated (attempt 2) |"), "{overview}");
    }
}
