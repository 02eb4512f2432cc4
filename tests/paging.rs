//! Pages, the choice among their items, and the batches that carry them on.

mod batches;
mod cursor;
mod end;
mod faults;
mod goes_on;
mod link;
mod number;
mod same;
mod url;

use serde_json::{Value, json};

use crate::common::Ended;
use crate::common::misbehaving::{self, Reply, Server};
use crate::common::spec::Spec;

/// A server of these pages, with cursors that count from 1, which answers everything else well.
pub(crate) async fn pages(pages: &[Value]) -> Server {
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
pub(crate) fn posted(server: &Server) -> Vec<Value> {
    let mut bodies: Vec<Value> = server.arrived("POST").iter().map(|arrival| arrival.json()).collect();
    bodies.sort_by_key(Value::to_string);
    bodies
}

/// The errors of stage `work`, by line.
pub(crate) fn errors(ended: &Ended) -> String {
    let summary = ended.summary("work");
    let errors = summary["errors"].as_array().unwrap().iter();
    errors.map(|error| error["message"].as_str().unwrap()).collect::<Vec<_>>().join("\n")
}

/// What is said of a first page that is answered so.
pub(crate) async fn error_of_page(reply: Reply) -> String {
    let server = Server::answering([reply]).await;
    let ended = Spec::on(&server).flow("", "").run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(1), 1));
    errors(&ended)
}

/// A spec whose stage `work` reads `/items` with this `next`, and posts the `id`s.
pub(crate) fn reading(server: &Server, next: &str) -> Spec {
    Spec::on(server).stage(
        "work",
        &format!(
            "flow:\n  from: {{get: /items, items: .items, query: {{size: 2}}, next: {next}}}\n  \
             to: {{post: /work, body: '{{ids: map(.id)}}'}}"
        ),
    )
}

/// The queries of the pages that were read, in order.
pub(crate) fn queries(server: &Server) -> Vec<String> {
    server.arrived("GET").into_iter().map(|arrival| arrival.query).collect()
}

/// A page with these items, by their ids.
pub(crate) fn page(ids: &[u32]) -> Reply {
    let items: Vec<_> = ids.iter().map(|id| json!({"id": id})).collect();
    misbehaving::json(json!({"items": items}).to_string())
}
