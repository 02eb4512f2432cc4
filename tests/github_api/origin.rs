//! Which repository, which server, and whose token.

use std::process::Command;

use insta::assert_snapshot;
use serde_json::json;

use crate::common::files::program;
use crate::common::github_api::{Details, GithubApi, Life, TOKEN, run};
use crate::common::{Ended, Jobnet};

const ORDER: [&str; 4] = ["dispatch", "item", "--env", "dev"];

/// The path of git alone, beside a directory of the test's own.
fn path(jobnet: &Jobnet) -> String {
    format!("{}:/usr/local/bin:/usr/bin:/bin", jobnet.directory().display())
}

/// What a net says whose directory is a clone of this.
async fn cloned_from(url: &str, github: &GithubApi) -> Ended {
    let jobnet = github.jobnet(ORDER).env("GITHUB_REPOSITORY", "");
    let git = |arguments: &[&str]| {
        let ran = Command::new("git").args(arguments).current_dir(jobnet.directory()).output().unwrap();
        assert!(ran.status.success(), "{ran:?}");
    };
    git(&["init", "--quiet"]);
    git(&["remote", "add", "origin", url]);
    let path = path(&jobnet);
    jobnet.env("PATH", &path).run().await
}

#[tokio::test]
async fn the_repository_is_that_of_the_git_remote() {
    let github = GithubApi::start().await;
    for url in
        ["https://127.0.0.1/shop/etl.git", "git@127.0.0.1:shop/etl.git", "ssh://git@127.0.0.1:22/shop/etl"]
    {
        let ended = cloned_from(url, &github).await;
        assert_eq!(ended.code, Some(0), "{url}: {}", ended.stderr);
    }
    assert_eq!(github.runs(), 3);
}

#[tokio::test]
async fn a_token_is_not_sent_to_another_server_than_the_repositorys() {
    let github = GithubApi::start().await;
    let ended = cloned_from("https://gitlab.example/shop/etl.git", &github).await;
    assert_eq!((ended.code, github.arrivals().len()), (Some(2), 0));
    assert_snapshot!(github.shown(&ended.stderr), @"
    error: the repository is on gitlab.example, and the API is at [API]/
      help: for a server of your own set GITHUB_API_URL=https://gitlab.example/api/v3
      help: for the repository of another name there: --repo OWNER/NAME
    ");
    let ended = cloned_from("https://github.com/shop/etl.git", &github).await;
    assert_eq!((ended.code, github.arrivals().len()), (Some(2), 0));
    assert_snapshot!(github.shown(&ended.stderr), @"
    error: the repository is on github.com, and the API is at [API]/
      help: for github.com unset GITHUB_API_URL
      help: for the repository of another name there: --repo OWNER/NAME
    ");
    let nothing = cloned_from("/srv/git/etl", &github).await;
    assert_eq!(nothing.code, Some(2));
    assert_snapshot!(nothing.stderr, @"
    error: no repository was named, and there is no git remote `origin` that tells one
      help: name one: --repo OWNER/NAME
    ");
}

#[tokio::test]
async fn a_named_repository_comes_first() {
    let github = GithubApi::start().await;
    let ended = github.jobnet(ORDER).arguments(["--repo", "shop/other"]).run().await;
    assert_eq!(ended.code, Some(2));
    assert!(github.arrivals()[0].path.starts_with("/repos/shop/other"));
    let wrong = github.jobnet(ORDER).arguments(["--repo", "other"]).run().await;
    assert_snapshot!(wrong.stderr, @"
    error: invalid value 'other' for '--repo <OWNER/NAME>': expected OWNER/NAME

    For more information, try '--help'.
    ");
}

#[tokio::test]
async fn the_token_is_one_of_three() {
    let github = GithubApi::start().await;
    let by_gh_token = github.jobnet(ORDER).env("GITHUB_TOKEN", "").env("GH_TOKEN", TOKEN).run().await;
    assert_eq!(by_gh_token.code, Some(0), "{}", by_gh_token.stderr);

    let jobnet = github.jobnet(ORDER).env("GITHUB_TOKEN", "");
    let script = format!("test \"$*\" = 'auth token --hostname 127.0.0.1' && echo {TOKEN}");
    program(jobnet.directory(), "gh", &script);
    let path = path(&jobnet);
    let by_gh = jobnet.env("PATH", &path).run().await;
    assert_eq!(by_gh.code, Some(0), "{}", by_gh.stderr);

    let none = github.jobnet(ORDER).env("GITHUB_TOKEN", "").run().await;
    assert_eq!((none.code, github.runs()), (Some(2), 2));
    assert_snapshot!(none.stderr, @"
    error: there is no token for GitHub
      help: set GITHUB_TOKEN or GH_TOKEN, the input `token` of the action, or log in by `gh auth login`
      help: it needs `actions: write` to start runs, `actions: read` and `checks: read` to look at them
    ");
}

#[tokio::test]
async fn a_server_of_ones_own_has_its_api_below_a_path() {
    let github = GithubApi::start().await;
    github.state().details = Details::Refused(422);
    for id in 1..=101 {
        github.add(run(id, "shop-etl in dev: all", &json!({})), Life::ended("success", &[]));
    }
    for end in ["", "/"] {
        let jobnet = |arguments: &[&str]| {
            let jobnet =
                github.jobnet([]).env("GITHUB_API_URL", &format!("{}/api/v3{end}", github.base_url()));
            arguments.iter().fold(jobnet, |jobnet, word| jobnet.arguments([*word]))
        };
        let ended = jobnet(&["dispatch", "item", "--env", "dev", "--wait"]).run().await;
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        let ended = jobnet(&["runs", "--limit", "100"]).run().await;
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    }
    let paths: Vec<String> = github.arrivals().into_iter().map(|arrival| arrival.path).collect();
    assert!(paths.iter().all(|path| path.starts_with("/api/v3/") && !path.contains("//")), "{paths:?}");
}

#[tokio::test]
async fn a_token_is_not_sent_in_plain_text() {
    let github = GithubApi::start().await;
    let ended = github.jobnet(ORDER).env("GITHUB_API_URL", "http://git.shop.example/api/v3").run().await;
    assert_eq!(ended.code, Some(2));
    assert_snapshot!(ended.stderr, @"
    error: the API is at `http://git.shop.example/api/v3`, which is no https:// URL
      help: set GITHUB_API_URL to that of your server
    ");
}
