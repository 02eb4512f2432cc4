//! Counts that are not there, and errors in their place: what is not understood is named.

use serde_json::{Value, json};

use crate::common::misbehaving::{self, Server};
use crate::common::spec::Spec;
use crate::common::{Ended, Jobnet};

/// A run of one `call` with these keys beside its path, that is answered so.
async fn call(answer: &str, keys: &str) -> Ended {
    let server = Server::answering([misbehaving::json(answer)]).await;
    Spec::on(&server).stage("work", &format!("call: {{post: /work, {keys}}}")).run().await
}

/// The exit code, and the warnings.
fn warned(ended: &Ended) -> (Option<i32>, Vec<String>) {
    let warnings = ended.summary("work")["warnings"].clone();
    let warnings = warnings.as_array().expect("warnings").iter();
    (ended.code, warnings.map(|note| note["message"].as_str().unwrap().to_owned()).collect())
}

fn error(ended: &Ended) -> Value {
    ended.summary("work")["errors"][0]["message"].clone()
}

#[tokio::test]
async fn a_count_that_is_never_there_is_warned_of_or_fails() {
    let answer = r#"{"done":3,"failed":0}"#;
    let said = "the count `failed` (`.faild`) is in none of 1 response(s) to POST /work, which have `done`, `failed`: did you \
                mean `failed`? (where it may be left out, write `.faild // 0`)";
    let counts = "counts: {done: .done, failed: .faild}";
    assert_eq!(warned(&call(answer, counts).await), (Some(0), vec![said.to_owned()]));
    let failing = call(answer, &format!("{counts}, missing_counts: fail")).await;
    assert_eq!((failing.code, error(&failing)), (Some(1), json!(said)));
}

