//! Pages of rows.

use std::collections::HashSet;

use jobnet_sandbox::{Options, Sandbox, SandboxError};
use serde_json::Value;

use crate::client::Client;

async fn all_items(portal: &Client, path: &str, limit: u32) -> Vec<Value> {
    let mut items = Vec::new();
    let mut query = format!("{path}?limit={limit}");
    loop {
        let page = portal.get(&query).await.body;
        items.extend(page["items"].as_array().expect("items").iter().cloned());
        match &page["next_cursor"] {
            Value::String(cursor) => query = format!("{path}?limit={limit}&cursor={cursor}"),
            _ => return items,
        }
    }
}

#[tokio::test]
async fn two_thousand_more_rows_are_listed_once_each() {
    let portal = Client::start(Options { rows: 2_000, candidates: 0.25, ..Options::default() }).await;

    let fields = all_items(&portal, "/portal/field", 700).await;
    let keys: HashSet<_> =
        fields.iter().map(|row| format!("{}.{}", row["model"], row["field_name"])).collect();
    assert_eq!((fields.len(), keys.len()), (2_002, 2_002));
    let missing = fields.iter().filter(|row| row["label_i18n"]["en"].is_null()).count();
    assert_eq!(missing, 501);
    let models: HashSet<_> = fields.iter().map(|row| row["model"].to_string()).collect();
    assert_eq!(models.len(), 7);
    let bytes = fields[2].to_string().len();
    assert!((165..=205).contains(&bytes), "{bytes} bytes: {}", fields[2]);

    let views = all_items(&portal, "/portal/view_common", 1000).await;
    assert_eq!(views.len(), 2_002);
    let summary = portal.get("/status/summary").await.body;
    assert_eq!(summary["views"]["missing_en"], 501);
}

#[tokio::test]
async fn candidates_are_spread_evenly() {
    let portal = Client::start(Options { rows: 100, candidates: 0.1, ..Options::default() }).await;
    let fields = all_items(&portal, "/portal/field", 500).await;
    for ten in fields[2..].chunks(10) {
        assert_eq!(ten.iter().filter(|row| row["label_i18n"]["en"].is_null()).count(), 1);
    }
}

#[tokio::test]
async fn a_page_has_at_most_a_thousand_rows_and_follows_a_known_cursor() {
    let portal = Client::start(Options { rows: 600, ..Options::default() }).await;
    let page = portal.get("/portal/field").await.body;
    assert_eq!(page["items"].as_array().map(Vec::len), Some(500));

    for limit in ["0", "1001", "-1", "many"] {
        assert_eq!(portal.get(&format!("/portal/field?limit={limit}")).await.status, 422, "{limit}");
    }
    let of_fields = page["next_cursor"].as_str().unwrap();
    for (path, cursor) in [("field", "abc"), ("field", "ZmllbGQgOTk5OTk5"), ("view_common", of_fields)] {
        let answer = portal.get(&format!("/portal/{path}?cursor={cursor}")).await;
        assert_eq!((answer.status, answer.body["error"].as_str()), (400, Some("unknown_cursor")), "{cursor}");
    }
}

#[tokio::test]
async fn a_share_is_from_nothing_to_all() {
    let started = Sandbox::start(Options { candidates: 1.5, ..Options::default() }).await;
    assert!(matches!(started.err(), Some(SandboxError::Candidates(_))));
}
