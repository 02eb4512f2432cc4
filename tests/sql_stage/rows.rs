use serde_json::json;

use crate::common::Jobnet;
use crate::common::misbehaving::{self, Server};
use crate::common::postgres::Postgres;

/// A net whose flow reads `/items/ID?kind=KIND` for each row of a query.
fn over(server: &Server, url: &str, query: &str) -> Jobnet {
    let spec = format!(
        "jobnet: v1\nname: net\nenvironments: {{local: {{}}}}\ndatabases: {{main: \"{url}\"}}\nvars: {{LEAST: 2}}\n\
         apis: {{api: {{base_url: \"{}\"}}}}\nstages:\n  make:\n    sql: {{query: create table if not exists t as select 1 as id}}\n  \
         work:\n    needs: [make]\n    flow:\n      for_each: {{sql: \"{query}\"}}\n      \
         from: {{get: \"/items/{{.id}}\", query: {{kind: \"{{.kind}}\"}}, items: .items}}\n      to: {{post: /work, body: .}}\n",
        server.base_url()
    );
    Jobnet::on_spec(&spec, ["--all"])
}

async fn server() -> Server {
    Server::start(|_| async { misbehaving::json(json!({"items": []}).to_string()) }).await
}

fn read(server: &Server) -> Vec<String> {
    server.arrived("GET").into_iter().map(|arrival| format!("{}?{}", arrival.path, arrival.query)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flow_reads_its_source_for_each_row_of_a_query_in_its_order() {
    let query = "select id, 'k' || id as kind from (select 1 as id union select 2 union select 3) u \
        where id >= :LEAST order by id desc -- last first";
    let mut urls = vec!["sqlite:net.db".to_owned()];
    let postgres = Postgres::database().await;
    urls.extend(postgres.as_ref().map(|database| database.url().to_owned()));
    for url in urls {
        let server = server().await;
        let ended = over(&server, &url, query).run().await;
        assert_eq!(ended.code, Some(0), "{}", ended.stdout);
        assert_eq!(read(&server), ["/items/3?kind=k3", "/items/2?kind=k2"]);
    }
}

#[tokio::test]
async fn a_query_that_fails_is_named() {
    let server = server().await;
    let ended = over(&server, "sqlite:net.db", "select id from missing").run().await;
    assert_eq!(ended.code, Some(1));
    assert_eq!(
        ended.summary("work")["errors"][0]["message"],
        "stages.work.flow.for_each.sql: the database says: no such table: missing"
    );
}

#[tokio::test]
async fn a_query_is_one_statement() {
    let server = server().await;
    let ended = over(&server, "sqlite:net.db", "select 1; select 2").run().await;
    assert_eq!(ended.code, Some(2));
    insta::assert_snapshot!(ended.stderr);
}
