//! Servers that never say that the pages are at their end, or that give fewer items at once than they are asked for.

use serde_json::{Value, json};

use super::{errors, page, posted, queries, reading};
use crate::common::misbehaving::{self, Server};

/// A server whose pages end at the third, which it gives again and again, in this wrapping.
async fn clamped(wrapping: fn(usize) -> Value) -> Server {
    Server::start(move |arrival| {
        let items = json!([{"id": arrival.number.min(3) * 2}, {"id": arrival.number.min(3) * 2 + 1}]);
        let mut body = wrapping(arrival.number);
        body["items"] = items;
        async move { misbehaving::json(body.to_string()) }
    })
    .await
}

#[tokio::test]
async fn a_page_that_comes_again_is_an_error_whatever_is_around_it() {
    let wrappings: [fn(usize) -> Value; 3] = [
        |_| json!({}),
        |number| json!({"page": number}),
        |number| json!({"cursor": format!("cursor-{number}"), "took": number * 17, "request": {"page": number}}),
    ];
    for wrapping in wrappings {
        for next in ["{page: p}", "{page: p, last: 20}", "{offset: skip}", "{page: p, while: 'true'}"] {
            let server = clamped(wrapping).await;
            let ended = reading(&server, next).run().await;
            assert_eq!((ended.code, queries(&server).len()), (Some(1), 4), "{next}");
            assert_eq!(
                errors(&ended),
                "page 4 of GET /items: it has the same 2 item(s) as the page before: the API does not go on; where it tells \
                 its end in another way, say that by `while`"
            );
        }
    }
    let server = clamped(|number| json!({"next": number.to_string()})).await;
    let ended = reading(&server, "{cursor: .next, param: c}").run().await;
    assert_eq!((ended.code, queries(&server).len()), (Some(1), 4));
}

#[tokio::test]
async fn pages_that_only_look_alike_are_pages() {
    // Nothing looks at `note`, which is what tells the items of one page from those of the other.
    let with_note = |note: &str| misbehaving::json(format!(r#"{{"items":[{{"id":1,"note":"{note}"}}]}}"#));
    let server =
        Server::answering([with_note("a"), with_note("b"), page(&[]), misbehaving::json("{}")]).await;
    assert_eq!(reading(&server, "{page: p}").run().await.code, Some(0));
    assert_eq!(posted(&server), [json!({"ids": [1, 1]})]);
}

#[tokio::test]
async fn empty_pages_under_a_cursor_that_moves_are_pages() {
    let empty = |next: Value| misbehaving::json(json!({"items": [], "next": next}).to_string());
    let last = misbehaving::json(r#"{"items":[{"id":1}],"next":null}"#);
    let server = Server::answering([
        empty(json!("a")),
        empty(json!("b")),
        empty(json!("c")),
        last,
        misbehaving::json("{}"),
    ])
    .await;
    assert_eq!(reading(&server, "{cursor: .next, param: c}").run().await.code, Some(0));
    assert_eq!(posted(&server), [json!({"ids": [1]})]);
}

#[tokio::test]
async fn a_short_first_page_is_asked_past() {
    let first = page(&[1, 2]);
    for (after, statuses) in
        [(page(&[]), "no items"), (misbehaving::status(404), "404"), (misbehaving::status(416), "416")]
    {
        let server = Server::answering([first.clone(), after, misbehaving::json("{}")]).await;
        let ended = reading(&server, "{offset: skip, limit: 3}").run().await;
        assert_eq!(
            (ended.code, ended.summary("work")["warnings"].clone()),
            (Some(0), json!([])),
            "{statuses}"
        );
        assert_eq!(queries(&server), ["size=2&skip=0", "size=2&skip=2"], "{statuses}");
        assert_eq!(posted(&server), [json!({"ids": [1, 2]})], "{statuses}");
    }
}

#[tokio::test]
async fn an_api_that_gives_fewer_at_once_is_read_to_its_end_and_named() {
    let server = Server::answering([page(&[1, 2]), page(&[3, 4]), page(&[5]), misbehaving::json("{}")]).await;
    let ended = reading(&server, "{offset: skip, limit: 100}").run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(queries(&server), ["size=2&skip=0", "size=2&skip=2", "size=2&skip=4"]);
    assert_eq!(posted(&server), [json!({"ids": [1, 2, 3, 4, 5]})]);
    let warning = "page 2 of GET /items: the API gives no more than 2 items a page, and `limit` is 100: write `limit: 2`";
    assert_eq!(ended.summary("work")["warnings"], json!([{"message": warning, "count": 1}]));
}
