//! The programs that generated files are run with: act for workflows, and gcloud before a stand-in of Google's.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::common::act::Act;
use crate::common::files::program;
use crate::common::gcloud::Gcloud;

const WORKFLOW: &str = "name: nightly
on:
  schedule:
    - cron: \"7 3 * * *\"
      timezone: Asia/Tokyo
  workflow_dispatch:
    inputs:
      env: {type: choice, options: [dev, prod], default: dev}
      fail: {type: boolean, default: false}
concurrency:
  group: nightly
  queue: max
jobs:
  ranking:
    runs-on: ubuntu-24.04
    outputs:
      started: ${{ steps.setup.outputs.started }}
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5
      - id: setup
        uses: your-org/jobnet-action/setup@v1
        with:
          env: ${{ inputs.env || 'prod' }}
      - run: cat data.txt
      - run: tool
      - run: echo \"$TOKEN\"
        env:
          TOKEN: ${{ secrets.TOKEN }}
      - if: inputs.fail
        run: exit 1
  item:
    needs: ranking
    uses: ./.github/workflows/called.yml
    with:
      text: ${{ needs.ranking.outputs.started }} ${{ vars.REGION }} ${{ github.event.schedule }}
  alarm:
    needs: [ranking, item]
    if: failure()
    runs-on: ubuntu-latest
    steps:
      - run: echo failed
";

const CALLED: &str = "on:
  workflow_call:
    inputs:
      text: {type: string, required: true}
jobs:
  inner:
    runs-on: ubuntu-24.04
    steps:
      - run: echo \"$TEXT\"
        env:
          TEXT: ${{ inputs.text }}
";

const SETUP: &str = "name: setup
description: says for what it was set up
inputs:
  env: {description: the environment, required: true}
outputs:
  started:
    description: for what
    value: ${{ steps.say.outputs.started }}
runs:
  using: composite
  steps:
    - id: say
      shell: bash
      run: echo \"started=for-$FOR\" >> \"$GITHUB_OUTPUT\"
      env:
        FOR: ${{ inputs.env }}
";

fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A repository with the workflow, and one with the action that it uses.
async fn repository(action: &Path) -> Option<Act> {
    let tree = tempfile::tempdir().unwrap();
    write(tree.path(), ".github/workflows/nightly.yml", WORKFLOW);
    write(tree.path(), ".github/workflows/called.yml", CALLED);
    write(tree.path(), "data.txt", "from the repository\n");
    write(action, "setup/action.yml", SETUP);
    fs::create_dir(action.join("bin")).unwrap();
    program(&action.join("bin"), "tool", "echo \"$JOBNET_ENV\"");
    let act = Act::on(tree.path()).await?.action("your-org/jobnet-action", "v1", action);
    let act = act.path(&action.join("bin")).env("JOBNET_ENV", "prod");
    Some(act.secret("TOKEN", "sesame").variable("REGION", "tokyo"))
}

#[tokio::test]
async fn act_runs_a_workflow_with_what_it_finds_in_github() {
    let action = tempfile::tempdir().unwrap();
    let Some(act) = repository(action.path()).await else { return };
    let ran = act.event("schedule", "7 3 * * *").run("schedule", "nightly.yml").await;
    assert_eq!(ran.ended.code, Some(0), "{ran:?}");
    assert_eq!(ran.jobs(), ["ranking: success", "item/inner: success"], "{ran:?}");
    assert_eq!(ran.printed("ranking"), "from the repository\nprod\n***\n");
    assert_eq!(ran.printed("item/inner"), "for-prod tokyo 7 3 * * *\n");
}

#[tokio::test]
async fn act_stops_what_needs_a_job_that_failed() {
    let action = tempfile::tempdir().unwrap();
    let Some(act) = repository(action.path()).await else { return };
    let ran = act.input("env", "dev").input("fail", "true").run("workflow_dispatch", "nightly.yml").await;
    assert_eq!(ran.ended.code, Some(1), "{ran:?}");
    assert_eq!(ran.jobs(), ["ranking: failure", "alarm: success"]);
}

#[tokio::test]
async fn act_refuses_a_workflow_that_is_none() {
    let tree = tempfile::tempdir().unwrap();
    write(tree.path(), ".github/workflows/bad.yml", "on: push\njobs:\n  item:\n    step: []\n");
    let Some(act) = Act::on(tree.path()).await else { return };
    let ran = act.run("push", "bad.yml").await;
    assert!(ran.ended.code == Some(1) && ran.jobs().is_empty(), "{ran:?}");
    assert!(ran.ended.stderr.contains("Unknown Property step"), "{ran:?}");
}

