//! What failures are measured by, for every kind of stage and every choice of counts.

use serde_json::{Value, json};

use crate::common::base::Base;
use crate::common::misbehaving::{self, Server, status};
use crate::common::spec::Spec;
use crate::common::{Ended, Jobnet};

/// A server with 20 items, of which `/rows/bad` has none to give, and which counts one failure of 40 in each response.
async fn server() -> Server {
    Server::start(|arrival| async move {
        match arrival.path.as_str() {
            "/rows/bad" => status(404),
            path if path.starts_with("/rows/") => misbehaving::json(r#"{"items":[{"id":1},{"id":2}]}"#),
            "/items" => {
                let items: Vec<Value> = (0..20).map(|id| json!({"id": id})).collect();
                misbehaving::json(json!({"items": items}).to_string())
            }
            "/refused" => status(400),
            _ => misbehaving::json(r#"{"all":40,"seen":30,"done":39,"bad":1}"#),
        }
    })
    .await
}

const FLOW: &str = "from: {get: /items, items: .items}";
const COUNTS: [(&str, &str); 4] = [
    ("failed", "failed: .bad"),
    ("done and failed", "done: .done, failed: .bad"),
    ("picked and failed", "picked: .seen, failed: .bad"),
    ("total and failed", "total: .all, picked: .seen, failed: .bad"),
];

/// How a stage ended, with its shares.
fn line(ended: &Ended, stage: &str) -> String {
    let summary = ended.summary(stage);
    let none = Vec::new();
    let shares = summary["shares"].as_array().unwrap_or(&none).iter();
    let shares: Vec<String> = shares
        .map(|share| {
            let total = share["total"].as_u64().map_or("unknown".to_owned(), |total| total.to_string());
            format!("{} of {total} {}", share["failed"], share["of"].as_str().unwrap())
        })
        .collect();
    format!("{stage}: {}, {}\n", summary["outcome"].as_str().unwrap(), shares.join(", "))
}

#[tokio::test]
async fn requests_and_commands() {
    let server = server().await;
    let mut spec = Spec::on(&server);
    let mut names = Vec::new();
    let mut add = |spec: Spec, name: &str, yaml: &str| {
        let name = name.replace(' ', "-");
        let spec = spec.stage(&name, &format!("fail_above: 5%\n{yaml}"));
        names.push(name);
        spec
    };
    for (what, counts) in COUNTS {
        spec = add(
            spec,
            &format!("call that counts {what}"),
            &format!("call: {{post: /w, counts: {{{counts}}}}}"),
        );
        if !counts.contains("picked") || counts.contains("total") {
            // A flow counts what it picked itself.
            let counts = counts.replace("picked: .seen, ", "");
            let to = format!("{FLOW}, to: {{post: /w, batch: 5, counts: {{{counts}}}}}");
            spec = add(spec, &format!("flow that counts {what}"), &format!("flow: {{{to}}}"));
        }
        let file = counts.replace(": .all", "=40").replace(": .seen", "=30").replace(": .done", "=39");
        let file = file.replace(": .bad", "=1").replace(", ", "\\n");
        let command = format!("exec: {{command: 'printf \"{file}\" > $JOBNET_METRICS', shell: true}}");
        spec = add(spec, &format!("command that counts {what}"), &command);
    }
    let two = "call: [{post: /w, counts: {total: .all, failed: .bad}}, {post: /v, counts: {failed: .bad}}]";
    spec = add(spec, "call of two of which one counts no total", two);
    let refused = "call: [{post: /w, counts: {total: .all}}, {post: /refused}]";
    spec = add(spec, "call of two of which one is refused", refused);
    spec = add(spec, "flow that is refused", &format!("flow: {{{FLOW}, to: {{post: /refused, batch: 5}}}}"));
    spec = add(
        spec,
        "flow of one request an item",
        &format!("flow: {{{FLOW}, to: {{post: /w, each: true, counts: {{failed: .bad}}}}}}"),
    );
    let rows =
        "flow: {for_each: {values: [a, bad, c]}, from: {get: '/rows/{.}', items: .items}, to: {post: /v}}";
    spec = add(spec, "flow of a row that is lost", rows);
    let ended = spec.run().await;
    insta::assert_snapshot!(names.iter().map(|name| line(&ended, name)).collect::<String>());
}

/// One row of three is lost, and one item of four is bad.
#[tokio::test]
async fn tables_and_statements() {
    let server = server().await;
    let base = Base::sqlite().await;
    base.execute(
        "create table item (id integer primary key check (id <> 2), content_hash text, saved_at text, run_id text);
         create table tag (id integer primary key, content_hash text, saved_at text, run_id text)",
    )
    .await;
    let save = "{table: item, key: [id], columns: {id: .id}}";
    let spec = format!(
        "jobnet: v1
name: net
secrets: [DATABASE_URL]
apis: {{shop: {{base_url: '{}'}}}}
databases: {{main: '${{DATABASE_URL}}'}}
defaults: {{fail_above: 5%}}
stages:
  one-table: {{flow: {{from: {{get: /rows/a, items: .items}}, to: {save}}}}}
  two-tables:
    needs: [statement]
    flow:
      for_each: {{values: [a, bad, c]}}
      from: {{get: '/rows/{{.}}', items: .items}}
      to: [{save}, {{table: tag, key: [id], columns: {{id: .id}}}}]
  statement: {{sql: {{query: delete from item}}}}
  bad-statement: {{sql: {{query: insert into item (id) values (2)}}}}
environments: {{local: {{}}}}
",
        server.base_url()
    );
    let stages = ["one-table", "statement", "bad-statement", "two-tables"];
    let mut text = String::new();
    for stage in stages {
        let ended = Jobnet::on_spec(&spec, [stage]).env("DATABASE_URL", &base.url()).run().await;
        text.push_str(&line(&ended, stage));
        let tables = &ended.summary(stage)["tables"];
        if !tables.is_null() {
            text.push_str(&format!("  {tables}\n"));
        }
    }
    insta::assert_snapshot!(text);
}
