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
