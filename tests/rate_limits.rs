//! Limits of rates, as APIs tell of them: what was refused is sent again when it may be, and the request stays one.

use std::time::Duration;

use jiff::Timestamp;

use crate::common::misbehaving::{self, Reply, Server, status};
use crate::common::spec::Spec;

/// Two seconds from now: the epoch's seconds are whole.
fn soon() -> String {
    (Timestamp::now().as_second() + 2).to_string()
}

/// A refusal that asks for a wait of about two seconds.
type Refusal = fn() -> Reply;

fn spent(status: Reply) -> Reply {
    status.header("X-RateLimit-Remaining", "0")
}

const REFUSALS: [(&str, Refusal); 9] = [
    ("403 with Retry-After", || {
        status(403).header("Retry-After", "2").header("X-RateLimit-Remaining", "4290")
    }),
    ("403 of a limit that is used up", || spent(status(403)).header("X-RateLimit-Reset", &soon())),
    ("429 of a limit that is used up", || spent(status(429)).header("X-RateLimit-Reset", &soon())),
    ("429 with a reset alone", || status(429).header("X-RateLimit-Reset", &soon())),
    ("GitLab", || status(429).header("RateLimit-Remaining", "0").header("RateLimit-Reset", &soon())),
    ("seconds to wait", || status(429).header("RateLimit-Remaining", "0").header("RateLimit-Reset", "2")),
    ("the draft's field", || status(429).header("RateLimit", "\"default\";r=0;t=2")),
    ("the draft's field, under 403", || status(403).header("RateLimit", "\"default\";r=0;t=2")),
    ("a fraction", || status(503).header("Retry-After", "1.5")),
];

#[tokio::test]
async fn limits_are_waited_for() {
    for (name, refusal) in REFUSALS {
        let server = Server::start(move |arrival| async move {
            if arrival.number == 1 { refusal() } else { misbehaving::json("{}") }
        })
        .await;
        let ended = Spec::posting_to(&server).api("retry", "{backoff: [0s]}").run().await;
        assert_eq!(ended.code, Some(0), "{name}\n{}", ended.stderr);
        let arrivals = server.arrivals();
        assert_eq!(arrivals.len(), 2, "{name}");
        assert!(arrivals[1].at - arrivals[0].at >= Duration::from_secs(1), "{name}");
        assert_eq!(arrivals[0].header("idempotency-key"), arrivals[1].header("idempotency-key"), "{name}");
    }
}

#[tokio::test]
async fn what_a_limit_refused_was_not_done_and_is_sent_again_without_a_key_too() {
    let server = Server::answering([status(429).header("Retry-After", "0"), misbehaving::json("{}")]).await;
    let ended =
        Spec::posting_to(&server).api("idempotency", "none").api("retry", "{backoff: [0s]}").run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(0), 2), "{}", ended.stderr);
}

#[tokio::test]
async fn a_limit_to_the_end_of_the_attempts_is_temporary_and_named() {
    let limited = || status(403).header("Retry-After", "0").body(r#"{"message":"slow down"}"#);
    let server = Server::start(move |_| {
        let reply = limited();
        async move { reply }
    })
    .await;
    let ended = Spec::posting_to(&server).api("retry", "{attempts: 2, backoff: [0s]}").run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(75), 2));
    let error = ended.summary("work")["errors"][0]["message"].as_str().unwrap().to_owned();
    assert_eq!(error, "POST /work: answered 403: a rate limit: slow down, after 2 attempt(s)");
}

#[tokio::test]
async fn a_limit_that_lasts_longer_than_the_stage_is_given_up_at_once() {
    let reset = (Timestamp::now().as_second() + 3600).to_string();
    let refusal = status(403).header("X-RateLimit-Remaining", "0").header("X-RateLimit-Reset", &reset);
    let server = Server::answering([refusal]).await;
    let ended = Spec::on(&server).stage("work", "timeout: 1m\ncall: {post: /work}").run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(75), 1));
    let error = ended.summary("work")["errors"][0]["message"].as_str().unwrap().to_owned();
    assert!(error.contains("would exceed the stage's time"), "{error}");
}

#[tokio::test]
async fn a_right_that_is_missing_is_final_although_the_api_counts_requests() {
    let forbidden = status(403).header("X-RateLimit-Remaining", "59").header("X-RateLimit-Reset", &soon());
    let server = Server::answering([forbidden]).await;
    let ended = Spec::posting_to(&server).run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(1), 1));
}
