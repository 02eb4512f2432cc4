//! Pages, the choice among their items, and the batches that carry them on.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use tokio::sync::{Barrier, Notify};

use crate::common::misbehaving::{self, Reply, Server};
use crate::common::spec::Spec;
use crate::common::{Ended, Jobnet, portal, portal_with};

/// A server of these pages, with cursors that count from 1, which answers everything else well.
async fn pages(pages: &[Value]) -> Server {
    let pages = pages.to_vec();
    Server::start(move |arrival| {
        let page: usize = arrival.query.strip_prefix("cursor=").map_or(0, |cursor| cursor.parse().unwrap());
        let reply = if arrival.method == "GET" {
            let next = (page + 1 < pages.len()).then(|| (page + 1).to_string());
            misbehaving::json(json!({"items": pages[page], "next": next}).to_string())
        } else {
            misbehaving::json("{}")
        };
        async { reply }
    })
    .await
}

/// The bodies that were posted, in an order of their own.
fn posted(server: &Server) -> Vec<Value> {
    let mut bodies: Vec<Value> = server.arrived("POST").iter().map(|arrival| arrival.json()).collect();
    bodies.sort_by_key(Value::to_string);
    bodies
}

/// The errors of stage `work`, by line.
fn errors(ended: &Ended) -> String {
    let summary = ended.summary("work");
    let errors = summary["errors"].as_array().unwrap().iter();
    errors.map(|error| error["message"].as_str().unwrap()).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn pages_follow_the_cursor() {
    let server = pages(&[json!([{"id": 1}]), json!([{"id": 2}]), json!([{"id": 3}])]).await;
    let ended = Spec::on(&server).flow("", "").run().await;
    assert_eq!(ended.code, Some(0));
    let queries: Vec<_> = server.arrived("GET").iter().map(|arrival| arrival.query.clone()).collect();
    assert_eq!(queries, ["", "cursor=1", "cursor=2"]);
    assert_eq!(posted(&server), [json!({"ids": [1, 2, 3]})]);
}

#[tokio::test]
async fn a_cursor_comes_beside_the_other_query_values() {
    let server = Server::answering([
        misbehaving::json(r#"{"items":[],"next":"a b&c"}"#),
        misbehaving::json(r#"{"items":[]}"#),
    ])
    .await;
    Spec::on(&server).flow("query: {limit: 500}", "").run().await;
    assert_eq!(server.arrivals()[1].query, "limit=500&cursor=a+b%26c");
}

#[tokio::test]
async fn a_cursor_that_repeats_ends_in_1_with_a_clear_error() {
    let sandbox = portal_with(jobnet_sandbox::Options { rows: 10, ..Default::default() }).await;
    sandbox.add_fault("repeat-cursor:/portal/field:always".parse().unwrap());
    let spec = crate::common::spec::quick_portal_spec().replace("limit: 500", "limit: 5");
    let ended = Jobnet::on_spec(&spec, ["extract-field"]).env("API_BASE", &sandbox.base_url()).run().await;
    assert_eq!(ended.code, Some(1));
    let summary = ended.summary("extract-field");
    assert_eq!(
        summary["errors"][0]["message"],
        "page 2 of GET /portal/field: its cursor for the next page was given before: the pages go round in a circle"
    );
}

#[tokio::test]
async fn a_cursor_that_comes_back_later_is_an_error_too() {
    let server = Server::start(|arrival| async move {
        let next = if arrival.query == "cursor=a" { "b" } else { "a" };
        misbehaving::json(json!({"items": [], "next": next}).to_string())
    })
    .await;
    let ended = Spec::on(&server).flow("", "").run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(1), 3));
    assert!(errors(&ended).contains("the pages go round in a circle"));
}

#[tokio::test]
async fn too_many_pages_are_an_error() {
    let server = Server::start(|arrival| async move {
        misbehaving::json(json!({"items": [], "next": arrival.number}).to_string())
    })
    .await;
    let spec = Spec::on(&server).stage(
        "work",
        "flow:\n  from: {get: /items, items: .items, next: {cursor: .next, param: cursor, max_pages: 3}}\n  to: {post: /work}",
    );
    let ended = spec.run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(1), 3));
    assert!(errors(&ended).contains("there are more than 3 pages"), "{}", errors(&ended));
}