#[tokio::test]
async fn a_count_that_some_responses_leave_out_is_none() {
    let server = Server::start(|arrival| async move {
        match (arrival.method.as_str(), arrival.number) {
            ("GET", _) => misbehaving::json(r#"{"items":[{"id":1},{"id":2},{"id":3}]}"#),
            (_, 2) => misbehaving::json(r#"{"done":1,"failed":null}"#),
            (_, 3) => misbehaving::json(r#"{"done":1}"#),
            _ => misbehaving::json(r#"{"done":1,"failed":1}"#),
        }
    })
    .await;
    let to = "batch: 1, concurrency: 1, counts: {done: .done, failed: .failed}, missing_counts: fail";
    let ended = Spec::on(&server).flow("", to).run().await;
    assert_eq!(ended.summary("work")["metrics"], json!({"picked": 3, "done": 3, "failed": 1}));
    assert_eq!(warned(&ended), (Some(1), Vec::new()));
}

#[tokio::test]
async fn an_error_in_place_of_the_counts_is_warned_of_or_is_a_failed_request() {
    let counts = "counts: {done: .done}";
    for (answer, what) in [
        (r#"{"error":"no licence"}"#, "no licence"),
        (r#"{"error":{"message":"no licence"}}"#, "no licence"),
        (r#"{"errors":["no licence"]}"#, "no licence"),
        (r#"{"data":null,"errors":[{"message":"no"}]}"#, "no"),
        (r#"{"errors":[{"title":"no","detail":"licence"},{"message":"no"}]}"#, "no: licence: no"),
        (r#"{"success":false}"#, "an object with `success`"),
        (r#"{"ok":false,"message":"no licence"}"#, "no licence"),
        (r#"{"status":"error","detail":"no licence"}"#, "no licence"),
    ] {
        let said = format!("POST /work: answered 200 with an error in place of the counts: {what}");
        assert_eq!(warned(&call(answer, counts).await), (Some(0), vec![said.clone()]), "{answer}");
        let failing = call(answer, &format!("{counts}, missing_counts: fail")).await;
        assert_eq!((failing.code, error(&failing)), (Some(1), json!(said)), "{answer}");
        assert_eq!(failing.summary("work")["metrics"]["failed"], 1);
    }
}

#[tokio::test]
async fn a_batch_whose_response_is_an_error_fails_its_items_where_that_is_asked_for() {
    let server = Server::start(|arrival| async move {
        match (arrival.method.as_str(), arrival.body.contains('3')) {
            ("GET", _) => misbehaving::json(r#"{"items":[{"id":1},{"id":2},{"id":3},{"id":4}]}"#),
            (_, true) => misbehaving::json(r#"{"error":"busy"}"#),
            _ => misbehaving::json(r#"{"done":2}"#),
        }
    })
    .await;
    let ended =
        Spec::on(&server).flow("", "batch: 2, counts: {done: .done}, missing_counts: fail").run().await;
    assert_eq!(ended.summary("work")["metrics"], json!({"picked": 4, "done": 2, "failed": 2}));
    assert_eq!(ended.summary("work")["failure_rate"], 0.5);
}

#[tokio::test]
async fn what_the_spec_looks_at_is_nothing_to_warn_of() {
    for (answer, keys) in [
        // The counts are there.
        (r#"{"error":"one was bad","done":3,"failed":0}"#, "counts: {done: .done, failed: .failed}"),
        // The spec says what is an error.
        (r#"{"error":"none","done":null}"#, "counts: {done: '.done // 0'}, errors: '.problems[]?'"),
        // Nothing is expected.
        (r#"{"error":"no"}"#, "body: '{}'"),
        // It may be left out.
        (r#"{"done":1}"#, "counts: {done: .done, failed: '.failed // 0'}"),
        // It is counted by another name, or looked at as an error.
        (r#"{"failed":3}"#, "counts: {rejected: .failed}"),
        (r#"{"failed":3}"#, "errors: 'select(.failed > 0) | \"bad\"'"),
        (r#"{"failed":0}"#, "body: '{}'"),
    ] {
        assert_eq!(warned(&call(answer, keys).await), (Some(0), Vec::new()), "{answer} {keys}");
    }
}

#[tokio::test]
async fn failures_that_the_spec_does_not_count_are_warned_of() {
    let server = Server::start(|arrival| async move {
        match arrival.method.as_str() {
            "GET" => misbehaving::json(r#"{"items":[{"id":1},{"id":2}],"failed":9}"#),
            _ => misbehaving::json(r#"{"failed":3}"#),
        }
    })
    .await;
    let said = "2 response(s) to POST /work have a `failed` of 6 in all, which the spec does not count: write \
                `counts: {failed: .failed}`";
    assert_eq!(warned(&Spec::on(&server).flow("", "batch: 1").run().await), (Some(0), vec![said.to_owned()]));
}

/// A run in a format in which a count is missing.
async fn in_format(format: &str) -> (Ended, Jobnet) {
    let server = Server::answering([misbehaving::json(r#"{"all":1000,"failed":2,"key":"s3cret"}"#)]).await;
    let spec = Spec::on(&server).stage(
        "work",
        "fail_above: 0.1%\ncall: {post: /work, counts: {total: .all, failed: .failed, done: .dnoe}}",
    );
    let jobnet = spec.jobnet().arguments(["--format", format]);
    let jobnet = jobnet.env("GITHUB_STEP_SUMMARY", "summary.md").env("GITHUB_OUTPUT", "outputs.txt");
    (jobnet.run().await, jobnet)
}

const THRESHOLD: &str = "2 of 1000 items failed: 0.20 % > 0.1 %";
const MISSING: &str = "warning: the count `done` (`.dnoe`) is in none of 1 response(s) to POST /work";

#[tokio::test]
async fn people_are_told_of_the_threshold_and_of_warnings() {
    let (ended, _) = in_format("human").await;
    assert!(ended.stderr.contains(&format!("work: {THRESHOLD}\n")), "{}", ended.stderr);
    assert!(ended.stderr.contains(&format!("work: {MISSING}")), "{}", ended.stderr);
    assert!(ended.stderr.contains("  0.20 % > 0.1 %  "), "{}", ended.stderr);
}

#[tokio::test]
async fn on_github_the_annotation_and_the_job_summary_tell_of_them_too() {
    let (ended, jobnet) = in_format("github").await;
    let annotation = ended.stderr.lines().find(|line| line.starts_with("::error")).unwrap();
    let escaped = THRESHOLD.replace('%', "%25");
    assert!(annotation.contains(&escaped) && annotation.contains(MISSING), "{annotation}");
    let summary = std::fs::read_to_string(jobnet.directory().join("summary.md")).unwrap();
    assert!(
        summary.contains("| 0.20 % > 0.1 % |") && summary.contains("- **work**: warning: the count"),
        "{summary}"
    );
}

#[tokio::test]
async fn machines_read_the_threshold_beside_the_share() {
    let summary = in_format("json").await.0.summary("work");
    assert_eq!((&summary["fail_above"], &summary["failure_rate"]), (&json!(0.001), &json!(0.002)));
    assert_eq!(summary["shares"], json!([{"of": "items", "failed": 2, "total": 1000}]));
    assert_eq!(summary["warnings"][0]["count"], 1);
}

#[tokio::test]
async fn missing_counts_without_counts_is_a_fault() {
    let spec = Spec::at("http://unused.example").stage("work", "call: {post: /work, missing_counts: fail}");
    let ended = Jobnet::new(["plan"]).file("jobnet.yaml", &spec.text()).run().await;
    assert_eq!(ended.code, Some(2));
    insta::assert_snapshot!(ended.stderr);
}

#[tokio::test]
async fn a_flow_that_counts_picked_is_a_fault() {
    let spec = Spec::at("http://unused.example").flow("", "counts: {picked: .picked, failed: .failed}");
    let ended = Jobnet::new(["plan"]).file("jobnet.yaml", &spec.text()).run().await;
    assert_eq!(ended.code, Some(2));
    insta::assert_snapshot!(ended.stderr);
}
