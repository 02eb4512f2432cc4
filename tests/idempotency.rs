//! Keys, and what the answers to a known one mean.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jobnet::policy::Window;
use jobnet::run::idempotency_key;
use serde_json::json;

use crate::common::in_process::InProcess;
use crate::common::misbehaving::{self, Server, status};
use crate::common::spec::{Spec, quick_portal_spec};
use crate::common::{Jobnet, number, portal, portal_with};

const NOW: &str = "2025-10-03T10:22:41Z";

/// The key of the only POST of a run at [`NOW`].
async fn key_of(server: &Server, spec: &Spec) -> String {
    let ended = InProcess::at(NOW, &spec.text()).env("SECRET", "s3cret").run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let posts = server.arrivals().into_iter().filter(|arrival| arrival.path != "/token");
    let keys: Vec<_> = posts.map(|post| post.header("idempotency-key").to_owned()).collect();
    let [key] = &keys[..] else { panic!("one POST: {keys:?}") };
    key.clone()
}

#[tokio::test]
async fn a_key_is_what_other_runners_build_with_an_audience() {
    let server =
        Server::answering([misbehaving::json(r#"{"access_token":"t0ken","expires_in":60}"#), status(200)])
            .await;
    let oauth2 = format!(
        "{{oauth2: {{token_url: '{}/token', client_id: me, client_secret: '${{SECRET}}', \
         audience: 'https://portal-api.example.com'}}}}",
        server.base_url()
    );
    let spec = Spec::on(&server).secret("SECRET").api("auth", &oauth2).stage(
        "extract-view",
        "call:\n  post: /extract/view_common\n  body: >-\n    \
         {action_xmlids: [\"sale.action_orders\"], targets: [\"ai_purpose\", \"help\"], mode: \"upsert_if_changed\"}",
    );
    assert_eq!(key_of(&server, &spec).await, "extract-view-20251003T1015-5b89c32c2defd00b");
}

#[tokio::test]
async fn a_key_is_what_other_runners_build_without_an_audience() {
    let server = Server::answering([status(200)]).await;
    let spec = Spec::on(&server).stage(
        "extract-field",
        "call:\n  post: /extract/field\n  body: >-\n    \
         {model: \"sale.order\", fields: [\"partner_id\", \"取引先\"], mode: \"upsert_if_changed\"}",
    );
    assert_eq!(key_of(&server, &spec).await, "extract-field-20251003T1015-b386a587f38cb484");
}

#[tokio::test]
async fn a_key_knows_neither_base_nor_query() {
    let server = Server::answering([status(200)]).await;
    let spec = Spec::at(&format!("{}/v1", server.base_url()))
        .stage("work", "call: {post: /work, query: {dry: yes please}, body: '{a: 1}'}");
    let expected =
        idempotency_key("work", r#"{"a":1}"#, "/work", "", Window::default(), NOW.parse().unwrap(), "");
    assert_eq!(key_of(&server, &spec).await, expected);
    let sent = &server.arrivals()[0];
    assert_eq!((sent.path.as_str(), sent.query.as_str()), ("/v1/work", "dry=yes%20please"));
}

#[tokio::test]
async fn a_request_without_a_body_hashes_null() {
    let server = Server::answering([status(200)]).await;
    let spec = Spec::on(&server).stage("work", "call: {post: /work}");
    let expected = idempotency_key("work", "null", "/work", "", Window::default(), NOW.parse().unwrap(), "");
    assert_eq!(key_of(&server, &spec).await, expected);
    assert_eq!(server.arrivals()[0].body, "");
}

#[tokio::test]
async fn a_window_of_the_spec_floors_the_time() {
    let server = Server::answering([status(200)]).await;
    let spec = Spec::posting_to(&server).api("idempotency", "{window: 60m}");
    assert!(key_of(&server, &spec).await.starts_with("work-20251003T1000-"));
}

#[tokio::test]
async fn the_window_is_that_of_the_first_attempt() {
    let now = Arc::new(AtomicI64::new(NOW.parse::<Timestamp>().unwrap().as_second()));
    let later = Arc::clone(&now);
    let server = Server::start(move |arrival| {
        later.fetch_add(3600, Ordering::SeqCst);
        async move { if arrival.number == 1 { status(503) } else { status(200) } }
    })
    .await;
    let clock = move || Timestamp::from_second(now.load(Ordering::SeqCst)).unwrap();
    InProcess::at(NOW, &Spec::posting_to(&server).text()).clock(clock).run().await;
    let keys: Vec<_> =
        server.arrivals().iter().map(|arrival| arrival.header("idempotency-key").to_owned()).collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
}

#[tokio::test]
async fn a_body_is_sent_as_canonical_json() {
    let server = Server::answering([status(200)]).await;
    let body = r#"{b: 1, a: {d: "取引先", c: [1, 2.5, true, null]}}"#;
    Spec::on(&server).stage("work", &format!("call: {{post: /work, body: '{body}'}}")).run().await;
    let sent = &server.arrivals()[0];
    assert_eq!(sent.body, r#"{"a":{"c":[1,2.5,true,null],"d":"取引先"},"b":1}"#);
    assert_eq!(sent.header("content-type"), "application/json");
}

/// A spec that posts, for an API of which a 409 means this.
fn with_conflict(server: &Server, conflict: &str) -> Spec {
    Spec::on(server)
        .api("idempotency", &format!("{{conflict: {conflict}}}"))
        .stage("work", "call: {post: /work, counts: {done: .done, failed: .failed}}")
}

#[tokio::test]
async fn a_409_that_means_done_counts_as_replayed() {
    let server = Server::answering([status(409).body("already done")]).await;
    let ended = with_conflict(&server, "done").run().await;
    let summary = ended.summary("work");
    assert_eq!((ended.code, server.arrivals().len()), (Some(0), 1));
    assert_eq!((&summary["replayed"], &summary["metrics"]), (&json!(1), &json!({"done": 0, "failed": 0})));
}

#[tokio::test]
async fn a_409_with_retry_after_is_asked_again_more_often_than_there_are_attempts() {
    let in_flight = || status(409).header("retry-after", "0");
    let replies = [in_flight(), in_flight(), in_flight(), in_flight(), in_flight(), status(200)];
    let server = Server::answering(replies).await;
    let ended = with_conflict(&server, "in_flight").run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(0), 6));
}

#[tokio::test]
async fn a_409_with_retry_after_is_asked_again_even_where_409_means_done() {
    let in_flight = || status(409).header("retry-after", "0");
    let replies = [in_flight(), in_flight(), in_flight(), in_flight(), status(409)];
    let server = Server::answering(replies).await;
    let ended = with_conflict(&server, "done").run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(0), 5));
    assert_eq!(ended.summary("work")["replayed"], 1);
}

#[tokio::test]
async fn a_409_that_means_in_flight_is_asked_again_without_retry_after_too() {
    let server = Server::answering([status(409), status(200)]).await;
    let ended = with_conflict(&server, "in_flight").run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(0), 2));
}

