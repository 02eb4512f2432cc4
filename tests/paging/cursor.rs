//! Pages that name the next by a cursor.

use serde_json::json;

use super::{error_of_page, errors, pages, posted};
use crate::common::misbehaving::{self, Server};
use crate::common::spec::Spec;
use crate::common::{Jobnet, portal_with};

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
    assert_eq!(server.arrivals()[1].query, "limit=500&cursor=a%20b%26c");
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

#[tokio::test]
async fn a_cursor_that_is_no_text_is_an_error() {
    let error = error_of_page(misbehaving::json(r#"{"items":[],"next":{"after":1}}"#)).await;
    assert_eq!(error, "page 1 of GET /items: `.next` gave something that is neither a text nor a number");
}
