//! Pages that cannot be read.

use serde_json::json;

use super::{error_of_page, posted};
use crate::common::misbehaving::{self, Server};
use crate::common::spec::Spec;
use crate::common::{Jobnet, portal};

#[tokio::test]
async fn broken_json_ends_in_1_with_a_clear_error() {
    let error = error_of_page(misbehaving::json(r#"{"items":[{"id":1},{"i"#)).await;
    let told = "GET /items: answered 200 with a body that is not JSON (22 bytes without a `Content-Type`): the text ends in the middle";
    assert!(error.starts_with(told), "{error}");
}

#[tokio::test]
async fn an_html_page_ends_in_1_with_a_clear_error() {
    let page = misbehaving::json("<!doctype html><title>Proxy</title>").header("content-type", "text/html");
    let error = error_of_page(page).await;
    let told = "GET /items: answered 200 with a body that is not JSON (35 bytes of type `text/html`): expected a value";
    assert!(error.starts_with(told), "{error}");
}

#[tokio::test]
async fn an_answer_without_items_is_an_error() {
    let error = error_of_page(misbehaving::json(r#"{"rows":[]}"#)).await;
    assert_eq!(error, "page 1 of GET /items: `.items` gave null where items were expected");
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