#[tokio::test]
async fn a_409_of_which_the_spec_says_nothing_is_final() {
    let server = Server::answering([status(409).body(r#"{"message":"there is one of that name"}"#)]).await;
    let ended = Spec::posting_to(&server).run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(1), 1));
    assert_eq!(
        ended.summary("work")["errors"][0]["message"],
        "POST /work: answered 409: there is one of that name; where that means \"done before\" or \"in progress\", say \
         so by `idempotency: {conflict: done}` or `{conflict: in_flight}` of the API"
    );
}

#[tokio::test]
async fn a_409_that_asks_to_wait_is_asked_again_whatever_the_spec_says() {
    let server = Server::answering([status(409).header("retry-after", "0"), status(200)]).await;
    let ended = Spec::posting_to(&server).run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(0), 2));
}

#[tokio::test]
async fn a_409_after_a_lost_response_says_that_it_may_be_of_the_request_itself() {
    for (idempotency, code, arrivals) in [
        ("{window: 15m}", Some(1), 2),
        ("{conflict: done}", Some(0), 2),
        ("{conflict: in_flight}", Some(0), 3),
    ] {
        let server = Server::answering([status(504), status(409), status(200)]).await;
        let spec = Spec::posting_to(&server).api("idempotency", idempotency).api("retry", "{backoff: [0s]}");
        let ended = spec.run().await;
        assert_eq!(
            (ended.code, server.arrivals().len()),
            (code, arrivals),
            "{idempotency}\n{}",
            ended.stderr
        );
        if code == Some(1) {
            let error = ended.summary("work")["errors"][0]["message"].as_str().unwrap().to_owned();
            assert!(
                error.contains("the response to an earlier attempt was lost, so this may be its own work"),
                "{error}"
            );
        }
    }
}

#[tokio::test]
async fn a_422_is_final() {
    let server = Server::answering([status(422)]).await;
    let ended = with_conflict(&server, "done").run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(1), 1));
    let summary = ended.summary("work");
    let error = summary["errors"][0]["message"].as_str().unwrap();
    assert!(error.contains("idempotency key was used with another payload"), "{error}");
}

