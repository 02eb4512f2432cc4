//! The whole net by hand: extract, translate, package, upsert.

use jobnet_sandbox::{Database, Options};
use serde_json::{Value, json};

use crate::client::Client;

async fn run(portal: &Client, path: &str, key: &str, body: Value) -> Value {
    let answer = portal.post(path, key, &body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

fn views() -> Value {
    json!({
        "action_xmlids": ["sale.action_orders", "sale.action_orders_report", "sale.nothing"],
        "targets": ["ai_purpose", "help"],
        "mode": "upsert_if_changed"
    })
}

fn fields() -> Value {
    json!({ "model": "sale.order", "fields": ["partner_id", "amount_total"], "mode": "upsert_if_changed" })
}

fn package() -> Value {
    json!({ "entities": ["field", "view_common"], "lang": "en", "limit": 100 })
}

fn translate() -> Value {
    json!({ "limit": 100, "entities": ["field", "view_common"] })
}

#[tokio::test]
async fn start_data_have_one_field_and_one_view_without_english() {
    let portal = Client::start(Options::default()).await;

    let fields = portal.get("/portal/field").await.body;
    assert_eq!(
        fields["items"][0],
        json!({
            "model": "sale.order", "model_label": "受注", "field_name": "partner_id", "ttype": "many2one",
            "label_i18n": { "ja": "取引先", "en": null }, "help": null
        })
    );
    assert_eq!(fields["items"][1]["label_i18n"], json!({ "ja": "合計", "en": "Total" }));
    assert_eq!(fields["next_cursor"], json!(null));

    let views = portal.get("/portal/view_common").await.body;
    assert_eq!(
        views["items"][0],
        json!({
            "action_xmlid": "sale.action_orders", "model": "sale.order",
            "help_ja_text": "受注一覧の説明(日本語)", "help_en_text": null,
            "ai_purpose": "この画面の目的(日本語)",
            "ai_purpose_i18n": { "ja": "この画面の目的(日本語)", "en": null }
        })
    );

    let summary = portal.get("/status/summary").await.body;
    assert_eq!(summary["fields"], json!({ "total": 2, "missing_en": 1 }));
    assert_eq!(summary["views"], json!({ "total": 2, "missing_en": 1 }));
}

#[tokio::test]
async fn the_net_translates_what_lacks_english_and_finds_nothing_left_the_second_time() {
    let portal = Client::start(Options::default()).await;
    let extracted = |inserted, has_en, not_found| {
        json!({
            "inserted": inserted, "updated": 0, "unchanged": 0,
            "skipped_no_ja": 0, "skipped_has_en": has_en, "skipped_not_found": not_found
        })
    };

    assert_eq!(run(&portal, "/extract/view_common", "a1", views()).await, extracted(1, 1, 1));
    assert_eq!(run(&portal, "/extract/field", "a2", fields()).await, extracted(1, 1, 0));
    assert_eq!(
        run(&portal, "/translate/run", "a3", translate()).await,
        json!({ "picked": 2, "translated": 2, "failed": 0 })
    );
    assert_eq!(
        run(&portal, "/chroma/package", "a4", package()).await,
        json!({ "queued": 2, "skipped_no_change": 0, "failed": 0 })
    );
    let dry = json!({ "limit": 100, "dry_run": true });
    assert_eq!(
        run(&portal, "/chroma/upsert", "a5", dry).await,
        json!({ "processed": 2, "upserted": 0, "skipped": 2, "failed": 0 })
    );
    let upsert = json!({ "limit": 100, "dry_run": false });
    assert_eq!(
        run(&portal, "/chroma/upsert", "a6", upsert.clone()).await,
        json!({ "processed": 2, "upserted": 2, "skipped": 0, "failed": 0 })
    );
    assert_eq!(
        portal.get("/status/summary").await.body,
        json!({
            "fields": { "total": 2, "missing_en": 0 }, "views": { "total": 2, "missing_en": 0 },
            "translate": { "pending": 0, "translated": 2, "failed": 0 },
            "documents": { "queued": 0, "upserted": 2, "failed": 0 },
            "vectors": 2, "idempotency_keys": 6
        })
    );
    let label = portal.get("/portal/field").await.body["items"][0]["label_i18n"].clone();
    assert_eq!(label, json!({ "ja": "取引先", "en": "Customer" }));
    let documents: Vec<String> = sqlx_strings(&portal, "SELECT doc_id FROM vector ORDER BY doc_id").await;
    assert_eq!(documents, ["sale.action_orders::en", "sale.order.partner_id::en"]);

    assert_eq!(run(&portal, "/extract/field", "b2", fields()).await, extracted(0, 2, 0));
    assert_eq!(run(&portal, "/translate/run", "b3", translate()).await["picked"], 0);
    assert_eq!(
        run(&portal, "/chroma/package", "b4", package()).await,
        json!({ "queued": 0, "skipped_no_change": 2, "failed": 0 })
    );
    assert_eq!(run(&portal, "/chroma/upsert", "b5", upsert).await["processed"], 0);
}

#[tokio::test]
async fn a_row_is_translated_again_only_when_its_source_changes() {
    let portal = Client::start(Options::default()).await;
    run(&portal, "/extract/field", "a", fields()).await;
    assert_eq!(run(&portal, "/extract/field", "b", fields()).await["unchanged"], 1);

    execute(&portal, "UPDATE field SET label_ja = '顧客 [untranslatable]' WHERE field_name = 'partner_id'")
        .await;
    assert_eq!(run(&portal, "/extract/field", "c", fields()).await["updated"], 1);
    assert_eq!(
        run(&portal, "/translate/run", "d", translate()).await,
        json!({ "picked": 1, "translated": 0, "failed": 1 })
    );

    execute(&portal, "UPDATE field SET label_ja = '' WHERE field_name = 'partner_id'").await;
    assert_eq!(run(&portal, "/extract/field", "e", fields()).await["skipped_no_ja"], 1);
}

#[tokio::test]
async fn a_limit_keeps_no_translation_from_its_turn() {
    let portal = Client::start(Options::default()).await;
    run(&portal, "/extract/view_common", "a", views()).await;
    run(&portal, "/extract/field", "b", fields()).await;
    run(&portal, "/translate/run", "c", translate()).await;
    let one = json!({ "entities": ["field", "view_common"], "lang": "en", "limit": 1 });

    assert_eq!(run(&portal, "/chroma/package", "d", one.clone()).await["queued"], 1);
    assert_eq!(run(&portal, "/chroma/package", "e", one.clone()).await["queued"], 1);
    assert_eq!(run(&portal, "/chroma/package", "f", one).await["skipped_no_change"], 1);
}

#[tokio::test]
async fn what_no_rule_covers_is_refused() {
    let portal = Client::start(Options::default()).await;
    let refused = [
        ("/extract/field", json!({ "model": "sale.order", "fields": [], "mode": "replace" })),
        (
            "/extract/view_common",
            json!({ "action_xmlids": [], "targets": ["name"], "mode": "upsert_if_changed" }),
        ),
        ("/extract/view_common", json!({ "action_xmlids": [], "targets": [], "mode": "upsert_if_changed" })),
        ("/translate/run", json!({ "limit": 0, "entities": ["field"] })),
        ("/chroma/package", json!({ "entities": ["menu"], "lang": "en", "limit": 1 })),
    ];
    for (path, body) in refused {
        let answer = portal.post(path, "a", &body).await;
        assert_eq!((answer.status, &answer.body["error"]), (422, &json!("invalid_request")), "{body}");
    }
    assert_eq!(portal.get("/portal/menu").await.status, 404);
    assert_eq!(portal.get("/extract/field").await.status, 405);
}

#[tokio::test]
async fn a_database_file_is_kept() {
    let directory = tempfile::tempdir().unwrap();
    let database = Database::File(directory.path().join("portal.db"));
    let options = Options { database, rows: 10, ..Options::default() };

    let portal = Client::start(options.clone()).await;
    run(&portal, "/extract/field", "a", fields()).await;
    portal.sandbox.stop().await;

    let portal = Client::start(options).await;
    let summary = portal.get("/status/summary").await.body;
    assert_eq!((&summary["fields"]["total"], &summary["translate"]["pending"]), (&json!(12), &json!(1)));
}

async fn execute(portal: &Client, sql: &'static str) {
    sqlx::query(sql).execute(portal.sandbox.pool()).await.expect("SQL");
}

async fn sqlx_strings(portal: &Client, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql).fetch_all(portal.sandbox.pool()).await.expect("SQL")
}
