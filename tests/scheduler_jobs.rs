//! The platform's maintenance: its release on a fresh and on an old installation, and what it does every day.

use std::path::Path;

use jobnet_sandbox::{Installation, Options, PlatformOptions, Sandbox};
use serde_json::json;

use crate::common::{Ended, Jobnet, number};

async fn platform(installation: Installation) -> Sandbox {
    let platform = PlatformOptions { installation, ..PlatformOptions::default() };
    Sandbox::start(Options { platform, ..Options::default() }).await.expect("the sandbox starts")
}

/// `jobnet run` on the example, whose APIs are the sandbox's.
async fn run<const N: usize>(sandbox: &Sandbox, arguments: [&str; N]) -> Ended {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/scheduler-jobs/jobnet.yaml");
    Jobnet::new(["run"])
        .arguments(arguments)
        .arguments(["--env", "local", "--format", "json", "--spec"])
        .arguments([spec.to_str().expect("a path in UTF-8")])
        .env("API_BASE", &format!("{}/admin", sandbox.base_url()))
        .env("SUPABASE_API", &format!("{}/supabase", sandbox.base_url()))
        .env("BIGQUERY_API", &format!("{}/bigquery", sandbox.base_url()))
        .env("CA_ROOT_API_KEY", "sandbox-root-key")
        .env("SUPABASE_ACCESS_TOKEN", "sandbox-supabase-token")
        .run()
        .await
}

/// The stages that a run finished, in their order, each with what it counted.
fn counted(ended: &Ended) -> Vec<(String, serde_json::Value)> {
    let summaries = ended.events("summary").into_iter();
    summaries
        .map(|summary| (summary["stage"].as_str().unwrap().to_owned(), summary["metrics"].clone()))
        .collect()
}

#[tokio::test]
async fn a_release_makes_what_a_fresh_installation_lacks_and_a_second_changes_nothing() {
    let sandbox = platform(Installation::Fresh).await;
    let first = run(&sandbox, ["release"]).await;
    assert_eq!(first.code, Some(0), "{}{}", first.stdout, first.stderr);
    let first = counted(&first);
    assert_eq!(
        first.iter().map(|(stage, _)| stage.as_str()).collect::<Vec<_>>(),
        ["migrate", "bootstrap", "org-sync-all"]
    );
    assert_eq!(first[0].1, json!({"applied": 3, "already": 0, "failed": 0}));
    assert_eq!(first[1].1, json!({"created": 21, "updated": 0, "failed": 0}));
    // A fresh installation has no organisations yet, or those that the platform begins with.
    let organisations = first[2].1["picked"].clone();

    let again = run(&sandbox, ["release", "--new-key"]).await;
    assert_eq!(again.code, Some(0), "{}{}", again.stdout, again.stderr);
    let again = counted(&again);
    assert_eq!(again[0].1, json!({"applied": 0, "already": 3, "failed": 0}));
    assert_eq!(again[1].1, json!({"created": 0, "updated": 0, "failed": 0}));
    assert_eq!(again[2].1["picked"], organisations);
}

#[tokio::test]
async fn a_release_completes_an_old_installation_and_keeps_its_data() {
    let sandbox = platform(Installation::Old).await;
    let organisations = "SELECT count(*) FROM organizations";
    let before = number(&sandbox, organisations).await;
    assert!(before > 0, "there is data to be kept");
    let ended = run(&sandbox, ["release"]).await;
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert_eq!(counted(&ended)[1].1, json!({"created": 4, "updated": 2, "failed": 0}));
    assert_eq!(counted(&ended)[2].1, json!({"picked": 7, "failed": 0}));
    assert_eq!(number(&sandbox, organisations).await, before);
    assert_eq!(
        number(&sandbox, "SELECT count(*) FROM organizations WHERE last_synced_at IS NOT NULL").await,
        7
    );
}

#[tokio::test]
async fn only_what_is_older_than_ninety_days_is_cleaned_up() {
    let sandbox = platform(Installation::Current).await;
    let events = "SELECT count(*) FROM usage_events";
    assert_eq!(number(&sandbox, events).await, 10);
    let ended = run(&sandbox, ["quota-cleanup"]).await;
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert_eq!(counted(&ended), [("quota-cleanup".to_owned(), json!({"affected": 5, "failed": 0}))]);
    assert_eq!(number(&sandbox, events).await, 5);
    assert_eq!(counted(&run(&sandbox, ["quota-cleanup"]).await)[0].1["affected"], 0);
}

#[tokio::test]
async fn a_job_that_takes_longer_than_one_answer_is_waited_for() {
    let sandbox = platform(Installation::Current).await;
    sandbox.bigquery().slow_jobs(3);
    let ended = run(&sandbox, ["quota-cleanup"]).await;
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert_eq!(counted(&ended)[0].1, json!({"affected": 5, "failed": 0}));
}

#[tokio::test]
async fn the_jobs_of_a_day_and_a_month_count_what_they_did_once() {
    let sandbox = platform(Installation::Current).await;
    let jobs = ["quota-reset", "stale-cleanup", "alerts", "quota-monthly"];
    let ended = run(&sandbox, jobs).await;
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let mut first = counted(&ended);
    first.sort_by(|a, b| a.0.cmp(&b.0));
    let expected = [
        ("alerts", json!({"processed": 4, "failed": 0})),
        ("quota-monthly", json!({"updated": 7, "failed": 0})),
        ("quota-reset", json!({"updated": 7, "failed": 0})),
        ("stale-cleanup", json!({"fixed": 2, "failed": 0})),
    ];
    assert_eq!(first, expected.map(|(stage, counts)| (stage.to_owned(), counts)));
    // The same window, and so the same requests: the platform replays its answers.
    let again = run(&sandbox, jobs).await;
    for summary in again.events("summary") {
        assert_eq!(
            (&summary["replayed"], &summary["outcome"]),
            (&json!(1), &json!("succeeded")),
            "{summary}"
        );
    }
}
