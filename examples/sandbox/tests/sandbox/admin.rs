//! The SaaS platform's admin API.

use jobnet_sandbox::{Database, Installation, Options, PlatformOptions};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Answer, Client, read};

const ROOT_KEY: &str = "sandbox-root-key";

async fn platform(installation: Installation) -> Client {
    let platform = PlatformOptions { installation, ..PlatformOptions::default() };
    Client::start(Options { platform, ..Options::default() }).await
}

async fn get(platform: &Client, path: &str) -> Answer {
    let request = platform.request(Method::GET, &format!("/admin/admin{path}"));
    read(request.header("x-ca-root-key", ROOT_KEY).send().await.unwrap()).await
}

/// Without a body, as the upkeep is called.
async fn post(platform: &Client, path: &str, key: &str) -> Answer {
    let request = platform.request(Method::POST, &format!("/admin/admin{path}"));
    let request = request.header("idempotency-key", key).header("x-ca-root-key", ROOT_KEY);
    read(request.send().await.unwrap()).await
}

async fn bootstrap(platform: &Client, key: &str, mode: &str) -> Value {
    let request = platform.command("/admin/admin/bootstrap", key, &json!({ "mode": mode }));
    let answer = read(request.header("x-ca-root-key", ROOT_KEY).send().await.unwrap()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

async fn count(platform: &Client, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(platform.sandbox.pool()).await.unwrap()
}

#[tokio::test]
async fn the_root_key_lets_in() {
    let platform = platform(Installation::Current).await;
    let path = "/admin/admin/bootstrap/status";
    assert_eq!(platform.get(path).await.status, 401);
    let wrong = platform.request(Method::GET, path).header("x-ca-root-key", "guess").send().await.unwrap();
    assert_eq!(read(wrong).await.status, 403);
    assert_eq!(get(&platform, "/bootstrap/status").await.status, 200);
    assert_eq!(platform.statuses(), [Some(401), Some(403), Some(200)]);
}

#[tokio::test]
async fn a_fresh_platform_is_created_once() {
    let platform = platform(Installation::Fresh).await;
    let status = get(&platform, "/bootstrap/status").await.body;
    assert_eq!((&status["installed"], &status["tables_existing"]), (&json!(false), &json!(0)));
    assert_eq!(status["missing"].as_array().map(Vec::len), Some(21));
    let early = get(&platform, "/organizations").await;
    assert_eq!((early.status, early.body["error"].as_str()), (503, Some("not_installed")));
    assert_eq!(post(&platform, "/quota/reset-daily", "early").await.status, 503);

    let created = json!({ "tables_created": 21, "tables_updated": 0 });
    assert_eq!(bootstrap(&platform, "a", "create").await, created);
    assert_eq!(bootstrap(&platform, "a", "create").await, created);
    let nothing = json!({ "tables_created": 0, "tables_updated": 0 });
    assert_eq!(bootstrap(&platform, "b", "create").await, nothing);
    assert_eq!(
        get(&platform, "/bootstrap/status").await.body,
        json!({
            "installed": true, "tables_existing": 21, "tables_expected": 21,
            "missing": [], "missing_columns": []
        })
    );
    let organizations = get(&platform, "/organizations").await.body;
    assert_eq!(organizations, json!({ "organizations": [], "next_cursor": null }));
}

#[tokio::test]
async fn an_old_platform_gets_what_it_lacks_and_keeps_its_data() {
    let platform = platform(Installation::Old).await;
    let status = get(&platform, "/bootstrap/status").await.body;
    assert_eq!((&status["installed"], &status["tables_existing"]), (&json!(true), &json!(17)));
    assert_eq!(status["missing"], json!(["budgets", "invoices", "feature_flags", "webhooks"]));
    assert_eq!(status["missing_columns"], json!(["organizations.last_synced_at", "users.locale"]));
    assert_eq!(post(&platform, "/organizations/acme/sync", "early").await.status, 503);

    let synced = bootstrap(&platform, "a", "sync").await;
    assert_eq!(synced, json!({ "tables_created": 4, "tables_updated": 2 }));
    assert_eq!(count(&platform, "SELECT count(*) FROM organizations").await, 8);
    assert_eq!(count(&platform, "SELECT count(*) FROM users WHERE locale = 'en'").await, 8);
    assert_eq!(post(&platform, "/organizations/acme/sync", "late").await.status, 200);
}

#[tokio::test]
async fn creating_leaves_old_tables_as_they_are() {
    let platform = platform(Installation::Old).await;
    let created = bootstrap(&platform, "a", "create").await;
    assert_eq!(created, json!({ "tables_created": 4, "tables_updated": 0 }));
    let status = get(&platform, "/bootstrap/status").await.body;
    assert_eq!(status["missing_columns"], json!(["organizations.last_synced_at", "users.locale"]));
}

#[tokio::test]
async fn active_organizations_come_in_three_pages() {
    let platform = platform(Installation::Current).await;
    let (mut pages, mut path) = (Vec::new(), "/organizations?status=active".to_owned());
    loop {
        let page = get(&platform, &path).await.body;
        let slugs = page["organizations"].as_array().unwrap().iter();
        pages.push(slugs.map(|row| row["org_slug"].as_str().unwrap().to_owned()).collect::<Vec<_>>());
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/organizations?status=active&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(pages, [vec!["acme", "globex", "initech"], vec!["stark", "umbrella", "wayne"], vec!["wonka"]]);
    let suspended = get(&platform, "/organizations?status=suspended").await.body;
    assert_eq!(suspended["organizations"], json!([{ "org_slug": "hooli", "status": "suspended" }]));
    assert_eq!(get(&platform, "/organizations?cursor=abc").await.status, 400);
}

#[tokio::test]
async fn an_organization_is_synchronized_once_a_key() {
    let platform = platform(Installation::Current).await;
    let first = post(&platform, "/organizations/acme/sync", "a").await;
    assert_eq!((first.status, &first.body["org_slug"]), (200, &json!("acme")));
    assert_eq!(post(&platform, "/organizations/acme/sync", "a").await, first);
    assert_eq!(post(&platform, "/organizations/wonka/sync", "a").await.status, 422);
    assert_eq!(post(&platform, "/organizations/nobody/sync", "b").await.status, 404);
    let synced = "SELECT count(*) FROM organizations WHERE last_synced_at IS NOT NULL";
    assert_eq!(count(&platform, synced).await, 1);
}

#[tokio::test]
async fn quotas_are_reset_once_a_day_and_once_a_month() {
    let platform = platform(Installation::Current).await;
    assert_eq!(post(&platform, "/quota/reset-daily", "a").await.body, json!({ "updated": 7 }));
    assert_eq!(post(&platform, "/quota/reset-daily", "a").await.body, json!({ "updated": 7 }));
    assert_eq!(post(&platform, "/quota/reset-daily", "b").await.body, json!({ "updated": 0 }));
    assert_eq!(count(&platform, "SELECT sum(daily_used) FROM usage_quotas").await, 0);
    assert_eq!(count(&platform, "SELECT sum(monthly_used) FROM usage_quotas").await, 6300);

    assert_eq!(post(&platform, "/quota/reset-monthly", "c").await.body, json!({ "updated": 7 }));
    assert_eq!(post(&platform, "/quota/reset-monthly", "d").await.body, json!({ "updated": 0 }));
    assert_eq!(count(&platform, "SELECT sum(monthly_used) FROM usage_quotas").await, 0);
}

#[tokio::test]
async fn dead_runs_count_no_more() {
    let platform = platform(Installation::Current).await;
    assert_eq!(post(&platform, "/quota/cleanup-stale", "a").await.body, json!({ "fixed": 2 }));
    assert_eq!(post(&platform, "/quota/cleanup-stale", "b").await.body, json!({ "fixed": 0 }));
    assert_eq!(count(&platform, "SELECT running FROM usage_quotas WHERE org_slug = 'acme'").await, 1);
}

#[tokio::test]
async fn an_alert_without_a_channel_fails_until_there_is_one() {
    let platform = platform(Installation::Current).await;
    let remove = "DELETE FROM notification_channels WHERE org_slug = 'wayne'";
    sqlx::query(remove).execute(platform.sandbox.pool()).await.unwrap();
    let processed = |processed, failed| json!({ "processed": processed, "failed": failed });
    assert_eq!(post(&platform, "/alerts/process-all", "a").await.body, processed(3, 1));
    let add = "INSERT INTO notification_channels (channel_id, org_slug) VALUES ('c-new', 'wayne')";
    sqlx::query(add).execute(platform.sandbox.pool()).await.unwrap();
    assert_eq!(post(&platform, "/alerts/process-all", "b").await.body, processed(1, 0));
    assert_eq!(post(&platform, "/alerts/process-all", "c").await.body, processed(0, 0));
    assert_eq!(count(&platform, "SELECT count(*) FROM alert_history").await, 5);
}

#[tokio::test]
async fn every_command_needs_a_key_and_may_go_wrong() {
    let platform = platform(Installation::Current).await;
    let path = "/admin/admin/quota/reset-daily";
    let request = platform.request(Method::POST, path).header("x-ca-root-key", ROOT_KEY);
    let answer = read(request.send().await.unwrap()).await;
    assert_eq!((answer.status, answer.body["error"].as_str()), (400, Some("idempotency_key_missing")));

    platform.sandbox.add_fault("cut-after:POST /admin".parse().unwrap());
    let request = platform.request(Method::POST, path).header("x-ca-root-key", ROOT_KEY);
    assert!(request.header("idempotency-key", "a").send().await.is_err());
    assert_eq!(count(&platform, "SELECT sum(daily_used) FROM usage_quotas").await, 0);
    assert_eq!(post(&platform, "/quota/reset-daily", "a").await.body, json!({ "updated": 7 }));

    platform.sandbox.add_fault("repeat-cursor:/admin".parse().unwrap());
    let first = get(&platform, "/organizations").await.body;
    let next = format!("/organizations?cursor={}", first["next_cursor"].as_str().unwrap());
    assert_eq!(get(&platform, &next).await.body["next_cursor"], first["next_cursor"]);
}

#[tokio::test]
async fn a_platform_in_a_file_is_kept() {
    let directory = tempfile::tempdir().unwrap();
    let database = Database::File(directory.path().join("platform.db"));
    let platform = PlatformOptions { installation: Installation::Old, ..PlatformOptions::default() };
    let platform =
        Client::start(Options { database: database.clone(), platform, ..Options::default() }).await;
    bootstrap(&platform, "a", "sync").await;
    platform.sandbox.stop().await;

    let platform = Client::start(Options { database, ..Options::default() }).await;
    assert_eq!(get(&platform, "/bootstrap/status").await.body["missing"], json!([]));
    assert_eq!(count(&platform, "SELECT count(*) FROM organizations").await, 8);
}
