//! Pages that go on as long as `while` is true.

use serde_json::{Value, json};

use super::{errors, page, posted, queries, reading};
use crate::common::misbehaving::{self, Reply, Server};
use crate::common::spec::Spec;

/// A server that has a next page for ever, and says by each of these whether there is more.
fn more(says: impl Fn(Reply, bool) -> Reply + Send + Sync + 'static) -> impl Future<Output = Server> {
    Server::start(move |arrival| {
        let page = page(&[u32::try_from(arrival.number).unwrap()]);
        let next = format!("<?p={}>; rel=\"next\"", arrival.number);
        let reply = match arrival.method.as_str() {
            "GET" => says(page, arrival.number < 3)
                .header("Link", &format!("{next}; results=\"{}\"", arrival.number < 3)),
            _ => misbehaving::json("{}"),
        };
        async { reply }
    })
}

#[tokio::test]
async fn it_sees_the_links_parameters_the_headers_and_the_body() {
    for next in [
        "{link: next, while: '$link.results == \"true\"'}",
        "{link: next, while: '$headers[\"x-more\"] == \"yes, true\"'}",
        "{page: p, while: '$headers[\"x-more\"] | endswith(\"true\")'}",
        "{offset: p, limit: 1, while: '$headers[\"x-more\"] | endswith(\"true\")'}",
        "{page: p, while: '.items[0].id < 3'}",
        "{page: p, while: '$link.results == \"true\"'}",
    ] {
        let server =
            more(|page, more| page.header("X-More", "yes").header("x-more", &more.to_string())).await;
        let ended = reading(&server, next).run().await;
        assert_eq!((ended.code, queries(&server).len()), (Some(0), 3), "{next}\n{}", ended.stderr);
        assert_eq!(posted(&server), [json!({"ids": [1, 2, 3]})], "{next}");
    }
}

#[tokio::test]
async fn an_empty_or_a_short_page_is_no_end_where_it_says_so() {
    let page =
        |items: Value, more: bool| misbehaving::json(json!({"items": items, "more": more}).to_string());
    for next in ["{page: p, while: .more}", "{page: p, last: 9, while: .more}"] {
        let server = Server::answering([
            page(json!([{"id": 1}]), true),
            page(json!([]), true),
            page(json!([]), true),
            page(json!([{"id": 2}]), false),
            misbehaving::json("{}"),
        ])
        .await;
        assert_eq!(reading(&server, next).run().await.code, Some(0));
        assert_eq!(posted(&server), [json!({"ids": [1, 2]})], "{next}");
    }
    let server = Server::answering([
        page(json!([{"id": 1}]), true),
        page(json!([{"id": 2}, {"id": 3}]), false),
        misbehaving::json("{}"),
    ])
    .await;
    assert_eq!(reading(&server, "{offset: skip, limit: 2, while: .more}").run().await.code, Some(0));
    assert_eq!(queries(&server), ["size=2&skip=0", "size=2&skip=1"]);
}

#[tokio::test]
async fn it_says_true_or_false_and_nothing_else() {
    for (condition, found) in [
        (".mroe", "`.mroe` gave null, expected true or false"),
        ("$link.results", "`$link.results` gave null, expected true or false"),
        (".items", "`.items` gave a list of 1, expected true or false"),
        ("\"true\"", "`\"true\"` gave a text, expected true or false"),
        ("1", "`1` gave a number, expected true or false"),
        ("empty", "`empty` gave no value"),
    ] {
        let server = Server::answering([page(&[1])]).await;
        let ended = reading(&server, &format!("{{page: p, while: '{condition}'}}")).run().await;
        assert_eq!((ended.code, errors(&ended)), (Some(1), format!("page 1 of GET /items: {found}")));
    }
}

#[tokio::test]
async fn more_pages_without_a_way_to_them_are_an_error() {
    for next in [
        "{link: next, while: 'true'}",
        "{cursor: .next, param: c, while: 'true'}",
        "{url: .next, while: 'true'}",
    ] {
        let server = Server::answering([page(&[1])]).await;
        let ended = reading(&server, next).run().await;
        let message = "page 1 of GET /items: `while` is true, and the response leads to no next page";
        assert_eq!((ended.code, errors(&ended).as_str()), (Some(1), message), "{next}");
    }
}

#[tokio::test]
async fn a_status_without_a_body_may_be_the_end() {
    let server =
        Server::answering([page(&[1, 2]), misbehaving::status(204).body(""), misbehaving::json("{}")]).await;
    let ended = reading(&server, "{page: p, end_on: [204]}").run().await;
    assert_eq!((ended.code, queries(&server).len()), (Some(0), 2), "{}", ended.stderr);
    assert_eq!(posted(&server), [json!({"ids": [1, 2]})]);
}

#[tokio::test]
async fn a_next_page_that_nothing_asks_for_is_a_warning() {
    let of = |headers: Option<&'static str>, body: &'static str| async move {
        let reply = misbehaving::json(body);
        let reply = headers.into_iter().fold(reply, |reply, link| reply.header("Link", link));
        let server = Server::answering([reply, misbehaving::json("{}")]).await;
        let flow = "flow: {from: {get: /items, items: .items}, to: {post: /work}}";
        let ended = Spec::on(&server).stage("work", flow).run().await;
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        ended.summary("work")["warnings"].clone()
    };
    let named = |name: &str| {
        let message = format!(
            "GET /items: the response names a next page ({name}), and the flow has no `next`: only one page was read"
        );
        json!([{"message": message, "count": 1}])
    };
    let link = of(Some("</items?p=2>; rel=next"), r#"{"items":[]}"#).await;
    assert_eq!(link, named("`Link` header with `rel=\"next\"`"));
    assert_eq!(of(None, r#"{"items":[],"meta":{"next_cursor":"a"}}"#).await, named("`.meta.next_cursor`"));
    assert_eq!(of(None, r#"{"items":[{"next":"a"}],"next":null}"#).await, json!([]));
}
