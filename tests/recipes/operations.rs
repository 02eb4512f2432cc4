//! `docs/recipes/operations.md`: each of its lines on a net that is up. Those for Cloud Run are in `cloud_run.rs`.

use jiff::Timestamp;
use jobnet_sandbox::{AuthMode, Options};
use serde_json::json;

use super::steps_by;
use crate::common::cluster::Cluster;
use crate::common::github_api::{GithubApi, Life, run};
use crate::common::portal_with;
use crate::common::stranger::Stranger;

#[tokio::test(flavor = "multi_thread")]
async fn a_run_on_github_is_run_again() {
    let lines = steps_by("operations", "jobnet runs");
    assert_eq!(lines.lines().count(), 3);
    for line in lines.lines() {
        let github = GithubApi::start().await;
        let jobs = [("schema", "success"), ("ranking", "success"), ("item", "failure")];
        let path = ".github/workflows/batch-etl.yml";
        let fields = json!({"created_at": Timestamp::now(), "conclusion": "failure", "path": path});
        github.add(run(17, "batch-etl in dev: all", &fields), Life::ended("failure", &jobs));
        let Some(stranger) = Stranger::new() else { return };
        let stranger = stranger.envs(github.env());
        stranger.succeeds(&format!("cp -R jobnet/examples/batch-etl etl; cd etl; {line}")).await;
        assert_eq!(github.posts().len(), usize::from(line.contains("rerun")), "{line}");
    }
}

#[tokio::test]
async fn gh_understands_how_a_workflow_is_paused() {
    let Some(stranger) = Stranger::new().and_then(|one| one.with_gh()) else { return };
    stranger.succeeds(&steps_by("operations", "gh ")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cron_job_is_paused_started_again_and_catches_up() {
    let cluster = Cluster::start(["default", "portal-prod"]).await;
    let Some(stranger) = Stranger::new().and_then(|one| one.with_cluster(&cluster)) else { return };
    // A Job is complete where its Secret is there.
    let keys = ["CRON_OAUTH_TOKEN_URL", "CRON_CLIENT_ID", "CRON_CLIENT_SECRET"];
    let keys = keys.map(|key| format!(" --from-literal={key}=any"));
    let secret = "kubectl create secret generic secret-cron-auth --namespace portal-prod";
    stranger.succeeds(&format!("{secret}{}\n{}", keys.concat(), super::texts("prod"))).await;
    let lines = steps_by("operations", "kubectl ");
    let (pause, rest) = lines.split_once('\n').unwrap();
    let is_suspended =
        || cluster.object("portal-prod", "cronjobs/cj-translate-run")["spec"]["suspend"].clone();
    stranger.succeeds(pause).await;
    assert_eq!(is_suspended(), true);
    // An apply does not undo it.
    stranger.succeeds("kubectl apply -k texts/k8s/overlays/prod").await;
    assert_eq!(is_suspended(), true);
    stranger.succeeds(rest).await;
    assert_eq!(is_suspended(), false);
    let limit = |job: &str| {
        let job = cluster.object("portal-prod", &format!("jobs/{job}"));
        let variables = job["spec"]["template"]["spec"]["containers"][0]["env"].as_array().unwrap().clone();
        let found = variables.into_iter().find(|variable| variable["name"] == "TRANSLATE_LIMIT").unwrap();
        found["value"].as_str().unwrap().to_owned()
    };
    assert_eq!((limit("translate-again"), limit("catch-up")), ("200".to_owned(), "1000".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_is_run_again_by_hand_and_takes_more() {
    let options = Options { auth: AuthMode::OAuth2, ..Options::default() };
    let client = (options.client_id.clone(), options.client_secret.clone());
    let sandbox = portal_with(options).await;
    let Some(stranger) = Stranger::new() else { return };
    let stranger = stranger
        .env("API_BASE", &sandbox.base_url())
        .env("CRON_OAUTH_TOKEN_URL", &format!("{}/oauth/token", sandbox.base_url()))
        .env("CRON_CLIENT_ID", &client.0)
        .env("CRON_CLIENT_SECRET", &client.1);
    stranger.succeeds("cp jobnet/examples/portal-pipeline/jobnet.yaml .").await;
    let ended = stranger.succeeds(&steps_by("operations", "jobnet run ")).await;
    assert_eq!(ended.stdout.matches("\"outcome\":\"succeeded\"").count(), 7, "{}", ended.stdout);
}

#[tokio::test]
async fn lint_tells_of_what_a_smaller_interval_and_a_shorter_timeout_do() {
    let Some(stranger) = Stranger::new() else { return };
    let spec = "sed -e 's|\"\\*/15 |\"*/5 |' jobnet/examples/portal-pipeline/jobnet.yaml > jobnet.yaml";
    let ended = stranger.does(&format!("{spec}; jobnet lint --deny warnings --format human")).await;
    assert_eq!(ended.code, Some(3));
    for code in ["shared-window", "timeout-over-cadence"] {
        assert!(ended.stderr.contains(&format!("[{code}]")), "{code}: {}", ended.stderr);
    }
}
