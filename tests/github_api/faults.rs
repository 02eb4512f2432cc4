//! Refusals: each says what is missing.

use insta::assert_snapshot;

use crate::common::github_api::{Fault, GithubApi, TOKEN, problem};

const ORDER: [&str; 4] = ["dispatch", "item", "--env", "dev"];

#[tokio::test]
async fn a_token_without_the_permission_is_told_which_one() {
    let github = GithubApi::start().await;
    let refusal = problem(403, "Resource not accessible by personal access token")
        .header("x-accepted-github-permissions", "actions=write");
    github.fail("POST", "/dispatches", Fault::Refuse(refusal));
    let ended = github.run(ORDER).await;
    assert_eq!((ended.code, github.posts().len()), (Some(2), 1));
    assert_snapshot!(ended.stderr, @"
    error: GitHub forbids to start the workflow: Resource not accessible by personal access token
      help: give the token what the API asks for: actions: write
    ");
}

#[tokio::test]
async fn what_is_not_found_may_be_out_of_sight() {
    let github = GithubApi::start().await;
    let refusal = problem(404, "Not Found").header("x-accepted-github-permissions", "actions=write");
    github.fail("POST", "/dispatches", Fault::Refuse(refusal));
    let ended = github.run(ORDER).await;
    assert_eq!((ended.code, github.posts().len()), (Some(2), 1));
    assert_snapshot!(ended.stderr, @"
    error: GitHub finds nothing where it was asked to start the workflow, or the token may not see it
      help: check the names of the repository, the workflow and the run
      help: what a token may not see reads as not found: give the token what the API asks for: actions: write
    ");
}

#[tokio::test]
async fn a_wrong_token_is_told_and_not_shown() {
    let github = GithubApi::start().await;
    let ended = github.jobnet(ORDER).env("GITHUB_TOKEN", "ghp_wrong").run().await;
    assert_eq!((ended.code, github.runs()), (Some(2), 0));
    assert!(!ended.stderr.contains("ghp_wrong"));
    assert_snapshot!(ended.stderr, @"
    error: GitHub does not accept the token (Bad credentials)
      help: make a new token; this one is wrong or has expired
    ");
}

#[tokio::test]
async fn requests_are_logged_without_the_token() {
    let github = GithubApi::start().await;
    let ended = github.jobnet(ORDER).arguments(["-vv"]).run().await;
    assert!(ended.stderr.contains("POST /repos/shop/etl/actions/workflows/etl.yml/dispatches: 200"));
    assert!(!ended.stderr.contains(TOKEN), "{}", ended.stderr);
}

#[tokio::test]
async fn a_token_in_githubs_own_words_is_masked() {
    let github = GithubApi::start().await;
    github.fail("POST", "/dispatches", Fault::Refuse(problem(409, &format!("what is {TOKEN}?"))));
    let ended = github.run(ORDER).await;
    assert!(ended.stderr.contains("what is ***?"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_fault_is_json_where_that_was_asked_for() {
    let github = GithubApi::start().await;
    github.fail("POST", "/dispatches", Fault::Refuse(problem(404, "Not Found")));
    let ended = github.jobnet(ORDER).arguments(["--format", "json"]).run().await;
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(2), ""));
    assert_eq!(ended.events("error")[0]["code"], "github");
}

#[tokio::test]
async fn what_is_no_github_is_said_to_be_none() {
    let github = GithubApi::start().await;
    let page = crate::common::misbehaving::status(200).body("<html>");
    github.fail("GET", "/shop/etl", Fault::Refuse(page));
    let ended = github.run(ORDER).await;
    assert_eq!(ended.code, Some(1));
    assert_snapshot!(ended.stderr, @"
    error: GitHub's answer to a request to look at the repository cannot be read: expected value at line 1 column 1
      help: check that GITHUB_API_URL is that of a GitHub
    ");
}

#[tokio::test]
async fn a_token_does_not_follow_a_page_to_another_server() {
    let github = GithubApi::start().await;
    let list = crate::common::misbehaving::json(
        r#"{"workflow_runs": [{"id": 1, "created_at": "2026-11-21T10:00:00Z"}]}"#,
    );
    let list = list.header("link", "<http://127.0.0.1:9/runs?page=2>; rel=\"next\"");
    github.fail("GET", "/runs", Fault::Refuse(list));
    let ended = github.run(["runs"]).await;
    assert_eq!(ended.code, Some(1));
    assert_snapshot!(ended.stderr, @"
    error: GitHub's answer to a request to list the workflow's runs cannot be read: its next page is on another server
      help: check that GITHUB_API_URL is that of a GitHub
    ");
}

#[tokio::test]
async fn a_repository_that_has_moved_is_not_followed() {
    let github = GithubApi::start().await;
    let moved = problem(301, "Moved Permanently").header("location", "http://127.0.0.1:9/repositories/1");
    github.fail("GET", "/shop/etl", Fault::Refuse(moved));
    let ended = github.run(ORDER).await;
    assert_eq!((ended.code, github.arrivals().len()), (Some(2), 1));
    assert_snapshot!(ended.stderr, @"
    error: the repository has moved
      help: name it as it is called now: --repo OWNER/NAME
    ");
}
