//! `Retry-After` holds every request to its host.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

use crate::common::misbehaving::{self, Server, status};
use crate::common::spec::Spec;
use crate::common::watched::Watched;

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn seconds_are_waited_for() {
    let server = Server::answering([status(429).header("retry-after", "1"), misbehaving::json("{}")]).await;
    assert_eq!(Spec::posting_to(&server).run().await.code, Some(0));
    let arrivals = server.arrivals();
    assert!(arrivals[1].at - arrivals[0].at >= SECOND);
}

#[tokio::test]
async fn a_date_is_waited_for() {
    // A date has whole seconds: two seconds from now is more than one.
    let server = Server::start(|arrival| async move {
        let date = Timestamp::now() + SignedDuration::from_secs(2);
        let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&date).unwrap();
        if arrival.number == 1 { status(503).header("retry-after", &date) } else { misbehaving::json("{}") }
    })
    .await;
    assert_eq!(Spec::posting_to(&server).run().await.code, Some(0));
    let arrivals = server.arrivals();
    assert!(arrivals[1].at - arrivals[0].at >= SECOND);
}

/// One stage is told to come back in a second. Another, whose first request is answered when that was reported, must
/// not send its second one before. How long it waited, at the least.
async fn held_back(idempotency: &str) -> Duration {
    let reported = Arc::new(Notify::new());
    let asked = Arc::new(Mutex::new(None));
    let (wait, ask) = (Arc::clone(&reported), Arc::clone(&asked));
    let server = Server::start(move |arrival| {
        let (reported, asked) = (Arc::clone(&wait), Arc::clone(&ask));
        async move {
            match arrival.path.as_str() {
                "/busy" if arrival.number <= 2 => {
                    *asked.lock().unwrap() = Some(Instant::now());
                    status(503).header("retry-after", "1")
                }
                "/first" => {
                    reported.notified().await;
                    misbehaving::json("{}")
                }
                _ => misbehaving::json("{}"),
            }
        }
    })
    .await;
    let spec = Spec::on(&server)
        .api("idempotency", idempotency)
        .stage("busy", "call: {post: /busy}")
        .stage("other", "call: [{get: /first}, {get: /second}]");
    let mut running = Watched::start(spec.jobnet());
    running.line_with(["\"path\":\"/busy\"", "\"http_status\":503"]).await;
    reported.notify_one();
    running.end().await;
    let second = server.arrivals().into_iter().find(|arrival| arrival.path == "/second").unwrap();
    second.at - asked.lock().unwrap().unwrap()
}

#[tokio::test]
async fn a_pause_holds_for_other_stages_too() {
    assert!(held_back("{}").await >= SECOND);
}

#[tokio::test]
async fn a_pause_holds_for_others_even_where_the_request_itself_is_given_up() {
    assert!(held_back("none").await >= SECOND);
}

#[tokio::test]
async fn a_pause_holds_for_the_batches_of_a_stage() {
    let server = Server::start(|arrival| async move {
        match (arrival.method.as_str(), arrival.number) {
            ("GET", _) => misbehaving::json(r#"{"items":[{"id":1},{"id":2},{"id":3}]}"#),
            (_, 2) => status(429).header("retry-after", "1"),
            _ => misbehaving::json("{}"),
        }
    })
    .await;
    let ended = Spec::on(&server).flow("", "batch: 1, concurrency: 1").run().await;
    assert_eq!(ended.code, Some(0));
    let posts = server.arrived("POST");
    assert_eq!(posts.len(), 4);
    assert!(posts[1..].iter().all(|post| post.at - posts[0].at >= SECOND));
}

#[tokio::test]
async fn a_pause_past_the_stages_time_is_not_begun_and_ends_in_75() {
    let server = Server::answering([status(429).header("retry-after", "3600")]).await;
    let spec = Spec::on(&server).stage("work", "timeout: 30s\ncall: {post: /work}");
    let ended = spec.run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(75), 1));
    let summary = ended.summary("work");
    let error = summary["errors"][0]["message"].as_str().unwrap();
    assert!(error.contains("would exceed the stage's time"), "{error}");
}

#[tokio::test]
async fn a_pause_longer_than_time_itself_is_as_good_as_any_too_long_one() {
    let server = Server::answering([status(429).header("retry-after", "18446744073709551615")]).await;
    let ended = Spec::posting_to(&server).run().await;
    assert_eq!(ended.code, Some(75), "{}", ended.stderr);
}

#[tokio::test]
async fn a_token_endpoint_is_left_alone_too() {
    let server = Server::start(|arrival| async move {
        match (arrival.path.as_str(), arrival.number) {
            ("/token", 1) => status(503).header("retry-after", "1"),
            ("/token", _) => misbehaving::json(r#"{"access_token":"t0ken","expires_in":60}"#),
            _ => misbehaving::json("{}"),
        }
    })
    .await;
    let token_url = format!("{}/token", server.base_url());
    let spec = Spec::posting_to(&server).secret("SECRET").api(
        "auth",
        &format!("{{oauth2: {{token_url: '{token_url}', client_id: me, client_secret: '${{SECRET}}'}}}}"),
    );
    assert_eq!(spec.jobnet().env("SECRET", "s3cret").run().await.code, Some(0));
    let arrivals = server.arrivals();
    assert!(arrivals[1].at - arrivals[0].at >= SECOND);
}
