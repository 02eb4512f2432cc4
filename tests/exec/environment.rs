//! A process has nothing in its environment but what it is let have.

use super::{Script, script, written};
use crate::common::{Ended, Jobnet};

const HEAD: &str = "secrets: [TOKEN, OTHER]\nvars: {LIMIT: 5, REGION: \"${LIMIT} east\"}";

/// A program that shows its environment.
fn shows() -> Script {
    script("env").head(HEAD)
}

async fn run(script: Script) -> Ended {
    let jobnet = script.jobnet();
    let values = [("TOKEN", "t0ken-value"), ("OTHER", "0ther-value"), ("LC_ALL", "C"), ("AWS_REGION", "x")];
    let jobnet = values.into_iter().fold(jobnet, |jobnet, (name, value)| jobnet.env(name, value));
    jobnet.env("HTTP_PROXY", "http://proxy").run().await
}

/// The names that are set, without what the shell itself sets.
fn names(ended: &Ended) -> Vec<&str> {
    let lines = written(ended, "work").into_iter();
    let names = lines.filter_map(|line| line.split_once('=')).map(|(name, _)| name);
    let mut names: Vec<_> = names.filter(|name| !["PWD", "_", "SHLVL", "OLDPWD"].contains(name)).collect();
    names.sort_unstable();
    names
}

/// What every process is given.
const GIVEN: [&str; 6] = [
    "JOBNET_ENV",
    "JOBNET_JOB_START_AT",
    "JOBNET_METRICS",
    "JOBNET_RUN_ID",
    "JOBNET_STAGE",
    "PYTHONUNBUFFERED",
];

/// All names of a process that has these besides.
fn with<const N: usize>(names: [&'static str; N]) -> Vec<&'static str> {
    let mut all = [&GIVEN[..], &names].concat();
    all.sort_unstable();
    all
}

#[tokio::test]
async fn without_a_word_it_gets_what_programs_need_and_no_secret() {
    let ended = run(shows()).await;
    assert_eq!(names(&ended), with(["LC_ALL", "PATH"]));
}

#[tokio::test]
async fn it_gets_what_is_inherited_by_pattern_and_what_is_named() {
    let ended = run(shows().exec("inherit: [PATH, 'AWS_*'], vars: [REGION], secrets: [TOKEN]")).await;
    assert_eq!(names(&ended), with(["AWS_REGION", "PATH", "REGION", "TOKEN"]));
    let lines = written(&ended, "work");
    assert!(lines.contains(&"REGION=5 east") && lines.contains(&"TOKEN=***"), "{lines:?}");
}

#[tokio::test]
async fn it_gets_all_where_all_is_asked_for_and_even_then_secrets_are_masked() {
    let ended = run(shows().exec("inherit: all")).await;
    let found = names(&ended);
    assert!(["AWS_REGION", "HTTP_PROXY", "OTHER"].iter().all(|name| found.contains(name)), "{found:?}");
    assert!(written(&ended, "work").contains(&"OTHER=***"), "{}", ended.stderr);
}

#[tokio::test]
async fn defaults_stand_where_the_stage_says_nothing_and_its_own_lists_replace_them() {
    let head = format!("{HEAD}\ndefaults: {{exec: {{inherit: [PATH], secrets: [TOKEN], vars: [LIMIT]}}}}");
    let ended = run(script("env").head(&head)).await;
    assert_eq!(names(&ended), with(["LIMIT", "PATH", "TOKEN"]));
    let ended = run(script("env").head(&head).exec("secrets: [OTHER]")).await;
    assert_eq!(names(&ended), with(["LIMIT", "OTHER", "PATH"]));
}

#[tokio::test]
async fn a_missing_secret_is_told_before_anything_runs() {
    let ended = script("touch begun").head("secrets: [TOKEN]").exec("secrets: [TOKEN]").run().await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    assert!(
        ended.stderr.contains("secret `TOKEN` has no value, and stage `work` needs it"),
        "{}",
        ended.stderr
    );
}

#[tokio::test]
async fn an_optional_secret_may_be_missing() {
    let ended =
        script("echo \"<${TOKEN-none}>\"").head("secrets: [TOKEN]").exec("secrets: ['TOKEN?']").run().await;
    assert_eq!((ended.code, written(&ended, "work")), (Some(0), vec!["<none>"]));
}

#[tokio::test]
async fn it_is_told_which_run_it_belongs_to() {
    let script = script("echo $JOBNET_RUN_ID $JOBNET_ENV $JOBNET_STAGE $JOBNET_JOB_START_AT");
    let jobnet = script.jobnet().arguments(["--run-id", "r-1", "--job-start-at", "2026-11-21T10:00:00Z"]);
    assert_eq!(written(&jobnet.run().await, "work"), ["r-1 local work 2026-11-21T10:00:00Z"]);
}

#[tokio::test]
async fn a_plan_shows_what_it_is_given() {
    let work = "  work: {exec: {command: env, vars: [REGION], secrets: ['TOKEN?', OTHER]}}\n";
    let spec = super::net(work, &format!("{HEAD}\n"));
    let ended = Jobnet::new(["plan"]).file("jobnet.yaml", &spec).run().await;
    assert!(ended.stdout.contains("variables  LIMIT, REGION"), "{}", ended.stdout);
    assert!(ended.stdout.contains("secrets    OTHER, TOKEN?"), "{}", ended.stdout);
}

#[tokio::test]
async fn python_writes_at_once_unless_somebody_says_otherwise() {
    let shows = "echo \"<${PYTHONUNBUFFERED-none}>\"";
    let value = async |jobnet: Jobnet| written(&jobnet.run().await, "work").concat();
    assert_eq!(value(script(shows).jobnet()).await, "<1>");
    let quiet = script(shows).head("vars: {PYTHONUNBUFFERED: ''}").exec("vars: [PYTHONUNBUFFERED]");
    assert_eq!(value(quiet.jobnet()).await, "<>");
    let around = script(shows).exec("inherit: [PATH]").jobnet();
    assert_eq!(value(around.env("PYTHONUNBUFFERED", "")).await, "<>");
}
