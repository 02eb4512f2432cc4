//! How often requests to an API start.

use std::time::{Duration, Instant};

use crate::common::in_process::InProcess;
use crate::common::misbehaving::{self, Server};
use crate::common::spec::Spec;
use jobnet::run::{Stop, StopReason};

/// Asserts that the requests which arrived since `began` started this far apart, the first at once: none can arrive
/// earlier than that.
fn assert_spaced(server: &Server, began: Instant, requests: usize, interval: Duration) {
    let mut arrivals: Vec<Instant> = server.arrivals().into_iter().map(|arrival| arrival.at).collect();
    arrivals.sort_unstable();
    assert_eq!(arrivals.len(), requests);
    for (number, at) in (0u32..).zip(arrivals) {
        let after = at.duration_since(began);
        assert!(after >= interval * number, "request {number} arrived after {after:?}");
    }
}

#[tokio::test]
async fn requests_of_all_stages_and_their_retries_start_an_interval_apart() {
    let server =
        Server::answering([misbehaving::status(503), misbehaving::json(r#"{"items":[{},{},{}]}"#)]).await;
    let spec = Spec::on(&server)
        .api("rate", "20/s")
        .stage("one", "call: [{post: /a}, {post: /b}]")
        .stage("two", "call: {get: /c}")
        .stage("three", "flow: {from: {get: /d, items: .items}, to: {put: /e, each: true, concurrency: 3}}");
    let began = Instant::now();
    let ended = spec.run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert_spaced(&server, began, 8, Duration::from_millis(50));
}

#[tokio::test]
async fn a_rate_holds_whatever_token_a_request_carries() {
    let server = Server::start(|arrival| async move {
        match arrival.header("authorization") {
            "Bearer t1" => misbehaving::status(401),
            _ => misbehaving::json("{}"),
        }
    })
    .await;
    let tokens = Server::start(|arrival| async move {
        misbehaving::json(format!(r#"{{"access_token":"t{}","expires_in":3600}}"#, arrival.number))
    })
    .await;
    let oauth2 =
        format!("{{oauth2: {{token_url: '{}/token', client_id: c, client_secret: s}}}}", tokens.base_url());
    let spec = Spec::on(&server)
        .api("rate", "20/s")
        .api("auth", &oauth2)
        .stage("work", "call: [{get: /a}, {get: /b}, {get: /c}]");
    let began = Instant::now();
    assert_eq!(spec.run().await.code, Some(0));
    assert_eq!(tokens.arrivals().len(), 2);
    assert_spaced(&server, began, 4, Duration::from_millis(50));
}

#[tokio::test]
async fn a_stage_that_shares_a_rate_keeps_to_its_part() {
    let server = Server::answering([misbehaving::json("{}")]).await;
    let spec = Spec::on(&server).api("rate", "20/s").stage("work", "call: [{get: /a}, {get: /b}, {get: /c}]");
    let began = Instant::now();
    assert_eq!(spec.jobnet().arguments(["--rate-share", "2"]).run().await.code, Some(0));
    assert_spaced(&server, began, 3, Duration::from_millis(100));
    let refused = spec.jobnet().env("JOBNET_RATE_SHARE", "0").run().await;
    assert_eq!((refused.code, server.arrivals().len()), (Some(2), 3));
    assert!(refused.stderr.contains("invalid value '0' for '--rate-share <N>'"), "{}", refused.stderr);
}

#[tokio::test]
async fn a_turn_at_its_part_of_the_rate_may_lie_past_the_stages_time() {
    let server = Server::answering([misbehaving::json("{}")]).await;
    let spec =
        Spec::on(&server).api("rate", "1/20m").stage("work", "timeout: 30m\ncall: [{get: /a}, {get: /b}]");
    let ended = spec.jobnet().env("JOBNET_RATE_SHARE", "2").run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(75), 1));
}

#[tokio::test]
async fn a_variable_may_say_the_rate() {
    let server = Server::answering([misbehaving::json("{}")]).await;
    let spec = Spec::on(&server)
        .var("RATE", "1000/s")
        .api("rate", "${RATE}")
        .stage("work", "call: [{get: /a}, {get: /b}, {get: /c}]");
    let began = Instant::now();
    assert_eq!(spec.jobnet().env("RATE", "5/250ms").run().await.code, Some(0));
    assert_spaced(&server, began, 3, Duration::from_millis(50));
    let ended = spec.jobnet().env("RATE", "often").run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(2), 3));
    let said = "apis.api.rate: RATE makes it `often`, expected a rate such as 1/s, 10/m or 5/2s";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
}

#[tokio::test]
async fn a_turn_past_the_stages_time_is_given_up_as_unavailable() {
    let server = Server::answering([misbehaving::json("{}")]).await;
    let spec = Spec::on(&server)
        .api("rate", "1/h")
        .stage("work", "timeout: 30m\ncall: [{get: /a}, {get: /b}, {get: /c}]");
    let ended = spec.run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(75), 1));
    let summary = ended.summary("work");
    let error = summary["errors"][0]["message"].as_str().unwrap();
    assert!(error.starts_with("GET /b: a wait of 3"), "{error}");
    assert!(error.ends_with(" s would exceed the stage's time"), "{error}");
}

#[tokio::test]
async fn a_stop_ends_the_wait_for_a_turn() {
    let stop = Stop::default();
    let asked = stop.clone();
    let server = Server::start(move |_| {
        asked.ask(StopReason::Terminated);
        async { misbehaving::json(r#"{"items":[{},{}]}"#) }
    })
    .await;
    let spec = Spec::on(&server)
        .api("rate", "1/10m")
        .stage("work", "timeout: 1h\ncall: [{get: /a}, {get: /b}]")
        .stage("beside", "timeout: 1h\ncall: {get: /c}");
    let ended = InProcess::at("2026-11-21T10:00:00Z", &spec.text()).stop(stop).run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(143), 1));
}
