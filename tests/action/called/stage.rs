use crate::common::act::Ran;
use crate::common::{portal, portal_spec};

use super::called;

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

async fn run(env: &str, api_base: &str) -> Option<Ran> {
    let spec = std::fs::read_to_string(portal_spec()).unwrap();
    let called = called("jobnet-stage.yml", CALLER, &[("jobnet.yaml", &spec)]).await?;
    let called = called.with(|act| {
        let act = act.variable("API_BASE", api_base).variable("AWS_REGION", "ap-northeast-1");
        act.secret("JWT_OF_PORTAL", "t0ken-of-a-test").input("env", env)
    });
    Some(called.run().await)
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
