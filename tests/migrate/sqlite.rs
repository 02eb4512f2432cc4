use serde_json::json;

use super::two;

#[tokio::test]
async fn each_file_is_applied_once_in_the_order_of_its_version() {
    let jobnet = two("sqlite:net.db");
    let first = jobnet.run().await;
    assert_eq!(first.code, Some(0), "{}", first.stdout);
    assert_eq!(first.summary("work")["metrics"], json!({"applied": 2, "already": 0, "failed": 0}));

    let jobnet = jobnet.file("migrations/3_names.sql", "alter table items add column name text");
    let second = jobnet.run().await;
    assert_eq!(second.summary("work")["metrics"], json!({"applied": 1, "already": 2, "failed": 0}));
}

#[tokio::test]
async fn a_migration_that_fails_leaves_nothing_behind_and_those_after_it_alone() {
    let jobnet = two("sqlite:net.db")
        .file(
            "migrations/3_bad.sql",
            "create table halves (id integer);\n\ninsert into missing\n values (1);\n",
        )
        .file("migrations/4_good.sql", "create table good (id integer);\n");
    let ended = jobnet.run().await;
    assert_eq!(ended.code, Some(1));
    let summary = ended.summary("work");
    assert_eq!(summary["metrics"], json!({"applied": 2, "already": 0, "failed": 1}));
    let messages = [
        "migrations/3_bad.sql: line 3: the database says: no such table: missing",
        "1 migration(s) after the failed one were not applied",
    ];
    assert_eq!(summary["errors"], json!(messages.map(|message| json!({"message": message, "count": 1}))));

    let mended = jobnet.file("migrations/3_bad.sql", "create table halves (id integer);").run().await;
    assert_eq!(
        mended.summary("work")["metrics"],
        json!({"applied": 2, "already": 2, "failed": 0}),
        "{}",
        mended.stdout
    );
}

#[tokio::test]
async fn a_file_that_was_changed_or_is_gone_after_it_was_applied_is_an_error() {
    let jobnet = two("sqlite:net.db");
    jobnet.run().await;
    let jobnet = jobnet.file("migrations/2_prices.sql", "alter table items add column price text");
    let edited = jobnet.run().await;
    assert_eq!(edited.code, Some(1));
    assert_eq!(
        edited.summary("work")["errors"][0]["message"],
        "migrations/2_prices.sql was changed after it was applied: undo that, and write a new migration with what it was to \
         change"
    );

    std::fs::remove_file(jobnet.directory().join("migrations/2_prices.sql")).unwrap();
    let gone = jobnet.run().await;
    assert_eq!(gone.code, Some(1));
    assert_eq!(
        gone.summary("work")["errors"][0]["message"],
        "version 2 was applied, and no file is called so: bring the file back, or run from where it is"
    );
}
