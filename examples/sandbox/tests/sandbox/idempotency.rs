//! A request is done once, however often it is sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use jobnet_sandbox::Options;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::client::{Client, read};

const PATH: &str = "/extract/field";

fn body() -> Value {
    json!({ "model": "sale.order", "fields": ["partner_id"], "mode": "upsert_if_changed" })
}

#[tokio::test]
async fn a_command_without_a_key_is_refused() {
    let portal = Client::start(Options::default()).await;
    let answer = read(portal.request(Method::POST, PATH).json(&body()).send().await.unwrap()).await;
    assert_eq!((answer.status, answer.body["error"].as_str()), (400, Some("idempotency_key_missing")));
    assert_eq!(portal.post(PATH, "\"\"", &body()).await.status, 400);
}

#[tokio::test]
async fn the_first_answer_is_replayed() {
    let portal = Client::start(Options::default()).await;
    let first = portal.post(PATH, "a", &body()).await;
    assert_eq!((first.status, &first.body["inserted"]), (200, &json!(1)));

    let again = portal.command(PATH, "\"a\"", &body()).send().await.unwrap();
    assert_eq!(again.headers()["idempotency-status"], "replayed");
    assert_eq!(read(again).await, first);
    assert_eq!(portal.get("/status/summary").await.body["idempotency_keys"], 1);
}

#[tokio::test]
async fn a_key_is_good_for_one_payload() {
    let portal = Client::start(Options::default()).await;
    portal.post(PATH, "a", &body()).await;
    let other = json!({ "model": "sale.order", "fields": [], "mode": "upsert_if_changed" });
    assert_eq!(portal.post(PATH, "a", &other).await.status, 422);
    assert_eq!(portal.post("/translate/run", "a", &body()).await.status, 422);
}

#[tokio::test]
async fn a_refusal_is_not_kept() {
    let portal = Client::start(Options::default()).await;
    assert_eq!(portal.post(PATH, "a", &json!({})).await.status, 422);
    assert_eq!(portal.post(PATH, "a", &body()).await.status, 200);
}

#[tokio::test]
async fn done_before_is_a_conflict_where_the_portal_says_so() {
    let portal = Client::start(Options { conflict_done: true, ..Options::default() }).await;
    let first = portal.post(PATH, "a", &body()).await;
    let again = portal.command(PATH, "a", &body()).send().await.unwrap();
    assert!(again.headers().get("retry-after").is_none());
    let again = read(again).await;
    assert_eq!((again.status, again.body), (409, first.body));
}

#[tokio::test]
async fn the_second_request_is_refused_while_the_first_is_worked_on() {
    let portal = Client::start(Options::default()).await;
    let only_connection = portal.sandbox.pool().acquire().await.unwrap();
    let mut first = Box::pin(portal.command(PATH, "a", &body()).send());
    let mut second = Box::pin(portal.command(PATH, "a", &body()).send());

    let (refused, done) = tokio::select! {
        refused = &mut first => (refused, second),
        refused = &mut second => (refused, first),
    };
    let refused = refused.unwrap();
    assert_eq!(refused.status(), 409);
    assert_eq!(refused.headers()["retry-after"], "1");

    drop(only_connection);
    assert_eq!(done.await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_slow_request_keeps_its_key_in_flight() {
    let portal = Client::with_fault("slow=60000:/extract").await;
    let slow = tokio::spawn(portal.command(PATH, "a", &body()).send());
    while portal.pending().await != 1 {}
    assert_eq!(portal.post(PATH, "a", &body()).await.status, 409);
    portal.sandbox.stop().await;
    assert_eq!(slow.await.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day() {
    let elapsed = Arc::new(AtomicI64::new(0));
    let clock = {
        let elapsed = Arc::clone(&elapsed);
        move || Timestamp::UNIX_EPOCH + SignedDuration::from_hours(elapsed.load(Ordering::Relaxed))
    };
    let portal = Client::start(Options { clock: Arc::new(clock), ..Options::default() }).await;
    assert_eq!(portal.post(PATH, "a", &body()).await.body["inserted"], 1);

    elapsed.store(23, Ordering::Relaxed);
    assert_eq!(portal.post(PATH, "a", &body()).await.body["inserted"], 1);

    elapsed.store(24, Ordering::Relaxed);
    let anew = portal.post(PATH, "a", &body()).await;
    assert_eq!((&anew.body["inserted"], &anew.body["unchanged"]), (&json!(0), &json!(1)));
    assert_eq!(portal.get("/status/summary").await.body["idempotency_keys"], 1);
}

#[tokio::test]
async fn work_goes_on_when_the_client_hangs_up() {
    let portal = Client::start(Options::default()).await;
    let only_connection = portal.sandbox.pool().acquire().await.unwrap();
    let address = portal.sandbox.base_url().replace("http://", "");
    let body = body();
    let text = body.to_string();
    let length = text.len();
    let request = format!(
        "POST {PATH} HTTP/1.1\r\nHost: {address}\r\nIdempotency-Key: a\r\nContent-Length: {length}\r\n\r\n{text}"
    );
    let mut client = TcpStream::connect(&address).await.unwrap();
    client.write_all(request.as_bytes()).await.unwrap();
    while portal.sandbox.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    // The key is in flight: a refusal shows that the work was begun.
    assert_eq!(portal.post(PATH, "a", &body).await.status, 409);

    drop(client);
    drop(only_connection);
    let again = loop {
        let again = portal.command(PATH, "a", &body).send().await.unwrap();
        if again.status() != 409 {
            break again;
        }
    };
    assert_eq!(again.headers()["idempotency-status"], "replayed");
    assert_eq!(read(again).await.body["inserted"], 1);
}
