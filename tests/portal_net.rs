//! The portal's net, from what lacks English to the vector store.

use std::sync::Arc;
use std::time::Duration;

use jobnet::clients::{HttpClient, Outgoing};
use jobnet::policy::Timeouts;
use jobnet_sandbox::Sandbox;
use serde_json::{Value, json};
use tokio::sync::Barrier;

use crate::common::in_process::InProcess;
use crate::common::misbehaving::{self, Server};
use crate::common::spec::quick_portal_spec;
use crate::common::{Ended, Jobnet, number, portal};

const NOW: &str = "2026-11-21T10:07:00Z";
const NEXT_WINDOW: &str = "2026-11-21T10:16:00Z";

fn net_at(time: &str, sandbox: &Sandbox) -> InProcess {
    InProcess::at(time, &quick_portal_spec()).env("API_BASE", &sandbox.base_url())
}

/// What a stage counted.
fn metrics(ended: &Ended, stage: &str) -> Value {
    ended.summary(stage)["metrics"].clone()
}

/// The stages in the order in which they ended.
fn stages(ended: &Ended) -> Vec<String> {
    let summaries = ended.events("summary");
    summaries.iter().map(|summary| summary["stage"].as_str().expect("a name").to_owned()).collect()
}

/// The keys of the POSTs that arrived.
fn keys(sandbox: &Sandbox) -> Vec<String> {
    sandbox.requests().into_iter().filter_map(|request| request.idempotency_key).collect()
}

async fn status_summary(sandbox: &Sandbox) -> Value {
    let outgoing = Outgoing {
        method: "GET".parse().unwrap(),
        url: format!("{}/status/summary", sandbox.base_url()).parse().unwrap(),
        headers: Vec::new(),
        body: None,
    };
    let client = HttpClient::new(Duration::from_secs(10), None).unwrap();
    let answer = client.send(outgoing, Timeouts::default().read).await.unwrap();
    serde_json::from_slice(&answer.body).unwrap()
}

#[tokio::test]
async fn the_net_carries_the_start_data_to_the_vector_store() {
    let sandbox = portal().await;
    let ended = Jobnet::on_portal(&sandbox, ["--all"]).run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let extracted = json!({"picked": 1, "inserted": 1, "updated": 0, "skipped": 0, "failed": 0});
    assert_eq!(metrics(&ended, "extract-view"), extracted);
    assert_eq!(metrics(&ended, "extract-field"), extracted);
    assert_eq!(metrics(&ended, "translate"), json!({"picked": 2, "translated": 2, "failed": 0}));
    assert_eq!(metrics(&ended, "package"), json!({"queued": 2, "skipped": 0, "failed": 0}));
    let upserted = json!({"processed": 2, "upserted": 2, "skipped": 0, "failed": 0});
    assert_eq!(metrics(&ended, "upsert"), upserted);
    let portal = status_summary(&sandbox).await;
    assert_eq!(portal["fields"], json!({"total": 2, "missing_en": 0}));
    assert_eq!(portal["views"], json!({"total": 2, "missing_en": 0}));
    assert_eq!(portal["translate"], json!({"pending": 0, "translated": 2, "failed": 0}));
    assert_eq!(portal["documents"], json!({"queued": 0, "upserted": 2, "failed": 0}));
    assert_eq!(portal["vectors"], json!(2));
}

