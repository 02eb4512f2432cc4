use serde_json::json;

use super::net;

#[tokio::test]
async fn statements_of_one_text_are_done_together() {
    let jobnet = net("sqlite:var/net.db", "vars: {LIMIT: 2}\n", "{sql: {file: sql/work.sql, vars: [LIMIT]}}");
    std::fs::create_dir(jobnet.directory().join("sql")).unwrap();
    let jobnet = jobnet.file(
        "sql/work.sql",
        "create table if not exists t (n integer primary key, run_id text, at text);\n\
         insert into t values (1, :run_id, :job_start_at), (2, ':LIMIT', null), (3, null, null);\n\
         delete from t where n > :LIMIT;\n",
    );
    let ended = jobnet.run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert_eq!(ended.summary("work")["metrics"], json!({"affected": 4, "failed": 0}));

    let again = jobnet.run().await;
    assert_eq!(again.code, Some(1));
    let message = again.summary("work")["errors"][0]["message"].as_str().unwrap().to_owned();
    assert!(
        message.starts_with("sql/work.sql: line 2: the database rejects the values: UNIQUE"),
        "{message}"
    );
}
