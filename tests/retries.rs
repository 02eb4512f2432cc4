//! When a request is sent again, and when it is not.

use serde_json::json;
use tokio::net::TcpSocket;

use crate::common::misbehaving::{self, Reply, Server, status};
use crate::common::spec::Spec;
use crate::common::watched::Watched;
use crate::common::{Ended, Jobnet, number, portal};

/// The first POST is answered so, the next well: the run succeeds, and both carried the same key and id.
async fn succeeds_after(reply: Reply) -> Ended {
    let server = Server::answering([reply, misbehaving::json("{}")]).await;
    succeeds_at_second_attempt(&server, &Spec::posting_to(&server)).await
}

async fn succeeds_at_second_attempt(server: &Server, spec: &Spec) -> Ended {
    let ended = spec.run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let lines = ended.events("request");
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[0]["attempt"], &lines[1]["attempt"]), (&json!(1), &json!(2)));
    assert_eq!(lines[1]["http_status"], 200);
    assert_eq!(ended.summary("work")["retries"], 1);
    let arrivals = server.arrivals();
    for header in ["idempotency-key", "x-request-id"] {
        assert!(!arrivals[0].header(header).is_empty(), "{header}");
        assert_eq!(arrivals[0].header(header), arrivals[1].header(header), "{header}");
    }
    ended
}

/// A status that is sent again, shown as it is in the first attempt's line.
async fn succeeds_after_status(code: u16) {
    let ended = succeeds_after(status(code)).await;
    assert_eq!(ended.events("request")[0]["http_status"], code);
}

#[tokio::test]
async fn a_500_on_the_first_post_ends_in_success() {
    succeeds_after_status(500).await;
}

#[tokio::test]
async fn a_502_on_the_first_post_ends_in_success() {
    succeeds_after_status(502).await;
}

#[tokio::test]
async fn a_503_on_the_first_post_ends_in_success() {
    succeeds_after_status(503).await;
}

#[tokio::test]
async fn a_504_on_the_first_post_ends_in_success() {
    succeeds_after_status(504).await;
}

#[tokio::test]
async fn a_408_on_the_first_post_ends_in_success() {
    succeeds_after_status(408).await;
}

#[tokio::test]
async fn a_425_on_the_first_post_ends_in_success() {
    succeeds_after_status(425).await;
}

#[tokio::test]
async fn a_429_on_the_first_post_ends_in_success() {
    succeeds_after_status(429).await;
}

#[tokio::test]
async fn a_time_out_on_the_first_post_ends_in_success() {
    let server = Server::answering([Reply::Never, misbehaving::json("{}")]).await;
    let spec = Spec::posting_to(&server).api("timeout", "{connect: 2s, read: 2s}");
    let ended = succeeds_at_second_attempt(&server, &spec).await;
    let line = &ended.events("request")[0];
    assert_eq!((&line["http_status"], &line["error"]), (&json!(null), &json!("no answer within 2s")));
}

#[tokio::test]
async fn a_cut_connection_on_the_first_post_ends_in_success() {
    let ended = succeeds_after(Reply::Cut).await;
    let line = &ended.events("request")[0];
    assert_eq!(line["http_status"], json!(null));
    assert!(line["error"].as_str().unwrap().starts_with("the connection was cut"), "{line}");
}

#[tokio::test]
async fn a_connection_cut_after_the_work_doubles_nothing() {
    let sandbox = portal().await;
    sandbox.add_fault("cut-after:POST /extract".parse().unwrap());
    let ended = Jobnet::on_quick_portal(&sandbox, ["extract-view"]).run().await;
    let summary = ended.summary("extract-view");
    assert_eq!((ended.code, &summary["retries"]), (Some(0), &json!(1)));
    assert_eq!(number(&sandbox, "SELECT count(*) FROM translate").await, 1);
}

#[tokio::test]
async fn a_get_is_sent_again_without_a_key() {
    let server = Server::answering([status(503), misbehaving::json("{}")]).await;
    let ended = Spec::on(&server).stage("work", "call: {get: /work}").run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(0), 2));
    assert!(server.arrivals().iter().all(|arrival| !arrival.headers.contains_key("idempotency-key")));
}

#[tokio::test]
async fn a_page_that_is_not_there_at_first_is_asked_for_again() {
    let sandbox = portal().await;
    sandbox.add_fault("503:GET /portal/field".parse().unwrap());
    let ended = Jobnet::on_quick_portal(&sandbox, ["extract-field"]).run().await;
    assert_eq!(ended.summary("extract-field")["metrics"]["inserted"], 1);
}

#[tokio::test]
async fn another_4xx_is_never_sent_again_and_fails_the_stage() {
    for code in [400, 402, 403, 404, 405, 406, 410, 413, 415, 422, 451] {
        let server = Server::answering([status(code)]).await;
        let ended = Spec::posting_to(&server).run().await;
        assert_eq!((ended.code, server.arrivals().len()), (Some(1), 1), "{code}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let server = Server::answering([status(307).header("location", "/elsewhere")]).await;
    let ended = Spec::posting_to(&server).run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(1), 1));
}

