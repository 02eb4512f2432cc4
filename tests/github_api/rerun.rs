use insta::assert_snapshot;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::common::github_api::{Fault, GithubApi, Life, problem, run};
use crate::common::misbehaving::status;

const TITLE: &str = "shop-etl in dev: all";

/// An API with run 17, which failed in `genre` so many days ago.
async fn failed(title: &str, days: i64, change: &Value) -> GithubApi {
    let github = GithubApi::start().await;
    let then = Timestamp::now() - SignedDuration::from_hours(24 * days);
    let mut fields = json!({"created_at": then, "conclusion": "failure"});
    fields.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    let jobs = [
        ("start", "success"),
        ("ranking", "success"),
        ("tag", "success"),
        ("genre", "failure"),
        ("item", "skipped"),
    ];
    github.add(run(17, title, &fields), Life::ended("failure", &jobs));
    github
}

/// What was posted where, and the body of it.
fn posted(github: &GithubApi) -> Vec<(String, Value)> {
    let posts = github.arrivals().into_iter().filter(|arrival| arrival.method == "POST");
    posts
        .map(|post| (post.path.trim_start_matches("/repos/shop/etl/actions/").to_owned(), post.json()))
        .collect()
}

#[tokio::test]
async fn github_reruns_what_it_can() {
    for (arguments, path) in [
        (&[][..], "runs/17/rerun"),
        (&["--failed"], "runs/17/rerun-failed-jobs"),
        (&["--from", "genre"], "jobs/1704/rerun"),
        (&["--from", "genre+"], "jobs/1704/rerun"),
        (&["--from", "ranking"], "jobs/1702/rerun"),
        (&["--ref", "main"], "runs/17/rerun"),
    ] {
        let github = failed(TITLE, 29, &json!({})).await;
        let mut jobnet = github.jobnet(["rerun", "17"]);
        for argument in arguments {
            jobnet = jobnet.arguments([*argument]);
        }
        let ended = jobnet.run().await;
        assert_eq!(ended.code, Some(0), "{arguments:?}: {}", ended.stderr);
        assert_eq!(posted(&github), [(path.to_owned(), json!({"enable_debug_logging": false}))]);
        assert_eq!(ended.events("rerun")[0]["how"], "rerun");
    }
}

