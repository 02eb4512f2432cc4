//! The examples whose stages are commands, as their users have them.

use jobnet_sandbox::{Options, Sandbox, ShopLookup, StatusCode};
use serde_json::json;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;

use crate::common::files::{copy, example};
use crate::common::{Ended, Jobnet, is_there, portal_with};

/// `jobnet run --all --env local` in a copy of an example.
fn local(name: &str) -> Jobnet {
    let jobnet = Jobnet::new(["run", "--all", "--env", "local"]);
    copy(&example(name), jobnet.directory());
    // Python may be where only its user's PATH leads.
    jobnet
        .env("PATH", &std::env::var("PATH").unwrap())
        .env("HOME", &std::env::var("HOME").unwrap_or_default())
}

fn metrics(ended: &Ended, stage: &str) -> serde_json::Value {
    ended.summary(stage)["metrics"].clone()
}

#[tokio::test]
async fn the_index_is_made() {
    let ended = local("index-all").run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(metrics(&ended, "index-all"), json!({"indexed": 3, "failed": 0}));
}

/// The net of five programs, beside a shop with one genre of twenty items.
async fn programs() -> (Sandbox, Jobnet) {
    let sandbox = portal_with(Options { shop_genres: 1, shop_items: 40, ..Options::default() }).await;
    let jobnet = local("batch-etl-commands")
        .env("RAKUTEN_BASE", &format!("{}/rakuten", sandbox.base_url()))
        .env("RAKUTEN_APP_ID", "00000000-0000-4000-8000-000000000000")
        .env("RAKUTEN_ACCESS_KEY", "key")
        .env("DATABASE_URL", "sqlite:catalogue.db");
    (sandbox, jobnet)
}

#[tokio::test]
async fn the_five_programs_run_in_order_and_one_item_that_left_the_ranking_becomes_inactive() {
    if !is_there("python3") {
        return;
    }
    let (sandbox, jobnet) = programs().await;
    let ended = jobnet.run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(metrics(&ended, "item"), json!({"written": 20, "failed": 0}));
    assert_eq!(metrics(&ended, "is_active"), json!({"active": 20, "inactive": 0, "failed": 0}));

    let genre = sandbox.shop().genre_ids()[0];
    let left = sandbox.shop().ranking(genre).unwrap().remove(7);
    sandbox.shop().unrank(genre, &left).unwrap();
    let ended = jobnet.run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(metrics(&ended, "is_active"), json!({"active": 19, "inactive": 1, "failed": 0}));
    let file = SqliteConnectOptions::new().filename(jobnet.directory().join("catalogue.db"));
    let inactive = sqlx::query_scalar("select item_code from item where not is_active");
    let inactive: Vec<String> = inactive.fetch_all(&mut file.connect().await.unwrap()).await.unwrap();
    assert_eq!(inactive, [left]);
}

#[tokio::test]
async fn more_failed_items_than_allowed_fail_the_stage_and_leave_out_what_needs_it() {
    if !is_there("python3") {
        return;
    }
    let (sandbox, jobnet) = programs().await;
    let items = sandbox.shop().item_codes();
    sandbox.shop().fail(ShopLookup::Item(items[0].clone()), StatusCode::SERVICE_UNAVAILABLE);
    let ended = jobnet.run().await;
    assert_eq!((ended.code, &ended.summary("item")["failure_rate"]), (Some(0), &json!(0.05)));

    sandbox.shop().fail(ShopLookup::Item(items[1].clone()), StatusCode::SERVICE_UNAVAILABLE);
    let ended = jobnet.run().await;
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    let outcomes =
        ["ranking", "item", "genre", "tag", "is_active"].map(|stage| ended.summary(stage)["outcome"].clone());
    assert_eq!(outcomes, ["succeeded", "failed", "skipped", "skipped", "skipped"]);
}

#[tokio::test]
async fn each_environment_gives_the_programs_its_own_secrets() {
    let plan = async |env: &str| {
        let jobnet = Jobnet::new(["plan", "--env", env]);
        copy(&example("batch-etl-commands"), jobnet.directory());
        let ended = jobnet.run().await;
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
        let secrets = ended.stdout.lines().filter_map(|line| line.trim().strip_prefix("secrets "));
        secrets.map(|names| names.trim().to_owned()).collect::<Vec<_>>()
    };
    let (shared, optional) = ("DATABASE_URL, RAKUTEN_APP_ID", "RAKUTEN_ACCESS_KEY?, RAKUTEN_AFFILIATE_ID?");
    for (env, bucket) in [("dev", "S3_BUCKET_RAW_DEV"), ("prod", "S3_BUCKET_RAW_PROD")] {
        let all = format!("{shared}, {bucket}, {optional}");
        assert_eq!(plan(env).await, [&*all, &*all, &*all, &*all, "DATABASE_URL"]);
    }
    let all = format!("{shared}, {optional}");
    assert_eq!(plan("local").await, [&*all, &*all, &*all, &*all, "DATABASE_URL"]);
}
