use serde_json::json;

use super::{net, two};
use crate::common::postgres::Postgres;

#[tokio::test(flavor = "multi_thread")]
async fn runs_that_migrate_at_once_apply_each_file_once() {
    let Some(database) = Postgres::database().await else { return };
    let jobnet = two(database.url());
    let (one, other, third) = tokio::join!(jobnet.run(), jobnet.run(), jobnet.run());
    let metrics = [one, other, third].map(|ended| {
        assert_eq!(ended.code, Some(0), "{}", ended.stdout);
        ended.summary("work")["metrics"].clone()
    });
    let sum = |name: &str| metrics.iter().map(|metrics| metrics[name].as_u64().unwrap()).sum::<u64>();
    assert_eq!((sum("applied"), sum("already"), sum("failed")), (2, 4, 0));
    assert_eq!(
        database.number("select count(*) from jobnet_migrations where length(checksum) = 64").await,
        2
    );
    assert_eq!(database.number("select count(*) from items").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_migration_sets_in_its_session_ends_with_it() {
    let Some(database) = Postgres::database().await else { return };
    let dump = "select pg_catalog.set_config('search_path', '', false);\ncreate table public.t (id bigint);\n\
        create function public.f() returns int language plpgsql as $$ begin return 1; end; $$;\n";
    let ended = net(database.url())
        .file("migrations/1_dump.sql", dump)
        .file("migrations/2_more.sql", "alter table t add column name text;\nselect f();\n")
        .run()
        .await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert_eq!(ended.summary("work")["metrics"], json!({"applied": 2, "already": 0, "failed": 0}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_and_its_record_are_one() {
    let Some(database) = Postgres::database().await else { return };
    let ended = net(database.url())
        .file(
            "migrations/1_a.sql",
            "create table a (id int);\ncreate table b (id int);\n\ncreate table a (id int);\n",
        )
        .run()
        .await;
    assert_eq!(ended.code, Some(1));
    assert_eq!(
        ended.summary("work")["errors"][0]["message"],
        "migrations/1_a.sql: line 4: the database says: relation \"a\" already exists"
    );
    assert_eq!(database.number("select count(*) from pg_tables where schemaname = 'public'").await, 0);
}