#[tokio::test]
async fn a_new_run_takes_the_place_of_a_rerun_that_does_not_fit() {
    let mut said = String::new();
    for (title, days, arguments, stages) in [
        (TITLE, 31, &["--failed"][..], "genre+"),
        (TITLE, 31, &[], "all"),
        (TITLE, 1, &["--ref", "fix"], "all"),
        (TITLE, 1, &["--ref", "fix", "--from", "genre"], "genre+"),
        (TITLE, 1, &["--from", "item"], "item"),
        ("shop-etl in dev: genre", 1, &["--from", "genre+"], "genre+"),
        ("shop-etl in dev", 1, &["--from", "genre+"], "genre+"),
    ] {
        let github = failed(title, days, &json!({})).await;
        let mut jobnet = github.jobnet(["rerun", "17", "--format", "human"]);
        for argument in arguments {
            jobnet = jobnet.arguments([*argument]);
        }
        let ended = jobnet.run().await;
        assert_eq!(ended.code, Some(0), "{arguments:?}: {}", ended.stderr);
        let posts = posted(&github);
        assert_eq!((posts.len(), posts[0].0.as_str()), (1, "workflows/etl.yml/dispatches"));
        assert_eq!(posts[0].1["inputs"]["stages"], stages, "{arguments:?}");
        assert_eq!(posts[0].1["ref"], if arguments.contains(&"fix") { "fix" } else { "main" });
        said.push_str(ended.stderr.lines().next().unwrap());
        said.push('\n');
    }
    assert_snapshot!(said, @"
    run 17 runs again, as a new run of genre+ at the head of main, since the run began 30 days ago or more: https://github.com/shop/etl/actions/runs/17
    run 17 runs again, as a new run of all at the head of main, since the run began 30 days ago or more: https://github.com/shop/etl/actions/runs/17
    run 17 runs again, as a new run of all at the head of fix, since GitHub's rerun is of the run's own commit: https://github.com/shop/etl/actions/runs/17
    run 17 runs again, as a new run of genre+ at the head of fix, since GitHub's rerun is of the run's own commit: https://github.com/shop/etl/actions/runs/17
    run 17 runs again, as a new run of item at the head of main, since `genre` before it did not succeed in the run: https://github.com/shop/etl/actions/runs/17
    run 17 runs again, as a new run of genre+ at the head of main, since the run may not have been for `item`: https://github.com/shop/etl/actions/runs/17
    run 17 runs again, as a new run of genre+ at the head of main, since the run may not have been for `item`: https://github.com/shop/etl/actions/runs/17
    ");
}

#[tokio::test]
async fn a_dry_run_stays_one() {
    let github = failed("shop-etl in prod: all (dry run)", 31, &json!({})).await;
    assert_eq!(github.run(["rerun", "17"]).await.code, Some(0));
    assert_eq!(posted(&github)[0].1["inputs"]["dry_run"], "true");
}

#[tokio::test]
async fn what_cannot_be_run_again_is_said() {
    let mut said = String::new();
    for (title, change, life, arguments, code) in [
        (TITLE, json!({}), Life::default().step(("in_progress", None), &[]), &[][..], 75),
        (TITLE, json!({}), Life::ended("success", &[]), &["--failed"], 2),
        (TITLE, json!({"path": ".github/workflows/ci.yml"}), Life::ended("failure", &[]), &[], 2),
        (TITLE, json!({}), Life::ended("failure", &[]), &["--env", "prod"], 2),
        ("Nightly", json!({}), Life::ended("failure", &[]), &[], 2),
        (TITLE, json!({}), Life::ended("failure", &[]), &["--from", "itme"], 2),
        (TITLE, json!({}), Life::ended("failure", &[]), &["--from", "words", "--ref", "fix"], 0),
        ("Nightly", json!({}), Life::ended("failure", &[]), &["--env", "dev", "--ref", "fix"], 2),
    ] {
        let github = GithubApi::start().await;
        let mut fields = json!({"created_at": Timestamp::now()});
        fields.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        github.add(run(17, title, &fields), life);
        let mut jobnet = github.jobnet(["rerun", "17"]);
        for argument in arguments {
            jobnet = jobnet.arguments([*argument]);
        }
        let ended = jobnet.run().await;
        if code != 0 {
            assert_eq!(github.posts().len(), 0, "{arguments:?}");
        }
        said.push_str(&format!("{arguments:?} {:?}\n{}", ended.code, ended.stderr));
    }
    assert_snapshot!(said, @r#"
    [] Some(75)
    error: run 17 has not ended; nothing was started
      help: follow it to its end: jobnet watch 17
      help: or end it: gh run cancel 17
    ["--failed"] Some(2)
    error: nothing failed in run 17; nothing was started
      help: run all of it again: jobnet rerun 17
      help: or a stage and all after it: jobnet rerun 17 --from STAGE
    [] Some(2)
    error: run 17 is of `ci.yml`, and not of this net's `etl.yml`
      help: name it, if you mean it: --workflow ci.yml
    ["--env", "prod"] Some(2)
    error: run 17 is of environment `dev`, and not of `prod`
      help: start a run of the other by `jobnet dispatch`
    [] Some(2)
    error: no environment was named
      help: name one by --env: dev, prod
    ["--from", "itme"] Some(2)
    error: there is no stage or group `itme`
      help: did you mean `item`?
    ["--from", "words", "--ref", "fix"] Some(2)
    error: the workflow can be started for all stages, for one, or for one and all after it, and not for genre, tag, item
      help: start one run after the other: `jobnet dispatch genre --wait`, then the same for tag, item
      help: or run them from here: `jobnet run genre tag item`
    ["--env", "dev", "--ref", "fix"] Some(2)
    error: run 17 does not tell which stages it was for; nothing was started
      help: say from where on: jobnet rerun 17 --from STAGE
      help: or start a new run: jobnet dispatch
    "#);
}

#[tokio::test]
async fn what_the_spec_does_not_have_never_reaches_github() {
    let github = failed(TITLE, 1, &json!({})).await;
    let mut said = String::new();
    for (option, value) in [("--from", "itme"), ("--from", "words"), ("--env", "dve"), ("--env", "local")] {
        let ended = github.run(["rerun", "17", option, value]).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
        said.push_str(&ended.stderr);
    }
    assert_eq!(github.arrivals().len(), 0);
    assert_snapshot!(said, @"
    error: there is no stage or group `itme`
      help: did you mean `item`?
    error: the workflow can be started for all stages, for one, or for one and all after it, and not for genre, tag, item
      help: start one run after the other: `jobnet dispatch genre --wait`, then the same for tag, item
      help: or run them from here: `jobnet run genre tag item`
    error: there is no environment `dve`
      help: did you mean `dev`?
    error: environment `local` does not run on GitHub Actions
      help: there are: dev, prod
    ");
}

#[tokio::test]
async fn a_token_that_may_only_look_is_told_what_a_rerun_needs() {
    for (path, arguments) in
        [("/rerun", &[][..]), ("/rerun-failed-jobs", &["--failed"]), ("/1704/rerun", &["--from", "genre"])]
    {
        let github = failed(TITLE, 1, &json!({})).await;
        let refusal = problem(403, "Resource not accessible by integration")
            .header("x-accepted-github-permissions", "actions=write");
        github.fail("POST", path, Fault::Refuse(refusal));
        let rerun = github.jobnet(["rerun", "17", "--format", "human"]);
        let ended =
            arguments.iter().fold(rerun, |jobnet, argument| jobnet.arguments([*argument])).run().await;
        assert_eq!((ended.code, github.posts().len()), (Some(2), 1));
        let fault = ended.stderr.lines().skip(1).collect::<Vec<_>>().join("\n");
        insta::allow_duplicates! { assert_snapshot!(fault, @"
        error: GitHub forbids to run it again: Resource not accessible by integration
          help: give the token what the API asks for: actions: write
        ") }
    }
}

#[tokio::test]
async fn a_run_that_github_does_not_run_again_needs_no_other_token() {
    let github = failed(TITLE, 1, &json!({})).await;
    let refusal = problem(403, "This workflow run cannot be retried")
        .header("x-accepted-github-permissions", "actions=write");
    github.fail("POST", "/rerun", Fault::Refuse(refusal));
    let ended = github.run(["rerun", "17"]).await;
    assert_eq!((ended.code, github.posts().len()), (Some(2), 1));
    assert_snapshot!(ended.stderr, @"
    error: GitHub does not run it again: This workflow run cannot be retried
      help: start a new run: jobnet dispatch
    ");
}

#[tokio::test]
async fn a_limit_that_refuses_a_rerun_is_waited_out() {
    let github = failed(TITLE, 1, &json!({})).await;
    let refusal = problem(403, "You have exceeded a secondary rate limit.").header("retry-after", "0");
    github.fail("POST", "/rerun", Fault::Refuse(refusal));
    let ended = github.run(["rerun", "17"]).await;
    assert_eq!((ended.code, github.posts().len()), (Some(0), 2), "{}", ended.stderr);
    assert_eq!(github.state().runs[0]["run_attempt"], 2);
}

#[tokio::test]
async fn what_runs_again_is_followed_in_its_next_attempt() {
    let github = failed(TITLE, 1, &json!({})).await;
    let ended = github.run(["rerun", "17", "--failed", "--debug", "--wait"]).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let end = &ended.events("run")[0];
    assert_eq!((end["attempt"].clone(), end["state"].clone()), (json!(2), json!("success")));
    assert_eq!(posted(&github)[0].1, json!({"enable_debug_logging": true}));
}

#[tokio::test]
async fn a_rerun_without_an_answer_is_looked_for_and_not_repeated() {
    for fault in [Fault::CutAfter, Fault::Disguise(status(502))] {
        let github = failed(TITLE, 1, &json!({})).await;
        github.fail("POST", "/rerun", fault);
        assert_eq!(github.run(["rerun", "17"]).await.code, Some(0));
        assert_eq!(github.posts().len(), 1);
    }
    let github = failed(TITLE, 1, &json!({})).await;
    github.fail("POST", "/rerun", Fault::CutBefore);
    let ended = github.run(["rerun", "17", "--format", "human"]).await;
    assert_eq!((ended.code, github.posts().len()), (Some(1), 1));
    assert_snapshot!(ended.stderr, @"
    run 17 runs again, all of it, by GitHub's rerun: https://github.com/shop/etl/actions/runs/17
    error: it cannot be told whether GitHub was told to run it again: the connection was cut: connection closed before message completed
      help: look at the run's page before you try again
    ");
}

#[tokio::test]
async fn an_environment_that_asks_is_asked_about_a_rerun_too() {
    let github = failed("shop-etl in prod: all", 1, &json!({})).await;
    let ended = github.jobnet(["rerun", "17", "--failed", "--format", "human"]).piped("no\n").run().await;
    assert_eq!((ended.code, github.posts().len()), (Some(2), 0));
    assert_snapshot!(ended.stderr, @"
    run 17 runs again, what failed and what needs that, by GitHub's rerun: https://github.com/shop/etl/actions/runs/17
    shop-etl will run in prod: genre, item
    Write `yes` to go on: 
    error: environment `prod` asks for a `yes` and has none; nothing was run
      help: write `yes` in full, or pass --yes where nobody can be asked
    ");
    assert_eq!(github.run(["rerun", "17", "--yes"]).await.code, Some(0));
}
