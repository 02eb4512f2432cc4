//! What a migration sets in its session ends with it.

use serde_json::json;

use super::net;
use crate::common::postgres::Postgres;

/// Statements that leave something in their session, and a query of the next file that fails where it is still there.
const POSTGRES: [(&str, &str); 12] = [
    ("select pg_catalog.set_config('search_path', '', false)", "current_setting('search_path') <> ''"),
    ("set search_path = pg_catalog", "current_setting('search_path') <> 'pg_catalog'"),
    ("set timezone = 'Asia/Tokyo'", "current_setting('timezone') <> 'Asia/Tokyo'"),
    ("set statement_timeout = '59s'", "current_setting('statement_timeout') <> '59s'"),
    (
        "set session characteristics as transaction read only",
        "current_setting('transaction_read_only') = 'off'",
    ),
    ("set role pg_monitor", "current_user <> 'pg_monitor'"),
    ("set session authorization pg_monitor", "session_user <> 'pg_monitor'"),
    ("create temp table left_behind (a int)", "to_regclass('left_behind') is null"),
    ("prepare p as select 1", "not exists (select 1 from pg_prepared_statements where name = 'p')"),
    ("listen channel", "not exists (select 1 from pg_listening_channels())"),
    ("select pg_advisory_lock(7)", "pg_try_advisory_xact_lock(7)"),
    ("declare c cursor with hold for select 1", "not exists (select 1 from pg_cursors)"),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_next_file_and_the_next_stage_find_the_session_as_it_was() {
    let Some(database) = Postgres::database().await else { return };
    let mut jobnet = net(database.url());
    for (number, (sets, is_gone)) in POSTGRES.iter().enumerate() {
        let check = format!("do $$ begin assert {is_gone}; end $$;\n");
        jobnet = jobnet
            .file(&format!("migrations/{}_sets.sql", 2 * number + 1), &format!("{sets};\n"))
            .file(&format!("migrations/{}_checks.sql", 2 * number + 2), &check);
    }
    let ended = jobnet.run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert_eq!(ended.summary("work")["metrics"], json!({"applied": 24, "already": 0, "failed": 0}));
}

/// A session that others get, as a pooler of transactions and Supabase's API hand it on, is found by them as it was too:
/// the transaction itself takes back what was set.
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_takes_back_what_it_set_in_its_session() {
    let Some(database) = Postgres::database().await else { return };
    let ended = net(database.url())
        .file("migrations/1_dump.sql", "set timezone = 'Asia/Tokyo'; create table t (z text default 'none');")
        .file("migrations/2_deferred.sql", "create function f() returns trigger language plpgsql as $$ begin \
            update t set z = current_setting('timezone') || ' ' || current_user; return null; end $$; \
            create constraint trigger c after insert on t deferrable initially deferred for each row execute function f(); \
            set timezone = 'Asia/Seoul'; grant all on t to pg_monitor; set role pg_monitor; insert into t values ('new');")
        .run()
        .await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    // The end of the transaction came with the settings of the file.
    assert_eq!(database.number("select count(*) from t where z = 'Asia/Seoul pg_monitor'").await, 1);
}

#[tokio::test]
async fn sqlite_forgets_what_a_file_set_attached_and_made_temporarily() {
    let jobnet = net("sqlite:net.db")
        .file(
            "migrations/1_sets.sql",
            "create table t (a text check (a <> 'b'));\ncreate temp table t2 (a);\npragma ignore_check_constraints = on;\n\
             pragma case_sensitive_like = on;\nattach ':memory:' as other;\npragma query_only = on;\n",
        )
        .file(
            "migrations/2_checks.sql",
            "create table t2 (a);\ninsert into t select 'A' where 'A' like 'a';\nattach ':memory:' as other;\n",
        );
    let ended = jobnet.run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let pool =
        sqlx::SqlitePool::connect_lazy(&format!("sqlite:{}", jobnet.directory().join("net.db").display()))
            .unwrap();
    let count: i64 = sqlx::query_scalar("select count(*) from t").fetch_one(&pool).await.unwrap();
    assert_eq!(count, 1);
}
