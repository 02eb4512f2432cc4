//! What is counted, and when a stage fails for it.

mod kinds;
mod missing;
mod replays;
mod values;

use serde_json::{Value, json};

use crate::common::Ended;
use crate::common::misbehaving::{self, Server, status};
use crate::common::spec::Spec;

/// A run of one `call` that is answered so, with more keys of its stage.
async fn call(answer: &Value, keys: &str, counts: &str) -> Ended {
    let server = Server::answering([misbehaving::json(answer.to_string())]).await;
    let stage = format!("{keys}\ncall: {{post: /work, counts: {{{counts}}}}}");
    Spec::on(&server).stage("work", stage.trim()).run().await
}

/// A run of a flow over as many items, in batches of five, of which those answer so that have one of these ids.
async fn flow(items: usize, stage_key: &str, to: &str, bad: &'static [u64]) -> Ended {
    let server = Server::start(move |arrival| async move {
        if arrival.method == "GET" {
            let items: Vec<_> = (0..items).map(|id| json!({"id": id})).collect();
            return misbehaving::json(json!({"items": items}).to_string());
        }
        let ids = arrival.json()["ids"].clone();
        let is_bad = ids.as_array().unwrap().iter().any(|id| bad.contains(&id.as_u64().unwrap()));
        if is_bad { status(400) } else { misbehaving::json(r#"{"done":5}"#) }
    })
    .await;
    let stage = format!(
        "{stage_key}flow:\n  from: {{get: /items, items: .items}}\n  to: {{post: /work, body: '{{ids: map(.id)}}', batch: 5{to}}}"
    );
    Spec::on(&server).stage("work", &stage).run().await
}

#[tokio::test]
async fn exactly_the_threshold_passes() {
    let ended = call(&json!({"all": 100, "bad": 5}), "fail_above: 5%", "total: .all, failed: .bad").await;
    let summary = ended.summary("work");
    assert_eq!((ended.code, &summary["failure_rate"]), (Some(0), &json!(0.05)));
}

#[tokio::test]
async fn more_than_the_threshold_fails() {
    let ended = call(&json!({"all": 1000, "bad": 51}), "fail_above: 5%", "total: .all, failed: .bad").await;
    let summary = ended.summary("work");
    assert_eq!((ended.code, &summary["failure_rate"]), (Some(1), &json!(0.051)));
}

#[tokio::test]
async fn without_a_threshold_one_failed_item_fails_the_stage() {
    let ended = call(&json!({"all": 1_000_000, "bad": 1}), "", "total: .all, failed: .bad").await;
    assert_eq!(ended.code, Some(1));
}

#[tokio::test]
async fn a_total_of_the_answer_is_what_failures_are_measured_by() {
    let ended = call(
        &json!({"all": 1000, "done": 10, "bad": 5}),
        "fail_above: 1%",
        "total: .all, done: .done, failed: .bad",
    )
    .await;
    let summary = ended.summary("work");
    assert_eq!((ended.code, &summary["failure_rate"]), (Some(0), &json!(0.005)));
    assert_eq!(summary["metrics"], json!({"done": 10, "failed": 5}));
}

#[tokio::test]
async fn a_count_that_is_picked_is_what_failures_are_measured_by() {
    let counts = "picked: .seen, done: .done, failed: .bad";
    let summary = call(&json!({"seen": 100, "done": 0, "bad": 5}), "", counts).await.summary("work");
    assert_eq!(summary["failure_rate"], 0.05);
}

/// Counts that overlap, as those of the portal's upsert do: their sum is twice the items.
#[tokio::test]
async fn other_counts_are_never_what_failures_are_measured_by() {
    let answer = json!({"processed": 100, "upserted": 90, "skipped": 5, "bad": 5});
    let counts = "processed: .processed, upserted: .upserted, skipped: .skipped, failed: .bad";
    let ended = call(&answer, "fail_above: 50%", counts).await;
    let summary = ended.summary("work");
    assert_eq!((ended.code, &summary["failure_rate"]), (Some(1), &json!(1.0)));
    assert_eq!(summary["shares"], json!([{"of": "items", "failed": 5, "total": null}]));
    let ended = call(&answer, "fail_above: 4%", &format!("total: .processed, {counts}")).await;
    let summary = ended.summary("work");
    assert_eq!((ended.code, &summary["failure_rate"]), (Some(1), &json!(0.05)));
    assert_eq!(call(&answer, "fail_above: 5%", &format!("total: .processed, {counts}")).await.code, Some(0));
}

#[tokio::test]
async fn a_failure_of_an_unknown_total_is_above_any_threshold() {
    let summary = call(&json!({"bad": 3}), "fail_above: 100%", "failed: .bad").await.summary("work");
    assert_eq!((&summary["failure_rate"], &summary["exit_code"]), (&json!(1.0), &json!(1)));
}

/// A request of a call that fails is one of its requests, however many items the others counted.
#[tokio::test]
async fn a_failed_request_is_measured_by_the_requests_of_its_call_too() {
    let server = Server::answering([misbehaving::json(r#"{"all":1000}"#), status(400)]).await;
    let calls = "fail_above: 1%\ncall: [{post: /a, counts: {total: .all}}, {post: /b}]";
    let ended = Spec::on(&server).stage("work", calls).run().await;
    let summary = ended.summary("work");
    assert_eq!((ended.code, &summary["failure_rate"]), (Some(1), &json!(0.5)));
    let shares =
        json!([{"of": "items", "failed": 1, "total": 1001}, {"of": "requests", "failed": 1, "total": 2}]);
    assert_eq!(summary["shares"], shares);
}

#[tokio::test]
async fn a_batch_that_cannot_be_sent_fails_all_its_items() {
    let ended = flow(20, "", ", counts: {done: .done}", &[7]).await;
    let summary = ended.summary("work");
    assert_eq!(summary["metrics"], json!({"picked": 20, "done": 15, "failed": 5}));
    assert_eq!((ended.code, &summary["failure_rate"]), (Some(1), &json!(0.25)));
}

#[tokio::test]
async fn failed_batches_within_the_threshold_pass() {
    assert_eq!(flow(20, "fail_above: 25%\n", "", &[7]).await.code, Some(0));
    assert_eq!(flow(20, "fail_above: 24%\n", "", &[7]).await.code, Some(1));
}

#[tokio::test]
async fn a_batch_whose_answer_cannot_be_counted_fails_all_its_items() {
    let ended = flow(10, "", ", counts: {done: '\"many\"'}", &[]).await;
    assert_eq!(ended.code, Some(1));
    let summary = ended.summary("work");
    assert_eq!(summary["metrics"]["failed"], 10);
    let error = summary["errors"][0]["message"].as_str().unwrap();
    assert!(error.contains("counting `done` failed"), "{error}");
}

#[tokio::test]
async fn a_request_without_items_that_fails_is_one_of_one() {
    let server = Server::answering([status(400)]).await;
    let ended = Spec::on(&server).stage("work", "fail_above: 99%\ncall: {post: /work}").run().await;
    let summary = ended.summary("work");
    assert_eq!((ended.code, &summary["failure_rate"]), (Some(1), &json!(1.0)));
    assert_eq!(summary["metrics"], json!({"failed": 1}));
}

#[tokio::test]
async fn error_texts_of_an_answer_reach_the_summary() {
    let answer = json!({"bad": 3, "why": ["too long", "too short", "too long"]});
    let server = Server::answering([misbehaving::json(answer.to_string())]).await;
    let spec =
        Spec::on(&server).stage("work", "call: {post: /work, counts: {failed: .bad}, errors: '.why[]'}");
    assert_eq!(
        spec.run().await.summary("work")["errors"],
        json!([{"message": "too long", "count": 2}, {"message": "too short", "count": 1}])
    );
}

#[tokio::test]
async fn what_is_not_counted_need_not_be_json() {
    let server = Server::answering([misbehaving::json("<html>fine</html>")]).await;
    assert_eq!(Spec::posting_to(&server).run().await.code, Some(0));
}

#[tokio::test]
async fn what_is_counted_must_be_json() {
    let server = Server::answering([misbehaving::json("<html>fine</html>")]).await;
    let spec = Spec::on(&server).stage("work", "call: {post: /work, counts: {done: .done}}");
    assert_eq!(spec.run().await.code, Some(1));
}

#[tokio::test]
async fn a_named_answer_is_known_to_the_requests_after_it() {
    let server = Server::start(|arrival| async move {
        match arrival.path.as_str() {
            "/jobs" => misbehaving::json(r#"{"id":"j 1","rows":[1,2]}"#),
            _ => misbehaving::json("{}"),
        }
    })
    .await;
    let calls = "call:\n  - {post: /jobs, as: job}\n  - {put: '/jobs/{$job.id}', body: '{rows: $job.rows}'}";
    assert_eq!(Spec::on(&server).stage("work", calls).run().await.code, Some(0));
    let second = &server.arrivals()[1];
    assert_eq!((second.path.as_str(), second.body.as_str()), ("/jobs/j%201", r#"{"rows":[1,2]}"#));
}

#[tokio::test]
async fn the_requests_after_a_failed_one_are_not_sent() {
    let server = Server::answering([status(200), status(400)]).await;
    let calls = "call: [{post: /a}, {post: /b}, {post: /c}, {post: /d}]";
    let ended = Spec::on(&server).stage("work", calls).run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(1), 2));
    let summary = ended.summary("work");
    assert_eq!(summary["errors"][1]["message"], "2 request(s) after the failed one were not sent");
}

#[tokio::test]
async fn counts_of_several_requests_add_up() {
    let server = Server::answering([misbehaving::json(r#"{"done":2}"#)]).await;
    let calls = "call: [{post: /a, counts: {done: .done}}, {post: /b, counts: {done: .done}}]";
    let summary = Spec::on(&server).stage("work", calls).run().await.summary("work");
    assert_eq!(summary["metrics"], json!({"done": 4, "failed": 0}));
}

#[tokio::test]
async fn a_stage_that_is_not_done_in_time_fails() {
    let server = Server::answering([misbehaving::Reply::Never]).await;
    let ended = Spec::on(&server).stage("work", "timeout: 1s\ncall: {post: /work}").run().await;
    assert_eq!(ended.code, Some(1));
    let summary = ended.summary("work");
    assert_eq!(summary["errors"][0]["message"], "not done within its timeout of 1s");
}
