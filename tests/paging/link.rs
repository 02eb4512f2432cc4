//! Pages that name the next in the `Link` header.

use serde_json::json;

use super::{errors, page, posted, queries, reading};
use crate::common::misbehaving::{self, Server};

#[tokio::test]
async fn the_link_header_leads_on_until_there_is_none() {
    let server = Server::answering([
        page(&[1]).header("Link", "</items?p=0>; rel=\"prev\", </items?p=2&x=a%20b>; rel=\"next last\""),
        page(&[2]).header("link", "<?p=3>; rel=next"),
        page(&[3]).header("Link", "<?p=1>; rel=first"),
        misbehaving::json("{}"),
    ])
    .await;
    assert_eq!(reading(&server, "{link: next}").run().await.code, Some(0));
    assert_eq!(queries(&server), ["size=2", "p=2&x=a%20b", "p=3"]);
    assert_eq!(posted(&server), [json!({"ids": [1, 2, 3]})]);
}

#[tokio::test]
async fn another_relation_may_lead_on() {
    let server =
        Server::answering([page(&[1]).header("Link", "<?p=2>; rel=older"), page(&[2]), page(&[])]).await;
    assert_eq!(reading(&server, "{link: older}").run().await.code, Some(0));
    assert_eq!(queries(&server), ["size=2", "p=2"]);
}

#[tokio::test]
async fn a_link_back_to_a_page_that_was_read_is_an_error() {
    for back in ["<?size=2>; rel=next", "<?size=2#top>; rel=next"] {
        let server = Server::answering([page(&[1]).header("Link", back)]).await;
        let ended = reading(&server, "{link: next}").run().await;
        assert_eq!((ended.code, queries(&server).len()), (Some(1), 1));
        let circle = "page 1 of GET /items: its URL for the next page was given before: the pages go round in a circle";
        assert_eq!(errors(&ended), circle);
    }
}

#[tokio::test]
async fn too_many_links_are_an_error() {
    let server = Server::start(|arrival| async move {
        page(&[u32::try_from(arrival.number).unwrap()])
            .header("Link", &format!("<?p={}>; rel=next", arrival.number))
    })
    .await;
    let ended = reading(&server, "{link: next, max_pages: 3}").run().await;
    assert_eq!((ended.code, queries(&server).len()), (Some(1), 3));
    assert!(errors(&ended).contains("there are more than 3 pages"), "{}", errors(&ended));
}

#[tokio::test]
async fn links_as_servers_write_them_lead_on() {
    for second in [
        "</items?q=caf\u{e9}&p=2>; rel=\"next\"",
        "</items?q=caf%C3%A9&p=2>; rel=\"next\"; title=\"n\u{e4}chste\"",
        "</items?q=caf%C3%A9&p=2>; rel='next'",
        "/items?q=caf%C3%A9&p=2; rel=\"next\"",
    ] {
        let server =
            Server::answering([page(&[1]).header("Link", second), page(&[2]), misbehaving::json("{}")]).await;
        assert_eq!(reading(&server, "{link: next}").run().await.code, Some(0), "{second}");
        assert_eq!(queries(&server), ["size=2", "q=caf%C3%A9&p=2"], "{second}");
    }
}

#[tokio::test]
async fn a_header_that_cannot_be_read_is_an_error_and_no_end() {
    let server = Server::answering([page(&[1]).header("Link", "</items?p=2; rel=next")]).await;
    let ended = reading(&server, "{link: next}").run().await;
    assert_eq!(ended.code, Some(1));
    assert_eq!(
        errors(&ended),
        "page 1 of GET /items: its `Link` header cannot be read: `</items\u{2026}` has no `>`"
    );
}