#[tokio::test]
async fn two_batches_with_one_payload_are_one_request_and_count_once() {
    let server = Server::start(|arrival| async move {
        match (arrival.method.as_str(), arrival.number) {
            ("GET", _) => misbehaving::json(r#"{"items":[{"id":1},{"id":1}]}"#),
            (_, 2) => misbehaving::json(r#"{"done":1}"#),
            _ => misbehaving::json(r#"{"done":1}"#).header("idempotency-status", "replayed"),
        }
    })
    .await;
    let spec = Spec::on(&server).flow("", "batch: 1, concurrency: 1, counts: {done: .done}");
    let summary = spec.run().await.summary("work");
    let posts = server.arrived("POST");
    assert_eq!(posts[0].header("idempotency-key"), posts[1].header("idempotency-key"));
    assert_eq!(summary["metrics"], json!({"picked": 2, "done": 1, "failed": 0}));
    assert_eq!(summary["replayed"], 1);
}

#[tokio::test]
async fn two_payloads_have_two_keys() {
    let server = Server::start(|arrival| async move {
        match arrival.method.as_str() {
            "GET" => misbehaving::json(r#"{"items":[{"id":1},{"id":2}]}"#),
            _ => status(200),
        }
    })
    .await;
    Spec::on(&server).flow("", "batch: 1").run().await;
    let posts = server.arrived("POST");
    assert_ne!(posts[0].header("idempotency-key"), posts[1].header("idempotency-key"));
}

/// A portal with a field that nobody can translate, waiting for its translation.
async fn portal_with_a_hopeless_field(conflict_done: bool) -> jobnet_sandbox::Sandbox {
    let sandbox = portal_with(jobnet_sandbox::Options { conflict_done, ..Default::default() }).await;
    sqlx::query("UPDATE field SET label_ja = '[untranslatable]' WHERE field_name = 'partner_id'")
        .execute(sandbox.pool())
        .await
        .unwrap();
    let extracted = Jobnet::on_quick_portal(&sandbox, ["extract-field"]).run().await;
    assert_eq!(extracted.code, Some(0));
    sandbox
}

/// What `translate` says twice within a window.
async fn translate_twice(sandbox: &jobnet_sandbox::Sandbox) -> [crate::common::Ended; 2] {
    let run = || {
        InProcess::at(NOW, &quick_portal_spec())
            .env("API_BASE", &sandbox.base_url())
            .stages(["translate"])
            .run()
    };
    [run().await, run().await]
}

#[tokio::test]
async fn a_replayed_answer_that_tells_of_a_failure_fails_the_stage_again() {
    let sandbox = portal_with_a_hopeless_field(false).await;
    let [first, again] = translate_twice(&sandbox).await;
    assert_eq!((first.code, again.code), (Some(1), Some(1)));
    assert_eq!(first.summary("translate")["replayed"], 0);
    let again = again.summary("translate");
    assert_eq!(again["replayed"], 1);
    assert_eq!(again["metrics"], json!({"picked": 0, "translated": 0, "failed": 1}));
    assert_eq!(again["failure_rate"], 1.0);
}

#[tokio::test]
async fn a_409_that_tells_of_a_failure_fails_the_stage_again() {
    let sandbox = portal_with_a_hopeless_field(true).await;
    let [first, again] = translate_twice(&sandbox).await;
    assert_eq!((first.code, again.code), (Some(1), Some(1)));
    assert_eq!(again.summary("translate")["replayed"], 1);
}

#[tokio::test]
async fn a_request_still_in_flight_is_waited_for() {
    let sandbox = portal().await;
    // The first attempt gives up waiting while the portal still works on it.
    sandbox.add_fault("slow=3000:POST /extract".parse().unwrap());
    let spec = quick_portal_spec().replace(
        r#"{connect: "${API_TIMEOUT_CONNECT}s", read: "${API_TIMEOUT_READ}s"}"#,
        "{connect: 2s, read: 2s}",
    );
    let ended = Jobnet::on_spec(&spec, ["extract-view"]).env("API_BASE", &sandbox.base_url()).run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let posts = sandbox.requests().into_iter().filter(|request| request.method == "POST");
    let statuses: Vec<_> = posts.map(|request| request.status).collect();
    assert_eq!((statuses[0], statuses[1]), (None, Some(409)));
    assert_eq!(statuses.last(), Some(&Some(200)));
    assert_eq!(number(&sandbox, "SELECT count(*) FROM translate").await, 1);
}

/// The warnings of a run whose first request is answered so, with these keys of its API.
async fn warnings_after(first: misbehaving::Reply, api: (&str, &str), method: &str) -> serde_json::Value {
    let server = Server::answering([first, misbehaving::json("{}")]).await;
    let stage = format!("call: {{{method}: /work, body: '{{a: 1}}'}}");
    let ended = Spec::on(&server).api(api.0, api.1).stage("work", &stage).run().await;
    ended.summary("work")["warnings"].clone()
}

#[tokio::test]
async fn a_post_sent_again_to_an_api_that_may_know_no_keys_is_a_warning() {
    let unsaid = ("timeout", "{read: 10s}");
    for reply in [status(504), status(500), misbehaving::Reply::Cut] {
        let warnings = warnings_after(reply, unsaid, "post").await;
        assert!(
            warnings[0]["message"].as_str().unwrap().contains("an API without idempotency keys"),
            "{warnings}"
        );
    }
    for (reply, api, method) in [
        (status(429), unsaid, "post"),
        (status(504), unsaid, "put"),
        (status(504), ("idempotency", "{window: 15m}"), "post"),
        (status(504), ("idempotency", "none"), "post"),
    ] {
        assert_eq!(warnings_after(reply, api, method).await.as_array().map_or(0, Vec::len), 0, "{api:?}");
    }
}
