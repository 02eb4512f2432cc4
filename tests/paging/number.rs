//! Pages that are asked for by their number, or by how many items came before.

use serde_json::json;

use super::{errors, page, posted, queries, reading};
use crate::common::misbehaving::{self, Server};

/// A server of three full pages, and empty ones after them.
async fn three_pages() -> Server {
    Server::answering([page(&[1, 2]), page(&[3, 4]), page(&[5, 6]), page(&[]), misbehaving::json("{}")]).await
}

#[tokio::test]
async fn numbers_begin_at_1_and_end_with_a_page_without_items() {
    let server = three_pages().await;
    let ended = reading(&server, "{page: p}").run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert_eq!(queries(&server), ["size=2&p=1", "size=2&p=2", "size=2&p=3", "size=2&p=4"]);
    assert_eq!(posted(&server), [json!({"ids": [1, 2, 3, 4, 5, 6]})]);
}

#[tokio::test]
async fn numbers_begin_and_end_where_the_spec_says() {
    let server = three_pages().await;
    let spec = reading(&server, "{page: p, first: '${FIRST}', last: '${LAST}'}").var("FIRST", "0");
    assert_eq!(spec.var("LAST", "2").run().await.code, Some(0));
    assert_eq!(queries(&server), ["size=2&p=0", "size=2&p=1", "size=2&p=2"]);
}

#[tokio::test]
async fn a_page_without_items_is_not_the_last_where_the_spec_says_which_is() {
    let server = Server::answering([page(&[1]), page(&[]), page(&[2]), misbehaving::json("{}")]).await;
    assert_eq!(reading(&server, "{page: p, last: 3}").run().await.code, Some(0));
    assert_eq!(posted(&server), [json!({"ids": [1, 2]})]);
}

#[tokio::test]
async fn a_last_page_before_the_first_is_refused_before_anything_is_sent() {
    let server = three_pages().await;
    let spec = reading(&server, "{page: p, first: 5, last: '${LAST}'}").var("LAST", "5");
    let ended = spec.jobnet().env("LAST", "4").run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(2), 0));
    assert!(ended.stderr.contains("stages.work.flow.from.next.last: the last page is 4, and the first 5"));
}

#[tokio::test]
async fn too_many_numbered_pages_are_an_error() {
    let server = Server::answering([page(&[1])]).await;
    let ended = reading(&server, "{page: p, max_pages: 2}").run().await;
    assert_eq!((ended.code, queries(&server).len()), (Some(1), 2));
    assert!(errors(&ended).contains("there are more than 2 pages"), "{}", errors(&ended));
}

#[tokio::test]
async fn an_offset_grows_by_the_items_and_ends_with_a_page_that_is_not_full() {
    let server =
        Server::answering([page(&[1, 2]), page(&[3, 4, 5]), page(&[6]), misbehaving::json("{}")]).await;
    let spec = reading(&server, "{offset: skip, limit: '${LIMIT}'}").var("LIMIT", "2");
    assert_eq!(spec.run().await.code, Some(0));
    assert_eq!(queries(&server), ["size=2&skip=0", "size=2&skip=2", "size=2&skip=5"]);
    assert_eq!(posted(&server), [json!({"ids": [1, 2, 3, 4, 5, 6]})]);
}

#[tokio::test]
async fn an_offset_without_a_limit_ends_with_a_page_without_items() {
    let server = three_pages().await;
    assert_eq!(reading(&server, "{offset: skip}").run().await.code, Some(0));
    assert_eq!(queries(&server), ["size=2&skip=0", "size=2&skip=2", "size=2&skip=4", "size=2&skip=6"]);
}

#[tokio::test]
async fn an_offset_has_its_guard_too() {
    let server = Server::answering([page(&[1, 2]), page(&[3, 4]), page(&[5, 6])]).await;
    let ended = reading(&server, "{offset: skip, limit: 2, max_pages: 3}").run().await;
    assert_eq!((ended.code, queries(&server).len()), (Some(1), 3));
    assert!(errors(&ended).contains("there are more than 3 pages"), "{}", errors(&ended));
}
