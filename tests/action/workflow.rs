//! A whole workflow with the action in it, from the Dockerfile, run by act against the sandbox.

use std::fs;
use std::path::Path;

use crate::common::act::{Act, Ran};
use crate::common::docker::Docker;
use crate::common::document::project;
use crate::common::{files, portal, portal_spec};

/// A net of two stages, each a job, as they are generated; and a job that says how the second ended.
const WORKFLOW: &str = r#"
name: portal
on:
  workflow_dispatch:
    inputs:
      env: {type: string, default: local}
      dry_run: {type: boolean}
permissions: {}
jobs:
  extract-view:
    runs-on: ubuntu-24.04
    outputs:
      outcome: ${{ steps.stage.outputs.outcome }}
      picked: ${{ steps.stage.outputs.picked }}
      summary: ${{ steps.stage.outputs.summary }}
    steps:
      - uses: actions/checkout@v5
      - id: stage
        uses: your-org/jobnet-action@v1
        with:
          command: run
          spec: jobnet.yaml
          stages: extract-view
          env: ${{ inputs.env }}
        env:
          API_BASE: ${{ vars.API_BASE }}
          CRON_STATIC_JWT: ${{ secrets.CRON_STATIC_JWT }}
          JOBNET_RUN_ID: ${{ github.run_id }}
          JOBNET_JOB_START_AT: ""
          JOBNET_DRY_RUN: ${{ inputs.dry_run }}
          JOBNET_YES: "true"
  translate:
    needs: extract-view
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v5
      - id: stage
        uses: your-org/jobnet-action@v1
        with:
          stages: translate
          env: ${{ inputs.env }}
          arguments: --set 'TRANSLATE_LIMIT=1'
        env:
          API_BASE: ${{ vars.API_BASE }}
          CRON_STATIC_JWT: ${{ secrets.CRON_STATIC_JWT }}
      - env:
          FIRST: ${{ needs.extract-view.outputs.outcome }} ${{ needs.extract-view.outputs.picked }}
          RUN: ${{ fromJSON(needs.extract-view.outputs.summary).run_id == github.run_id }}
          SECOND: ${{ steps.stage.outputs.outcome }} ${{ steps.stage.outputs.exit_code }}
        run: |
          echo "first: $FIRST $RUN"
          echo "second: $SECOND"
  alarm:
    needs: [extract-view, translate]
    if: failure()
    runs-on: ubuntu-24.04
    steps:
      - env:
          OUTCOME: ${{ needs.extract-view.outputs.outcome }}
        run: echo "first was $OUTCOME"
"#;

/// The action as its users have it, but for its image, which is built from the Dockerfile.
async fn action(directory: &Path) -> Option<()> {
    Docker::engine().await?.image().await;
    let text = fs::read_to_string(project("action.yml")).unwrap();
    let published = concat!("image: docker://ghcr.io/your-org/jobnet:", env!("CARGO_PKG_VERSION"), "\n");
    assert!(text.contains(published));
    fs::write(directory.join("action.yml"), text.replace(published, "image: Dockerfile\n")).unwrap();
    for file in ["Dockerfile", ".dockerignore"] {
        fs::copy(project(file), directory.join(file)).unwrap();
    }
    // Another test process may be filling it.
    let lock = fs::File::open(project("target/image.lock")).unwrap();
    lock.lock_shared().unwrap();
    files::copy(&project("target/image"), &directory.join("target/image"));
    Some(())
}

async fn run(env: &str, api_base: &str) -> Option<Ran> {
    let (tree, action_directory) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    action(action_directory.path()).await?;
    let workflows = tree.path().join(".github/workflows");
    fs::create_dir_all(&workflows).unwrap();
    fs::write(workflows.join("portal.yml"), WORKFLOW).unwrap();
    fs::copy(portal_spec(), tree.path().join("jobnet.yaml")).unwrap();
    let act = Act::on(tree.path()).await?.in_containers().await?;
    let act = act.action("your-org/jobnet-action", "v1", action_directory.path());
    let act = act.variable("API_BASE", api_base).secret("CRON_STATIC_JWT", "t0ken-of-a-test");
    Some(act.input("env", env).run("workflow_dispatch", "portal.yml").await)
}

#[tokio::test(flavor = "multi_thread")]
async fn stages_run_as_jobs_and_hand_on_their_outputs() {
    let sandbox = portal().await;
    let Some(ran) = run("local", &sandbox.base_url()).await else { return };
    assert_eq!(ran.ended.code, Some(0), "{ran:?}");
    assert_eq!(ran.jobs(), ["extract-view: success", "translate: success"]);
    let printed = ran.printed("translate");
    assert!(printed.ends_with("first: succeeded 1 true\nsecond: succeeded 0\n"), "{printed}");
    assert!(!printed.contains("t0ken-of-a-test"), "{printed}");
    let paths: Vec<String> = sandbox.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/portal/view_common?limit=500", "/extract/view_common", "/translate/run"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_that_cannot_run_fails_its_job_and_still_has_outputs() {
    let sandbox = portal().await;
    let Some(ran) = run("nowhere", &sandbox.base_url()).await else { return };
    assert_eq!(ran.ended.code, Some(1), "{ran:?}");
    assert_eq!(ran.jobs(), ["extract-view: failure", "alarm: success"], "{}", ran.ended.stdout);
    assert_eq!(ran.printed("alarm"), "first was invalid\n");
    assert!(sandbox.requests().is_empty());
}
