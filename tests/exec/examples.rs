//! The examples whose stages are commands, as their users have them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::common::{Ended, Jobnet, is_there};

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

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

#[tokio::test]
async fn the_five_programs_run_in_order_and_one_item_that_left_the_ranking_becomes_inactive() {
    if !is_there(
        "python3",
        "the_five_programs_run_in_order_and_one_item_that_left_the_ranking_becomes_inactive",
    ) {
        return;
    }
    let jobnet = local("batch-etl-commands");
    let ended = jobnet.run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(metrics(&ended, "is_active"), json!({"active": 8, "inactive": 0, "failed": 0}));

    let ranking = jobnet.directory().join("collector/shop/ranking.json");
    let text = fs::read_to_string(&ranking).unwrap();
    fs::write(&ranking, text.replace("shop:1008", "shop:1009")).unwrap();
    let ended = jobnet.run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(metrics(&ended, "is_active"), json!({"active": 8, "inactive": 1, "failed": 0}));
    let rows = fs::read_to_string(jobnet.directory().join("data/is_active.csv")).unwrap();
    assert!(rows.contains("shop:1008,0") && rows.contains("shop:1009,1"), "{rows}");
}

#[tokio::test]
async fn more_bad_items_than_allowed_fail_the_stage_and_leave_out_what_needs_it() {
    if !is_there("python3", "more_bad_items_than_allowed_fail_the_stage_and_leave_out_what_needs_it") {
        return;
    }
    let jobnet = local("batch-etl-commands");
    let ranking = jobnet.directory().join("collector/shop/ranking.json");
    let text = fs::read_to_string(&ranking).unwrap();
    fs::write(&ranking, text.replace("shop:1008", "shop:nothing")).unwrap();
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
    let shared = "DATABASE_URL, RAKUTEN_AFFILIATE_ID, RAKUTEN_APP_ID";
    for (env, bucket) in [("dev", "S3_BUCKET_RAW_DEV"), ("prod", "S3_BUCKET_RAW_PROD")] {
        let all = format!("{shared}, {bucket}");
        assert_eq!(plan(env).await, [&*all, &*all, &*all, &*all, "DATABASE_URL"]);
    }
    assert_eq!(plan("local").await, ["–"; 5]);
}
