use insta::assert_snapshot;
use serde_json::json;

use crate::common::github_api::{Fault, GithubApi, Life, problem, run};

async fn three() -> GithubApi {
    let github = GithubApi::start().await;
    github.add(
        run(17, "shop-etl in prod", &json!({"event": "schedule"})),
        Life::ended("success", &[("item", "success")]),
    );
    let jobs = [("genre", "success"), ("item", "failure")];
    github.add(
        run(18, "shop-etl in dev: genre+", &json!({"conclusion": "failure"})),
        Life::ended("failure", &jobs),
    );
    let fields = json!({"status": "in_progress", "conclusion": null, "head_branch": "fix"});
    github.add(run(19, "Something else", &fields), Life::default().step(("in_progress", None), &[]));
    github.state().annotations = vec![
        (1701, "jobnet item", "item: succeeded, 0% failed"),
        (1801, "jobnet genre", "genre: succeeded, 0.25% failed"),
        (1802, "jobnet item", "item: failed, 12.5% failed\nanswered 500"),
        (1802, "", "Process completed with exit code 1."),
    ];
    github
}

#[tokio::test]
async fn runs_are_listed_with_what_failed_in_them() {
    let github = three().await;
    let ended = github.run(["runs", "--format", "human"]).await;
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    assert_snapshot!(ended.stdout, @"
    run  started               by                 env   stages  branch  outcome  time  failed                    page
    19   2026-11-21 10:00:00Z  workflow_dispatch  –     –       fix     running     –  –                         https://github.com/shop/etl/actions/runs/19
    18   2026-11-21 10:00:00Z  workflow_dispatch  dev   genre+  main    failure  90 s  genre 0.25%, item 12.50%  https://github.com/shop/etl/actions/runs/18
    17   2026-11-21 10:00:00Z  schedule           prod  –       main    success  90 s  0%                        https://github.com/shop/etl/actions/runs/17
    ");
}

#[tokio::test]
async fn machines_get_a_line_a_run() {
    let github = three().await;
    let ended = github.run(["runs", "--env", "dev", "--format", "json"]).await;
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    assert_snapshot!(ended.stdout, @r#"{"attempt":1,"branch":"main","commit":"1111111111111111111111111111111111111111","dry_run":false,"duration_ms":90000,"env":"dev","event":"listed","run_id":18,"selection":"genre+","stages":[{"attempt":1,"failure_rate":0.0025,"outcome":"succeeded","stage":"genre"},{"attempt":1,"failure_rate":0.125,"outcome":"failed","stage":"item"}],"started_at":"2026-11-21T10:00:00Z","started_by":"workflow_dispatch","state":"failure","url":"https://github.com/shop/etl/actions/runs/18"}"#);
}

#[tokio::test]
async fn pages_are_read_until_there_are_enough() {
    let github = GithubApi::start().await;
    for id in 1..=230 {
        let env = if id % 50 == 0 { "prod" } else { "dev" };
        github.add(run(id, &format!("shop-etl in {env}: all"), &json!({})), Life::ended("success", &[]));
    }
    let listed = |ended: &crate::common::Ended| ended.events("listed").len();
    let ended = github.run(["runs", "--limit", "100", "--format", "json"]).await;
    assert_eq!(listed(&ended), 100);
    // 200 and 150 are among the latest 100.
    let ended = github.run(["runs", "--env", "prod", "--format", "json"]).await;
    assert_eq!(listed(&ended), 2, "{}", ended.stdout);
}

#[tokio::test]
async fn without_the_permission_for_checks_the_rest_is_shown() {
    let github = three().await;
    for _ in 0..3 {
        let refusal = problem(403, "Resource not accessible by personal access token")
            .header("x-accepted-github-permissions", "checks=read");
        github.fail("GET", "/check-runs", Fault::Refuse(refusal));
    }
    let ended = github.run(["runs", "--format", "human"]).await;
    assert_eq!(ended.code, Some(0));
    assert_snapshot!(ended.stderr, @"warning: failure rates cannot be shown: GitHub forbids to read the annotations of a run: Resource not accessible by personal access token (give the token what the API asks for: checks: read)");
    assert!(ended.stdout.contains("shop/etl/actions/runs/18"));
}

#[tokio::test]
async fn no_runs_are_no_fault() {
    let github = GithubApi::start().await;
    let ended = github.run(["runs"]).await;
    assert_eq!(
        (ended.code, ended.stdout.as_str(), ended.stderr.as_str()),
        (Some(0), "", "there are no runs\n")
    );
}
