//! What the command line says about itself, and what it refuses.

use crate::common::{Ended, Jobnet};

const SPEC: &str = "\
jobnet: v1
name: net
environments: {local: {}, dev: {}}
apis: {shop: {base_url: https://shop.example}}
stages: {load: {call: {get: /orders}}, send: {needs: [load], call: {get: /orders}}}
";

async fn helped<const N: usize>(arguments: [&str; N]) -> String {
    let ended = Jobnet::new(arguments).run().await;
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    ended.stdout
}

/// Arguments that are refused as wrong usage, beside a good spec.
async fn refused<const N: usize>(arguments: [&str; N]) -> String {
    let Ended { code, stdout, stderr } = Jobnet::new(arguments).file("jobnet.yaml", SPEC).run().await;
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    stderr
}

#[tokio::test]
async fn the_help_of_jobnet() {
    insta::assert_snapshot!(helped(["--help"]).await);
}

#[tokio::test]
async fn the_help_of_run() {
    insta::assert_snapshot!(helped(["run", "--help"]).await);
}

#[tokio::test]
async fn the_help_of_plan() {
    insta::assert_snapshot!(helped(["plan", "--help"]).await);
}

#[tokio::test]
async fn the_help_of_dispatch() {
    insta::assert_snapshot!(helped(["dispatch", "--help"]).await);
}

#[tokio::test]
async fn the_help_of_rerun() {
    insta::assert_snapshot!(helped(["rerun", "--help"]).await);
}

#[tokio::test]
async fn the_help_of_watch() {
    insta::assert_snapshot!(helped(["watch", "--help"]).await);
}

#[tokio::test]
async fn the_help_of_runs() {
    insta::assert_snapshot!(helped(["runs", "--help"]).await);
}

#[tokio::test]
async fn the_help_of_lint() {
    insta::assert_snapshot!(helped(["lint", "--help"]).await);
}

#[tokio::test]
async fn the_version_is_the_packages() {
    assert_eq!(helped(["--version"]).await, concat!("jobnet ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[tokio::test]
async fn an_unknown_flag_is_wrong_usage() {
    insta::assert_snapshot!(refused(["run", "load", "--env", "local", "--dry-rnu"]).await, @r"
    error: unexpected argument '--dry-rnu' found

      tip: a similar argument exists: '--dry-run'

    Usage: jobnet run --env <ENV> --dry-run <STAGE>...

    For more information, try '--help'.
    ");
}

#[tokio::test]
async fn an_unknown_command_is_wrong_usage() {
    insta::assert_snapshot!(refused(["rnu", "load"]).await, @"
    error: unrecognized subcommand 'rnu'

      tip: a similar subcommand exists: 'runs'

    Usage: jobnet [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
}

#[tokio::test]
async fn a_run_without_a_stage_is_wrong_usage() {
    insta::assert_snapshot!(refused(["run", "--env", "local"]).await, @r"
    error: the following required arguments were not provided:
      <STAGE>...

    Usage: jobnet run --env <ENV> <STAGE>...

    For more information, try '--help'.
    ");
}

#[tokio::test]
async fn a_run_without_an_environment_is_wrong_usage() {
    insta::assert_snapshot!(refused(["run", "load"]).await, @r"
    error: no environment was named
      help: name one by --env: local, dev
    ");
}

#[tokio::test]
async fn stages_and_all_stages_are_not_asked_for_at_once() {
    insta::assert_snapshot!(refused(["run", "load", "--all", "--env", "local"]).await, @r"
    error: the argument '[STAGE]...' cannot be used with '--all'

    Usage: jobnet run --env <ENV> <STAGE>...

    For more information, try '--help'.
    ");
}

#[tokio::test]
async fn a_stage_that_does_not_exist_is_wrong_usage() {
    insta::assert_snapshot!(refused(["run", "laod", "--env", "local"]).await, @r"
    error: there is no stage or group `laod`
      help: did you mean `load`?
    ");
    insta::assert_snapshot!(refused(["run", "everything", "--env", "local"]).await, @r"
    error: there is no stage or group `everything`
      help: there are: load, send
    ");
}

#[tokio::test]
async fn an_environment_that_does_not_exist_is_wrong_usage() {
    insta::assert_snapshot!(refused(["run", "load", "--env", "locl"]).await, @r"
    error: there is no environment `locl`
      help: did you mean `local`?
    ");
    insta::assert_snapshot!(refused(["plan", "--env", "staging"]).await, @r"
    error: there is no environment `staging`
      help: there are: local, dev
    ");
}

#[tokio::test]
async fn a_spec_that_does_not_exist_is_wrong_usage() {
    insta::assert_snapshot!(refused(["plan", "--spec", "jobs.yaml"]).await, @r"
    error: cannot read jobs.yaml: No such file or directory (os error 2)
      help: check the path and its permissions
    ");
}

#[tokio::test]
async fn without_a_spec_here_or_above_there_is_nothing_to_plan() {
    let jobnet = Jobnet::new(["plan"]);
    let ended = jobnet.run().await;
    assert_eq!(ended.code, Some(2));
    let here = jobnet.directory().canonicalize().expect("the directory");
    let stderr = ended.stderr.replace(here.to_str().expect("a path in UTF-8"), "[HERE]");
    insta::assert_snapshot!(stderr, @r"
    error: there is no jobnet.yaml in [HERE] or above it
      help: name one: --spec FILE
    ");
}

#[tokio::test]
async fn a_flag_can_be_said_by_an_environment_variable() {
    let by_flag = Jobnet::new(["plan", "--env", "dev", "--format", "json"]).file("jobnet.yaml", SPEC);
    let by_variable = Jobnet::new(["plan"])
        .file("nets.yaml", SPEC)
        .env("JOBNET_ENV", "dev")
        .env("JOBNET_FORMAT", "json")
        .env("JOBNET_SPEC", "nets.yaml");
    let (by_flag, by_variable) = (by_flag.run().await, by_variable.run().await);
    assert_eq!(by_flag.code, Some(0), "{}", by_flag.stderr);
    assert_eq!(by_variable.stdout, by_flag.stdout);
}

#[tokio::test]
async fn quiet_keeps_warnings_to_itself() {
    let spec = format!("{SPEC}vars: {{SPARE: 1}}\n");
    let plan = |flag: &str| Jobnet::new(["plan", flag]).file("jobnet.yaml", &spec);
    assert!(plan("-v").run().await.stderr.contains("unused-name"));
    let quiet = plan("-q").run().await;
    assert_eq!((quiet.code, quiet.stderr.as_str()), (Some(0), ""));
}
