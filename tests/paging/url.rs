//! Pages that hold the URL of the next.

use serde_json::{Value, json};

use super::{errors, posted, queries, reading};
use crate::common::misbehaving::{self, Reply, Server};

/// A page with one item of its own that leads to this URL.
fn leading_to(url: impl Into<Value>) -> Reply {
    let url = url.into();
    misbehaving::json(json!({"items": [{"id": 1, "before": url}], "next": url}).to_string())
}

#[tokio::test]
async fn an_absolute_or_relative_url_leads_on_until_there_is_none() {
    let server = Server::start(|arrival| async move {
        match arrival.query.as_str() {
            "size=2" => leading_to(format!("http://{}/items?p=2", arrival.header("host"))),
            "p=2" => leading_to("/items?p=3#below"),
            "p=3" => leading_to("?p=4"),
            "p=4" => leading_to(Value::Null),
            _ => misbehaving::json("{}"),
        }
    })
    .await;
    assert_eq!(reading(&server, "{url: .next}").run().await.code, Some(0));
    assert_eq!(queries(&server), ["size=2", "p=2", "p=3", "p=4"]);
    assert_eq!(posted(&server), [json!({"ids": [1, 1, 1, 1]})]);
}

#[tokio::test]
async fn a_url_is_asked_with_all_that_every_request_to_the_api_has() {
    let server = Server::answering([leading_to("/items?p=2&lang=en"), leading_to("")]).await;
    let spec = reading(&server, "{url: .next}")
        .api("query", "{key: k, lang: ja}")
        .api("headers", "{X-Client: c}")
        .api("auth", "{basic: {username: u, password: p}}");
    assert_eq!(spec.run().await.code, Some(0));
    assert_eq!(queries(&server), ["key=k&lang=ja&size=2", "p=2&lang=en&key=k"]);
    let second = &server.arrived("GET")[1];
    assert_eq!((second.header("x-client"), second.header("authorization")), ("c", "Basic dTpw"));
}

#[tokio::test]
async fn credentials_in_the_base_go_to_every_page_and_no_others_do() {
    let server = Server::start(|arrival| async move {
        let host = arrival.header("host").to_owned();
        leading_to(if arrival.number == 1 {
            format!("http://x:y@{host}/v1/items?p=2")
        } else {
            String::new()
        })
    })
    .await;
    let base = server.base_url().replace("http://", "http://user:word@") + "/v1";
    let spec = reading(&server, "{url: .next}").api("base_url", &base);
    let ended = spec.run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let arrivals = server.arrived("GET");
    assert_eq!(arrivals[0].header("authorization"), arrivals[1].header("authorization"));
    assert_eq!(ended.events("request")[1]["path"], "/items");
}

#[tokio::test]
async fn a_url_elsewhere_is_an_error_since_credentials_would_leave() {
    let other = Server::answering([leading_to("")]).await;
    let port = other.base_url().rsplit_once(':').unwrap().1.to_owned();
    for (url, found) in [
        (format!("{}/items", other.base_url()), other.base_url()),
        (format!("//127.0.0.1:{port}/items"), other.base_url()),
        ("https://evil.example/items".to_owned(), "https://evil.example".to_owned()),
        ("file:///etc/passwd".to_owned(), "file:".to_owned()),
        ("data:,x".to_owned(), "data:".to_owned()),
    ] {
        let server = Server::answering([leading_to(url)]).await;
        let ended = reading(&server, "{url: .next}").run().await;
        assert_eq!((ended.code, server.arrivals().len(), other.arrivals().len()), (Some(1), 1, 0));
        assert_eq!(
            errors(&ended),
            format!(
                "page 1 of GET /items: its next page is at {found}, which is not the API's {}: credentials would leave",
                server.base_url()
            )
        );
    }
}

#[tokio::test]
async fn what_is_no_url_is_an_error() {
    for (next, said) in [
        (json!("http://["), "page 1 of GET /items: `http://[`, which leads to the next page, is not a URL"),
        (json!(["/x"]), "page 1 of GET /items: `.next` gave something that is neither a text nor a number"),
    ] {
        let server = Server::answering([leading_to(next)]).await;
        let ended = reading(&server, "{url: .next}").run().await;
        assert_eq!((ended.code, errors(&ended).as_str()), (Some(1), said));
    }
}

#[tokio::test]
async fn urls_that_go_round_in_a_circle_are_an_error() {
    let server =
        Server::start(
            |arrival| async move { leading_to(if arrival.query == "p=2" { "?p=3" } else { "?p=2" }) },
        )
        .await;
    let ended = reading(&server, "{url: .next}").run().await;
    assert_eq!((ended.code, queries(&server).len()), (Some(1), 3));
    assert!(errors(&ended).contains("the pages go round in a circle"), "{}", errors(&ended));
}
