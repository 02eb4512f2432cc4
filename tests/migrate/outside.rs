//! Files that run outside a transaction.

use serde_json::json;

use super::net;
use crate::common::Jobnet;
use crate::common::postgres::Postgres;

const HEAD: &str = "-- jobnet: no-transaction\n";

fn message(ended: &crate::common::Ended) -> String {
    ended.summary("work")["errors"][0]["message"].as_str().unwrap().to_owned()
}

fn indexed(url: &str, index: &str) -> Jobnet {
    net(url)
        .file("migrations/1_t.sql", "create table t (a int, b int);\ninsert into t values (1, 1), (1, 2);\n")
        .file("migrations/2_index.sql", index)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_says_so_runs_outside_a_transaction_once() {
    let Some(database) = Postgres::database().await else { return };
    let index = "create index concurrently i on t (a);\nvacuum t;\nbegin;\nset local search_path = '';\n\
        insert into public.t values (2, 2);\ncommit;\n";
    let jobnet = indexed(database.url(), &format!("{HEAD}{index}"));
    let told = indexed(database.url(), &format!("{HEAD}{index}")).arguments(["--dry-run"]).run().await;
    let told: Vec<_> = told.events("dry_run").into_iter().map(|line| line["text"].clone()).collect();
    assert_eq!(
        json!(told),
        json!(["would apply migrations/1_t.sql", "would apply migrations/2_index.sql outside a transaction"])
    );
    let (one, other) = tokio::join!(jobnet.run(), jobnet.run());
    let metrics = [one, other].map(|ended| {
        assert_eq!(ended.code, Some(0), "{}", ended.stdout);
        ended.summary("work")["metrics"].clone()
    });
    let sum = |name: &str| metrics.iter().map(|metrics| metrics[name].as_u64().unwrap()).sum::<u64>();
    assert_eq!((sum("applied"), sum("already")), (2, 2));
    assert_eq!(database.number("select count(*) from t").await, 3);
    assert_eq!(database.number("select count(*) from pg_index where indrelid = 't'::regclass").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_wants_no_transaction_says_how_to_have_none() {
    let Some(database) = Postgres::database().await else { return };
    let ended = indexed(database.url(), "create table u (a int);\ncreate index concurrently i on t (a);\n")
        .run()
        .await;
    assert_eq!(ended.code, Some(1));
    insta::assert_snapshot!(message(&ended), @"migrations/2_index.sql: line 2: the database says: CREATE INDEX CONCURRENTLY cannot run inside a transaction block: make `-- jobnet: no-transaction` the first line of the file, which is then applied outside a transaction");
    assert_eq!(database.number("select count(*) from pg_tables where tablename = 'u'").await, 0);
    // The same in SQLite, in its own words; and what it ignores there without a word is refused before any file.
    for (text, tables) in [
        ("vacuum;\n", 1),
        ("pragma journal_mode = wal;\n", 0),
        ("select 1;\npragma foreign_keys = off;\n", 0),
    ] {
        let jobnet = indexed("sqlite:net.db", text);
        let ended = jobnet.run().await;
        assert_eq!(ended.code, Some(1), "{text}");
        let message = message(&ended);
        assert!(
            message.contains("transaction: make `-- jobnet: no-transaction` the first line"),
            "{message}"
        );
        assert_eq!(ended.summary("work")["metrics"]["applied"], tables, "{text}");
        let mended = jobnet.file("migrations/2_index.sql", &format!("{HEAD}{text}")).run().await;
        assert_eq!(mended.code, Some(0), "{}", mended.stdout);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_failure_what_was_done_stays_and_is_told_and_is_not_recorded() {
    let Some(database) = Postgres::database().await else { return };
    let text = format!(
        "{HEAD}create table u (a int);\ninsert into t values (3, 3);\ncreate unique index concurrently i on t (a);\n"
    );
    let jobnet = indexed(database.url(), &text);
    let ended = jobnet.run().await;
    assert_eq!(ended.code, Some(1));
    insta::assert_snapshot!(message(&ended), @r#"migrations/2_index.sql: line 4: the database rejects the values: could not create unique index "i"; the statements before it (lines 2, 3) were carried out and stay, and the next run repeats the file from its start; drop first what it left invalid: index `i`"#);
    let recorded = "select count(*) from jobnet_migrations where version = '2'";
    assert_eq!((database.number("select count(*) from t").await, database.number(recorded).await), (3, 0));

    // An index that is left is not taken for the one that was wanted.
    let jobnet = jobnet.file(
        "migrations/2_index.sql",
        &format!("{HEAD}create unique index concurrently if not exists i on t (a);\n"),
    );
    let ended = jobnet.run().await;
    assert_eq!((ended.code, database.number(recorded).await), (Some(1), 0));
    insta::assert_snapshot!(message(&ended), @"migrations/2_index.sql: all statements were carried out, but an index is not valid: index `i`; an earlier attempt to build it broke off: drop it, and the next run repeats the file from its start");

    let ended = jobnet
        .file(
            "migrations/2_index.sql",
            &format!("{HEAD}drop index concurrently if exists i;\ncreate unique index concurrently i on t (a, b);\n"),
        )
        .run()
        .await;
    assert_eq!((ended.code, database.number(recorded).await), (Some(0), 1), "{}", ended.stdout);
}

#[tokio::test]
async fn sqlite_rebuilds_a_table_without_its_foreign_keys_getting_in_the_way() {
    let jobnet = net("sqlite:net.db")
        .file(
            "migrations/1_tables.sql",
            "create table a (id integer primary key);\n\
             create table b (a integer references a on delete cascade);\ninsert into a values (1);\n\
             insert into b values (1);\n",
        )
        .file(
            "migrations/2_rebuild.sql",
            &format!(
                "{HEAD}pragma foreign_keys = off;\nbegin;\ncreate table a2 (id integer primary key, name text);\n\
                 insert into a2 select id, 'x' from a;\ndrop table a;\nalter table a2 rename to a;\ncommit;\n"
            ),
        )
        .file("migrations/3_check.sql", "insert into b values (2);\n");
    let ended = jobnet.run().await;
    assert_eq!(ended.code, Some(1));
    assert_eq!(
        message(&ended),
        "migrations/3_check.sql: line 1: the database rejects the values: FOREIGN KEY constraint failed"
    );
    assert_eq!(ended.summary("work")["metrics"], json!({"applied": 2, "already": 0, "failed": 1}));
    let pool =
        sqlx::SqlitePool::connect_lazy(&format!("sqlite:{}", jobnet.directory().join("net.db").display()))
            .unwrap();
    let count: i64 = sqlx::query_scalar("select count(*) from b").fetch_one(&pool).await.unwrap();
    assert_eq!(count, 1);
}
