//! What a flow sends: its items, unless the spec says otherwise.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::common::Jobnet;
use crate::common::misbehaving::{self, Arrival, Server};
use crate::common::spec::Spec;

/// A server with these items, which takes everything.
async fn server(items: usize) -> Server {
    Server::start(move |arrival| async move {
        let items: Vec<Value> = (0..items).map(|id| json!({"id": id, "name": format!("n{id}")})).collect();
        misbehaving::json(if arrival.method == "GET" { json!(items).to_string() } else { "{}".to_owned() })
    })
    .await
}

/// What arrives of five items by a target with these keys.
async fn sent(to: &str) -> Vec<Arrival> {
    let server = server(5).await;
    let flow = format!("flow: {{from: {{get: /items, items: .}}, to: {{{to}}}}}");
    let ended = Spec::on(&server).stage("work", &flow).run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    server.arrivals().into_iter().filter(|arrival| arrival.method != "GET").collect()
}

fn bodies(arrivals: &[Arrival]) -> Vec<String> {
    let bodies: BTreeSet<String> = arrivals.iter().map(|arrival| arrival.body.clone()).collect();
    bodies.into_iter().collect()
}

fn keys(arrivals: &[Arrival]) -> BTreeSet<String> {
    arrivals.iter().map(|arrival| arrival.header("idempotency-key").to_owned()).collect()
}