#[tokio::test]
async fn what_has_english_is_not_sent() {
    let sandbox = portal().await;
    Jobnet::on_portal(&sandbox, ["extract-field"]).run().await;
    let posted = sandbox.requests().into_iter().find(|request| request.method == "POST").unwrap();
    assert_eq!(posted.body, r#"{"fields":["partner_id"],"mode":"upsert_if_changed","model":"sale.order"}"#);
}

#[tokio::test]
async fn the_net_again_at_once_sends_no_item_and_is_replayed() {
    let sandbox = portal().await;
    assert_eq!(net_at(NOW, &sandbox).run().await.code, Some(0));
    sandbox.clear_requests();
    let again = net_at(NOW, &sandbox).run().await;
    assert_eq!(again.code, Some(0));
    for stage in ["extract-view", "extract-field"] {
        assert_eq!(again.summary(stage)["metrics"]["picked"], 0, "{stage}");
    }
    let extracts = sandbox.requests().into_iter().filter(|request| request.path.starts_with("/extract"));
    assert_eq!(extracts.count(), 0);
    for stage in ["translate", "package", "upsert"] {
        let summary = again.summary(stage);
        assert_eq!(summary["replayed"], 1, "{stage}");
        let counts = summary["metrics"].as_object().unwrap();
        assert!(counts.values().all(|count| *count == 0), "{stage}: {counts:?}");
    }
}

#[tokio::test]
async fn the_net_again_at_once_doubles_no_row() {
    let sandbox = portal().await;
    for _ in 0..2 {
        assert_eq!(net_at(NOW, &sandbox).run().await.code, Some(0));
    }
    assert_eq!(number(&sandbox, "SELECT count(*) FROM translate").await, 2);
    assert_eq!(number(&sandbox, "SELECT count(*) FROM document").await, 2);
    assert_eq!(number(&sandbox, "SELECT count(*) FROM vector").await, 2);
}

#[tokio::test]
async fn in_the_next_window_the_net_asks_anew_and_finds_nothing_to_do() {
    let sandbox = portal().await;
    assert_eq!(net_at(NOW, &sandbox).run().await.code, Some(0));
    let later = net_at(NEXT_WINDOW, &sandbox).run().await;
    assert_eq!(later.code, Some(0));
    assert_eq!(metrics(&later, "translate"), json!({"picked": 0, "translated": 0, "failed": 0}));
    assert_eq!(metrics(&later, "package"), json!({"queued": 0, "skipped": 2, "failed": 0}));
    let upserted = json!({"processed": 0, "upserted": 0, "skipped": 0, "failed": 0});
    assert_eq!(metrics(&later, "upsert"), upserted);
    assert_eq!(later.summary("translate")["replayed"], 0);
}

#[tokio::test]
async fn new_key_repeats_on_purpose() {
    let sandbox = portal().await;
    for arguments in [["translate", "--new-key"], ["translate", "--new-key"]] {
        let ended = Jobnet::on_portal(&sandbox, arguments).run().await;
        assert_eq!(ended.summary("translate")["replayed"], 0);
    }
    let keys = keys(&sandbox);
    // The same length, and other hex.
    assert_eq!(keys[0].len(), "translate-20261121T1000-0123456789abcdef".len());
    assert_ne!(keys[0][keys[0].len() - 16..], keys[1][keys[1].len() - 16..]);
}

#[tokio::test]
async fn an_extract_twice_before_any_translation_is_replayed_and_one_row_stays_one_row() {
    let sandbox = portal().await;
    let first = net_at(NOW, &sandbox).stages(["extract-view"]).run().await.summary("extract-view");
    let second = net_at(NOW, &sandbox).stages(["extract-view"]).run().await.summary("extract-view");
    assert_eq!((&first["replayed"], &first["metrics"]["inserted"]), (&json!(0), &json!(1)));
    assert_eq!((&second["replayed"], &second["metrics"]["inserted"]), (&json!(1), &json!(0)));
    assert_eq!(number(&sandbox, "SELECT count(*) FROM translate").await, 1);
}

#[tokio::test]
async fn independent_stages_run_side_by_side() {
    // Neither extract's first page comes before both have asked for it.
    let both = Arc::new(Barrier::new(2));
    let server = Server::start(move |arrival| {
        let both = Arc::clone(&both);
        async move {
            if arrival.path.starts_with("/portal") {
                both.wait().await;
            }
            misbehaving::json(r#"{"items":[]}"#)
        }
    })
    .await;
    let ended = Jobnet::on_spec(&quick_portal_spec(), ["--all"])
        .env("API_BASE", &server.base_url())
        .env("API_TIMEOUT_READ", "20")
        .run()
        .await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}

#[tokio::test]
async fn what_needs_a_failed_stage_is_skipped_with_the_reason() {
    let sandbox = portal().await;
    sandbox.add_fault("400:POST /extract/view_common:always".parse().unwrap());
    let ended = Jobnet::on_quick_portal(&sandbox, ["--all"]).run().await;
    assert_eq!(ended.code, Some(1));
    assert_eq!(ended.summary("extract-view")["outcome"], "failed");
    assert_eq!(ended.summary("extract-field")["outcome"], "succeeded");
    for (stage, reason) in [
        ("translate", "needs `extract-view`, which failed"),
        ("package", "needs `extract-view`, which failed"),
        ("upsert", "needs `extract-view`, which failed"),
    ] {
        let summary = ended.summary(stage);
        assert_eq!(summary["outcome"], "skipped", "{stage}");
        assert_eq!(summary["requests"], 0, "{stage}");
        assert_eq!(summary["errors"], json!([{"message": reason, "count": 1}]), "{stage}");
    }
    assert_eq!(sandbox.requests().iter().filter(|request| request.path == "/translate/run").count(), 0);
}

#[tokio::test]
async fn a_stage_with_a_plus_behind_it_runs_with_all_after_it() {
    let sandbox = portal().await;
    let ended = Jobnet::on_portal(&sandbox, ["translate+"]).run().await;
    assert_eq!(stages(&ended), ["translate", "package", "upsert"]);
}

#[tokio::test]
async fn a_stage_with_a_plus_before_it_runs_with_all_before_it() {
    let sandbox = portal().await;
    let ended = Jobnet::on_portal(&sandbox, ["+translate"]).run().await;
    let mut stages = stages(&ended);
    assert_eq!(stages.pop().as_deref(), Some("translate"));
    stages.sort();
    assert_eq!(stages, ["extract-field", "extract-view"]);
}

#[tokio::test]
async fn a_stage_by_itself_runs_alone() {
    let sandbox = portal().await;
    let ended = Jobnet::on_portal(&sandbox, ["translate"]).run().await;
    assert_eq!(stages(&ended), ["translate"]);
}

#[tokio::test]
async fn any_failure_is_told_with_what_the_portal_says_went_wrong() {
    let server = Server::start(|arrival| async move {
        misbehaving::json(match arrival.path.as_str() {
            "/translate/run" => r#"{"picked":1,"translated":0,"failed":1,"errors":["no dictionary"]}"#,
            _ => "{}",
        })
    })
    .await;
    let net = || Jobnet::on_spec(&quick_portal_spec(), ["translate"]).env("API_BASE", &server.base_url());
    // Without a place to tell it nobody is told, and nothing else differs.
    for ended in [
        net().run().await,
        net().env("ALERT_WEBHOOK_URL", &format!("{}/alert", server.base_url())).run().await,
    ] {
        assert_eq!(ended.code, Some(1), "{}", ended.stderr);
        let messages = ended.summary("translate")["errors"].to_string();
        assert!(messages.contains("no dictionary"), "{messages}");
    }
    let alerts: Vec<_> = server.arrivals().into_iter().filter(|arrival| arrival.path == "/alert").collect();
    let [alert] = &alerts[..] else { panic!("{alerts:?}") };
    assert!(alert.body.contains("Stage translate of portal-pipeline in local failed"), "{}", alert.body);
    assert!(alert.body.contains("no dictionary"), "{}", alert.body);
}
