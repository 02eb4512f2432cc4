use serde_json::json;
use tokio::net::TcpListener;

use super::net;
use crate::common::postgres::Postgres;

const VARS: &str =
    "vars: {ID: 0b9e6f4e-54f0-4c9b-8a3e-6f1f5a1f0001, DAYS: 30, RATE: 0.5, ON: true, WORD: \"o'clock\"}\n";

const TABLES: &str = "create type mood as enum ('o''clock', 'other'); \
    create table t (id uuid primary key, created_at timestamptz, n int2, price numeric, mood mood, tags text[], done bool); \
    insert into t (id, created_at) values ('0b9e6f4e-54f0-4c9b-8a3e-6f1f5a1f0001', '2026-01-01'), \
    ('0b9e6f4e-54f0-4c9b-8a3e-6f1f5a1f0002', '2026-03-01')";

#[tokio::test(flavor = "multi_thread")]
async fn a_value_is_taken_for_what_its_place_wants() {
    let Some(database) = Postgres::database().await else { return };
    database.execute(TABLES).await;
    let text = "\
        update t set n = :DAYS, price = :RATE, mood = :WORD, tags = array[:WORD, 'x'], done = :ON where id = :ID;\n\
        update t set n = :DAYS where created_at < :job_start_at - make_interval(days => :DAYS);\n\
        update t set n = :DAYS where created_at < :job_start_at - :DAYS * interval '1 day' and :ON;\n\
        insert into t (id, tags) select gen_random_uuid(), array[:run_id]\n\
          where :WORD is not null and jsonb_build_object('a', :DAYS) = '{\"a\": 30}' and :DAYS + :DAYS = 60\n\
          and :WORD like '%clock' and :DAYS in (30, 31);\n";
    let ended = net(database.url(), VARS, "{sql: {file: work.sql, vars: [ID, DAYS, RATE, ON, WORD]}}")
        .file("work.sql", text)
        .arguments(["--run-id", "run-7", "--job-start-at", "2026-02-15T00:00:00Z"])
        .run()
        .await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert_eq!(ended.summary("work")["metrics"], json!({"affected": 4, "failed": 0}));
    let rows = "select count(*) from t where n = 30 and price = 0.5 and mood = 'o''clock' and done";
    assert_eq!(database.number(rows).await, 1);
    assert_eq!(database.number("select count(*) from t where tags = array['run-7']").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_keeps_its_digits() {
    let Some(database) = Postgres::database().await else { return };
    database.execute("create table t (n numeric, s text)").await;
    for (rate, kept) in [
        ("12345678901234567.89", "select count(*) from t where n = 12345678901234567.89"),
        ("0.1234567890123456789", "select count(*) from t where n = 0.1234567890123456789"),
        ("1.10", "select count(*) from t where s = '1.10'"),
        ("1e-40", "select count(*) from t where n = 1e-40"),
    ] {
        let vars = format!("vars: {{RATE: {rate}}}\n");
        let ended = net(
            database.url(),
            &vars,
            "{sql: {query: \"insert into t select :RATE, cast(:RATE as numeric)\"}}",
        )
        .run()
        .await;
        assert_eq!(ended.code, Some(0), "{}", ended.stdout);
        assert_eq!(database.number(kept).await, 1, "{rate}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_reads_counts_no_rows() {
    let Some(database) = Postgres::database().await else { return };
    database.execute(TABLES).await;
    let ended = net(database.url(), "", "{sql: {query: \"select * from t; update t set n = 1; select 1\"}}")
        .run()
        .await;
    assert_eq!(ended.summary("work")["metrics"], json!({"affected": 2, "failed": 0}), "{}", ended.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_fails_is_named_by_its_line_and_undoes_those_before_it() {
    let Some(database) = Postgres::database().await else { return };
    database.execute(TABLES).await;
    let ended = net(database.url(), "", "{sql: {file: work.sql}}")
        .file("work.sql", "delete from t;\n-- none such\nselect *\nfrom missing;\n")
        .run()
        .await;
    assert_eq!(ended.code, Some(1));
    assert_eq!(
        ended.summary("work")["errors"][0]["message"],
        "work.sql: line 3: the database says: relation \"missing\" does not exist"
    );
    assert_eq!(database.number("select count(*) from t").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_statement_may_be_one_that_wants_no_transaction() {
    let Some(database) = Postgres::database().await else { return };
    database.execute(TABLES).await;
    for statement in ["vacuum t", "create index concurrently on t (n)"] {
        let ended = net(database.url(), "", &format!("{{sql: {{query: {statement}}}}}")).run().await;
        assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_temporary() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    // It hangs up at once, as a proxy without a server behind it does.
    let hanging_up = tokio::spawn(async move {
        loop {
            drop(listener.accept().await);
        }
    });
    let url = format!("postgres://me@127.0.0.1:{port}/db");
    let ended = net(&url, "", "{timeout: 20s, sql: {query: select 1}}").run().await;
    assert_eq!(
        (ended.code, &ended.summary("work")["outcome"]),
        (Some(75), &json!("unavailable")),
        "{}",
        ended.stdout
    );
    hanging_up.abort();
}
