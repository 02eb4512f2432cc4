//! What is said of response bodies: what they are, and not what they hold.

use std::io::Write as _;

use crate::common::Ended;
use crate::common::misbehaving::{self, Reply, Server, status};
use crate::common::spec::Spec;

/// A run that gets this and counts in it.
async fn run(reply: Reply) -> Ended {
    let server = Server::start(move |_| {
        let reply = reply.clone();
        async move { reply }
    })
    .await;
    let spec = Spec::on(&server)
        .api("retry", "{attempts: 1}")
        .stage("work", "call: {get: /x, counts: {n: '.n // 0'}}");
    spec.run().await
}

async fn error(reply: Reply) -> String {
    let ended = run(reply).await;
    ended.summary("work")["errors"][0]["message"].as_str().unwrap_or_default().to_owned()
}

fn typed(code: u16, kind: &str, body: &str) -> Reply {
    status(code).header("content-type", kind).body(body.to_owned())
}

#[tokio::test]
async fn a_body_that_is_no_json_is_told_by_its_type_and_size() {
    let name = "Alice Example";
    for (reply, told) in [
        (
            typed(200, "text/html", "<p>Alice Example"),
            "a body that is not JSON (16 bytes of type `text/html`): expected a value",
        ),
        (typed(200, "text/csv", "Alice Example,1"), "a body that is not JSON (15 bytes of type `text/csv`)"),
        (
            typed(200, "application/json", "{\"n\": \"Alice Example\"").header("content-encoding", "br"),
            "a body that is not JSON (21 bytes of type `application/json`, packed by `br`)",
        ),
        (
            status(200).body("{\"n\":1} Alice Example".to_owned()),
            "21 bytes without a `Content-Type`): expected the end of the text",
        ),
        (
            typed(500, "application/xml", "<n>Alice Example</n>"),
            "answered 500: 20 bytes of type `application/xml`",
        ),
        (
            typed(500, "application/json", r#"{"name":"Alice Example","age":7}"#),
            "answered 500: an object with `name`, `age`",
        ),
        (typed(500, "application/json", r#"["Alice Example"]"#), "answered 500: a list of 1"),
    ] {
        let message = error(reply).await;
        assert!(message.contains(told), "{message}");
        assert!(!message.contains(name), "{message}");
    }
}

#[tokio::test]
async fn a_text_for_people_is_shown_at_its_beginning() {
    let long = format!("<h1>Bad Gateway</h1>\n{}", "x".repeat(200));
    for (reply, told) in [
        (
            typed(502, "text/html; charset=utf-8", &long),
            format!("answered 502: <h1>Bad Gateway</h1> {}…", "x".repeat(59)),
        ),
        (typed(503, "text/plain", "down for\nmaintenance"), "answered 503: down for maintenance".to_owned()),
        (
            typed(400, "application/json", r#"{"message":"no such field"}"#),
            "answered 400: no such field".to_owned(),
        ),
        (
            typed(400, "application/problem+json", r#"{"title":"Bad","detail":"no such field"}"#),
            "answered 400: Bad: no such field".to_owned(),
        ),
    ] {
        let message = error(reply).await;
        assert!(message.contains(&told), "{message}");
    }
}

#[tokio::test]
async fn a_value_of_the_wrong_type_is_told_by_its_type() {
    let ended = run(misbehaving::json(r#"{"n":{"name":"Alice Example"}}"#)).await;
    let message = ended.summary("work")["errors"][0]["message"].as_str().unwrap().to_owned();
    assert!(
        message.contains("gave an object with `name`, expected a count") && !message.contains("Alice"),
        "{message}"
    );
}

#[tokio::test]
async fn a_byte_order_mark_is_skipped_and_a_lone_surrogate_replaced_with_a_warning() {
    let ended = run(misbehaving::json("\u{feff}{\"n\": 3}")).await;
    assert_eq!((ended.code, &ended.summary("work")["metrics"]["n"]), (Some(0), &serde_json::json!(3)));
    assert_eq!(ended.summary("work")["warnings"], serde_json::json!([]));
    let ended = run(misbehaving::json(r#"{"n": 3, "name": "a\ud800b"}"#)).await;
    assert_eq!((ended.code, &ended.summary("work")["metrics"]["n"]), (Some(0), &serde_json::json!(3)));
    let warning = ended.summary("work")["warnings"][0]["message"].as_str().unwrap().to_owned();
    assert_eq!(warning, "GET /x: its texts have lone surrogates, each of which became U+FFFD");
}

/// 257 MiB of spaces, packed.
fn too_large() -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let piece = vec![b' '; 1024 * 1024];
    (0..257).for_each(|_| packer.write_all(&piece).unwrap());
    packer.finish().unwrap()
}

#[tokio::test]
async fn a_response_that_is_too_large_is_final() {
    let body = too_large();
    let mut reply =
        format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", body.len())
            .into_bytes();
    reply.extend(body);
    let server = Server::start(move |_| {
        let reply = Reply::Raw(reply.clone());
        async move { reply }
    })
    .await;
    let ended = Spec::on(&server).stage("work", "call: {get: /x, counts: {n: .n}}").run().await;
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    assert_eq!(server.arrivals().len(), 1);
    let message = ended.summary("work")["errors"][0]["message"].as_str().unwrap().to_owned();
    assert_eq!(message, "GET /x: the response is larger than 256 MiB");
}

#[tokio::test]
async fn what_a_server_says_is_nothing_that_a_terminal_obeys() {
    let hostile = "\u{1b}[2J\u{1b}]0;title\u{7}gone\r\u{9b}31m\u{202e}txt\u{8}";
    let json = serde_json::json!({"message": hostile, "errors": [hostile]}).to_string();
    for reply in [status(400).body(json), typed(502, "text/plain", hostile)] {
        let server = Server::start(move |_| {
            let reply = reply.clone();
            async move { reply }
        })
        .await;
        let spec = Spec::on(&server).api("retry", "{attempts: 2, backoff: [1ms]}");
        let spec = spec.stage("work", "call: {get: /x, errors: '.errors[]?'}");
        for format in ["json", "human", "github"] {
            let jobnet = spec.jobnet().arguments(["--format", format]).env("LOG_LEVEL", "trace");
            let ended = jobnet.run().await;
            let shown = format!("{}{}", ended.stdout, ended.stderr);
            assert!(shown.contains("gone") && shown.contains("txt"), "{format}: {shown}");
            let obeyed = |letter: char| {
                letter.is_control() && letter != '\n' && letter != '\t' || letter == '\u{202e}'
            };
            assert!(!shown.contains(obeyed), "{format}: {shown:?}");
        }
    }
}

#[tokio::test]
async fn of_what_a_command_writes_nothing_moves_the_cursor() {
    let server = Server::start(|_| async { misbehaving::json("{}") }).await;
    let command =
        r#"exec: {command: ["printf", "\\033[31mred\\033[0m \\033[2Jgone \\033]0;title\\007end\\n"]}"#;
    let ended =
        Spec::on(&server).stage("work", command).jobnet().arguments(["--format", "human"]).run().await;
    // Colours are for terminals.
    assert!(ended.stderr.contains("work | red gone end\n"), "{:?}", ended.stderr);
}
