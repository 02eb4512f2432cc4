//! Somebody is told how stages end, and the stages end the same where that fails.

mod body;
mod recovery;
mod undelivered;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use tokio::sync::Notify;

use crate::common::Jobnet;
use crate::common::misbehaving::{Arrival, Reply, Server, status};
use crate::common::watched::Watched;

/// A spec whose stage `work` posts to `/work` of the server, and whose notifications are these.
fn spec(server: &Server, notify: &str) -> String {
    let base = server.base_url();
    format!(
        "jobnet: v1\nname: shop\nvars: {{SHOP: here}}\nsecrets: [TOKEN]\ndatabases: {{memory: \"sqlite:memory.db\"}}\n\
         stores: {{raw: \"file:raw\"}}\napis:\n  api:\n    base_url: {base}\n    retry: {{attempts: 1}}\n    \
         auth: {{bearer: \"${{TOKEN}}\"}}\nnotify:\n{notify}\nstages:\n  work: {{call: {{post: /work}}}}\nenvironments:\n  \
         local: {{}}\n"
    )
}

/// The run of such a spec.
fn jobnet(server: &Server, notify: &str) -> Jobnet {
    Jobnet::on_spec(&spec(server, notify), ["--all", "--run-id", "run-1"]).env("TOKEN", "hunter22")
}

/// A server that answers `/work` with these in order, the last again and again, and all else with 200.
async fn server<const N: usize>(replies: [Reply; N]) -> Server {
    let works = AtomicUsize::new(0);
    Server::start(move |arrival| {
        let reply = if arrival.path == "/work" {
            let before = works.fetch_add(1, Ordering::SeqCst);
            replies[before.min(N - 1)].clone()
        } else {
            status(200)
        };
        async { reply }
    })
    .await
}

/// What was told.
fn told(server: &Server) -> Vec<Arrival> {
    server.arrivals().into_iter().filter(|arrival| arrival.path != "/work").collect()
}

#[tokio::test]
async fn a_failed_stage_is_told_to_slack() {
    let server = server([status(400).body(r#"{"error":"<!channel> a & b"}"#)]).await;
    let ended = jobnet(&server, &format!("  - slack: {}/hook", server.base_url())).run().await;
    assert_eq!(ended.code, Some(1));
    let [told] = &told(&server)[..] else { panic!("told once") };
    assert_eq!((told.method.as_str(), told.header("content-type")), ("POST", "application/json"));
    let text = "Stage work of shop in local failed, failure rate 100 % &gt; 0 %. \
                First error: POST /work: answered 400: &lt;!channel&gt; a &amp; b. Run run-1.";
    assert_eq!(told.json(), json!({ "text": text }));
}

#[tokio::test]
async fn a_stage_whose_other_side_is_unavailable_is_told_by_its_summary() {
    let server = server([status(503)]).await;
    let ended = jobnet(&server, &format!("  - webhook: {}/hook", server.base_url())).run().await;
    assert_eq!(ended.code, Some(75));
    let [told] = &told(&server)[..] else { panic!("told once") };
    assert_eq!(told.json(), ended.summary("work"));
}

#[tokio::test]
async fn a_good_stage_is_not_told() {
    let server = server([status(200)]).await;
    let ended = jobnet(&server, &format!("  - webhook: {}/hook", server.base_url())).run().await;
    assert_eq!((ended.code, told(&server).len()), (Some(0), 0));
}

#[tokio::test]
async fn all_who_are_to_know_are_told() {
    let server = server([status(400)]).await;
    let base = server.base_url();
    jobnet(&server, &format!("  - slack: {base}/a\n  - webhook: {base}/b")).run().await;
    let mut paths: Vec<String> = told(&server).into_iter().map(|told| told.path).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["/a", "/b"]);
}

#[tokio::test]
async fn without_a_url_nobody_is_told() {
    let server = server([status(400)]).await;
    let text = spec(&server, "  - slack: ${HOOK?}").replace("[TOKEN]", "[TOKEN, HOOK]");
    let ended = Jobnet::on_spec(&text, ["--all"]).env("TOKEN", "hunter22").run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(1), 1), "{}", ended.stderr);
}

#[tokio::test]
async fn a_stage_that_was_told_to_stop_did_not_fail() {
    let arrived = Arc::new(Notify::new());
    let arrives = Arc::clone(&arrived);
    let server = Server::start(move |_| {
        arrives.notify_one();
        async { Reply::Never }
    })
    .await;
    let running = Watched::start(jobnet(&server, &format!("  - slack: {}/hook", server.base_url())));
    arrived.notified().await;
    running.signal("TERM").await;
    running.signal("TERM").await;
    let ended = running.end().await;
    assert_eq!((ended.code, told(&server).len()), (Some(143), 0), "{}", ended.stderr);
}
