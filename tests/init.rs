//! A spec to begin with: what is written, what is refused, and that it runs.

use tokio::io::AsyncWriteExt as _;

use crate::common::{Ended, Jobnet};

/// The spec that `jobnet init` wrote.
fn written(jobnet: &Jobnet) -> String {
    std::fs::read_to_string(jobnet.directory().join("jobnet.yaml")).expect("a spec was written")
}

async fn initialised<const N: usize>(arguments: [&str; N]) -> (Jobnet, Ended) {
    let jobnet = Jobnet::new(["init"]).arguments(arguments);
    let ended = jobnet.run().await;
    (jobnet, ended)
}

#[tokio::test]
async fn flags_make_a_spec_without_a_question() {
    let (jobnet, ended) = initialised([
        "--name",
        "shop",
        "--stage",
        "extract",
        "--stage",
        "load",
        "--env",
        "dev",
        "--env",
        "prod",
        "--schedule",
        "30 0 * * *",
        "--timezone",
        "Asia/Tokyo",
        "--target",
        "github",
        "--target",
        "kubernetes",
        "--target",
        "cloud_run",
    ])
    .await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    insta::assert_snapshot!(written(&jobnet), @r#"
    jobnet: v1
    name: shop
    timezone: Asia/Tokyo

    defaults: {timeout: 15m}

    # A stage is a command, as here, or `call`, `flow`, `sql`, `migrate`: see the documentation of the spec.
    stages:
      extract:
        exec: {command: "echo {$run.stage} in {$run.env}"}
      load:
        needs: [extract]
        offset: 20m
        exec: {command: "echo {$run.stage} in {$run.env}"}

    # An environment repeats the shape of the file; what it names replaces the same key above.
    environments:
      local: {}
      dev: {schedule: manual}
      prod: {schedule: "30 0 * * *"}

    targets:
      github:
        out: ".github/workflows/shop.yml"
        environments: [dev, prod]
        default_environment: dev
      kubernetes:
        out: k8s
        environments: [dev, prod]
        image: ghcr.io/your-org/shop
        tags: {dev: "1.0.0", prod: "1.0.0"}
        jobnet_image: ghcr.io/your-org/jobnet
      cloud_run:
        out: deploy/cloud-run
        environments: [dev, prod]
        project: your-project
        region: us-central1
        image: gcr.io/your-project/shop
        name_suffix: "-{env}"
        service_account: shop
    "#);
}

#[tokio::test]
async fn a_new_spec_runs_in_local() {
    let (jobnet, ended) = initialised(["--name", "net"]).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let run = Jobnet::new(["run", "--all", "--env", "local"])
        .file("jobnet.yaml", &written(&jobnet))
        .env("PATH", "/usr/local/bin:/usr/bin:/bin");
    let run = run.run().await;
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(run.events("summary").len(), 2);
}

#[tokio::test]
async fn a_new_spec_can_be_generated_from_and_lints_clean() {
    let targets = ["--name", "shop", "--target", "github", "--target", "kubernetes"];
    let (mut jobnet, ended) = initialised(targets).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let spec = written(&jobnet);
    for command in ["generate", "lint"] {
        jobnet = jobnet.instead([command, "--format", "human"]);
        let ended = jobnet.run().await;
        assert_eq!(ended.code, Some(0), "{spec}\n{}", ended.stderr);
        assert!(!ended.stderr.contains("warning["), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn a_spec_that_is_there_is_left_alone() {
    let jobnet = Jobnet::new(["init", "--name", "shop"]).file("jobnet.yaml", "mine\n");
    let ended = jobnet.run().await;
    assert_eq!((ended.code, written(&jobnet).as_str()), (Some(2), "mine\n"));
    insta::assert_snapshot!(ended.stderr, @"
    error: jobnet.yaml is there already; nothing was written
      help: change it, or name another: --spec FILE
    ");
}

#[tokio::test]
async fn answers_that_make_no_spec_are_shown_at_their_places_and_nothing_is_written() {
    let (jobnet, ended) = initialised(["--name", "shop", "--stage", "1st", "--schedule", "@daily"]).await;
    assert_eq!(ended.code, Some(2));
    assert!(!jobnet.directory().join("jobnet.yaml").exists());
    insta::assert_snapshot!(ended.stderr, @r#"
    error[bad-name]: `1st` cannot be the name of a stage
     --> jobnet.yaml:9:3
      |
    9 |   "1st":
      |   ^^^^^ expected letters, digits, `-` and `_`, a letter first
      |
      = help: choose another name

    error[bad-cron]: `@daily` is not a schedule: `@daily` is not known to every engine
      --> jobnet.yaml:16:20
       |
    16 |   prod: {schedule: "@daily"}
       |                    ^^^^^^^^ expected five fields: minute hour day month weekday; or `manual`
       |
       = help: write it as `0 0 * * *`
    error: these answers make no spec; nothing was written
    "#);
}

#[tokio::test]
async fn on_a_terminal_questions_are_asked_and_an_empty_answer_is_the_usual() {
    if !crate::common::is_there("script") {
        return;
    }
    let jobnet = Jobnet::new(["init", "--name", "asked", "--target", "github"]);
    let mut command = jobnet.in_terminal();
    let mut child = command.stdin(std::process::Stdio::piped()).spawn().expect("a terminal");
    let mut answers = child.stdin.take().expect("its input");
    answers.write_all(b"first\n\n\nEurope/Berlin\n").await.expect("answers are read");
    assert!(child.wait().await.expect("it ends").success());
    let text = written(&jobnet);
    assert!(text.contains("\n  first:\n") && text.contains("timezone: Europe/Berlin\n"), "{text}");
    assert!(text.contains("dev: {schedule: manual}"), "{text}");
}