#[tokio::test]
async fn without_a_body_a_request_carries_its_items_whole() {
    let item = |id: usize| format!(r#"{{"id":{id},"name":"n{id}"}}"#);
    for method in ["post", "put", "patch"] {
        let batches = sent(&format!("{method}: /copies, batch: 2")).await;
        let expected = [
            format!("[{},{}]", item(0), item(1)),
            format!("[{},{}]", item(2), item(3)),
            format!("[{}]", item(4)),
        ];
        assert_eq!(bodies(&batches), expected, "{method}");
        assert!(batches.iter().all(|batch| batch.header("content-type") == "application/json"));
        let each = sent(&format!("{method}: /each, each: true")).await;
        assert_eq!(bodies(&each), [item(0), item(1), item(2), item(3), item(4)], "{method}");
        if method != "patch" {
            assert_eq!((keys(&batches).len(), keys(&each).len()), (3, 5), "{method}");
        }
    }
}

#[tokio::test]
async fn a_group_travels_whole_too() {
    let groups = sent("post: /copies, group_by: .id % 2").await;
    let ids: Vec<Value> = bodies(&groups)
        .iter()
        .map(|body| {
            serde_json::from_str::<Vec<Value>>(body).unwrap().iter().map(|item| item["id"].clone()).collect()
        })
        .collect();
    assert_eq!(ids, [json!([0, 2, 4]), json!([1, 3])]);
}

#[tokio::test]
async fn what_the_default_sends_is_what_a_dot_sends() {
    let (default, dot) =
        (sent("post: /copies, batch: 2").await, sent("post: /copies, batch: 2, body: .").await);
    assert_eq!(bodies(&default), bodies(&dot));
}

#[tokio::test]
async fn a_request_without_a_body_is_asked_for_by_a_word() {
    let each = sent("post: '/copies/{.id}', each: true, body: none").await;
    assert_eq!(bodies(&each), [""]);
    assert_eq!((each.len(), keys(&each).len()), (5, 5));
    assert!(each.iter().all(|request| request.header("content-type").is_empty()));
}

#[tokio::test]
async fn json_null_is_a_body() {
    assert_eq!(bodies(&sent("post: '/copies/{.id}', each: true, body: 'null'").await), ["null"]);
}

#[tokio::test]
async fn a_body_that_yaml_makes_null_is_a_fault() {
    let spec = Spec::at("http://unused.example")
        .stage("work", "flow: {from: {get: /items, items: .}, to: {post: /a, body: null}}");
    let ended = Jobnet::new(["plan"]).file("jobnet.yaml", &spec.text()).run().await;
    assert_eq!(ended.code, Some(2));
    insta::assert_snapshot!(ended.stderr);
}

/// A spec of every way to send and to save.
fn every_way(base_url: &str) -> String {
    format!(
        "jobnet: v1
name: net
secrets: [TOKEN, DATABASE_URL]
vars: {{WHERE: copies, SIZE: 20}}
apis: {{api: {{base_url: '{base_url}', auth: {{bearer: '${{TOKEN}}'}}}}}}
databases: {{main: '${{DATABASE_URL}}'}}
stages:
  batches: {{flow: {{from: {{get: /x, items: .}}, to: {{post: '/${{WHERE}}', batch: '${{SIZE}}', group_by: .kind}}}}}}
  each: {{flow: {{from: {{get: /x, items: .}}, select: .id > 0, to: {{put: '/each/{{.id}}', each: true}}}}}}
  built: {{flow: {{for_each: {{values: [a]}}, from: {{get: '/x/{{.}}', items: .}}, to: {{patch: /built, body: '{{ids: map(.id)}}'}}}}}}
  empty: {{flow: {{from: {{get: /x, items: .}}, to: {{post: '/empty/{{.id}}', each: true, body: none}}}}}}
  tables:
    flow:
      from: {{get: /x, items: .}}
      to: [{{table: item, key: [id], columns: {{id: .id, name: .title}}}}, {{table: tag, key: [id], rows: '.tags[] | {{id: .}}'}}]
  requests: {{call: [{{get: /state, as: state}}, {{post: /begin, body: '{{state: $state.name}}'}}, {{post: /end}}, {{delete: /old}}]}}
environments: {{local: {{}}}}
"
    )
}

#[tokio::test]
async fn a_plan_says_what_is_sent() {
    let plan = Jobnet::new(["plan"]).file("jobnet.yaml", &every_way("http://unused.example")).run().await;
    assert_eq!(plan.code, Some(0), "{}", plan.stderr);
    let steps = |line: &&str| line.starts_with("   does") || line.starts_with("              ");
    let text: Vec<&str> = plan
        .stdout
        .lines()
        .filter(|line| line.ends_with(char::is_alphabetic) && line.contains(". ") || steps(line))
        .collect();
    insta::assert_snapshot!(text.join("\n"));
}

#[tokio::test]
async fn a_dry_run_says_what_a_plan_does_and_sends_nothing() {
    let server = server(1).await;
    let spec = every_way(&server.base_url());
    let jobnet = Jobnet::on_spec(&spec, ["--all", "--dry-run"])
        .env("TOKEN", "copies-s3cret")
        .env("DATABASE_URL", "sqlite:net.db");
    let ended = jobnet.run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(0), 0), "{}", ended.stderr);
    let mut told: Vec<String> = ended
        .events("dry_run")
        .iter()
        .map(|line| format!("{}: {}", line["stage"].as_str().unwrap(), line["text"].as_str().unwrap()))
        .collect();
    let plan = Jobnet::new(["plan", "--format", "json"]).file("jobnet.yaml", &spec).run().await;
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    let mut planned: Vec<String> = Vec::new();
    for stage in plan["stages"].as_array().unwrap() {
        let steps = stage["steps"].as_array().unwrap().iter();
        planned
            .extend(steps.map(|step| {
                format!("{}: would {}", stage["name"].as_str().unwrap(), step.as_str().unwrap())
            }));
    }
    told.sort();
    planned.sort();
    assert_eq!(told, planned);
}

#[tokio::test]
async fn an_expression_that_gives_several_values_where_one_is_needed_fails_by_name() {
    for (from, to, filter) in [
        ("get: /items, items: .", "post: /copies, body: '.[]'", ".[]"),
        ("get: /items, items: .", "post: '/copies/{.id, 1}', each: true", ".id, 1"),
        ("get: /items, items: .", "post: /copies, query: {id: '{.[].id}'}", ".[].id"),
        ("get: /items, items: .", "post: /copies, group_by: '.id, 1'", ".id, 1"),
    ] {
        let server = server(5).await;
        let flow = format!("flow: {{from: {{{from}}}, to: {{{to}}}}}");
        let ended = Spec::on(&server).stage("work", &flow).run().await;
        assert_eq!(ended.code, Some(1), "{to}: {}", ended.stdout);
        let message = ended.summary("work")["errors"][0]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(&format!("`{filter}` gave more than one value")), "{to}: {message}");
        assert!(server.arrived("POST").is_empty(), "{to}");
    }
    let server = server(5).await;
    let flow = "flow: {from: {get: /items, items: .}, select: '.id > 1, .id > 2', to: {post: /copies}}";
    assert_eq!(Spec::on(&server).stage("work", flow).run().await.code, Some(1));
}
