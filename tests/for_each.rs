//! Flows whose source is read once for each row.

mod lines;

use serde_json::{Value, json};

use crate::common::in_process::InProcess;
use crate::common::misbehaving::{self, Arrival, Reply, Server};
use crate::common::spec::Spec;
use jobnet::run::{Stop, StopReason};

/// A server whose `GET /items/ROW` gives two items of that row, and all else an empty answer.
async fn two_a_row() -> Server {
    Server::start(|arrival| async move { two_items(&arrival) }).await
}

fn two_items(arrival: &Arrival) -> Reply {
    match arrival.path.strip_prefix("/items/") {
        Some(row) => misbehaving::json(
            json!({"items": [{"id": format!("{row}1")}, {"id": format!("{row}2")}]}).to_string(),
        ),
        None => misbehaving::json("{}"),
    }
}

/// A spec whose stage `work` has a flow over these rows, from `/items/ROW` to `/work`.
fn over(server: &Server, values: &str, stage: &str, from: &str, to: &str) -> Spec {
    Spec::on(server).stage(
        "work",
        &format!(
            "{stage}flow:\n  for_each: {{values: {values}}}\n  \
             from: {{get: '/items/{{.}}', items: .items{from}}}\n  to: {{post: /work{to}}}"
        ),
    )
}

const IDS: &str = ", body: '{row: $each, ids: map(.id)}'";

fn posted(server: &Server) -> Vec<Value> {
    let mut bodies: Vec<Value> = server.arrived("POST").iter().map(Arrival::json).collect();
    bodies.sort_by_key(Value::to_string);
    bodies
}

fn read(server: &Server) -> Vec<String> {
    let arrivals = server.arrived("GET").into_iter();
    arrivals.map(|arrival| [arrival.path, arrival.query].join("?").trim_end_matches('?').to_owned()).collect()
}

#[tokio::test]
async fn the_source_is_read_for_each_row_and_a_request_carries_items_of_one() {
    let server = two_a_row().await;
    let ended = over(&server, "[a, b]", "", "", IDS).run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert_eq!(read(&server), ["/items/a", "/items/b"]);
    let bodies = [json!({"row": "a", "ids": ["a1", "a2"]}), json!({"row": "b", "ids": ["b1", "b2"]})];
    assert_eq!(posted(&server), bodies);
    assert_eq!(ended.summary("work")["metrics"], json!({"picked": 4, "failed": 0}));
}

