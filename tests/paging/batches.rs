//! The choice among the items of pages, and the requests that carry them on.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use tokio::sync::{Barrier, Notify};

use super::{errors, pages, posted};
use crate::common::misbehaving::{self, Server};
use crate::common::spec::Spec;

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
