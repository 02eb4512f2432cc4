//! Servers that do not say which run they started, and connections that break: no second run is started.

use insta::assert_snapshot;
use serde_json::json;

use crate::common::github_api::{Details, Fault, GithubApi, run};
use crate::common::misbehaving::status;

const ORDER: [&str; 4] = ["dispatch", "item", "--env", "dev"];

/// The run that is told on stdout, `null` where none can be.
fn told(ended: &crate::common::Ended) -> serde_json::Value {
    ended.events("dispatched")[0]["run_id"].clone()
}

#[tokio::test]
async fn an_old_server_is_asked_without_details_and_its_run_is_found() {
    for (details, posts) in [(Details::Ignored, 1), (Details::Refused(400), 2), (Details::Refused(422), 2)] {
        let github = GithubApi::start().await;
        github
            .add(run(90, "shop-etl in dev: item", &json!({})), crate::common::github_api::Life::succeeding());
        github.state().details = details;
        github.state().lag = 2;
        let ended = github.run(ORDER).await;
        assert_eq!(ended.code, Some(0), "{details:?}: {}", ended.stderr);
        assert_eq!((told(&ended), github.runs()), (json!(502), 2));
        assert_eq!(ended.events("dispatched")[0]["how"], "found");
        assert_eq!(github.posts().len(), posts);
    }
}

#[tokio::test]
async fn runs_of_others_are_not_taken_for_ours() {
    let github = GithubApi::start().await;
    github.state().details = Details::Ignored;
    let title = "shop-etl in dev: item";
    github.state().others = vec![
        run(601, title, &json!({"actor": {"login": "bo"}})),
        run(602, title, &json!({"head_branch": "fix"})),
        run(603, title, &json!({"event": "schedule"})),
        run(604, "shop-etl in prod: item", &json!({})),
        run(605, "shop-etl in dev: all", &json!({})),
    ];
    let ended = github.run(ORDER).await;
    assert_eq!((ended.code, told(&ended)), (Some(0), json!(501)), "{}", ended.stderr);
}

#[tokio::test]
async fn where_several_runs_can_be_it_they_are_named_and_none_is_followed() {
    let github = GithubApi::start().await;
    github.state().details = Details::Ignored;
    github.state().others = vec![run(601, "shop-etl in dev: item", &json!({}))];
    let ended = github.jobnet(ORDER).arguments(["--wait"]).run().await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
    assert_snapshot!(github.shown(&ended.stderr), @"
    error: a run was started, and it cannot be told which: there are several; these could be it: https://github.com/shop/etl/actions/runs/601, https://github.com/shop/etl/actions/runs/501
      help: follow the right one: jobnet watch RUN
      help: they are listed at https://[HOST]/shop/etl/actions/workflows/etl.yml
    ");
    assert_eq!(github.posts().len(), 1);
}

#[tokio::test]
async fn a_run_that_cannot_be_told_is_started_all_the_same() {
    let github = GithubApi::start().await;
    github.state().details = Details::Ignored;
    github.state().lag = usize::MAX;
    let ended = github.run(ORDER).await;
    assert_eq!((ended.code, told(&ended)), (Some(0), json!(null)));
    assert_snapshot!(github.shown(&ended.stderr), @"warning: a run was started, and it cannot be told which: none has been seen");
}

#[tokio::test]
async fn a_connection_that_is_cut_after_the_request_starts_no_second_run() {
    for fault in [Fault::CutAfter, Fault::Disguise(status(502)), Fault::Disguise(status(500))] {
        let github = GithubApi::start().await;
        github.fail("POST", "/dispatches", fault.clone());
        let ended = github.run(ORDER).await;
        assert_eq!((ended.code, told(&ended)), (Some(0), json!(501)), "{fault:?}: {}", ended.stderr);
        assert_eq!((github.posts().len(), github.runs()), (1, 1));
    }
}

#[tokio::test]
async fn where_it_cannot_be_told_whether_a_run_was_started_none_is_started_again() {
    let github = GithubApi::start().await;
    github.fail("POST", "/dispatches", Fault::CutBefore);
    let ended = github.run(ORDER).await;
    // Not 75: whoever tries again blindly may start a second one.
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
    assert_snapshot!(github.shown(&ended.stderr), @"
    error: it cannot be told whether a run was started: the connection was cut: connection closed before message completed
      help: look whether there is one before you try again: https://[HOST]/shop/etl/actions/workflows/etl.yml
    ");
    assert_eq!((github.posts().len(), github.runs()), (1, 0));
}

#[tokio::test]
async fn what_goes_wrong_after_a_run_was_started_asks_for_no_other() {
    for fault in [Fault::Disguise(status(204).body("")), Fault::CutAfter] {
        let github = GithubApi::start().await;
        github.fail("POST", "/dispatches", fault);
        for _ in 0..12 {
            github.fail("GET", "/user", Fault::Refuse(status(503)));
        }
        let ended = github.jobnet(ORDER).arguments(["--wait"]).run().await;
        assert_eq!((ended.code, github.runs()), (Some(1), 1), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn an_apps_token_is_nobodys() {
    let github = GithubApi::start().await;
    github.state().details = Details::Ignored;
    let refusal = crate::common::github_api::problem(403, "Resource not accessible by integration");
    github.fail("GET", "/user", Fault::Refuse(refusal));
    let ended = github.run(ORDER).await;
    assert_eq!((ended.code, told(&ended)), (Some(0), json!(501)), "{}", ended.stderr);
}