#[tokio::test]
async fn every_expression_sees_the_row() {
    let server = Server::start(|arrival| async move {
        match arrival.method.as_str() {
            "GET" => misbehaving::json(r#"{"a":[{"n":1},{"n":2},{"n":3}],"b":[{"n":4},{"n":5}]}"#),
            _ => misbehaving::json(r#"{"a":7,"b":8}"#),
        }
    })
    .await;
    let spec = Spec::on(&server).stage(
        "work",
        "flow:
  for_each: {values: [{key: a, least: 2}, {key: b, least: 5}]}
  from: {get: '/items/{.key}', query: {least: '{.least}', again: '{$each.least}'}, items: '.[$each.key]'}
  select: .n >= $each.least
  to:
    post: /{$each.key}
    batch: 9
    group_by: .n % $each.least
    body: '{key: $each.key, n: map(.n)}'
    counts: {done: '.[$each.key]'}",
    );
    let ended = spec.run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert_eq!(read(&server), ["/items/a?least=2&again=2", "/items/b?least=5&again=5"]);
    assert_eq!(
        posted(&server),
        [json!({"key": "a", "n": [2]}), json!({"key": "a", "n": [3]}), json!({"key": "b", "n": [5]})]
    );
    assert_eq!(ended.summary("work")["metrics"], json!({"picked": 3, "done": 22, "failed": 0}));
}

#[tokio::test]
async fn rows_keep_their_types_and_take_variables() {
    let server = Server::start(|arrival| async move {
        misbehaving::json(if arrival.method == "GET" { r#"{"items":[{"id":0}]}"# } else { "{}" })
    })
    .await;
    let values = "[1, 2.5, true, x, '${NAME}-y', {b: ['${NAME}', 3]}]";
    let spec = Spec::on(&server).var("NAME", "name").stage(
        "work",
        &format!(
            "flow:\n  for_each: {{values: {values}}}\n  from: {{get: /items, items: .items}}\n  \
             to: {{post: /work, body: $each}}"
        ),
    );
    assert_eq!(spec.run().await.code, Some(0));
    let mut bodies =
        [json!(1), json!(2.5), json!(true), json!("x"), json!("name-y"), json!({"b": ["name", 3]})];
    bodies.sort_by_key(Value::to_string);
    assert_eq!(posted(&server), bodies);
}

#[tokio::test]
async fn a_row_whose_pages_cannot_be_read_is_measured_by_items_and_by_rows_and_the_others_go_on() {
    let server = Server::start(|arrival| async move {
        if arrival.path == "/items/b" { misbehaving::status(404) } else { two_items(&arrival) }
    })
    .await;
    let ended = over(&server, "[a, b, c]", "fail_above: 34%\n", "", IDS).run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let bodies = [json!({"row": "a", "ids": ["a1", "a2"]}), json!({"row": "c", "ids": ["c1", "c2"]})];
    assert_eq!(posted(&server), bodies);
    let summary = ended.summary("work");
    assert_eq!(
        (&summary["metrics"], &summary["failure_rate"]),
        (&json!({"picked": 4, "failed": 1}), &json!(0.333_333))
    );
    let shares = json!([{"of": "items", "failed": 1, "total": 5}, {"of": "rows", "failed": 1, "total": 3}]);
    assert_eq!(summary["shares"], shares);
    let said = "row 2: GET /items/b: answered 404: there is nothing at this path";
    assert_eq!(summary["errors"][0]["message"], said);
    assert_eq!(over(&server, "[a, b, c]", "fail_above: 33%\n", "", IDS).run().await.code, Some(1));
}

#[tokio::test]
async fn a_row_that_is_only_unavailable_ends_in_75() {
    let server = Server::start(|arrival| async move {
        if arrival.path == "/items/b" { misbehaving::status(503) } else { two_items(&arrival) }
    })
    .await;
    assert_eq!(over(&server, "[a, b]", "", "", IDS).run().await.code, Some(75));
}

#[tokio::test]
async fn a_row_that_leads_out_of_the_path_is_never_asked_for() {
    let server = two_a_row().await;
    let ended = over(&server, "['..', a, [1]]", "", "", IDS).run().await;
    assert_eq!((ended.code, read(&server)), (Some(1), vec!["/items/a".to_owned()]));
    assert_eq!(ended.summary("work")["metrics"], json!({"picked": 2, "failed": 2}));
}

#[tokio::test]
async fn each_row_has_pages_of_its_own() {
    let server = Server::start(|arrival| async move {
        match (arrival.path.as_str(), arrival.query.as_str()) {
            ("/items/circle", _) => misbehaving::json(r#"{"items":[{"id":0}],"next":"2"}"#),
            ("/items/none", _) => misbehaving::status(404),
            ("/work", _) => misbehaving::json("{}"),
            (_, "") => misbehaving::json(r#"{"items":[{"id":1}],"next":"2"}"#),
            (_, _) => misbehaving::json(r#"{"items":[{"id":2}]}"#),
        }
    })
    .await;
    let next = ", next: {cursor: .next, param: at, end_on: [404]}";
    let ended = over(&server, "[a, circle, none, b]", "", next, IDS).run().await;
    assert_eq!(ended.code, Some(1));
    let asked = [
        "/items/a",
        "/items/a?at=2",
        "/items/circle",
        "/items/circle?at=2",
        "/items/none",
        "/items/b",
        "/items/b?at=2",
    ];
    assert_eq!(read(&server), asked);
    let summary = ended.summary("work");
    assert_eq!(summary["metrics"], json!({"picked": 5, "failed": 1}));
    let said = "row 2: page 2 of GET /items/circle: its cursor for the next page was given before: the pages go round in a circle";
    assert_eq!(summary["errors"][0]["message"], said);
}

#[tokio::test]
async fn an_item_that_fails_is_told_with_its_row() {
    let server = two_a_row().await;
    let spec = Spec::on(&server).stage(
        "work",
        "flow:\n  for_each: {values: [a, b]}\n  from: {get: '/items/{.}', items: .items}\n  \
         select: 'if .id == \"b2\" then error(\"no\") else true end'\n  to: {post: /work}",
    );
    let ended = spec.run().await;
    assert_eq!(ended.code, Some(1));
    let summary = ended.summary("work");
    let message = summary["errors"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("item 2 of page 1 of row 2: "), "{message}");
}

#[tokio::test]
async fn no_rows_are_no_requests() {
    let server = two_a_row().await;
    let ended = over(&server, "[]", "", "", IDS).run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(0), 0));
}

#[tokio::test]
async fn a_stop_leaves_the_rows_that_were_not_read() {
    let stop = Stop::default();
    let asked = stop.clone();
    let server = Server::start(move |arrival| {
        asked.ask(StopReason::Interrupted);
        async move { two_items(&arrival) }
    })
    .await;
    let spec = over(&server, "[a, b, c]", "", "", IDS);
    let ended = InProcess::at("2026-11-21T10:00:00Z", &spec.text()).stop(stop).run().await;
    assert_eq!((ended.code, read(&server)), (Some(130), vec!["/items/a".to_owned()]));
}
