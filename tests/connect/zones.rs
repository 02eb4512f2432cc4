//! The time zone of sessions: UTC, unless the URL or the spec names another.

use super::net;
use crate::common::pgbouncer::PgBouncer;
use crate::common::postgres::Postgres;

/// Parameters of the URL, a key of the spec, and the zone.
const CASES: [(&str, &str, &str); 6] = [
    ("", "", "UTC"),
    ("?options=-c%20timezone%3DAsia/Tokyo", "", "Asia/Tokyo"),
    ("?options[TimeZone]=Asia/Tokyo", "", "Asia/Tokyo"),
    ("?options=--timezone%3DAmerica/New_York", "", "America/New_York"),
    ("", ", timezone: Europe/Berlin", "Europe/Berlin"),
    ("?options=-c%20timezone%3DAsia/Tokyo", ", timezone: Europe/Berlin", "Europe/Berlin"),
];

/// Statements that tell the zone that they run in: one by itself, several, and one whose procedure ends its transaction.
const STATEMENTS: [&str; 3] = [
    "insert into zone values (current_setting('timezone'))",
    "select 1; insert into zone values (current_setting('timezone'))",
    "call note()",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_url_or_the_spec_says_the_zone_and_a_pooler_does_not_change_it() {
    let Some(database) = Postgres::database().await else { return };
    database
        .execute(
            "create table zone (z text); create procedure note() language plpgsql as $$ begin \
             insert into zone values (current_setting('timezone')); commit; end $$",
        )
        .await;
    let Some(pooler) = PgBouncer::before(&database, "transaction", 2, "").await else { return };
    // What a database says of its sessions counts for none of jobnet's.
    let name = database.url().rsplit('/').next().unwrap();
    let set = format!("alter database {name} set timezone = 'Pacific/Apia'");
    sqlx::raw_sql(sqlx::AssertSqlSafe(set)).execute(database.pool()).await.unwrap();
    for url in [database.url(), pooler.url()] {
        for (parameters, key, zone) in CASES {
            for statement in STATEMENTS {
                let ended = net(&format!("{url}{parameters}"), key, statement).run().await;
                assert_eq!(ended.code, Some(0), "{}", ended.stdout);
                let zones: Vec<String> = sqlx::query_scalar("delete from zone returning z")
                    .fetch_all(database.pool())
                    .await
                    .unwrap();
                assert_eq!(zones, [zone], "{parameters} {key} {statement}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zone_that_is_none_is_an_error_that_names_it() {
    let Some(database) = Postgres::database().await else { return };
    let ended = net(database.url(), ", timezone: Mars/Base", "select 1").run().await;
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    let message = ended.summary("work")["errors"][0]["message"].to_string();
    assert!(message.contains("TimeZone") && message.contains("Mars/Base"), "{message}");
}

#[tokio::test]
async fn another_kind_of_database_has_no_zone_and_no_connections_to_count() {
    for key in ["timezone: UTC", "max_connections: 3"] {
        let ended = net("sqlite:a.db", &format!(", {key}"), "select 1").run().await;
        assert_eq!(ended.code, Some(2), "{}", ended.stdout);
        let name = key.split(':').next().unwrap();
        assert!(
            ended.stdout.contains(&format!("databases.main.{name}: a SQLite database")),
            "{}",
            ended.stdout
        );
    }
}
