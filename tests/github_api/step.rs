//! What a step of GitHub Actions hands on of a run that it starts or follows: outputs, and a job summary.

use std::collections::{BTreeMap, BTreeSet};

use insta::assert_snapshot;
use jiff::Timestamp;
use serde_json::json;

use crate::common::Jobnet;
use crate::common::github_api::{Details, Fault, GithubApi, Life, problem, run};
use crate::common::watched::Watched;

/// Outputs, a line each.
fn lines(outputs: &BTreeMap<String, String>) -> String {
    let lines: Vec<String> = outputs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    lines.join("\n")
}

/// An API with run 17, whose `genre` failed.
async fn failed() -> GithubApi {
    let github = GithubApi::start().await;
    let jobs = [("ranking", "success"), ("genre", "failure"), ("item", "skipped")];
    let fields = json!({"created_at": Timestamp::now(), "conclusion": "failure"});
    github.add(run(17, "shop-etl in dev: all", &fields), Life::ended("failure", &jobs));
    github
}

#[tokio::test]
async fn a_run_that_was_started_is_handed_on() {
    let github = GithubApi::start().await;
    let order = github.jobnet(["dispatch", "genre+", "--env", "dev"]);
    let (ended, outputs, summary) = github.step(order).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_snapshot!(lines(&outputs), @"
    exit_code=0
    outcome=succeeded
    run_id=501
    url=https://github.com/shop/etl/actions/runs/501
    ");
    assert_snapshot!(summary, @"started run 501 of etl.yml for genre+ in dev: <https://github.com/shop/etl/actions/runs/501>");
}

#[tokio::test]
async fn a_run_that_was_followed_is_shown_with_its_jobs() {
    let github = GithubApi::start().await;
    github.state().life = Life::ending_as("failure");
    let order = github.jobnet(["dispatch", "--all", "--env", "dev", "--wait"]);
    let (ended, outputs, summary) = github.step(order).await;
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert_snapshot!(lines(&outputs), @"
    exit_code=1
    outcome=failed
    run_id=501
    url=https://github.com/shop/etl/actions/runs/501
    ");
    assert_snapshot!(summary, @"
    started run 501 of etl.yml for all in dev: <https://github.com/shop/etl/actions/runs/501>

    ✗ run 501: failure, 90 s: <https://github.com/shop/etl/actions/runs/501>

    | job | outcome | time |
    |---|---|--:|
    | [ranking](https://github.com/shop/etl/actions/runs/501/job/50101) | success | 42 s |
    | [item](https://github.com/shop/etl/actions/runs/501/job/50102) | failure | 42 s |
    ");
}

#[tokio::test]
async fn the_outcome_is_that_of_the_run() {
    for (conclusion, outcome, code) in [
        ("success", "succeeded", "0"),
        ("neutral", "succeeded", "0"),
        ("skipped", "skipped", "0"),
        ("failure", "failed", "1"),
        ("timed_out", "failed", "1"),
        ("startup_failure", "failed", "1"),
        ("action_required", "failed", "1"),
        ("stale", "failed", "1"),
        ("cancelled", "cancelled", "4"),
    ] {
        let github = GithubApi::start().await;
        github.add(run(17, "shop-etl in dev: all", &json!({})), Life::ending_as(conclusion));
        let (ended, outputs, _) = github.step(github.jobnet(["watch", "17"])).await;
        assert_eq!(ended.code, code.parse().ok(), "{conclusion}: {}", ended.stderr);
        assert_eq!((outputs["outcome"].as_str(), outputs["exit_code"].as_str()), (outcome, code));
        assert_eq!(outputs["run_id"], "17");
    }
}

#[tokio::test]
async fn a_rerun_says_how_it_was_done() {
    let github = failed().await;
    let (_, outputs, summary) = github.step(github.jobnet(["rerun", "17", "--failed", "--wait"])).await;
    assert_snapshot!(lines(&outputs), @"
    exit_code=0
    how=rerun
    outcome=succeeded
    run_id=17
    url=https://github.com/shop/etl/actions/runs/17
    ");
    assert_snapshot!(summary, @"
    run 17 runs again, what failed and what needs that, by GitHub's rerun: <https://github.com/shop/etl/actions/runs/17>

    ✓ run 17: success, 90 s: <https://github.com/shop/etl/actions/runs/17>

    | job | outcome | time |
    |---|---|--:|
    | [ranking](https://github.com/shop/etl/actions/runs/17/job/1701) | success | 42 s |
    | [item](https://github.com/shop/etl/actions/runs/17/job/1702) | success | 42 s |
    ");
    let github = failed().await;
    let (_, outputs, summary) = github.step(github.jobnet(["rerun", "17", "--failed", "--ref", "fix"])).await;
    assert_snapshot!(lines(&outputs), @"
    exit_code=0
    how=dispatch
    outcome=succeeded
    run_id=502
    url=https://github.com/shop/etl/actions/runs/502
    ");
    assert_snapshot!(summary, @"
    run 17 runs again, as a new run of genre+ at the head of fix, since GitHub's rerun is of the run's own commit: <https://github.com/shop/etl/actions/runs/17>

    started run 502 of etl.yml for genre+ in dev: <https://github.com/shop/etl/actions/runs/502>
    ");
}

#[tokio::test]
async fn what_did_not_begin_is_invalid() {
    let github = failed().await;
    for arguments in [
        &["dispatch", "itme", "--env", "dev"][..],
        &["dispatch", "genre", "tag", "--env", "dev"],
        &["dispatch", "item", "--env", "prod"],
        &["rerun", "17", "--from", "itme"],
        &["rerun", "17", "--env", "prod"],
        &["watch", "18"],
        &["watch", "run"],
    ] {
        let jobnet = arguments.iter().fold(github.jobnet([]), |jobnet, word| jobnet.arguments([*word]));
        let (ended, outputs, summary) = github.step(jobnet).await;
        assert_eq!((ended.code, summary.as_str()), (Some(2), ""), "{arguments:?}: {}", ended.stderr);
        assert!(ended.stderr.contains("::error title=jobnet::"), "{}", ended.stderr);
        assert_eq!(lines(&outputs), "exit_code=2\noutcome=invalid", "{arguments:?}");
    }
    assert_eq!(github.posts().len(), 0);
}

#[tokio::test]
async fn a_rerun_that_github_refuses_is_none() {
    for (path, arguments) in [("/rerun", &[][..]), ("/dispatches", &["--ref", "fix"])] {
        let github = failed().await;
        github.fail("POST", path, Fault::Refuse(problem(403, "This workflow run cannot be retried")));
        let rerun = github.jobnet(["rerun", "17"]);
        let rerun = arguments.iter().fold(rerun, |jobnet, argument| jobnet.arguments([*argument]));
        let (ended, outputs, summary) = github.step(rerun).await;
        assert_eq!((ended.code, summary.as_str()), (Some(2), ""), "{}", ended.stderr);
        assert_eq!(lines(&outputs), "exit_code=2\noutcome=invalid");
    }
}

#[tokio::test]
async fn a_run_is_handed_on_although_it_is_followed_no_longer() {
    let github = GithubApi::start().await;
    github.state().life = Life::default().step(("in_progress", None), &[]);
    let order = github.jobnet(["dispatch", "item", "--env", "dev", "--wait", "--timeout", "50ms"]);
    let (ended, outputs, _) = github.step(order).await;
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert_snapshot!(lines(&outputs), @"
    exit_code=1
    outcome=failed
    run_id=501
    url=https://github.com/shop/etl/actions/runs/501
    ");
}

#[tokio::test]
async fn a_step_that_is_cancelled_still_hands_the_run_on() {
    let github = GithubApi::start().await;
    let life = Life::default().step(("in_progress", None), &[("item", "in_progress", None)]);
    github.add(run(17, "shop-etl in dev: all", &json!({})), life);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("outputs");
    let jobnet = github.jobnet(["watch", "17"]).env("GITHUB_ACTIONS", "true");
    let mut watching = Watched::start(jobnet.env("GITHUB_OUTPUT", file.to_str().unwrap()));
    watching.line_with(["\"job\":\"item\""]).await;
    watching.signal("INT").await;
    assert_eq!(watching.end().await.code, Some(130));
    let outputs = crate::common::outputs(&std::fs::read_to_string(file).unwrap());
    assert_snapshot!(lines(&outputs), @"
    exit_code=130
    outcome=interrupted
    run_id=17
    url=https://github.com/shop/etl/actions/runs/17
    ");
}

#[tokio::test]
async fn a_run_that_cannot_be_told_has_no_id() {
    let github = GithubApi::start().await;
    github.state().details = Details::Ignored;
    github.state().lag = usize::MAX;
    let (ended, outputs, summary) = github.step(github.jobnet(["dispatch", "item", "--env", "dev"])).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_snapshot!(github.shown(&lines(&outputs)), @"
    exit_code=0
    outcome=succeeded
    run_id=
    url=https://[HOST]/shop/etl/actions/workflows/etl.yml
    ");
    assert_snapshot!(github.shown(&summary), @"started a run of etl.yml for item in dev: <https://[HOST]/shop/etl/actions/workflows/etl.yml>");
}

#[tokio::test]
async fn what_may_succeed_later_is_unavailable() {
    let github = GithubApi::start().await;
    let limit = problem(429, "API rate limit exceeded").header("retry-after", "3600");
    github.fail("POST", "/dispatches", Fault::Refuse(limit));
    let (ended, outputs, _) = github.step(github.jobnet(["dispatch", "item", "--env", "dev"])).await;
    assert_eq!(ended.code, Some(75), "{}", ended.stderr);
    assert_eq!(lines(&outputs), "exit_code=75\noutcome=unavailable");
}

#[tokio::test]
async fn a_run_may_be_named_by_a_variable() {
    let github = failed().await;
    for (command, code) in [("watch", 1), ("rerun", 0)] {
        let page = "https://127.0.0.1/shop/etl/actions/runs/17";
        let (ended, outputs, _) = github.step(github.jobnet([command]).env("JOBNET_RUN", page)).await;
        assert_eq!(ended.code, Some(code), "{command}: {}", ended.stderr);
        assert_eq!(outputs["run_id"], "17");
    }
}

#[tokio::test]
async fn a_jobs_name_is_no_markdown() {
    let github = GithubApi::start().await;
    let life = Life::ended("success", &[("build (a|b) [x](https://x.example) <img> `y`\n# z", "success")]);
    github.add(run(17, "x", &json!({})), life);
    let (_, _, summary) = github.step(github.jobnet(["watch", "17"])).await;
    assert_snapshot!(summary.lines().nth(4).unwrap_or_default(), @r"| [build (a\|b) \[x\](https://x.example) \<img\> \`y\` # z](https://github.com/shop/etl/actions/runs/17/job/1701) | success | 42 s |");
}

#[tokio::test]
async fn the_action_takes_these_commands_and_knows_their_outputs() {
    let github = failed().await;
    let step = |inputs: [(&str, &str); 4]| {
        let jobnet = github.jobnet(["action"]);
        inputs.into_iter().fold(jobnet, |jobnet: Jobnet, (name, value)| jobnet.env(name, value))
    };
    let metadata = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/action.yml")).unwrap();
    let action: serde_json::Value = serde_saphyr::from_str(&metadata).unwrap();
    let mut seen = BTreeSet::new();
    for (command, stages, env, arguments) in [
        ("dispatch", "item+", "dev", "--wait"),
        ("rerun", "", "dev", "17 --from genre --wait"),
        ("watch", "", "", "--latest --timeout 1m"),
    ] {
        let (ended, outputs, _) = github
            .step(step([
                ("INPUT_COMMAND", command),
                ("INPUT_STAGES", stages),
                ("INPUT_ENV", env),
                ("INPUT_ARGUMENTS", arguments),
            ]))
            .await;
        assert_eq!(ended.code, Some(0), "{command}: {}", ended.stderr);
        seen.extend(outputs.into_keys());
    }
    for name in &seen {
        assert!(action["outputs"].get(name).is_some(), "{name}");
    }
    let names: Vec<&str> = seen.iter().map(String::as_str).collect();
    assert_eq!(names, ["exit_code", "how", "outcome", "run_id", "url"]);
}
