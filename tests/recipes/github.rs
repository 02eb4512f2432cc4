//! `docs/recipes/github.md`: from an empty repository to a run on GitHub, and prod's secrets for prod alone.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Instant;

use jobnet_sandbox::Options;

use super::steps;
use crate::common::document::read;
use crate::common::github_api::GithubApi;
use crate::common::github_description::Description;
use crate::common::linters::Linters;
use crate::common::misbehaving::Arrival;
use crate::common::portal_with;
use crate::common::stranger::Stranger;

/// The secrets that a text of a workflow asks for.
fn asked(workflow: &str) -> BTreeSet<String> {
    let is_of_name = |mark: char| mark.is_ascii_uppercase() || mark.is_ascii_digit() || mark == '_';
    let names = workflow.split("secrets.").skip(1);
    names.map(|rest| rest.split(|mark| !is_of_name(mark)).next().unwrap().to_owned()).collect()
}

/// The secrets that a text sets for an environment of GitHub's, or for the repository.
fn set(script: &str, environment: Option<&str>) -> BTreeSet<String> {
    let lines = script.lines().filter_map(|line| line.strip_prefix("gh secret set "));
    let words =
        lines.map(|line| line.split_once(" --env ").map_or((line, None), |(name, env)| (name, Some(env))));
    words.filter(|(_, env)| *env == environment).map(|(name, _)| name.to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recipe_ends_with_a_green_run() {
    let Some(stranger) = Stranger::new().and_then(|one| one.with_gh()) else { return };
    let sandbox = portal_with(Options { shop_items: 4, ..Options::default() }).await;
    let github = GithubApi::start().await;
    let stranger =
        stranger.envs(github.env()).env("RAKUTEN_BASE", &format!("{}/rakuten", sandbox.base_url()));
    let etl = stranger.work().join("etl");
    let remote = stranger.work().with_file_name("remote.git");
    assert!(Command::new("git").args(["init", "--quiet", "--bare"]).arg(&remote).status().unwrap().success());

    let steps = steps("github");
    let (first, environments) = steps.split_at(steps.len() - 3);
    stranger.succeeds(&first.concat()).await;

    // One dispatch, of everything in dev; what was pushed is what was rendered.
    assert_eq!(github.posts(), ["/repos/shop/etl/actions/workflows/batch-etl.yml/dispatches"]);
    let workflow = || std::fs::read_to_string(etl.join(".github/workflows/batch-etl.yml")).unwrap();
    stranger.succeeds("git --git-dir ../remote.git cat-file -e main:.github/workflows/batch-etl.yml").await;
    let mut secrets = set(&first.concat(), None);
    secrets.insert("RAKUTEN_AFFILIATE_ID".to_owned());
    assert_eq!(asked(&workflow()), secrets);
    assert!(!workflow().contains("\n    environment: "));

    stranger.succeeds(&format!("cd etl\n{}", environments.concat())).await;
    let jobs = workflow().matches("\n    environment: ${{ needs.start.outputs.env }}\n").count();
    assert_eq!(jobs, 6, "a job a stage");
    for env in ["dev", "prod"] {
        let own = set(&environments.concat(), Some(env));
        assert_eq!(own, BTreeSet::from(["AWS_ROLE_TO_ASSUME".to_owned(), "S3_BUCKET_RAW".to_owned()]));
        // With what the repository still has, that is all the workflow asks for.
        let deleted = environments.concat();
        let deleted = deleted.lines().filter_map(|line| line.strip_prefix("gh secret delete "));
        let left: BTreeSet<_> = deleted.map(str::to_owned).collect();
        let left: BTreeSet<_> = secrets.difference(&left).cloned().collect();
        assert_eq!(asked(&workflow()), &own | &left);
    }
    if let Some(linters) = Linters::find() {
        linters.jactionlint(&[etl.join(".github/workflows/batch-etl.yml")]).unwrap();
    }
}

#[tokio::test]
async fn a_command_line_that_gh_does_not_understand_is_found() {
    let Some(stranger) = Stranger::new().and_then(|one| one.with_gh()) else { return };
    let ended = stranger.does("gh secret set NAME --enviroment prod").await;
    assert!(ended.code == Some(1) && ended.stderr.contains("unknown flag: --enviroment"), "{ended:?}");
}

/// What gh asks of GitHub's API in a page, with `prod` for an environment.
fn requests(page: &str) -> Vec<Arrival> {
    let script = [&steps(page).concat(), "\n"].concat();
    let asked = script.split("gh api ").skip(1).map(|rest| {
        let (line, rest) = rest.split_once('\n').unwrap();
        let mut words = line.split(' ').map(|word| word.trim_matches('"').replace("$env", "prod"));
        let path = words.find(|word| word.starts_with("repos/")).unwrap();
        let body = line.contains("--input -").then(|| rest.split_once("\nEND").unwrap().0);
        let method = if line.starts_with("--method PUT ") { "PUT" } else { "GET" };
        Arrival {
            number: 1,
            at: Instant::now(),
            method: method.to_owned(),
            path: format!("/{path}"),
            query: String::new(),
            headers: [("content-type".to_owned(), "application/json".to_owned())].into(),
            body: body.unwrap_or_default().to_owned(),
            bytes: body.unwrap_or_default().into(),
        }
    });
    asked.collect()
}

#[tokio::test]
async fn github_understands_what_gh_is_told_to_ask() {
    let Some(description) = Description::get() else { return };
    let asked = [requests("github"), requests("oidc")].concat();
    assert_eq!(asked.len(), 3);
    for request in &asked {
        assert_eq!(description.objections(request).await, "", "{request:?}");
    }
    let mut wrong = asked[0].clone();
    wrong.bytes = wrong.body.replace("true", "\"yes\"").into();
    let objections = description.objections(&wrong).await;
    assert!(objections.starts_with("422 "), "{objections}");
}

#[test]
fn the_secrets_are_told_of() {
    let page = read("docs/recipes/github.md");
    let table: String = page.lines().filter(|line| line.starts_with("| `")).collect();
    let names = set(&steps("github").concat(), None);
    assert!(!names.is_empty());
    for name in names {
        assert!(table.contains(&format!("`{name}`")), "{name}");
    }
}
