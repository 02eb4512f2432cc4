//! Rate limits: refused requests have done nothing, and are sent again when GitHub allows it.

use insta::assert_snapshot;

use crate::common::github_api::{Fault, GithubApi, problem};

const ORDER: [&str; 4] = ["dispatch", "item", "--env", "dev"];

#[tokio::test]
async fn a_secondary_limit_is_waited_out_and_one_run_started() {
    let github = GithubApi::start().await;
    let refusal = problem(403, "You have exceeded a secondary rate limit.").header("retry-after", "0");
    github.fail("POST", "/dispatches", Fault::Refuse(refusal.clone()));
    github.fail("POST", "/dispatches", Fault::Refuse(refusal));
    let ended = github.run(ORDER).await;
    assert_eq!((ended.code, github.runs(), github.posts().len()), (Some(0), 1, 3));
    assert_snapshot!(ended.stderr, @"
    waiting 0.0 s for a secondary rate limit of GitHub's API
    waiting 0.0 s for a secondary rate limit of GitHub's API
    ");
}

#[tokio::test]
async fn a_primary_limit_that_lasts_is_told_and_not_waited_for() {
    let github = GithubApi::start().await;
    // 2026-11-21T10:30:00Z, half an hour from the server's time.
    let refusal = problem(403, "API rate limit exceeded for user ID 7.")
        .header("date", "Sat, 21 Nov 2026 10:00:00 GMT")
        .header("x-ratelimit-remaining", "0")
        .header("x-ratelimit-reset", "1795257000");
    github.fail("POST", "/dispatches", Fault::Refuse(refusal));
    let ended = github.run(ORDER).await;
    assert_eq!((ended.code, github.runs()), (Some(75), 0));
    assert_snapshot!(ended.stderr, @"
    error: the rate limit of GitHub's API is reached; it asks to wait 1801 s
      help: try again later
    ");
}

#[tokio::test]
async fn a_limit_that_is_over_at_once_is_met_while_a_run_is_followed() {
    let github = GithubApi::start().await;
    let refusal = problem(429, "API rate limit exceeded")
        .header("date", "Sat, 21 Nov 2026 10:00:00 GMT")
        .header("x-ratelimit-remaining", "0")
        .header("x-ratelimit-reset", "1795255199");
    github.fail("GET", "/jobs", Fault::Refuse(refusal));
    let ended = github.jobnet(ORDER).arguments(["--wait"]).run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}

#[tokio::test]
async fn a_look_is_repeated_while_github_is_not_available() {
    let github = GithubApi::start().await;
    for fault in
        [Fault::Refuse(problem(502, "Server Error")), Fault::CutBefore, Fault::Refuse(problem(503, ""))]
    {
        github.fail("GET", "/jobs", fault);
    }
    let ended = github.jobnet(ORDER).arguments(["--wait"]).run().await;
    assert_eq!((ended.code, github.posts().len()), (Some(0), 1), "{}", ended.stderr);
}

#[tokio::test]
async fn what_stays_unavailable_is_given_up_for_later() {
    let github = GithubApi::start().await;
    for _ in 0..5 {
        github.fail("GET", "/runs", Fault::Refuse(problem(503, "Unavailable")));
    }
    let ended = github.run(ORDER).await;
    assert_eq!((ended.code, github.posts().len()), (Some(75), 0));
    assert_snapshot!(ended.stderr, @"
    error: GitHub's API is not available: it answered 503
      help: try again later
    ");
}
