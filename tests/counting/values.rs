//! What can be a count, and what becomes of what cannot.

use serde_json::json;

use super::call;

#[tokio::test]
async fn every_value_of_a_count_has_a_defined_meaning() {
    let mut table = String::new();
    for (value, jq) in [
        ("3", ".n"),
        ("3.0", ".n"),
        ("3e2", ".n"),
        ("null", ".n"),
        ("99999999999999999999999", ".n"),
        ("1e300", ".n"),
        ("[1,2,3]", ".n[]"),
        ("[1,null,3]", ".n[]"),
        ("[]", ".n[]"),
        ("[{\"c\":1},{\"c\":2}]", ".n[].c"),
        ("[[1],[2]]", ".n[][]"),
        ("\"3\"", ".n"),
        ("\"3\"", ".n | tonumber"),
        ("-1", ".n"),
        ("1.5", ".n"),
        ("true", ".n"),
        ("[3]", ".n"),
        ("{}", ".n"),
    ] {
        let answer =
            serde_json::value::RawValue::from_string(format!("{{\"n\":{value},\"other\":1}}")).unwrap();
        let ended = call(&json!(answer), "", &format!("other: .other, done: '{jq}'")).await;
        let summary = ended.summary("work");
        let done = &summary["metrics"]["done"];
        let said = summary["errors"][0]["message"]
            .as_str()
            .map(|message| format!(": {message}"))
            .unwrap_or_default();
        let warned = if summary["warnings"] == json!([]) { "" } else { ", with a warning" };
        table.push_str(&format!("`{jq}` of {value} is {done}{warned}{said}\n"));
    }
    insta::assert_snapshot!(table);
}
