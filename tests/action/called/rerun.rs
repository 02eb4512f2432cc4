use serde_json::json;

use crate::common::act::Ran;
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

/// The API with run 17, which failed in `genre`.
async fn failed() -> GithubApi {
    let github = GithubApi::start().await;
    let jobs = [("ranking", "success"), ("genre", "failure")];
    let run = run(17, "shop-etl in dev: all", &json!({"conclusion": "failure"}));
    github.add(run, Life::ended("failure", &jobs));
    github
}

async fn ran(github: &GithubApi, caller: &str) -> Option<Ran> {
    let called = called("jobnet-rerun.yml", caller, &[("jobnet.yaml", SPEC)]).await?;
    let called = called.with(|act| {
        let act = act.env("GITHUB_API_URL", &github.base_url()).env("GITHUB_REPOSITORY", "shop/etl");
        act.env("JOBNET_POLL_INTERVAL", "2ms").secret("GITHUB_TOKEN", TOKEN).input("run", "17")
    });
    Some(called.run().await)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_is_run_again_and_followed_to_its_end() {
    let github = failed().await;
    let Some(ran) = ran(&github, CALLER).await else { return };
    assert_eq!(ran.ended.code, Some(0), "{ran:?}");
    assert_eq!(github.posts(), ["/repos/shop/etl/actions/runs/17/rerun-failed-jobs"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_is_run_again_with_what_needs_it() {
    let github = failed().await;
    let Some(ran) = ran(&github, &CALLER.replace("failed: true", "from: genre")).await else { return };
    assert_eq!(ran.ended.code, Some(0), "{ran:?}");
    assert_eq!(github.posts(), ["/repos/shop/etl/actions/jobs/1702/rerun"]);
}
