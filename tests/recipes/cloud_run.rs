//! `docs/recipes/cloud-run.md`: from an empty repository to a release. The machine's own gcloud takes what a person gives it;
//! what the scripts give it is only written down here, since `cloud_run_target` has the real one take that.

use super::{steps, steps_by};
use crate::common::gcloud::Gcloud;
use crate::common::gcloud_recorder::Recorder;
use crate::common::portal;
use crate::common::stranger::Stranger;

const SCRIPTS: &str = "deploy/cloud-run/";

/// Somebody with a gcloud before an empty cloud.
fn stranger(gcloud: &Gcloud) -> Option<Stranger> {
    let stranger = Stranger::new()?.envs(gcloud.env()).with("gcloud", &Gcloud::program());
    Some(stranger.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1"))
}

/// A gcloud that writes down what it is told, with the triggers that the spec has in `test`.
fn recorder() -> Recorder {
    let recorder = Recorder::new();
    let triggers = ["quota-reset", "quota-cleanup", "stale-cleanup", "alerts", "quota-monthly"];
    // As each script asks for them: with the description, and with the state, of which one is right for each.
    let line = |name: &str| {
        let name = format!("{name}-test");
        format!("{name}\tjobnet scheduler-jobs/test\n{name},ENABLED\n{name},PAUSED\n")
    };
    recorder.there("triggers", &triggers.map(line).concat());
    recorder
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recipe_ends_with_a_release() {
    let Some(gcloud) = Gcloud::start().await else { return };
    let sandbox = portal().await;
    let base = sandbox.base_url();
    let apis = [("API_BASE", "admin"), ("SUPABASE_API", "supabase"), ("BIGQUERY_API", "bigquery")];
    let Some(stranger) = stranger(&gcloud) else { return };
    let stranger = apis.iter().fold(stranger, |one, (name, path)| one.env(name, &format!("{base}/{path}")));
    let (scripts, by_hand): (Vec<_>, Vec<_>) =
        steps("cloud-run").into_iter().partition(|step| step.starts_with(SCRIPTS));
    let values =
        "mkdir secrets; printf %s key | tee secrets/CA_ROOT_API_KEY > secrets/SUPABASE_ACCESS_TOKEN\n";
    stranger.succeeds(&format!("{values}{}", by_hand.concat())).await;
    let recorder = recorder();
    let path = format!("PATH={}:$PATH\ncd platform\n", recorder.path().display());
    stranger.succeeds(&format!("{path}{}{}", scripts.concat(), steps_by("operations", SCRIPTS))).await;

    let calls: Vec<String> = recorder.calls().iter().map(|call| call.join(" ")).collect();
    let executed = calls.iter().filter_map(|call| call.strip_prefix("run jobs execute "));
    let executed: Vec<&str> = executed.map(|call| call.split(' ').next().unwrap()).collect();
    let release = |suffix: &str| ["migrate", "bootstrap", "org-sync-all"].map(|job| format!("{job}{suffix}"));
    assert_eq!(executed[..6], [release("-test"), release("-prod")].concat());

    // The account and the secrets that were made by hand are those that the jobs are given.
    let jobs: String = calls.iter().filter(|call| call.starts_with("run jobs deploy ")).cloned().collect();
    let account = "scheduler-jobs@cloudact-testing-1.iam.gserviceaccount.com";
    assert!(jobs.contains(&format!("--service-account={account} ")), "{jobs}");
    assert!(jobs.contains("--image=gcr.io/cloudact-testing-1/scheduler-jobs:v1 "), "{jobs}");
    let policies = gcloud.state()["policies"].clone();
    for secret in ["CA_ROOT_API_KEY-test", "SUPABASE_ACCESS_TOKEN-test"] {
        assert!(jobs.contains(&format!("={secret}:latest ")), "{jobs}");
        let binding = &policies[format!("projects/cloudact-testing-1/secrets/{secret}")]["bindings"][0];
        assert_eq!(binding["members"], serde_json::json!([format!("serviceAccount:{account}")]));
        assert_eq!(binding["role"], "roles/secretmanager.secretAccessor");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_line_that_gcloud_does_not_understand_is_found() {
    let Some(gcloud) = Gcloud::start().await else { return };
    for wrong in ["gcloud builds submit --substitution=_TAG=v1 .", "gcloud logging read --nothing"] {
        let Some(stranger) = stranger(&gcloud) else { return };
        assert_eq!(stranger.does(wrong).await.code, Some(1), "{wrong}");
    }
}
