//! A stage that reads the rows of its run, started without the stages that saved them: it belongs to the last run in which
//! those succeeded, whichever way it reads the run.

use serde_json::{Value, json};

use crate::common::base::{Base, on_both};
use crate::common::misbehaving::{self, Server};
use crate::common::{Ended, Jobnet};

const TABLES: &str = "
    create table item (code text primary key, mark text, content_hash text, saved_at text, run_id text);
    create table tag (code text primary key, mark text, content_hash text, saved_at text, run_id text);
    create table stamp (run text);
    insert into stamp values ('');";

const STAGES: &str = r#"
  items: {flow: {from: {get: /items, items: .items}, to: {table: item, key: [code], track: true, columns: {code: .code}}}}
  tags: {flow: {from: {get: /tags, items: .items}, to: {table: tag, key: [code], track: true, columns: {code: .code}}}}
  by_seen:
    needs: [items, tags]
    sql: {query: "update item set mark = 'seen' where code in (select code from ITEM_SEEN where run_id = :run_id)"}
  by_column: {needs: [items], sql: {query: "update item set mark = 'column' where run_id = :run_id"}}
  by_start: {needs: [items], sql: {query: "update item set mark = 'start' where saved_at >= :job_start_at"}}
  by_rows:
    needs: [items]
    flow:
      for_each: {sql: "select code from item_seen where run_id = :run_id order by code"}
      from: {get: "/one/{.code}", items: "[.]"}
      to: {post: /sent, each: true, body: '{run: $run.id}'}
  by_both:
    needs: [items, tags]
    sql: {query: "update stamp set run = :run_id where exists (select 1 from item_seen, tag_seen)"}
  by_name: {needs: [items], continues: [items], call: {post: /told, body: '{run: $run.id, start: $run.job_start_at}'}}
  by_command: {needs: [by_name], continues: [items], exec: {command: 'test "$JOBNET_RUN_ID" = one', shell: true}}
  own: {needs: [items], sql: {query: "update stamp set run = :run_id"}}
  said_own: {needs: [items], continues: [], sql: {query: "update stamp set run = :run_id where exists (select 1 from item)"}}
"#;

/// The net beside a server that has two items and a tag, and a database with its tables.
struct Net {
    server: Server,
    base: Base,
}

impl Net {
    async fn open(base: Base) -> Self {
        base.execute(TABLES).await;
        let server = Server::start(|arrival| async move {
            misbehaving::json(match arrival.path.as_str() {
                "/items" => r#"{"items":[{"code":"a"},{"code":"b"}]}"#,
                "/tags" => r#"{"items":[{"code":"t"}]}"#,
                _ => "{}",
            })
        })
        .await;
        Self { server, base }
    }

    /// Runs stages in a new run of the net.
    async fn run<const N: usize>(&self, id: &str, stages: [&str; N]) -> Ended {
        let start = if id == "one" { "2026-11-30T01:00:00Z" } else { "2100-01-01T00:00:00Z" };
        self.jobnet(stages)
            .arguments(["--format", "json", "--run-id", id, "--job-start-at", start])
            .run()
            .await
    }

    fn jobnet<const N: usize>(&self, stages: [&str; N]) -> Jobnet {
        let spec = format!(
            "jobnet: v1\nname: shop\nsecrets: [DATABASE_URL]\nvars: {{API: ''}}\n\
             apis: {{shop: {{base_url: '${{API}}', retry: {{backoff: [0s]}}}}}}\n\
             databases: {{main: '${{DATABASE_URL}}'}}\nstages:{STAGES}environments: {{local: {{}}}}\n"
        );
        Jobnet::on_spec(&spec, stages)
            .env("API", &self.server.base_url())
            .env("DATABASE_URL", &self.base.url())
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
    }

    async fn well<const N: usize>(&self, id: &str, stages: [&str; N]) -> Ended {
        let ended = self.run(id, stages).await;
        assert_eq!(ended.code, Some(0), "{}\n{}", ended.stdout, ended.stderr);
        ended
    }

    async fn marks(&self) -> Vec<String> {
        self.base.rows("select code, mark from item order by code").await
    }

    fn bodies(&self) -> Vec<Value> {
        let arrivals = self.server.arrivals().into_iter().filter(|arrival| arrival.method == "POST");
        arrivals.map(|arrival| serde_json::from_str(&arrival.body).unwrap()).collect()
    }
}

fn reason(ended: &Ended, stage: &str) -> String {
    assert_eq!(ended.code, Some(1), "{}\n{}", ended.stdout, ended.stderr);
    ended.summary(stage)["errors"][0]["message"].as_str().unwrap().to_owned()
}