#[tokio::test]
async fn an_api_that_is_unavailable_to_the_end_of_the_retries_ends_in_75() {
    let server = Server::answering([status(503)]).await;
    let ended = Spec::posting_to(&server).run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(75), 3));
    assert_eq!(ended.summary("work")["outcome"], "unavailable");
}

#[tokio::test]
async fn attempts_are_as_many_as_the_spec_says() {
    let server = Server::answering([status(503)]).await;
    let spec = Spec::posting_to(&server).api("retry", "{attempts: 5, backoff: [1ms]}");
    assert_eq!(spec.run().await.code, Some(75));
    assert_eq!(server.arrivals().len(), 5);
}

#[tokio::test]
async fn fixed_steps_are_waited_for() {
    let server = Server::answering([status(503)]).await;
    let spec = Spec::posting_to(&server).api("retry", "{attempts: 3, backoff: [100ms, 300ms]}");
    spec.run().await;
    let at: Vec<_> = server.arrivals().iter().map(|arrival| arrival.at).collect();
    assert!((at[1] - at[0]).as_millis() >= 100);
    assert!((at[2] - at[1]).as_millis() >= 300);
}

/// A port that refuses connections, and nobody else can take.
fn refusing() -> (TcpSocket, String) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let base_url = format!("http://{}", socket.local_addr().unwrap());
    (socket, base_url)
}

#[tokio::test]
async fn an_api_that_is_gone_ends_in_75() {
    let (_socket, base_url) = refusing();
    let ended = Spec::at(&base_url).stage("work", "call: {post: /work}").run().await;
    assert_eq!(ended.code, Some(75));
    let errors: Vec<_> = ended.events("request").iter().map(|line| line["error"].clone()).collect();
    assert_eq!(errors.len(), 3);
    assert!(errors.iter().all(|error| error.as_str().unwrap().starts_with("cannot connect")), "{errors:?}");
}

/// Posts to a port that refuses connections until the first attempt was reported.
async fn posts_to_an_api_that_comes_up_late(spec: impl FnOnce(Spec) -> Spec) -> Ended {
    let (socket, base_url) = refusing();
    let spec = spec(Spec::at(&base_url).api("retry", "{attempts: 500, backoff: [20ms]}"));
    let mut running = Watched::start(spec.stage("work", "call: {post: /work, body: '{a: 1}'}").jobnet());
    running.line_with(["\"attempt\":1", "cannot connect"]).await;
    let server = Server::on(socket.listen(16).unwrap(), |_| async { misbehaving::json("{}") });
    let ended = running.end().await;
    assert_eq!(server.arrivals().len(), 1);
    ended
}

#[tokio::test]
async fn a_refused_connection_ends_in_success_once_the_api_is_there() {
    assert_eq!(posts_to_an_api_that_comes_up_late(|spec| spec).await.code, Some(0));
}

#[tokio::test]
async fn a_post_without_a_key_is_sent_again_after_a_refused_connection() {
    let ended = posts_to_an_api_that_comes_up_late(|spec| spec.api("idempotency", "none")).await;
    assert_eq!(ended.code, Some(0));
}

#[tokio::test]
async fn a_post_without_a_key_is_not_sent_again_after_a_503() {
    let server = Server::answering([status(503)]).await;
    let ended = Spec::posting_to(&server).api("idempotency", "none").run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(75), 1));
    assert_eq!(server.arrivals()[0].header("idempotency-key"), "");
}

#[tokio::test]
async fn a_post_without_a_key_is_not_sent_again_after_a_cut() {
    let server = Server::answering([Reply::Cut]).await;
    let ended = Spec::posting_to(&server).api("idempotency", "none").run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(75), 1));
}

#[tokio::test]
async fn a_put_has_a_key_and_is_sent_again() {
    let server = Server::answering([status(503), misbehaving::json("{}")]).await;
    let ended = Spec::on(&server).stage("work", "call: {put: /work, body: '{a: 1}'}").run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(0), 2));
    assert!(server.arrivals()[1].header("idempotency-key").starts_with("work-"));
}

#[tokio::test]
async fn a_patch_has_no_key_and_is_not_sent_again() {
    let server = Server::answering([status(503)]).await;
    let ended = Spec::on(&server).stage("work", "call: {patch: /work, body: '{a: 1}'}").run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(75), 1));
    assert_eq!(server.arrivals()[0].header("idempotency-key"), "");
}

#[tokio::test]
async fn a_delete_is_sent_again() {
    let server = Server::answering([Reply::Cut, misbehaving::json("{}")]).await;
    let ended = Spec::on(&server).stage("work", "call: {delete: /work}").run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(0), 2));
}

#[tokio::test]
async fn what_fails_for_good_beside_what_is_unavailable_ends_in_1() {
    let server = Server::start(|arrival| async move {
        match (arrival.method.as_str(), arrival.body.as_str()) {
            ("GET", _) => misbehaving::json(r#"{"items":[{"id":1},{"id":2}]}"#),
            (_, r#"{"ids":[1]}"#) => status(400),
            _ => status(503),
        }
    })
    .await;
    let ended = Spec::on(&server).flow("", "batch: 1").run().await;
    assert_eq!((ended.code, server.arrived("POST").len()), (Some(1), 4));
}
