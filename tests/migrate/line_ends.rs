//! Line ends, byte order marks and empty lines at the end are not what a migration says.

use jobnet::digest::sha256;
use serde_json::json;

use super::net;
use crate::common::postgres::Postgres;

const TEXT: &str = "create table a (t text);\ninsert into a values ('x\ny');\n";

/// The text as git, editors and archives leave it.
fn forms() -> [String; 7] {
    [
        TEXT.to_owned(),
        TEXT.replace('\n', "\r\n"),
        TEXT.replace('\n', "\r"),
        TEXT.replacen('\n', "\r\n", 1),
        format!("\u{feff}{TEXT}"),
        TEXT.trim_end().to_owned(),
        format!("{}\r\n\r\n", TEXT.replace('\n', "\r\n")),
    ]
}

#[tokio::test]
async fn a_file_whose_line_ends_changed_is_the_same_in_sqlite() {
    for before in forms() {
        let jobnet = net("sqlite:net.db").file("migrations/1_a.sql", &before);
        let first = jobnet.run().await;
        assert_eq!(first.summary("work")["metrics"], json!({"applied": 1, "already": 0, "failed": 0}));
        let mut jobnet = jobnet;
        for after in forms() {
            jobnet = jobnet.file("migrations/1_a.sql", &after);
            let again = jobnet.run().await;
            assert_eq!(again.code, Some(0), "{before:?} {after:?} {}", again.stdout);
            assert_eq!(again.summary("work")["metrics"], json!({"applied": 0, "already": 1, "failed": 0}));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_of_an_older_release_is_that_of_every_form_of_its_file() {
    let Some(database) = Postgres::database().await else { return };
    let mut jobnet = net(database.url()).file("migrations/1_a.sql", TEXT);
    assert_eq!(jobnet.run().await.code, Some(0));
    for recorded in
        [TEXT.to_owned(), TEXT.replace('\n', "\r\n"), format!("\u{feff}{TEXT}"), TEXT.trim().to_owned()]
    {
        let old = sqlx::query("update jobnet_migrations set checksum = $1").bind(sha256(&recorded));
        old.execute(database.pool()).await.unwrap();
        for after in forms() {
            jobnet = jobnet.file("migrations/1_a.sql", &after);
            let again = jobnet.run().await;
            assert_eq!(again.code, Some(0), "{recorded:?} {after:?} {}", again.stdout);
        }
    }
    let edited = jobnet.file("migrations/1_a.sql", &TEXT.replace("'x\n", "'x \n")).run().await;
    assert_eq!(edited.code, Some(1), "{}", edited.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_in_a_file_is_applied_as_it_stands() {
    let Some(database) = Postgres::database().await else { return };
    let jobnet = net(database.url()).file("migrations/1_a.sql", &TEXT.replace('\n', "\r\n"));
    assert_eq!(jobnet.run().await.code, Some(0));
    assert_eq!(database.number("select count(*) from a where t = E'x\\r\\ny'").await, 1);
}