on_both! {
    async fn sql_that_reads_the_run_is_given_that_of_the_rows(base: Base) {
        let net = Net::open(base).await;
        net.well("one", ["items", "tags"]).await;
        for (stage, mark) in [("by_seen", "seen"), ("by_column", "column"), ("by_start", "start")] {
            let ended = net.well("two", [stage]).await;
            assert_eq!(ended.summary(stage)["metrics"]["affected"], 2, "{stage}");
            assert_eq!(ended.summary(stage)["run_id"], "one", "{stage}");
            assert_eq!(net.marks().await, [format!("a|{mark}"), format!("b|{mark}")]);
        }
        let ended = net.well("two", ["by_rows"]).await;
        assert_eq!(ended.summary("by_rows")["metrics"]["picked"], 2);
        assert_eq!(net.bodies(), [json!({"run": "one"}), json!({"run": "one"})]);
    }

    async fn in_a_run_of_its_own_a_stage_goes_by_that_although_there_was_another(base: Base) {
        let net = Net::open(base).await;
        net.well("one", ["items", "tags"]).await;
        let ended = net.well("two", ["items", "tags", "by_seen", "by_rows", "by_name"]).await;
        for stage in ["by_seen", "by_rows", "by_name"] {
            assert_eq!(ended.summary(stage)["run_id"], "two", "{stage}");
        }
        assert_eq!(net.marks().await, ["a|seen", "b|seen"]);
    }

    async fn the_spec_can_name_what_is_read_for_any_kind_of_stage(base: Base) {
        let net = Net::open(base).await;
        assert!(reason(&net.run("zero", ["by_name"]).await, "by_name").contains("run `items` first"));
        assert!(reason(&net.run("zero", ["by_command"]).await, "by_command").contains("run `items` first"));
        assert_eq!(net.bodies(), Vec::<Value>::new());
        net.well("one", ["items"]).await;
        net.well("two", ["by_name"]).await;
        assert_eq!(net.bodies(), [json!({"run": "one", "start": "2026-11-30T01:00:00Z"})]);
        net.well("two", ["by_command"]).await;
    }

    async fn a_stage_that_reads_no_rows_of_a_run_is_one_of_its_own(base: Base) {
        let net = Net::open(base).await;
        for (run, stage) in [("zero", "own"), ("nil", "said_own")] {
            net.base.execute("insert into item (code) select 'x' where not exists (select 1 from item)").await;
            net.well(run, [stage]).await;
            assert_eq!(net.base.rows("select run from stamp").await, [run]);
        }
    }

    async fn what_is_read_must_be_of_one_run(base: Base) {
        let net = Net::open(base).await;
        net.well("one", ["items", "tags"]).await;
        net.well("two", ["tags"]).await;
        let reason = reason(&net.run("three", ["by_both"]).await, "by_both");
        insta::allow_duplicates! {
            insta::assert_snapshot!(reason, @"reads the rows of one run, and `items` succeeded last in `one`, `tags` in `two`: run both in one run first");
        }
        assert_eq!(net.base.rows("select run from stamp").await, [""]);
        // What reads the one alone does not mind the other.
        net.well("three", ["by_seen"]).await;
        net.well("four", ["items", "tags"]).await;
        net.well("five", ["by_both"]).await;
        assert_eq!(net.base.rows("select run from stamp").await, ["four"]);
    }

    async fn the_same_run_once_more_is_not_taken_for_its_first_success(base: Base) {
        let net = Net::open(base).await;
        net.well("one", ["items"]).await;
        // The run saves again, and somebody ends it in between.
        net.base.execute("update jobnet_saved set succeeded_at = null").await;
        let reason = reason(&net.run("two", ["by_column"]).await, "by_column");
        assert!(reason.contains("`one`, has not succeeded: run `items` first"), "{reason}");
    }
}

#[tokio::test]
async fn people_are_told_which_run_is_continued() {
    let net = Net::open(Base::sqlite().await).await;
    net.well("one", ["items"]).await;
    let ended = net.jobnet(["by_column"]).arguments(["--format", "human"]).run().await;
    assert!(
        ended.stderr.contains("by_column: continues run one, which began at 2026-11-30T01:00:00Z"),
        "{}",
        ended.stderr
    );
}

#[tokio::test]
async fn only_stages_before_it_that_save_rows_are_continued() {
    let spec = "\
jobnet: v1
name: net
apis: {shop: {base_url: https://shop.example}}
databases: {main: 'sqlite:a.db'}
stages:
  load: {call: {get: /orders}}
  save: {flow: {from: {get: /items, items: .items}, to: {table: item, key: [code], columns: {code: .code}}}}
  read: {needs: [load, save], continues: [load, sav, read], call: {get: /orders}}
  apart: {continues: [save], call: {get: /orders}}
environments: {local: {}}
";
    let ended = Jobnet::on_spec(spec, ["read"]).run().await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(ended.stderr, @r"
    error[unknown-name]: there is no stage before this one that saves rows `load`
     --> jobnet.yaml:8:43
      |
    8 |   read: {needs: [load, save], continues: [load, sav, read], call: {get: /orders}}
      |                                           ^^^^ expected one of `save`
      |
      = help: name an existing stage before this one that saves rows, or declare this one

    error[unknown-name]: there is no stage before this one that saves rows `sav`
     --> jobnet.yaml:8:49
      |
    8 |   read: {needs: [load, save], continues: [load, sav, read], call: {get: /orders}}
      |                                                 ^^^ expected one of `save`
      |
      = help: did you mean `save`?

    error[unknown-name]: there is no stage before this one that saves rows `read`
     --> jobnet.yaml:8:54
      |
    8 |   read: {needs: [load, save], continues: [load, sav, read], call: {get: /orders}}
      |                                                      ^^^^ expected one of `save`
      |
      = help: name an existing stage before this one that saves rows, or declare this one

    error[unknown-name]: there is no stage before this one that saves rows `save`
     --> jobnet.yaml:9:23
      |
    9 |   apart: {continues: [save], call: {get: /orders}}
      |                       ^^^^ there are none
      |
      = help: name an existing stage before this one that saves rows, or declare this one
    error: jobnet.yaml has 4 errors; nothing was run
    ");
}
