//! A stage whose expression never ends is ended: by its timeout, by signals, with its summary.

use serde_json::json;

use crate::common::misbehaving::{Server, status};
use crate::common::spec::Spec;
use crate::common::watched::Watched;

const ENDLESS: &str = "def f: f; f";

#[tokio::test]
async fn a_timeout_ends_an_expression_that_never_does_wherever_it_stands() {
    for work in [
        format!("call: {{post: /work, body: '{ENDLESS}'}}"),
        format!("call: {{post: '/work/{{{ENDLESS}}}', body: '1'}}"),
        format!("call: {{post: /work, body: '1', counts: {{done: '{ENDLESS}'}}}}"),
        format!("flow: {{from: {{get: /items, items: '{ENDLESS}'}}, to: {{post: /work}}}}"),
        format!("flow: {{from: {{get: /items, items: .items}}, select: '{ENDLESS}', to: {{post: /work}}}}"),
        format!("flow: {{from: {{get: /items, items: .items}}, to: {{post: /work, body: '{ENDLESS}'}}}}"),
        format!("exec: {{command: 'true {{{ENDLESS}}}'}}"),
    ] {
        let server = Server::answering([status(200).body(r#"{"items":[{"id":1}]}"#)]).await;
        let ended = Spec::on(&server).stage("work", &format!("timeout: 300ms\n{work}")).run().await;
        let summary = ended.summary("work");
        assert_eq!(
            (ended.code, &summary["outcome"]),
            (Some(1), &json!("failed")),
            "{work}\n{}",
            ended.stderr
        );
        let told = summary["errors"].to_string();
        assert!(told.contains("timeout") || told.contains("interrupted"), "{work}: {told}");
    }
}

#[tokio::test]
async fn signals_end_expressions_that_never_do_although_they_keep_all_threads_busy() {
    let server = Server::answering([status(200)]).await;
    let mut spec = Spec::on(&server);
    for number in 0..8 {
        let work = format!("call: [{{post: /first}}, {{post: /work, body: '{ENDLESS}'}}]");
        spec = spec.stage(&format!("work-{number}"), &work);
    }
    let mut running = Watched::start(spec.jobnet());
    running.line_with(["\"event\":\"request\"", "/first"]).await;
    running.signal("TERM").await;
    // The second one does not wait for the grace of the first.
    running.signal("INT").await;
    let ended = running.end().await;
    assert_eq!(ended.code, Some(143), "{}", ended.stderr);
}

#[tokio::test]
async fn an_expression_that_fails_at_a_bound_is_one_failed_item() {
    let server = Server::start(|arrival| {
        let reply = match arrival.method.as_str() {
            "GET" => status(200).body(r#"{"items":[{"id":1},{"id":20000000}]}"#),
            _ => status(200),
        };
        async move { reply }
    })
    .await;
    let work =
        "flow: {from: {get: /items, items: .items}, to: {post: /work, each: true, body: '[range(.id)]'}}";
    let ended = Spec::on(&server).stage("work", work).run().await;
    let summary = ended.summary("work");
    assert_eq!(
        (&summary["metrics"]["failed"], server.arrived("POST").len()),
        (&json!(1), 1),
        "{}",
        ended.stderr
    );
    assert!(summary["errors"].to_string().contains("10 million"), "{}", summary["errors"]);
}
