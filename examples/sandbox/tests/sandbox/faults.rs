//! The portal misbehaves on demand.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use jobnet_sandbox::{Fault, FaultKind, FaultTextError, Method, Options, RetryAfter, StatusCode, Times};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::client::Client;

fn body() -> Value {
    json!({ "model": "sale.order", "fields": ["partner_id"], "mode": "upsert_if_changed" })
}

#[test]
fn a_fault_is_a_text() {
    let status =
        |code, retry_after| FaultKind::Status { status: StatusCode::from_u16(code).unwrap(), retry_after };
    let examples = [
        ("500", Fault::once(status(500, None))),
        ("429:*:once", Fault::once(status(429, Some(RetryAfter::Seconds(1))))),
        ("503=7", Fault::once(status(503, Some(RetryAfter::Seconds(7))))),
        ("429-date=9", Fault::once(status(429, Some(RetryAfter::Date(9))))),
        ("slow=250", Fault::once(FaultKind::Slow(Duration::from_millis(250)))),
        (
            "cut-after:POST /extract:always:skip=3",
            Fault {
                kind: FaultKind::CutAfter,
                path: Some("/extract".to_owned()),
                method: Some(Method::POST),
                skip: 3,
                times: Times::Always,
            },
        ),
    ];
    for (text, fault) in examples {
        assert_eq!(text.parse(), Ok(fault), "{text}");
    }
}

#[test]
fn a_text_that_is_no_fault_says_why() {
    let parse = |text: &str| text.parse::<Fault>().unwrap_err();
    assert_eq!(parse("oops"), FaultTextError::Kind("oops".to_owned()));
    assert_eq!(parse("200"), FaultTextError::Kind("200".to_owned()));
    assert_eq!(parse("slow"), FaultTextError::Kind("slow".to_owned()));
    assert_eq!(parse("cut=3"), FaultTextError::Kind("cut=3".to_owned()));
    assert_eq!(parse("500:extract"), FaultTextError::Path("extract".to_owned()));
    assert_eq!(parse("500:/extract:0"), FaultTextError::Times("0".to_owned()));
    assert_eq!(parse("500:/extract:2:3"), FaultTextError::Skip("3".to_owned()));
    assert_eq!(parse("500:/extract:2:skip=3:4"), FaultTextError::TooMuch("4".to_owned()));
    assert_eq!(
        parse("500:/extract:never").to_string(),
        r#""never" is no number of times: it is a number from 1, once or always"#
    );
}

#[tokio::test]
async fn a_status_is_answered_as_often_as_it_should_and_nothing_done() {
    for status in [400, 401, 403, 404, 422, 500, 503] {
        let portal = Client::with_fault(&format!("{status}:/extract:2")).await;
        assert_eq!(portal.get("/portal/field").await.status, 200);
        for _ in 0..2 {
            let answer = portal.post("/extract/field", "a", &body()).await;
            assert_eq!((answer.status, answer.body["error"].as_str()), (status, Some("injected_fault")));
        }
        assert_eq!(portal.pending().await, 0);
        assert_eq!(portal.post("/extract/field", "a", &body()).await.status, 200);
    }
}

#[tokio::test]
async fn requests_go_well_first_and_faults_can_be_cleared() {
    let portal = Client::with_fault("500:GET /portal:always:skip=1").await;
    assert_eq!(portal.get("/portal/field").await.status, 200);
    assert_eq!(portal.get("/portal/field").await.status, 500);
    assert_eq!(portal.get("/portal/view_common").await.status, 500);
    portal.sandbox.clear_faults();
    assert_eq!(portal.get("/portal/field").await.status, 200);
    assert_eq!(portal.statuses(), [Some(200), Some(500), Some(500), Some(200)]);
}

#[tokio::test]
async fn a_limited_rate_says_when_to_come_back() {
    let portal = Client::with_fault("429=2").await;
    let response = portal.request(Method::GET, "/portal/field").send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["retry-after"]),
        (429, &"2".parse().unwrap())
    );

    let now = Timestamp::from_second(1_700_000_000).unwrap();
    let clock = std::sync::Arc::new(move || now);
    let portal = Client::start(Options { clock, ..Options::default() }).await;
    portal.sandbox.add_fault("429-date=30".parse().unwrap());
    let response = portal.request(Method::GET, "/portal/field").send().await.unwrap();
    let date = response.headers()["retry-after"].to_str().unwrap();
    assert_eq!(date, "Tue, 14 Nov 2023 22:13:50 GMT");
    assert!(DateTimeParser::new().parse_timestamp(date).is_ok());
}

