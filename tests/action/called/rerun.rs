use serde_json::json;

use crate::common::github_api::{GithubApi, Life, SPEC, TOKEN, run};

use super::called;

const CALLER: &str = "
name: again
on:
  workflow_dispatch:
    inputs:
      run: {type: string, required: true}
permissions: {}
jobs:
  again:
    permissions:
      actions: write
      contents: read
    uses: your-org/jobnet-action/.github/workflows/jobnet-rerun.yml@v1
    with:
      run: ${{ inputs.run }}
      failed: true
      wait: true
";

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_is_run_again_and_followed_to_its_end() {
    let github = GithubApi::start().await;
    let jobs = [("ranking", "success"), ("genre", "failure")];
    github.add(
        run(17, "shop-etl in dev: all", &json!({"conclusion": "failure"})),
        Life::ended("failure", &jobs),
    );
    let Some(called) = called("jobnet-rerun.yml", CALLER, &[("jobnet.yaml", SPEC)]).await else { return };
    let called = called.with(|act| {
        let act = act.env("GITHUB_API_URL", &github.base_url()).env("GITHUB_REPOSITORY", "shop/etl");
        act.env("JOBNET_POLL_INTERVAL", "2ms").secret("GITHUB_TOKEN", TOKEN).input("run", "17")
    });
    let ran = called.run().await;
    assert_eq!(ran.ended.code, Some(0), "{ran:?}");
    assert_eq!(github.posts(), ["/repos/shop/etl/actions/runs/17/rerun-failed-jobs"]);
}