const JOB: &str = "apiVersion: run.googleapis.com/v1
kind: Job
metadata:
  name: item
spec:
  template:
    spec:
      template:
        spec:
          containers:
            - image: jobnet
          maxRetries: 0
          timeoutSeconds: 60
";

/// Creates what is not there and updates what is, as a script that can be run again does.
const DEPLOY: &str = r#"set -euo pipefail
export CLOUDSDK_CORE_PROJECT=demo CLOUDSDK_RUN_REGION=europe-west1
gcloud run jobs replace job.yaml
gcloud run jobs deploy ranking --image jobnet --max-retries 0 --set-env-vars "A=$1"
verb=update
gcloud scheduler jobs describe item --location europe-west1 >/dev/null 2>&1 || verb=create
gcloud scheduler jobs "$verb" http item --location europe-west1 --schedule "7 3 * * *" --time-zone Asia/Tokyo \
  --uri https://europe-west1-run.googleapis.com/apis/run.googleapis.com/v1/namespaces/demo/jobs/item:run \
  --http-method POST --oauth-service-account-email jobs@demo.iam.gserviceaccount.com
gcloud run jobs add-iam-policy-binding item --member serviceAccount:jobs@demo.iam.gserviceaccount.com \
  --role roles/run.invoker
"#;

#[tokio::test]
async fn the_stand_in_of_google_shows_that_a_second_deployment_changes_nothing() {
    let Some(gcloud) = Gcloud::start().await else { return };
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "job.yaml", JOB);
    write(directory.path(), "deploy.sh", DEPLOY);

    let first = gcloud.run(directory.path(), "deploy.sh", ["b"], &[]).await;
    assert_eq!(first.code, Some(0), "{first:?}");
    let state = gcloud.state();
    let parent = "projects/demo/locations/europe-west1/jobs";
    let names = |kind: &str| state[kind].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names("jobs"), [format!("{parent}/item"), format!("{parent}/ranking")]);
    assert_eq!(names("policies"), [format!("{parent}/item")]);
    let item = &state["jobs"][format!("{parent}/item")];
    assert_eq!(item["metadata"], json!({"name": "item", "namespace": "demo"}));
    let trigger = &state["triggers"][format!("{parent}/item")];
    assert_eq!(trigger["schedule"], "7 3 * * *");
    let created = gcloud.writes().into_iter().find(|request| request.host.starts_with("cloudscheduler"));
    let created = created.unwrap();
    assert_eq!((&*created.method, &created.path), ("POST", &format!("/v1/{parent}")));
    assert_eq!(created.body["timeZone"], "Asia/Tokyo");

    let again = gcloud.run(directory.path(), "deploy.sh", ["b"], &[]).await;
    assert_eq!((again.code, gcloud.state()), (Some(0), state.clone()), "{again:?}");
    let otherwise = gcloud.run(directory.path(), "deploy.sh", ["c"], &[]).await;
    assert_eq!(otherwise.code, Some(0), "{otherwise:?}");
    assert_ne!(gcloud.state(), state);
}

#[tokio::test]
async fn the_stand_in_of_google_lets_an_execution_fail_and_a_trigger_pause() {
    let Some(gcloud) = Gcloud::start().await else { return };
    let directory = tempfile::tempdir().unwrap();
    let script = r#"set -eu
export CLOUDSDK_CORE_PROJECT=demo CLOUDSDK_RUN_REGION=europe-west1
for job in ranking item tags; do
  gcloud run jobs deploy "$job" --image jobnet
done
gcloud scheduler jobs create http item --location europe-west1 --schedule "* * * * *" --uri https://example.com/
gcloud scheduler jobs pause item --location europe-west1
gcloud secrets describe token
! gcloud secrets describe absent
for job in ranking item tags; do
  gcloud run jobs execute "$job" --wait
done
"#;
    write(directory.path(), "run.sh", script);
    gcloud.failing("item");
    gcloud.missing("absent");
    let ended = gcloud.run(directory.path(), "run.sh", [], &[]).await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(gcloud.executed(), ["ranking", "item"]);
    let paused = &gcloud.state()["triggers"]["projects/demo/locations/europe-west1/jobs/item"]["state"];
    assert_eq!(paused, &Value::from("PAUSED"));
}

#[tokio::test]
async fn gcloud_refuses_a_command_that_it_does_not_know() {
    let Some(gcloud) = Gcloud::start().await else { return };
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "bad.sh", "gcloud run jobs deploy item --image jobnet --cron '* * * * *'\n");
    let ended = gcloud.run(directory.path(), "bad.sh", [], &[]).await;
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(gcloud.requests().is_empty());
}
