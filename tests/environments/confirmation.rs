//! An environment with `confirm: true` runs nothing without a `yes`.

use std::process::Stdio;

use tokio::io::AsyncWriteExt;

use crate::common::{Ended, Jobnet};

use super::{ran, refusal, release};

const PROD: [&str; 2] = ["migrate in prod", "bootstrap in prod"];

const REFUSED: &str = "\
jobs will run in prod: migrate, bootstrap
Write `yes` to go on: 
error: environment `prod` asks for a `yes` and has none; nothing was run
  help: write `yes` in full, or pass --yes where nobody can be asked
";

fn release_in_prod() -> Jobnet {
    release(["--env", "prod"])
}

/// What comes of an answer that is typed on a terminal.
async fn typed(jobnet: &Jobnet, answer: &str) -> Ended {
    let mut terminal = jobnet.in_terminal();
    let mut terminal =
        terminal.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("script is there");
    let mut keyboard = terminal.stdin.take().expect("a pipe");
    keyboard.write_all(answer.as_bytes()).await.expect("somebody listens");
    drop(keyboard);
    Ended::from(terminal.wait_with_output().await.expect("script ends"))
}

#[tokio::test]
async fn on_a_terminal_a_yes_in_full_goes_on() {
    let jobnet = release_in_prod();
    let ended = typed(&jobnet, "yes\n").await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert!(ended.stdout.contains("jobs will run in prod: migrate, bootstrap"), "{}", ended.stdout);
    assert!(jobnet.directory().join("ran").exists());
}

#[tokio::test]
async fn on_a_terminal_anything_else_is_a_no() {
    for answer in ["y\n", "YES\n", "yes please\n", "no\n", "\n", ""] {
        let jobnet = release_in_prod();
        let ended = typed(&jobnet, answer).await;
        assert_eq!(ended.code, Some(2), "{answer:?}: {}", ended.stdout);
        assert!(ended.stdout.contains("nothing was run"), "{answer:?}: {}", ended.stdout);
        assert!(!jobnet.directory().join("ran").exists(), "{answer:?}");
    }
}

#[tokio::test]
async fn a_pipe_can_say_yes() {
    assert_eq!(ran(&release_in_prod().piped("yes\n").run().await), PROD);
    assert_eq!(ran(&release_in_prod().piped("yes").run().await), PROD);
}

#[tokio::test]
async fn a_pipe_that_says_anything_else_or_nothing_is_a_no() {
    for text in ["", "y\ny\ny\n", "no\nyes\n"] {
        assert_eq!(refusal(&release_in_prod().piped(text)).await, REFUSED, "{text:?}");
    }
}

#[tokio::test]
async fn without_anybody_to_ask_nothing_is_run() {
    assert_eq!(refusal(&release_in_prod()).await, REFUSED);
}

#[tokio::test]
async fn the_question_is_asked_where_the_environment_is_known_by_itself_too() {
    assert_eq!(refusal(&release([]).env("PROJECT", "production")).await, REFUSED);
}

#[tokio::test]
async fn a_flag_or_its_variable_answers_beforehand() {
    for jobnet in [release_in_prod().arguments(["--yes"]), release_in_prod().env("JOBNET_YES", "true")] {
        let ended = jobnet.run().await;
        assert_eq!(ran(&ended), PROD);
        assert!(!ended.stderr.contains("Write `yes`"), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn a_run_that_cannot_be_is_refused_before_it_is_asked_for() {
    let refused = refusal(&release_in_prod().arguments(["--set", "KEY=value"])).await;
    assert!(refused.starts_with("error: --set KEY: this is a secret"), "{refused}");
}

#[tokio::test]
async fn other_environments_do_not_ask() {
    assert_eq!(ran(&release(["--env", "test"]).run().await), ["migrate in test", "bootstrap in test"]);
}
