use insta::assert_snapshot;
use serde_json::json;

use crate::common::github_api::{GithubApi, Life};

const DISPATCH: &str = "/repos/shop/etl/actions/workflows/etl.yml/dispatches";

#[tokio::test]
async fn a_run_is_started_for_an_environment_and_stages() {
    let github = GithubApi::start().await;
    let ended = github.run(["dispatch", "genre+", "--env", "dev", "--format", "human"]).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), ""));
    assert_snapshot!(ended.stderr, @"started run 501 of etl.yml for genre+ in dev: https://github.com/shop/etl/actions/runs/501");
    let posts: Vec<_> = github.arrivals().into_iter().filter(|arrival| arrival.method == "POST").collect();
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0].path, DISPATCH);
    let inputs = json!({"env": "dev", "stages": "genre+", "dry_run": "false"});
    assert_eq!(posts[0].json(), json!({"ref": "main", "inputs": inputs, "return_run_details": true}));
}

#[tokio::test]
async fn machines_are_told_in_json() {
    let github = GithubApi::start().await;
    let ended = github.run(["dispatch", "--all", "--env", "dev", "--dry-run", "--ref", "fix"]).await;
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    assert_snapshot!(ended.stdout, @r#"{"dry_run":true,"env":"dev","event":"dispatched","how":"started","run_id":501,"stages":"all","url":"https://github.com/shop/etl/actions/runs/501","workflow":"etl.yml"}"#);
    let post = github.arrivals().into_iter().find(|arrival| arrival.method == "POST").unwrap();
    assert_eq!(post.json()["inputs"]["dry_run"], "true");
    assert_eq!(post.json()["ref"], "fix");
}

#[tokio::test]
async fn a_selection_is_said_in_the_forms_words() {
    for (words, choice) in [
        (&["item+"][..], "item"),
        (&["all"], "all"),
        (&["ranking", "words", "item"], "all"),
        (&["genre", "item"], "genre+"),
    ] {
        let github = GithubApi::start().await;
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let mut jobnet = github.jobnet(["dispatch", "--env", "dev"]);
        for word in words {
            jobnet = jobnet.arguments([word.as_str()]);
        }
        assert_eq!(jobnet.run().await.code, Some(0));
        assert_eq!(github.state().runs[0]["display_title"], format!("shop-etl in dev: {choice}"));
    }
}

#[tokio::test]
async fn what_the_spec_does_not_have_never_reaches_github() {
    let github = GithubApi::start().await;
    let mut said = String::new();
    for arguments in [
        ["dispatch", "itme", "--env", "dev"],
        ["dispatch", "item", "--env", "dve"],
        ["dispatch", "item", "--env", "local"],
        ["dispatch", "words", "--env", "dev"],
        ["dispatch", "+genre", "--env", "dev"],
    ] {
        let ended = github.run(arguments).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
        said.push_str(&ended.stderr);
    }
    assert_snapshot!(said, @"
    error: there is no stage or group `itme`
      help: did you mean `item`?
    error: there is no environment `dve`
      help: did you mean `dev`?
    error: environment `local` does not run on GitHub Actions
      help: there are: dev, prod
    error: the workflow can be started for all stages, for one, or for one and all after it, and not for genre, tag
      help: start one run after the other: `jobnet dispatch genre --wait`, then the same for tag
      help: or run them from here: `jobnet run genre tag`
    error: the workflow can be started for all stages, for one, or for one and all after it, and not for ranking, genre
      help: start one run after the other: `jobnet dispatch ranking --wait`, then the same for genre
      help: or run them from here: `jobnet run ranking genre`
    ");
    let ended = github.run(["dispatch", "item"]).await;
    assert_eq!(ended.code, Some(2));
    assert_snapshot!(ended.stderr, @"
    error: no environment was named
      help: name one by --env: dev, prod
    ");
    assert_eq!(github.arrivals().len(), 0);
}

#[tokio::test]
async fn an_environment_that_asks_is_answered_before_anything_is_started() {
    let github = GithubApi::start().await;
    let no = github.jobnet(["dispatch", "item", "--env", "prod"]).piped("no\n").run().await;
    assert_eq!(no.code, Some(2));
    assert_snapshot!(no.stderr, @"
    shop-etl will run in prod: item
    Write `yes` to go on: 
    error: environment `prod` asks for a `yes` and has none; nothing was run
      help: write `yes` in full, or pass --yes where nobody can be asked
    ");
    assert_eq!(github.runs(), 0);
    let yes = github.jobnet(["dispatch", "item", "--env", "prod"]).piped("yes\n").run().await;
    assert_eq!(yes.code, Some(0), "{}", yes.stderr);
    assert_eq!(github.run(["dispatch", "item", "--env", "prod", "--yes"]).await.code, Some(0));
    assert_eq!(github.runs(), 2);
}

#[tokio::test]
async fn waiting_follows_the_run_to_its_end_and_exits_as_it_did() {
    for (conclusion, code) in [
        ("success", 0),
        ("skipped", 0),
        ("failure", 1),
        ("timed_out", 1),
        ("startup_failure", 1),
        ("cancelled", 4),
    ] {
        let github = GithubApi::start().await;
        github.state().life = Life::ending_as(conclusion);
        let ended = github.run(["dispatch", "item", "--env", "dev", "--wait"]).await;
        assert_eq!(ended.code, Some(code), "{conclusion}: {}", ended.stderr);
        assert_eq!(ended.events("run")[0]["state"], conclusion);
        assert_eq!(github.posts(), [DISPATCH]);
    }
}

#[tokio::test]
async fn a_branch_that_is_not_there_is_refused_in_githubs_words() {
    let github = GithubApi::start().await;
    let ended = github.run(["dispatch", "item", "--env", "dev", "--ref", "gone"]).await;
    assert_eq!((ended.code, github.runs()), (Some(2), 0));
    assert_snapshot!(ended.stderr, @"error: GitHub refuses to start the workflow (422): No ref found for: gone");
}

#[tokio::test]
async fn a_workflow_that_is_not_there_is_known_before_anything_is_started() {
    let github = GithubApi::start().await;
    let ended = github.run(["dispatch", "item", "--env", "dev", "--workflow", "other.yml"]).await;
    assert_eq!((ended.code, github.posts().len()), (Some(2), 0));
    assert_snapshot!(ended.stderr, @"
    error: GitHub finds nothing where it was asked to list the workflow's runs, or the token may not see it
      help: check the names of the repository, the workflow and the run
      help: what a token may not see reads as not found: give the token the permission `actions: write`, or `read` to look only
    ");
}