#[tokio::test]
async fn a_cut_connection_leaves_no_answer_and_nothing_done() {
    let portal = Client::with_fault("cut:/extract").await;
    portal.get("/portal/field").await;
    let cut = portal.command("/extract/field", "a", &body()).send().await.unwrap_err();
    assert!(cut.is_request() && !cut.is_connect(), "{cut:?}");
    assert_eq!(portal.statuses(), [Some(200), None]);
    assert_eq!(portal.pending().await, 0);
}

#[tokio::test]
async fn a_connection_cut_after_the_work_leaves_no_answer_but_the_work_done() {
    let portal = Client::with_fault("cut-after:/extract").await;
    assert!(portal.command("/extract/field", "a", &body()).send().await.is_err());
    assert_eq!(portal.pending().await, 1);
    let again = portal.command("/extract/field", "a", &body()).send().await.unwrap();
    assert_eq!(again.headers()["idempotency-status"], "replayed");
}

#[tokio::test]
async fn no_answer_comes_until_the_sandbox_stops() {
    let portal = Client::with_fault("timeout:/extract").await;
    let limit = Duration::from_millis(50);
    let waited = portal.command("/extract/field", "a", &body()).timeout(limit).send().await;
    assert!(waited.unwrap_err().is_timeout());
    assert_eq!(portal.pending().await, 0);

    portal.sandbox.add_fault("timeout:/portal".parse().unwrap());
    portal.sandbox.clear_requests();
    let waiting = tokio::spawn(portal.request(Method::GET, "/portal/field").send());
    while portal.sandbox.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    portal.sandbox.stop().await;
    assert!(waiting.await.unwrap().is_err());
}

#[tokio::test]
async fn a_slow_answer_takes_its_time() {
    let portal = Client::with_fault("slow=80:/portal").await;
    let begun = Instant::now();
    assert_eq!(portal.get("/portal/field").await.status, 200);
    assert!(begun.elapsed() >= Duration::from_millis(80));
}

#[tokio::test]
async fn half_a_json_text_is_broken() {
    let portal = Client::with_fault("broken-json:/portal").await;
    let response = portal.request(Method::GET, "/portal/field").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    let text = response.bytes().await.unwrap();
    assert!(text.starts_with(br#"{"items":["#));
    assert!(serde_json::from_slice::<Value>(&text).is_err());
}

#[tokio::test]
async fn a_proxy_answers_with_a_page() {
    let portal = Client::with_fault("not-json:/extract").await;
    let response = portal.command("/extract/field", "a", &body()).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
    assert_eq!(portal.pending().await, 0);
}

#[tokio::test]
async fn a_cursor_comes_again() {
    let portal = Client::with_fault("repeat-cursor:/portal").await;
    let first = portal.get("/portal/field?limit=1").await.body;
    let next = format!("/portal/field?limit=1&cursor={}", first["next_cursor"].as_str().unwrap());
    let second = portal.get(&next).await.body;
    assert_eq!(second["next_cursor"], first["next_cursor"]);
    assert_eq!(second["items"][0]["field_name"], "amount_total");
    assert_eq!(portal.get(&next).await.body["next_cursor"], json!(null));
}

#[tokio::test]
async fn what_arrived_can_be_asked() {
    let portal = Client::start(Options::default()).await;
    let request =
        portal.command("/extract/field", "a", &body()).header("x-request-id", "r-1").bearer_auth("t");
    request.send().await.unwrap();
    portal.get("/portal/field?limit=2").await;

    let seen = portal.sandbox.requests();
    assert_eq!((seen[0].method.as_str(), seen[0].path.as_str()), ("POST", "/extract/field"));
    assert_eq!(seen[0].idempotency_key.as_deref(), Some("a"));
    assert_eq!(seen[0].request_id.as_deref(), Some("r-1"));
    assert_eq!(seen[0].authorization.as_deref(), Some("Bearer t"));
    assert_eq!(seen[0].body, body().to_string());
    assert_eq!((seen[1].path.as_str(), seen[1].status), ("/portal/field?limit=2", Some(200)));

    portal.sandbox.clear_requests();
    assert_eq!(portal.sandbox.requests(), []);
}
