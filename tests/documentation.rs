//! What the documentation shows is what happens: every specification in it is resolved, every command is run.

mod links;
mod samples;

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use crate::common::document::{blocks, commands, read};
use crate::common::{Ended, Jobnet, is_there, portal, portal_spec};

const DOCUMENTS: &[&str] = &[
    "README.md",
    "CONTRIBUTING.md",
    "docs/spec.md",
    "docs/expressions.md",
    "docs/runs.md",
    "docs/examples.md",
    "docs/sandbox.md",
    "docs/targets/kubernetes.md",
    "docs/lint.md",
    "docs/targets/github.md",
    "docs/targets/cloud-run.md",
    "docs/generate.md",
    "docs/recipes/github.md",
    "docs/recipes/oidc.md",
    "docs/recipes/kubernetes.md",
    "docs/recipes/cloud-run.md",
    "docs/recipes/operations.md",
];

/// A program that was built beside the one under test.
fn built(name: &str) -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_jobnet")).parent().unwrap().join(name)
}

async fn output(program: &Path, arguments: &[&str]) -> Ended {
    assert!(program.exists(), "{} is built by `cargo test --workspace`", program.display());
    let mut command = Command::new(program);
    command.args(arguments).env_clear().stdin(Stdio::null());
    // The programs of examples are found where their user has them.
    command.envs(std::env::vars_os().filter(|(name, _)| name == "PATH" || name == "HOME"));
    Ended::from(command.output().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_spec_that_is_shown_resolves_without_a_finding() {
    for document in DOCUMENTS {
        for spec in blocks(document, "yaml") {
            let ended = Jobnet::new(["plan"]).file("jobnet.yaml", &spec).run().await;
            assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{document}:\n{spec}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_that_is_shown_runs() {
    let sandbox = portal().await;
    let ci = read(".ci/run");
    for document in DOCUMENTS {
        // What a document runs is its own net, or the portal's where it shows none.
        let own = blocks(document, "yaml")
            .first()
            .cloned()
            .filter(|_| ["README.md", "docs/lint.md"].contains(document));
        let spec = own.unwrap_or_else(|| std::fs::read_to_string(portal_spec()).unwrap());
        for command in commands(document) {
            let words: Vec<&str> = command.split_whitespace().take_while(|word| *word != ">").collect();
            let ended = match words[..] {
                ["jobnet", ref arguments @ ..] => {
                    let mut jobnet =
                        Jobnet::new([]).file("jobnet.yaml", &spec).env("API_BASE", &sandbox.base_url());
                    if arguments.first() == Some(&"lint") {
                        // What was generated before is there.
                        jobnet = jobnet.instead(["generate"]);
                        assert_eq!(jobnet.run().await.code, Some(0), "{document}");
                        jobnet = jobnet.instead([]);
                    }
                    arguments.iter().fold(jobnet, |jobnet, argument| jobnet.arguments([argument])).run().await
                }
                ["cargo", "run", "--release", "--example", example] => {
                    assert!(ci.contains("cargo run --release --locked --example quickstart"));
                    output(&built("examples").join(example), &[]).await
                }
                [.., "batch-etl-commands"] if !is_there("python3") => {
                    continue;
                }
                ["cargo", "run", "--release", "--example", example, "--", ref arguments @ ..] => {
                    output(&built("examples").join(example), arguments).await
                }
                ["cargo", "run", "-p", "jobnet-sandbox", "--", ref arguments @ ..] => {
                    output(&built("jobnet-sandbox"), arguments).await
                }
                // These are run by the very script that runs this test, or build what it runs.
                ["cargo", "test", "--workspace"] => {
                    assert!(ci.contains("cargo test --workspace"));
                    continue;
                }
                ["cargo", "build"] | [".ci/run"] => continue,
                _ => panic!("{document} shows `{command}`, and no test runs it"),
            };
            assert_eq!(ended.code, Some(0), "{document}: {command}\n{}\n{}", ended.stdout, ended.stderr);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quickstart_ends_with_two_texts_translated_once() {
    let ended = output(&built("examples/quickstart"), &[]).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let vectors: Vec<_> = ended.stdout.lines().filter(|line| line.contains("vectors")).collect();
    assert_eq!(vectors, ["  vectors: 2", "  vectors: 2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mistake_in_the_readme_is_shown_as_the_readme_says() {
    let spec =
        blocks("README.md", "yaml").remove(0).replace("        batch: ${BATCH}", "        bach: ${BATCH}");
    let ended = Jobnet::on_spec(&spec, ["--all"]).run().await;
    assert_eq!(ended.code, Some(2));
    let shown = blocks("README.md", "text").remove(0);
    assert!(ended.stderr.starts_with(&shown), "the README shows\n{shown}\nand jobnet\n{}", ended.stderr);
}
