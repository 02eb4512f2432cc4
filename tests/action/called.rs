//! The workflow of a stage as others call it, run by act against the sandbox, with the image built here.

use std::fs;
use std::path::Path;

use crate::common::act::{Act, Ran};
use crate::common::docker::Docker;
use crate::common::{files, portal, portal_spec};

/// A net of two stages, each by the workflow of a stage, and a job that sees what they gave.
const CALLER: &str = r#"
name: portal
on:
  workflow_dispatch:
    inputs:
      env: {type: string, default: local}
permissions: {}
jobs:
  extract-view:
    permissions:
      contents: read
    uses: your-org/jobnet-action/.github/workflows/jobnet-stage.yml@v1
    with:
      stage: extract-view
      env: ${{ inputs.env }}
      run_id: ${{ github.run_id }}
      arguments: --set API_BASE=${{ vars.API_BASE }}
    secrets:
      JOBNET_SECRETS: |
        CRON_STATIC_JWT=${{ toJSON(secrets.JWT_OF_PORTAL) }}
      AWS_REGION: ${{ vars.AWS_REGION }}
  translate:
    needs: extract-view
    permissions:
      contents: read
    uses: your-org/jobnet-action/.github/workflows/jobnet-stage.yml@v1
    with:
      stage: translate
      env: ${{ inputs.env }}
      dry_run: true
      arguments: --set API_BASE=${{ vars.API_BASE }}
    secrets:
      JOBNET_SECRETS: CRON_STATIC_JWT=${{ secrets.JWT_OF_PORTAL }}
  told:
    needs: [extract-view, translate]
    if: ${{ !cancelled() }}
    runs-on: ubuntu-24.04
    steps:
      - env:
          FIRST: ${{ needs.extract-view.outputs.outcome }} ${{ needs.extract-view.outputs.picked }}
          RUN: ${{ needs.extract-view.outputs.run_id == github.run_id }}
          SECOND: ${{ needs.translate.outputs.outcome }} ${{ needs.translate.outputs.exit_code }}
        run: |
          echo "first: $FIRST $RUN"
          echo "second: $SECOND"
"#;

/// What stands for GitHub's artifacts: it tells what it would keep.
const UPLOAD: &str = r#"
name: upload
description: tells what it would keep
inputs:
  name: {required: true}
  path: {required: true}
  retention-days: {}
  if-no-files-found: {}
runs:
  using: composite
  steps:
    - shell: bash
      env:
        NAME: ${{ inputs.name }}
        FILE: ${{ inputs.path }}
      run: |
        echo "artifact $NAME"
        if test -e "$FILE"; then sed 's/^.*"event":"\([a-z]*\)".*$/\1/' "$FILE"; fi
"#;

/// What stands for an action that logs in to a cloud: it tells where.
const LOGIN: &str = r#"
name: login
description: tells where it would log in
inputs:
  aws-region: {}
  role-to-assume: {}
  role-duration-seconds: {}
  aws-access-key-id: {}
  aws-secret-access-key: {}
  workload_identity_provider: {}
  service_account: {}
runs:
  using: composite
  steps:
    - shell: bash
      env:
        AWS: ${{ inputs.aws-region }} for ${{ inputs.role-duration-seconds }} s
        GOOGLE: ${{ inputs.workload_identity_provider }}
      run: 'echo "logged in: ${GOOGLE:-$AWS}"'
"#;

/// What a job of another workflow calls, with what that needs; `None` where there is no engine.
async fn act(tree: &Path, directory: &Path) -> Option<Act> {
    Docker::engine().await?.image().await;
    let workflows = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/workflows");
    files::copy(&workflows, &directory.join("jobnet/.github/workflows"));
    let mut act = Act::on(tree).await?.in_containers().await?;
    act = act.action("your-org/jobnet-action", "v1", &directory.join("jobnet"));
    let called = fs::read_to_string(workflows.join("jobnet-stage.yml")).unwrap();
    let uses = called.lines().filter_map(|line| line.trim_start_matches([' ', '-']).strip_prefix("uses: "));
    for (action, reference) in uses.filter_map(|uses| uses.split(' ').next()?.split_once('@')) {
        let text = if action == "actions/upload-artifact" { UPLOAD } else { LOGIN };
        let path = directory.join(action);
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("action.yml"), text).unwrap();
        act = act.action(action, reference, &path);
    }
    Some(act)
}

async fn run(env: &str, api_base: &str) -> Option<Ran> {
    let (tree, directory) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let workflows = tree.path().join(".github/workflows");
    fs::create_dir_all(&workflows).unwrap();
    fs::write(workflows.join("portal.yml"), CALLER).unwrap();
    fs::copy(portal_spec(), tree.path().join("jobnet.yaml")).unwrap();
    let act = act(tree.path(), directory.path()).await?;
    let act = act.variable("API_BASE", api_base).variable("AWS_REGION", "ap-northeast-1");
    let act = act.secret("JWT_OF_PORTAL", "t0ken-of-a-test");
    Some(act.input("env", env).run("workflow_dispatch", "portal.yml").await)
}

#[tokio::test(flavor = "multi_thread")]
async fn stages_run_with_their_secrets_and_hand_on_their_outputs() {
    let sandbox = portal().await;
    let Some(ran) = run("local", &sandbox.base_url()).await else { return };
    assert_eq!(ran.ended.code, Some(0), "{ran:?}");
    let jobs = ["extract-view/run: success", "translate/run: success", "told: success"];
    assert_eq!(ran.jobs(), jobs);
    assert_eq!(ran.printed("told"), "first: succeeded 1 true\nsecond: succeeded 0\n");
    let printed = ran.printed("extract-view/run");
    assert!(printed.starts_with("logged in: ap-northeast-1 for 3600 s\n"), "{printed}");
    assert!(
        printed.ends_with("artifact jobnet-local-extract-view-1\nrequest\nrequest\nsummary\n"),
        "{printed}"
    );
    assert!(!ran.printed("translate/run").contains("logged in"), "{ran:?}");
    for job in ["extract-view/run", "translate/run"] {
        assert!(!ran.printed(job).contains("t0ken-of-a-test"), "{ran:?}");
    }
    let paths: Vec<String> = sandbox.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/portal/view_common?limit=500", "/extract/view_common"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_that_cannot_run_fails_its_job_and_what_needs_it_does_not_run() {
    let sandbox = portal().await;
    let Some(ran) = run("nowhere", &sandbox.base_url()).await else { return };
    assert_eq!(ran.ended.code, Some(1), "{ran:?}");
    // act itself runs nothing more where a workflow that was called fails.
    assert_eq!(ran.jobs(), ["extract-view/run: failure"], "{}", ran.ended.stdout);
    let printed = "logged in: ap-northeast-1 for 3600 s\nartifact jobnet-nowhere-extract-view-1\n";
    assert_eq!(ran.printed("extract-view/run"), printed);
    assert!(sandbox.requests().is_empty());
}
