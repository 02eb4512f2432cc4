//! The scripts before the real gcloud, which speaks with a stand-in of Google's APIs.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::values::with_variables;
use super::{example, written};
use crate::common::Ended;
use crate::common::gcloud::Gcloud;

/// Runs a script of the example, as it stands in the repository, and says yes.
async fn run(gcloud: &Gcloud, script: &str, arguments: &[&str]) -> Ended {
    let mut child = Command::new("bash")
        .arg(example().join("deploy/cloud-run").join(script))
        .args(arguments)
        .current_dir("/")
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs(gcloud.env())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("bash is there");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(b"yes\n").await.expect("a question");
    drop(stdin);
    Ended::from(child.wait_with_output().await.expect("an end"))
}

/// What a table of the state has, by the last part of the names.
fn named(state: &Value, table: &str) -> Vec<(String, Value)> {
    let table = state[table].as_object().expect("a table");
    table.iter().map(|(name, value)| (name.rsplit('/').next().unwrap().to_owned(), value.clone())).collect()
}

#[tokio::test]
async fn eight_jobs_and_five_triggers_are_made_once_and_run_paused_and_listed() {
    let Some(gcloud) = Gcloud::start().await else { return };
    let created = run(&gcloud, "create-all-jobs.sh", &["prod", "--tag", "v1"]).await;
    assert_eq!(created.code, Some(0), "{created:?}");
    let made = gcloud.state();
    check_jobs(&named(&made, "jobs"));
    check_triggers(&named(&made, "triggers"));

    // A second time nothing is changed, and what somebody paused stays so.
    let paused = run(&gcloud, "pause.sh", &["prod", "alerts"]).await;
    assert_eq!(paused.code, Some(0), "{paused:?}");
    let with_pause = gcloud.state();
    assert_ne!(with_pause, made);
    let again = run(&gcloud, "create-all-jobs.sh", &["prod", "--tag", "v1"]).await;
    assert_eq!((again.code, gcloud.state()), (Some(0), with_pause), "{again:?}");
    let resumed = run(&gcloud, "resume.sh", &["prod"]).await;
    assert_eq!((resumed.code, gcloud.state()), (Some(0), made), "{resumed:?}");

    let released = run(&gcloud, "run-job.sh", &["prod", "release"]).await;
    assert_eq!(released.code, Some(0), "{released:?}");
    assert!(released.stderr.contains("will run: migrate bootstrap org-sync-all."), "{}", released.stderr);
    assert_eq!(gcloud.executed(), ["migrate-prod", "bootstrap-prod", "org-sync-all-prod"]);
    gcloud.failing("bootstrap-prod");
    let failed = run(&gcloud, "run-job.sh", &["prod", "release"]).await;
    assert_eq!(failed.code, Some(1), "{failed:?}");
    assert!(failed.stderr.ends_with("bootstrap failed in prod; not started: org-sync-all\n"), "{failed:?}");
    assert_eq!(gcloud.executed()[3..], ["migrate-prod", "bootstrap-prod"]);

    let listed = run(&gcloud, "list-jobs.sh", &["prod"]).await;
    assert_eq!(listed.code, Some(0), "{listed:?}");
    for line in ["org-sync-all-prod", "0 8 * * *", "ENABLED"] {
        assert!(listed.stdout.contains(line), "{}", listed.stdout);
    }
}

