use jobnet_sandbox::{Fault, FaultKind, Options, Sandbox, SupabaseOptions};
use serde_json::json;

use crate::common::postgres::Postgres;
use crate::common::{Jobnet, portal_with};

async fn sandbox(postgres: Option<&str>, requests_per_minute: Option<usize>) -> Sandbox {
    let postgres = postgres.map(str::to_owned);
    let supabase = SupabaseOptions { postgres, requests_per_minute, ..SupabaseOptions::default() };
    portal_with(Options { supabase, ..Options::default() }).await
}

fn net(sandbox: &Sandbox, stage: &str) -> Jobnet {
    let spec = format!(
        "jobnet: v1\nname: net\nenvironments: {{local: {{}}}}\nsecrets: [TOKEN]\n\
         databases: {{main: {{url: \"supabase://abc\", api: \"{}/supabase\", token: \"${{TOKEN}}\"}}}}\n\
         stages: {{work: {{{stage}migrate: {{dir: migrations}}}}}}\n",
        sandbox.base_url()
    );
    let jobnet = Jobnet::on_spec(&spec, ["work"]).env("TOKEN", "sandbox-supabase-token");
    std::fs::create_dir(jobnet.directory().join("migrations")).unwrap();
    jobnet
        .file("migrations/20260105_items.sql", "create table items (id integer primary key, name text);\n")
        .file("migrations/20260219_o'clock.sql", "-- \"two\" \\ statements\ninsert into items values (1, 'o''clock; {x}');\ninsert into items values (2, '\\');\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_are_recorded_as_supabases_own_command_line_does() {
    let Some(database) = Postgres::database().await else { return };
    let sandbox = sandbox(Some(database.url()), None).await;
    // The command line applied the first, and kept no checksum.
    database
        .execute(
            "create schema supabase_migrations; \
             create table supabase_migrations.schema_migrations (version text not null primary key); \
             alter table supabase_migrations.schema_migrations add column statements text[]; \
             alter table supabase_migrations.schema_migrations add column name text; \
             insert into supabase_migrations.schema_migrations values ('20260105', null, 'items'); \
             create table items (id integer primary key, name text)",
        )
        .await;
    let jobnet = net(&sandbox, "");
    let first = jobnet.run().await;
    assert_eq!(first.code, Some(0), "{}", first.stdout);
    assert_eq!(first.summary("work")["metrics"], json!({"applied": 1, "already": 1, "failed": 0}));
    let recorded = "select count(*) from supabase_migrations.schema_migrations where version = '20260219' \
        and name = 'o''clock' and array_length(statements, 1) = 2 \
        and statements[1] = E'-- \"two\" \\\\ statements\\ninsert into items values (1, ''o''''clock; {x}'')' \
        and statements[2] = E'insert into items values (2, ''\\\\'')'";
    assert_eq!(database.number(recorded).await, 1);
    assert_eq!(database.number("select count(*) from items").await, 2);

    let second = jobnet.run().await;
    assert_eq!(second.summary("work")["metrics"], json!({"applied": 0, "already": 2, "failed": 0}));

    // The second has a checksum, by which its change is noticed.
    let edited = jobnet.file("migrations/20260219_o'clock.sql", "select 1;").run().await;
    assert_eq!(edited.code, Some(1));
    assert!(
        edited.stdout.contains("20260219_o'clock.sql was changed after it was applied"),
        "{}",
        edited.stdout
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_at_once_apply_each_migration_once() {
    let Some(database) = Postgres::database().await else { return };
    let sandbox = sandbox(Some(database.url()), None).await;
    let jobnet = net(&sandbox, "");
    let (one, other) = tokio::join!(jobnet.run(), jobnet.run());
    let metrics = [one, other].map(|ended| {
        assert_eq!(ended.code, Some(0), "{}", ended.stdout);
        ended.summary("work")["metrics"].clone()
    });
    let sum = |name: &str| metrics.iter().map(|metrics| metrics[name].as_u64().unwrap()).sum::<u64>();
    assert_eq!((sum("applied"), sum("already")), (2, 2));
}

#[tokio::test]
async fn a_migration_that_fails_is_undone_with_its_record() {
    let sandbox = sandbox(None, None).await;
    let jobnet = net(&sandbox, "")
        .file("migrations/20260301_bad.sql", "create table half (id integer);\nselect * from missing;");
    let ended = jobnet.run().await;
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    assert_eq!(ended.summary("work")["metrics"], json!({"applied": 2, "already": 0, "failed": 1}));
    let message = ended.summary("work")["errors"][0]["message"].as_str().unwrap().to_owned();
    assert!(
        message.starts_with("migrations/20260301_bad.sql: Supabase answered 400: Failed to run sql query"),
        "{message}"
    );
    let mended = jobnet.file("migrations/20260301_bad.sql", "create table half (id integer);").run().await;
    assert_eq!(
        mended.summary("work")["metrics"],
        json!({"applied": 1, "already": 2, "failed": 0}),
        "{}",
        mended.stdout
    );
}

#[tokio::test]
async fn a_dry_run_lists_what_would_be_applied_and_makes_nothing() {
    let sandbox = sandbox(None, None).await;
    let jobnet = net(&sandbox, "").arguments(["--dry-run"]);
    for _ in 0..2 {
        let ended = jobnet.run().await;
        assert_eq!(ended.code, Some(0), "{}", ended.stdout);
        let told: Vec<_> = ended.events("dry_run").into_iter().map(|line| line["text"].clone()).collect();
        assert_eq!(
            json!(told),
            json!([
                "would apply migrations/20260105_items.sql",
                "would apply migrations/20260219_o'clock.sql"
            ])
        );
    }
}

#[tokio::test]
async fn a_wait_that_the_api_asks_for_and_the_stage_has_no_time_for_is_temporary() {
    let sandbox = sandbox(None, Some(1)).await;
    let ended = net(&sandbox, "timeout: 5s, ").run().await;
    assert_eq!(ended.code, Some(75), "{}", ended.stdout);
    assert!(ended.stdout.contains("Too Many Requests") || ended.stdout.contains("429"), "{}", ended.stdout);
}

#[tokio::test]
async fn a_token_that_is_not_accepted_is_an_error() {
    let sandbox = sandbox(None, None).await;
    let ended = net(&sandbox, "").env("TOKEN", "another-token").run().await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.stdout.contains("Supabase answered 401: Unauthorized"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("another-token"));
}

#[tokio::test]
async fn a_migration_whose_answer_was_lost_is_found_by_listing() {
    let sandbox = sandbox(None, None).await;
    // The tables are made and listed before it.
    let path = Some("/supabase".to_owned());
    sandbox.add_fault(Fault { path, skip: 2, ..Fault::once(FaultKind::CutAfter) });
    let ended = net(&sandbox, "").run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let summary = ended.summary("work");
    assert_eq!(summary["metrics"], json!({"applied": 2, "already": 0, "failed": 0}));
    assert_eq!((&summary["requests"], &summary["retries"]), (&json!(5), &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_outside_a_transaction_are_requests_of_their_own() {
    let Some(database) = Postgres::database().await else { return };
    let sandbox = sandbox(Some(database.url()), None).await;
    let index = "migrations/20260301_index.sql";
    let jobnet = net(&sandbox, "").file(index, "create index concurrently i on items (name);\n");
    let ended = jobnet.run().await;
    assert_eq!(ended.code, Some(1));
    insta::assert_snapshot!(ended.summary("work")["errors"][0]["message"].as_str().unwrap(), @r"migrations/20260301_index.sql: Supabase answered 400: Failed to run sql query: ERROR:  25001: CREATE INDEX CONCURRENTLY cannot run inside a transaction block: make `-- jobnet: no-transaction` the first line of the file, which is then applied outside a transaction");

    let failing =
        "-- jobnet: no-transaction\ncreate index concurrently i on items (name);\nselect * from missing;\n";
    let ended = jobnet.file(index, failing).run().await;
    assert_eq!(ended.code, Some(1));
    insta::assert_snapshot!(ended.summary("work")["errors"][0]["message"].as_str().unwrap(), @r#"migrations/20260301_index.sql: line 3: Supabase answered 400: Failed to run sql query: ERROR:  42P01: relation "missing" does not exist; the statement before it (line 2) was carried out and stays, and the next run repeats the file from its start"#);
    let recorded = "select count(*) from supabase_migrations.schema_migrations where version = '20260301'";
    assert_eq!(database.number(recorded).await, 0);

    let jobnet = net(&sandbox, "").file(
        index,
        "-- jobnet: no-transaction\ncreate index concurrently if not exists i on items (name);\nvacuum items;\n",
    );
    let ended = jobnet.run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert_eq!(ended.summary("work")["metrics"], json!({"applied": 1, "already": 2, "failed": 0}));
    assert_eq!(database.number(recorded).await, 1);

    let alone = "-- jobnet: no-transaction\nset lock_timeout = '5s';\nbegin;\nvacuum items;\n";
    let ended = jobnet.file("migrations/20260401_set.sql", alone).run().await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(ended.stderr, @r"
    error[sql-transaction]: `SET` would do nothing: each statement of this file is a request of its own, in its own session
     --> migrations/20260401_set.sql:2:1
      |
    2 | set lock_timeout = '5s';
      | ^^^^^^^^^^^^^^^^^^^^^^^ expected a statement that changes or reads data
      |
      = help: remove the statement, or apply the file over a connection, by a postgres:// URL of the same database

    error[sql-transaction]: `BEGIN` would do nothing: each statement of this file is a request of its own, in its own session
     --> migrations/20260401_set.sql:3:1
      |
    3 | begin;
      | ^^^^^ expected a statement that changes or reads data
      |
      = help: remove the statement, or apply the file over a connection, by a postgres:// URL of the same database
    error: migrations/20260401_set.sql has 2 errors; nothing was run
    ");
}
