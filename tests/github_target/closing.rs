//! The closing job writes the net's table.

use serde_json::{Value, json};
use tokio::process::Command;

use crate::common::is_there;

use super::Rendering;

#[tokio::test]
async fn a_row_a_stage_says_how_it_ended() {
    if !is_there("jq") {
        return;
    }
    let workflow: Value = serde_saphyr::from_str(&Rendering::example("batch-etl").workflow()).unwrap();
    let step = &workflow["jobs"]["summary"]["steps"][0];
    let done = json!({"result": "success", "outputs":
        {"outcome": "succeeded", "picked": "30", "failed": "1", "failure_rate": "0.033333"}});
    let skipped = json!({"result": "skipped", "outputs": {}});
    let failed = json!({"result": "failure", "outputs": {"outcome": "failed", "picked": "0", "failed": "0", "failure_rate": "0"}});
    let cancelled = json!({"result": "cancelled", "outputs": {"outcome": "", "picked": ""}});
    let needs = json!({"start": {"result": "success", "outputs": {}}, "schema": skipped, "ranking": done,
        "item": failed, "genre": cancelled, "tag": skipped, "is_active": skipped});
    let directory = tempfile::tempdir().unwrap();
    let summary = directory.path().join("summary");
    let status = Command::new("bash")
        .args(["-e", "-o", "pipefail", "-c", step["run"].as_str().unwrap()])
        .env("NEEDS", needs.to_string())
        .env("STAGES", step["env"]["STAGES"].as_str().unwrap())
        .env("GITHUB_STEP_SUMMARY", &summary)
        .status();
    assert!(status.await.unwrap().success());
    insta::assert_snapshot!(std::fs::read_to_string(summary).unwrap(), @"
    | stage | result | picked | failed | failure rate |
    |---|---|--:|--:|--:|
    | schema | skipped | – | – | – |
    | ranking | succeeded | 30 | 1 | 3.33 % |
    | item | failed | 0 | 0 | 0 % |
    | genre | cancelled | – | – | – |
    | tag | skipped | – | – | – |
    | is_active | skipped | – | – | – |
    ");
}
