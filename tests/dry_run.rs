//! `jobnet run --dry-run`: what would be done is told, and nothing is changed.

use serde_json::{Value, json};

use crate::common::Jobnet;
use crate::common::misbehaving::{self, Server};
use crate::common::postgres::Postgres;

/// A net with a stage of every kind.
fn every_kind(url: &str, server: &Server) -> Jobnet {
    let spec = format!(
        "jobnet: v1\nname: net\nenvironments: {{local: {{}}}}\ndatabases: {{main: \"{url}\"}}\nvars: {{WHO: me}}\n\
         apis: {{api: {{base_url: \"{}\"}}}}\nstages:\n  \
         schema: {{migrate: {{dir: migrations}}}}\n  \
         clean: {{needs: [schema], sql: {{query: \"delete from old where at < :job_start_at\"}}}}\n  \
         begin: {{needs: [clean], call: [{{get: /state}}, {{post: \"/begin/${{WHO}}\"}}]}}\n  \
         items:\n    needs: [begin]\n    flow:\n      for_each: {{values: [a, b]}}\n      \
         from: {{get: \"/items/{{.}}\", items: .items}}\n      to: {{post: /work, body: .}}\n  \
         index: {{needs: [items], exec: {{command: [index, --all]}}}}\n",
        server.base_url()
    );
    let jobnet = Jobnet::on_spec(&spec, ["--all", "--dry-run"]);
    std::fs::create_dir(jobnet.directory().join("migrations")).unwrap();
    jobnet
        .file("migrations/1_items.sql", "create table items (id integer);")
        .file("migrations/2_more.sql", "select 1;")
}

async fn server() -> Server {
    Server::start(|_| async { misbehaving::json("{}") }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_stage_says_what_it_would_do_and_does_nothing() {
    let Some(database) = Postgres::database().await else { return };
    database.execute("create table old (at timestamptz); insert into old values ('2020-01-01')").await;
    let server = server().await;
    let ended = every_kind(database.url(), &server).run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let told: Vec<Value> = ended.events("dry_run");
    let lines: Vec<String> =
        told.iter().map(|line| format!("{} | {}", line["stage"], line["text"])).collect();
    insta::assert_snapshot!(lines.join("\n"));
    for line in &told {
        let line = format!("{} | {}", line["stage"].as_str().unwrap(), line["text"].as_str().unwrap());
        assert!(ended.stderr.contains(&line), "{line} in {}", ended.stderr);
    }
    assert_eq!(server.arrived("GET").len() + server.arrived("POST").len(), 0);
    let changed = "select count(*) from pg_tables where tablename in ('items', 'jobnet_migrations')";
    assert_eq!((database.number(changed).await, database.number("select count(*) from old").await), (0, 1));
}

#[tokio::test]
async fn a_statement_that_cannot_be_read_fails_its_stage_and_stops_what_needs_it() {
    let server = server().await;
    let ended = every_kind("sqlite:net.db", &server).run().await;
    assert_eq!(ended.code, Some(1));
    assert_eq!(
        ended.summary("clean")["errors"],
        json!([{"message": "stages.clean.sql.query: line 1: the database says: no such table: old", "count": 1}])
    );
    assert_eq!(ended.summary("begin")["outcome"], "skipped");
}
