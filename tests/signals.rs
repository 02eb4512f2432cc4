//! SIGINT and SIGTERM end a run in good order.

use std::sync::Arc;

use jobnet::run::{Stop, StopReason};
use serde_json::json;
use tokio::sync::Notify;

use crate::common::in_process::InProcess;
use crate::common::misbehaving::{Reply, Server, status};
use crate::common::spec::Spec;
use crate::common::watched::Watched;
use crate::common::{Ended, Jobnet};

/// A net in the middle of its work: stage `work` has its first request under way, stage `pausing` waits for a host to
/// be ready again, and stage `after` has not begun.
struct UnderWay {
    running: Watched,
    server: Server,
    /// Lets the request under way be answered.
    answer: Arc<Notify>,
    _elsewhere: Server,
}

impl UnderWay {
    async fn start() -> Self {
        let answer = Arc::new(Notify::new());
        let wait = Arc::clone(&answer);
        let server = Server::start(move |_| {
            let wait = Arc::clone(&wait);
            async move {
                wait.notified().await;
                status(200)
            }
        })
        .await;
        let elsewhere = Server::answering([status(503).header("retry-after", "600")]).await;
        let spec = Spec::on(&server)
            .other_api("elsewhere", &elsewhere.base_url())
            .stage("work", "call: [{api: api, post: /first}, {api: api, post: /second}]")
            .stage("pausing", "call: {api: elsewhere, post: /busy}")
            .stage("after", "needs: [work]\ncall: {api: api, post: /after}");
        let mut running = Watched::start(Jobnet::on_spec(&spec.text(), ["--all"]).env("LOG_LEVEL", "off"));
        running.line_with(["\"path\":\"/busy\""]).await;
        while server.arrivals().is_empty() {
            tokio::task::yield_now().await;
        }
        Self { running, server, answer, _elsewhere: elsewhere }
    }

    /// Sends a signal, and waits until it was taken: the stage that waits for a host ends by it.
    async fn signal(&mut self, signal: &str) {
        self.running.signal(signal).await;
        self.running.line_with(["\"event\":\"summary\"", "\"stage\":\"pausing\""]).await;
    }

    /// Sends a signal, has the request under way answered, and waits for the end.
    async fn end_by(mut self, signal: &str) -> (Ended, Server) {
        self.signal(signal).await;
        self.answer.notify_one();
        (self.running.end().await, self.server)
    }
}

#[tokio::test]
async fn sigint_ends_in_130_with_the_summary_of_what_was_interrupted() {
    let (ended, _) = UnderWay::start().await.end_by("INT").await;
    assert_eq!(ended.code, Some(130));
    let summary = ended.summary("work");
    assert_eq!((&summary["outcome"], &summary["exit_code"]), (&json!("interrupted"), &json!(130)));
}

#[tokio::test]
async fn sigterm_ends_in_143_with_the_summary_of_what_was_terminated() {
    let (ended, _) = UnderWay::start().await.end_by("TERM").await;
    assert_eq!(ended.code, Some(143));
    let summary = ended.summary("work");
    assert_eq!((&summary["outcome"], &summary["exit_code"]), (&json!("terminated"), &json!(143)));
}

#[tokio::test]
async fn the_request_under_way_is_finished_and_no_other_begun() {
    let (ended, server) = UnderWay::start().await.end_by("TERM").await;
    let of_work = ended.events("request").into_iter().filter(|line| line["stage"] == "work");
    let statuses: Vec<_> = of_work.map(|line| line["http_status"].clone()).collect();
    assert_eq!(statuses, [json!(200)]);
    assert_eq!(server.arrivals().len(), 1);
}

#[tokio::test]
async fn a_pause_ends_with_the_signal() {
    let (ended, _) = UnderWay::start().await.end_by("INT").await;
    let summary = ended.summary("pausing");
    assert_eq!((&summary["outcome"], &summary["requests"]), (&json!("interrupted"), &json!(1)));
}

#[tokio::test]
async fn what_had_not_begun_is_skipped() {
    let (ended, _) = UnderWay::start().await.end_by("INT").await;
    assert_eq!(ended.summary("after")["outcome"], "skipped");
}

#[tokio::test]
async fn a_second_signal_gives_up_what_is_under_way() {
    let mut under_way = UnderWay::start().await;
    under_way.signal("INT").await;
    under_way.running.signal("TERM").await;
    let ended = under_way.running.end().await;
    // The first signal is the reason.
    assert_eq!(ended.code, Some(130));
    assert_eq!(ended.summary("work")["outcome"], "interrupted");
}

#[tokio::test]
async fn batches_after_a_stop_are_not_sent() {
    let stop = Stop::default();
    let ask = stop.clone();
    let server = Server::start(move |arrival| {
        if arrival.method == "POST" {
            ask.ask(StopReason::Terminated);
        }
        async { status(200).body(r#"{"items":[{"id":1},{"id":2},{"id":3}]}"#) }
    })
    .await;
    let spec = Spec::on(&server).flow("", "batch: 1, concurrency: 1").text();
    let ended = InProcess::at("2026-11-21T10:00:00Z", &spec).stop(stop).run().await;
    assert_eq!((ended.code, server.arrived("POST").len()), (Some(143), 1));
    assert_eq!(ended.summary("work")["outcome"], "terminated");
}

#[tokio::test]
async fn a_run_that_is_stopped_before_it_begins_does_not_look_done() {
    let stop = Stop::default();
    stop.ask(StopReason::Interrupted);
    let server = Server::answering([Reply::Cut]).await;
    let spec = Spec::posting_to(&server).text();
    let ended = InProcess::at("2026-11-21T10:00:00Z", &spec).stop(stop).run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(130), 0));
    assert_eq!(ended.summary("work")["outcome"], "skipped");
}
