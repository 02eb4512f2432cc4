//! A replay of this run's own work is that work; one of an earlier run's is told apart from it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::common::Ended;
use crate::common::in_process::InProcess;
use crate::common::misbehaving::{self, Reply, Server, status};
use crate::common::spec::Spec;

/// What the API says of work that was done before.
fn replay() -> Reply {
    misbehaving::json(r#"{"translated":602}"#).header("idempotency-status", "replayed")
}

const TRANSLATE: &str = "call: {post: /translate, counts: {translated: .translated}}";

fn counted(ended: &Ended) -> (Option<i32>, Value, Value) {
    let summary = ended.summary("work");
    (ended.code, summary["metrics"]["translated"].clone(), summary["replayed"].clone())
}

#[tokio::test]
async fn a_replay_after_a_lost_response_is_the_runs_own_work() {
    for lost in [Reply::Cut, status(504), status(502), status(503), status(500), status(408)] {
        let server = Server::answering([lost.clone(), replay()]).await;
        let ended = Spec::on(&server).stage("work", TRANSLATE).run().await;
        assert_eq!(counted(&ended), (Some(0), json!(602), json!(0)), "{lost:?}");
        let line = ended.events("request").pop().unwrap();
        assert_eq!((&line["metrics"], &line["replayed"]), (&json!({"translated": 602}), &Value::Null));
    }
}

#[tokio::test]
async fn a_replay_of_what_this_run_did_not_do_is_an_earlier_runs() {
    let in_flight = || status(409).header("retry-after", "0");
    for first in [None, Some(status(429)), Some(status(425)), Some(in_flight())] {
        let replies = [first.clone().unwrap_or_else(replay), replay()];
        let server = Server::answering(replies).await;
        let ended = Spec::on(&server).stage("work", TRANSLATE).run().await;
        assert_eq!(counted(&ended), (Some(0), json!(0), json!(1)), "{first:?}");
    }
}

#[tokio::test]
async fn every_header_that_says_so_makes_a_replay() {
    for (name, value) in [
        ("Idempotency-Status", "replayed"),
        ("Idempotency-Replayed", "true"),
        ("Idempotent-Replayed", "True"),
    ] {
        let server =
            Server::answering([misbehaving::json(r#"{"translated":602}"#).header(name, value)]).await;
        let ended = Spec::on(&server).stage("work", TRANSLATE).run().await;
        assert_eq!(counted(&ended), (Some(0), json!(0), json!(1)), "{name}");
    }
}

#[tokio::test]
async fn a_lost_response_that_is_still_in_flight_is_the_runs_own_work() {
    let server = Server::answering([Reply::Cut, status(409).header("retry-after", "0"), replay()]).await;
    let ended = Spec::on(&server).stage("work", TRANSLATE).run().await;
    assert_eq!(counted(&ended), (Some(0), json!(602), json!(0)));
}

#[tokio::test]
async fn a_lost_response_is_made_up_for_once() {
    let server = Server::start(|arrival| async move {
        match (arrival.method.as_str(), arrival.number) {
            ("GET", _) => misbehaving::json(r#"{"items":[{"id":1},{"id":1}]}"#),
            (_, 2) => Reply::Cut,
            _ => misbehaving::json(r#"{"translated":1}"#).header("idempotency-status", "replayed"),
        }
    })
    .await;
    let ended =
        Spec::on(&server).flow("", "batch: 1, concurrency: 1, counts: {translated: .translated}").run().await;
    assert_eq!(counted(&ended), (Some(0), json!(1), json!(1)));
}

#[tokio::test]
async fn a_409_that_means_done_and_says_nothing_is_warned_of_where_the_work_was_the_runs_own() {
    let run = |replies: [Reply; 2]| async {
        let server = Server::answering(replies).await;
        let spec = Spec::on(&server).api("idempotency", "{conflict: done}").stage("work", TRANSLATE);
        spec.run().await
    };
    let own = run([Reply::Cut, status(409).body("already done")]).await;
    assert_eq!(counted(&own), (Some(0), json!(0), json!(0)));
    let said = "POST /translate: the work was done and its response was lost; the 409 that followed has none of the counts";
    assert_eq!(own.summary("work")["warnings"], json!([{"message": said, "count": 1}]));
    let earlier = run([status(409).body("already done"), status(200)]).await;
    assert_eq!(counted(&earlier), (Some(0), json!(0), json!(1)));
    assert_eq!(earlier.summary("work")["warnings"], json!([]));
}

/// The first attempt at the stage loses all its responses; the second finds the work done.
#[tokio::test]
async fn what_an_attempt_at_the_stage_lost_the_next_one_counts() {
    let server = Server::answering([Reply::Cut, Reply::Cut, Reply::Cut, replay()]).await;
    let spec = Spec::on(&server).stage("work", TRANSLATE);
    let run = InProcess::at("2026-03-04T05:06:07Z", &spec.text()).stage_retry(1, Duration::ZERO);
    let ended = run.run().await;
    let last = ended.events("summary").pop().unwrap();
    assert_eq!(
        (ended.code, &last["metrics"]["translated"], &last["replayed"]),
        (Some(0), &json!(602), &json!(0))
    );
}

/// Of a batch that was answered, what an attempt at the stage counted the next one does not count again.
#[tokio::test]
async fn what_an_attempt_at_the_stage_counted_is_a_replay_to_the_next_one() {
    let lost = Arc::new(AtomicUsize::new(0));
    let server = Server::start(move |arrival| {
        let lost = Arc::clone(&lost);
        async move {
            if arrival.method == "GET" {
                return misbehaving::json(r#"{"items":[{"id":1},{"id":2}]}"#);
            }
            let is_second = arrival.body.contains('2');
            if is_second && lost.fetch_add(1, Ordering::SeqCst) < 3 {
                return Reply::Cut;
            }
            let reply = misbehaving::json(r#"{"translated":1}"#);
            // Both were done at the first attempt.
            if lost.load(Ordering::SeqCst) >= 3 || is_second {
                reply.header("idempotency-status", "replayed")
            } else {
                reply
            }
        }
    })
    .await;
    let spec = Spec::on(&server).flow("", "batch: 1, concurrency: 1, counts: {translated: .translated}");
    let run = InProcess::at("2026-03-04T05:06:07Z", &spec.text()).stage_retry(1, Duration::ZERO);
    let ended = run.run().await;
    let translated: u64 =
        ended.events("summary").iter().map(|line| line["metrics"]["translated"].as_u64().unwrap()).sum();
    assert_eq!((ended.code, translated), (Some(0), 2), "{}", ended.stdout);
}
