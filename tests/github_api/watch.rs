use insta::assert_snapshot;
use serde_json::json;

use crate::common::github_api::{GithubApi, Life, run};
use crate::common::is_there;
use crate::common::watched::Watched;

/// A run that does not end as long as anybody looks.
fn endless() -> Life {
    Life::default().step(("in_progress", None), &[("item", "in_progress", None)])
}

#[tokio::test]
async fn a_run_is_followed_line_by_line() {
    let github = GithubApi::start().await;
    github.add(run(17, "shop-etl in dev: all", &json!({})), Life::ending_as("failure"));
    let ended = github.run(["watch", "17", "--format", "human"]).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
    assert_snapshot!(ended.stderr, @"
    run 17: queued
    run 17: running
    ✓ ranking                42 s  success
    · item: queued
    · item: running
    ✗ item                   42 s  failure
    ✗ run 17: failure, 90 s: https://github.com/shop/etl/actions/runs/17
    ");
}

#[tokio::test]
async fn a_run_that_waits_for_an_approval_says_where() {
    let github = GithubApi::start().await;
    let life = Life::default().step(("waiting", None), &[]).step(("completed", Some("success")), &[]);
    github.add(run(17, "shop-etl in dev: all", &json!({})), life);
    let ended = github.run(["watch", "17", "--format", "human"]).await;
    assert_snapshot!(ended.stderr, @"
    run 17: waiting, for an approval or for another rule of its environment: https://github.com/shop/etl/actions/runs/17
    ✓ run 17: success, 90 s: https://github.com/shop/etl/actions/runs/17
    ");
}

#[tokio::test]
async fn machines_see_each_change_once() {
    let github = GithubApi::start().await;
    github.add(run(17, "shop-etl in dev: all", &json!({})), Life::succeeding());
    let ended = github.run(["watch", "https://127.0.0.1/shop/etl/actions/runs/17/job/4"]).await;
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    assert_snapshot!(ended.stdout, @r#"
    {"attempt":1,"duration_ms":42000,"event":"job","job":"ranking","run_id":17,"state":"success","url":"https://github.com/shop/etl/actions/runs/17/job/1701"}
    {"attempt":1,"duration_ms":null,"event":"job","job":"item","run_id":17,"state":"queued","url":"https://github.com/shop/etl/actions/runs/17/job/1702"}
    {"attempt":1,"duration_ms":null,"event":"job","job":"item","run_id":17,"state":"running","url":"https://github.com/shop/etl/actions/runs/17/job/1702"}
    {"attempt":1,"duration_ms":42000,"event":"job","job":"item","run_id":17,"state":"success","url":"https://github.com/shop/etl/actions/runs/17/job/1702"}
    {"attempt":1,"duration_ms":90000,"event":"run","run_id":17,"state":"success","url":"https://github.com/shop/etl/actions/runs/17"}
    "#);
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let github = GithubApi::start().await;
    let waiting = Life::default()
        .step(("waiting", None), &[])
        .step(("waiting", None), &[])
        .step(("completed", Some("success")), &[]);
    github.add(run(17, "shop-etl in dev: all", &json!({})), waiting);
    assert_eq!(github.run(["watch", "17"]).await.code, Some(0));
    let looks: Vec<_> = github.arrivals().into_iter().filter(|look| look.path.ends_with("/17")).collect();
    let conditions: Vec<bool> = looks.iter().map(|look| !look.header("if-none-match").is_empty()).collect();
    assert_eq!(conditions, [false, true, true]);
    assert_eq!(looks[1].header("if-none-match"), looks[2].header("if-none-match"));
}

#[tokio::test]
async fn the_latest_run_is_the_workflows() {
    let github = GithubApi::start().await;
    let none = github.run(["watch", "--latest"]).await;
    assert_eq!(none.code, Some(2));
    assert_snapshot!(none.stderr, @"
    error: `etl.yml` has no runs
      help: start one: jobnet dispatch
    ");
    for id in [17, 18] {
        github.add(run(id, "shop-etl in dev: all", &json!({})), Life::ending_as("cancelled"));
    }
    let ended = github.run(["watch", "--latest"]).await;
    assert_eq!((ended.code, ended.events("run")[0]["run_id"].clone()), (Some(4), json!(18)));
}

#[tokio::test]
async fn a_run_needs_no_spec_to_be_followed() {
    let github = GithubApi::start().await;
    github.add(run(17, "anything", &json!({})), Life::succeeding());
    let jobnet = github.jobnet(["watch", "17"]);
    std::fs::remove_file(jobnet.directory().join("jobnet.yaml")).unwrap();
    assert_eq!(jobnet.run().await.code, Some(0));
}

#[tokio::test]
async fn a_run_that_is_not_there_is_not_found() {
    let github = GithubApi::start().await;
    let ended = github.run(["watch", "17"]).await;
    assert_eq!(ended.code, Some(2));
    assert_snapshot!(ended.stderr, @"
    error: GitHub finds nothing where it was asked to look at the run, or the token may not see it
      help: check the names of the repository, the workflow and the run
      help: what a token may not see reads as not found: give the token the permission `actions: write`, or `read` to look only
    ");
}

#[tokio::test]
async fn whoever_stops_watching_leaves_the_run_alone() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let github = GithubApi::start().await;
        github.add(run(17, "shop-etl in dev: all", &json!({})), endless());
        let mut watching = Watched::start(github.jobnet(["watch", "17"]));
        watching.line_with(["\"job\":\"item\""]).await;
        watching.signal(signal).await;
        let ended = watching.end().await;
        assert_eq!(ended.code, Some(code));
        assert_eq!(ended.stderr, "run 17 goes on: https://127.0.0.1/shop/etl/actions/runs/17\n");
        assert_eq!(github.posts().len(), 0);
    }
}

#[tokio::test]
async fn time_that_is_up_is_no_failure_of_the_run() {
    let github = GithubApi::start().await;
    github.add(run(17, "shop-etl in dev: all", &json!({})), endless());
    let ended = github.run(["watch", "17", "--timeout", "50ms"]).await;
    assert_eq!(ended.code, Some(75));
    assert_snapshot!(ended.stderr, @"
    error: run 17 goes on, and is followed no longer: its time is up
      help: follow it on: jobnet watch 17
    ");
}

#[tokio::test]
async fn whoever_started_a_run_is_not_asked_to_start_it_again_when_time_is_up() {
    let github = GithubApi::start().await;
    github.state().life = endless();
    let ended = github
        .run(["dispatch", "item", "--env", "dev", "--format", "human", "--wait", "--timeout", "50ms"])
        .await;
    assert_eq!((ended.code, github.posts().len()), (Some(1), 1));
    let last: Vec<&str> = ended.stderr.lines().rev().take(2).collect();
    assert_snapshot!(last.join("\n"), @"
      help: follow it on: jobnet watch 501
    error: run 501 goes on, and is followed no longer: its time is up
    ");
}

#[tokio::test]
async fn a_terminal_shows_the_jobs_live() {
    if !is_there("script") {
        return;
    }
    let github = GithubApi::start().await;
    github.add(run(17, "shop-etl in dev: all", &json!({})), Life::succeeding());
    let output = github.jobnet(["watch", "17"]).in_terminal().output().await.unwrap();
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{shown}");
    assert!(shown.contains("✓ item"), "{shown}");
    assert!(shown.contains("✓ run 17: success"), "{shown}");
}

#[tokio::test]
async fn a_jobs_name_is_no_workflow_command() {
    let github = GithubApi::start().await;
    let jobs = [("::error::x", "in_progress", None), ("y ##[error]z", "queued", None)];
    let ends = [("::error::x", "completed", Some("success")), ("y ##[error]z", "completed", Some("success"))];
    let life = Life::default().step(("in_progress", None), &jobs).step(("completed", Some("success")), &ends);
    github.add(run(17, "x", &json!({})), life);
    let ended = github.run(["watch", "17", "--format", "github"]).await;
    assert_snapshot!(ended.stderr, @"
    run 17: running
    · ::error::x: running
    · y ## [error]z: queued
    ✓ ::error::x             42 s  success
    ✓ y ## [error]z           42 s  success
    ✓ run 17: success, 90 s: https://github.com/shop/etl/actions/runs/17
    ");
    assert_eq!(ended.events("job")[1]["job"], "y ##[error]z");
    assert!(!ended.stdout.contains("##["), "{}", ended.stdout);
}

#[tokio::test]
async fn a_title_cannot_move_the_cursor() {
    let github = GithubApi::start().await;
    let life = Life::ended("success", &[("item\u{1b}[2J\n::error::x", "success")]);
    github.add(run(17, "x", &json!({})), life);
    let ended = github.run(["watch", "17", "--format", "github"]).await;
    assert!(!ended.stderr.contains('\u{1b}') && !ended.stderr.contains("\n::"), "{:?}", ended.stderr);
}