/// What is said of a first page that is answered so.
async fn error_of_page(reply: Reply) -> String {
    let server = Server::answering([reply]).await;
    let ended = Spec::on(&server).flow("", "").run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(1), 1));
    errors(&ended)
}

#[tokio::test]
async fn broken_json_ends_in_1_with_a_clear_error() {
    let error = error_of_page(misbehaving::json(r#"{"items":[{"id":1},{"i"#)).await;
    assert!(error.starts_with("GET /items: answered 200 with something that is not JSON"), "{error}");
}

#[tokio::test]
async fn an_html_page_ends_in_1_with_a_clear_error() {
    let error = error_of_page(misbehaving::json("<!doctype html><title>Proxy</title>")).await;
    assert!(error.starts_with("GET /items: answered 200 with something that is not JSON"), "{error}");
}

#[tokio::test]
async fn an_answer_without_items_is_an_error() {
    let error = error_of_page(misbehaving::json(r#"{"rows":[]}"#)).await;
    assert_eq!(error, "page 1 of GET /items: `.items` gave null where items were expected");
}

#[tokio::test]
async fn a_cursor_that_is_no_text_is_an_error() {
    let error = error_of_page(misbehaving::json(r#"{"items":[],"next":{"after":1}}"#)).await;
    assert_eq!(error, "page 1 of GET /items: `.next` gave something that is neither a text nor a number");
}

#[tokio::test]
async fn broken_json_of_the_portal_ends_in_1() {
    let sandbox = portal().await;
    sandbox.add_fault("broken-json:/portal/field".parse().unwrap());
    assert_eq!(Jobnet::on_quick_portal(&sandbox, ["extract-field"]).run().await.code, Some(1));
}

#[tokio::test]
async fn what_came_before_a_page_that_cannot_be_read_is_sent() {
    let server = Server::start(|arrival| async move {
        match (arrival.method.as_str(), arrival.query.as_str()) {
            ("GET", "") => misbehaving::json(r#"{"items":[{"id":1}],"next":"2"}"#),
            ("GET", _) => misbehaving::status(404),
            _ => misbehaving::json("{}"),
        }
    })
    .await;
    assert_eq!(Spec::on(&server).flow("", "").run().await.code, Some(1));
    assert_eq!(posted(&server), [json!({"ids": [1]})]);
}

#[tokio::test]
async fn a_full_batch_is_sent_before_the_last_page_is_there() {
    let sent = Arc::new(Notify::new());
    let server = Server::start(move |arrival| {
        let sent = Arc::clone(&sent);
        async move {
            match (arrival.method.as_str(), arrival.query.as_str()) {
                ("GET", "") => misbehaving::json(r#"{"items":[{"id":1}],"next":"2"}"#),
                ("GET", "cursor=2") => misbehaving::json(r#"{"items":[{"id":2}],"next":"3"}"#),
                ("GET", _) => {
                    sent.notified().await;
                    misbehaving::json(r#"{"items":[{"id":3}]}"#)
                }
                _ => {
                    sent.notify_one();
                    misbehaving::json("{}")
                }
            }
        }
    })
    .await;
    let ended = Spec::on(&server).api("timeout", "{read: 20s}").flow("", "batch: 2").run().await;
    assert_eq!(ended.code, Some(0));
    assert_eq!(posted(&server), [json!({"ids": [1, 2]}), json!({"ids": [3]})]);
}

#[tokio::test]
async fn items_of_a_group_travel_together_in_batches_that_are_not_too_large() {
    let item = |id: u32, model: &str| json!({"id": id, "model": model});
    let server =
        pages(&[json!([item(1, "a"), item(2, "b"), item(3, "a")]), json!([item(4, "a"), item(5, "b")])])
            .await;
    Spec::on(&server).flow("", "batch: 2, group_by: .model").run().await;
    assert_eq!(posted(&server), [json!({"ids": [1, 3]}), json!({"ids": [2, 5]}), json!({"ids": [4]})]);
}

#[tokio::test]
async fn a_batch_has_a_hundred_items_unless_told() {
    let items: Vec<_> = (0..250).map(|id| json!({"id": id})).collect();
    let server = pages(&[json!(items)]).await;
    Spec::on(&server).flow("", "").run().await;
    let mut sizes: Vec<_> =
        posted(&server).iter().map(|body| body["ids"].as_array().unwrap().len()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [50, 100, 100]);
}

#[tokio::test]
async fn where_each_item_has_a_request_its_values_are_escaped_for_the_path() {
    let names = ["a/b", "c?d", "取引 先", "50%", "..x"];
    let server = pages(&[json!(names.map(|name| json!({"name": name})))]).await;
    let spec = Spec::on(&server).stage(
        "work",
        "flow:\n  from: {get: /items, items: .items}\n  to: {put: '/items/{.name}/x', each: true, body: '{name: .name}'}",
    );
    let ended = spec.run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let paths: BTreeSet<_> = server.arrived("PUT").into_iter().map(|arrival| arrival.path).collect();
    let escaped = ["a%2Fb", "c%3Fd", "%E5%8F%96%E5%BC%95%20%E5%85%88", "50%25", "..x"];
    assert_eq!(paths, escaped.map(|name| format!("/items/{name}/x")).into());
}

#[tokio::test]
async fn an_item_cannot_lead_out_of_its_path() {
    let server = pages(&[json!([{"name": ".."}, {"name": "."}, {"name": "good"}])]).await;
    let spec = Spec::on(&server).stage(
        "work",
        "flow:\n  from: {get: /items, items: .items}\n  to: {put: '/items/{.name}', each: true, body: '{}'}",
    );
    let ended = spec.run().await;
    let paths: Vec<_> = server.arrived("PUT").into_iter().map(|arrival| arrival.path).collect();
    assert_eq!(paths, ["/items/good"]);
    assert_eq!(ended.summary("work")["metrics"]["failed"], 2);
}

#[tokio::test]
async fn as_many_requests_are_under_way_as_the_spec_says_and_never_more() {
    // Requests are answered three by three: fewer at once would wait for ever.
    let (three, at_once, most) =
        (Arc::new(Barrier::new(3)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    let server = Server::start(move |arrival| {
        let (three, at_once, most) = (Arc::clone(&three), Arc::clone(&at_once), Arc::clone(&most));
        async move {
            if arrival.method == "GET" {
                let items: Vec<_> = (0..12).map(|id| json!({"id": id})).collect();
                return misbehaving::json(json!({"items": items}).to_string());
            }
            most.fetch_max(at_once.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            three.wait().await;
            at_once.fetch_sub(1, Ordering::SeqCst);
            misbehaving::json("{}")
        }
    })
    .await;
    let spec = Spec::on(&server).api("timeout", "{read: 20s}").flow("", "batch: 1, concurrency: 3");
    assert_eq!(spec.run().await.code, Some(0));
    assert_eq!((server.arrived("POST").len(), seen.load(Ordering::SeqCst)), (12, 3));
}

#[tokio::test]
async fn an_item_on_which_an_expression_fails_costs_itself_only() {
    let server = pages(&[json!([{"id": 1, "n": 1}, {"id": 2, "n": {}}, {"id": 3, "n": 2}])]).await;
    let spec = Spec::on(&server).stage(
        "work",
        "fail_above: 50%\nflow:\n  from: {get: /items, items: .items}\n  select: .n / 1 > 0\n  to: {post: /work, body: '{ids: map(.id)}'}",
    );
    let ended = spec.run().await;
    assert_eq!(ended.code, Some(0));
    assert_eq!(posted(&server), [json!({"ids": [1, 3]})]);
    assert_eq!(ended.summary("work")["metrics"], json!({"picked": 3, "failed": 1}));
    assert!(errors(&ended).starts_with("item 2 of page 1: "), "{}", errors(&ended));
}
