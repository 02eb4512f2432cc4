//! Statuses that are a good end, and the limit of time.

use serde_json::json;

use super::{errors, page, posted, queries, reading};
use crate::common::misbehaving::{self, Reply, Server};

/// A server whose second page is this.
async fn second(reply: Reply) -> Server {
    Server::answering([page(&[1, 2]), reply, misbehaving::json("{}")]).await
}

#[tokio::test]
async fn a_status_past_the_end_ends_the_pages_and_is_no_failure() {
    for next in ["{page: p, last: 34, end_on: [404]}", "{offset: skip, end_on: [400, 404]}"] {
        let server = second(misbehaving::status(404)).await;
        let ended = reading(&server, next).run().await;
        assert_eq!((ended.code, queries(&server).len()), (Some(0), 2));
        assert_eq!(posted(&server), [json!({"ids": [1, 2]})]);
        let line = &ended.events("request")[1];
        assert_eq!((&line["http_status"], line.get("error")), (&json!(404), None));
        assert_eq!(ended.summary("work")["errors"], json!([]));
    }
}

#[tokio::test]
async fn a_status_that_would_be_tried_again_ends_the_pages_where_the_spec_says_so() {
    let server = second(misbehaving::status(503)).await;
    assert_eq!(reading(&server, "{page: p, end_on: [503]}").run().await.code, Some(0));
    assert_eq!(queries(&server).len(), 2);
}

#[tokio::test]
async fn another_status_is_an_error() {
    let server = second(misbehaving::status(404)).await;
    let ended = reading(&server, "{page: p, end_on: [410]}").run().await;
    assert_eq!(ended.code, Some(1));
    assert_eq!(errors(&ended), "GET /items: answered 404: there is nothing at this path");
}

#[tokio::test]
async fn a_first_page_past_the_end_is_no_items_at_all() {
    let server = Server::answering([misbehaving::status(404)]).await;
    let ended = reading(&server, "{page: p, end_on: [404]}").run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(0), 1));
    assert_eq!(ended.summary("work")["metrics"], json!({"picked": 0, "failed": 0}));
}

#[tokio::test]
async fn pages_that_take_too_long_are_an_error() {
    let server = Server::answering([Reply::Never]).await;
    let ended = reading(&server, "{page: p, max_time: '${MOST}'}").var("MOST", "50ms").run().await;
    assert_eq!(ended.code, Some(1));
    assert_eq!(
        errors(&ended),
        "page 1 of GET /items: the pages were waited for longer than 50ms; raise `max_time` if that is right"
    );
}
