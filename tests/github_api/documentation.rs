//! What docs/dispatch.md shows is what happens.

use jiff::Timestamp;
use serde_json::json;

use crate::common::github_api::{GithubApi, Life, run};

#[tokio::test]
async fn every_command_that_is_shown_runs() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/dispatch.md");
    let text = std::fs::read_to_string(page).unwrap();
    let commands: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("$ jobnet ")).collect();
    assert!(commands.len() > 10);
    for command in commands {
        let github = GithubApi::start().await;
        let jobs = [("ranking", "success"), ("genre", "success"), ("tag", "success"), ("item", "failure")];
        let (conclusion, jobs) =
            if command.starts_with("rerun") { ("failure", &jobs[..]) } else { ("success", &[][..]) };
        let fields = json!({"created_at": Timestamp::now(), "conclusion": conclusion});
        github.add(run(17, "shop-etl in dev: all", &fields), Life::ended(conclusion, jobs));
        let jobnet = github.jobnet([]).env("JOBNET_REPO", "shop/etl");
        // The page's run is on github.com; ours is here.
        let command = command.replace("https://github.com/", "https://127.0.0.1/");
        let jobnet = command.split_whitespace().fold(jobnet, |jobnet, word| jobnet.arguments([word]));
        let ended = jobnet.run().await;
        assert_eq!(ended.code, Some(0), "{command}: {}", ended.stderr);
    }
}
