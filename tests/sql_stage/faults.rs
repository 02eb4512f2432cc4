//! What is wrong with a text of SQL is said before anything runs, at its place in the file.

use super::net;

async fn faults(stage: &str, file: &str) -> String {
    let ended = net("sqlite:net.db", "vars: {DAYS: 30, LIMIT: 2}\nsecrets: [TOKEN]\n", stage)
        .arguments(["--quiet"])
        .file("work.sql", file)
        .run()
        .await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{}", ended.stderr);
    ended.stderr
}

#[tokio::test]
async fn a_parameter_without_a_value() {
    let shown = faults(
        "{sql: {file: work.sql, vars: [LIMIT]}}",
        "delete from t\nwhere day < :job_strat_at and age > :DAYS limit :LIMIT;\nselect :TOKEN\n",
    )
    .await;
    insta::assert_snapshot!(shown);
}

#[tokio::test]
async fn texts_that_are_no_statements() {
    let stage = "{sql: {file: work.sql}}";
    let shown = [
        faults(stage, "-- nothing yet\n").await,
        faults(stage, "select 'never closed;\n").await,
        faults(stage, "/* first */ begin;\ninsert into t values (1);\ncommit;\n").await,
        faults("{sql: {query: select 1; begin}}", "").await,
    ];
    insta::assert_snapshot!(shown.join("\n"));
}

#[tokio::test]
async fn files_that_cannot_be_read() {
    let missing = net("sqlite:net.db", "", "{sql: {file: none.sql}}").run().await;
    assert_eq!(missing.code, Some(2));
    let latin = net("sqlite:net.db", "", "{sql: {file: work.sql}}");
    std::fs::write(latin.directory().join("work.sql"), b"select '\xe9'").unwrap();
    let latin = latin.run().await;
    assert_eq!(latin.code, Some(2));
    insta::assert_snapshot!([missing.stderr, latin.stderr].join("\n"));
}