fn check_jobs(jobs: &[(String, Value)]) {
    let names: Vec<&str> = jobs.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "alerts-prod",
        "bootstrap-prod",
        "migrate-prod",
        "org-sync-all-prod",
        "quota-cleanup-prod",
        "quota-monthly-prod",
        "quota-reset-prod",
        "stale-cleanup-prod",
    ];
    assert_eq!(names, expected);
    for (name, job) in jobs {
        let stage = name.trim_end_matches("-prod");
        let task = &job["spec"]["template"]["spec"]["template"]["spec"];
        let container = &task["containers"][0];
        assert_eq!(container["image"], "gcr.io/cloudact-prod/scheduler-jobs:v1");
        assert_eq!(container["args"], json!(["run", stage, "--env", "prod", "--spec", "/app/jobnet.yaml"]));
        assert_eq!((&task["maxRetries"], &task["timeoutSeconds"]), (&json!(0), &json!("3600")));
        assert_eq!(task["serviceAccountName"], "scheduler-jobs@cloudact-prod.iam.gserviceaccount.com");
        let mut variables: Vec<(String, String)> = container["env"]
            .as_array()
            .unwrap()
            .iter()
            .map(|variable| {
                let secret = &variable["valueFrom"]["secretKeyRef"]["name"];
                let value = variable["value"].as_str().or(secret.as_str()).unwrap();
                (variable["name"].as_str().unwrap().to_owned(), value.to_owned())
            })
            .collect();
        variables.sort();
        let own: &[(&str, &str)] = match stage {
            "migrate" => &[
                ("SUPABASE_ACCESS_TOKEN", "SUPABASE_ACCESS_TOKEN-prod"),
                ("SUPABASE_API", "https://api.supabase.com"),
                ("SUPABASE_PROJECT_REF", "your-prod-project"),
            ],
            "quota-cleanup" => &[
                ("BIGQUERY_API", "https://bigquery.googleapis.com/bigquery/v2"),
                ("BQ_DATASET", "organizations"),
                ("GCP_PROJECT", "cloudact-prod"),
            ],
            _ => &[("API_BASE", "https://api.cloudact.ai"), ("CA_ROOT_API_KEY", "CA_ROOT_API_KEY-prod")],
        };
        let told =
            [("JOBNET_JOB_START_AT", "schedule"), ("JOBNET_RUN_ID", "schedule"), ("JOBNET_YES", "true")];
        let mut expected: Vec<_> =
            own.iter().chain(&told).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        expected.sort();
        assert_eq!(variables, expected, "{name}");
    }
}

fn check_triggers(triggers: &[(String, Value)]) {
    let schedules: Vec<(&str, &str)> = triggers
        .iter()
        .map(|(name, trigger)| (name.as_str(), trigger["schedule"].as_str().unwrap()))
        .collect();
    let expected = [
        ("alerts-prod", "0 8 * * *"),
        ("quota-cleanup-prod", "0 1 * * *"),
        ("quota-monthly-prod", "5 0 1 * *"),
        ("quota-reset-prod", "0 0 * * *"),
        ("stale-cleanup-prod", "0 2 * * *"),
    ];
    assert_eq!(schedules, expected);
    for (name, trigger) in triggers {
        let target = &trigger["httpTarget"];
        let jobs =
            "https://us-central1-run.googleapis.com/apis/run.googleapis.com/v1/namespaces/cloudact-prod/jobs";
        assert_eq!(target["uri"], format!("{jobs}/{name}:run"));
        assert_eq!(target["httpMethod"], "POST");
        let token = json!({"serviceAccountEmail": "scheduler-jobs@cloudact-prod.iam.gserviceaccount.com"});
        assert_eq!((&target["oauthToken"], &target["oidcToken"]), (&token, &Value::Null));
        assert_eq!((&trigger["timeZone"], &trigger["attemptDeadline"]), (&json!("Etc/UTC"), &json!("180s")));
        assert_eq!(trigger["retryConfig"]["retryCount"], 3);
    }
}

#[tokio::test]
async fn values_that_gcloud_could_divide_arrive_whole() {
    let Some(gcloud) = Gcloud::start().await else { return };
    let values =
        ["a,b=c", ",", "|,||", "^|^a,b", "it's \"$HOME\" `id` \\n", "two\nlines, here", "", " ", "=,=", "é"];
    let directory = written(&with_variables(&values.map(str::to_owned)));
    let ended = gcloud.run(directory.path(), "jobs/create-all-jobs.sh", ["test"], &[]).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let jobs = named(&gcloud.state(), "jobs");
    let container = &jobs[0].1["spec"]["template"]["spec"]["template"]["spec"]["containers"][0];
    let arrived: Vec<&str> = container["env"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|variable| variable["name"].as_str().unwrap().starts_with('V'))
        .map(|variable| variable["value"].as_str().unwrap())
        .collect();
    assert_eq!(arrived, values);
}
