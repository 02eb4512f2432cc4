//! Secrets that are handed over in one variable, a line each, by who cannot name them.

use crate::common::Jobnet;
use crate::common::misbehaving::{self, Server};
use crate::common::spec::Spec;
use crate::exec::PATH;

const LINES: &str = "# of dev\nTOKEN=\"with \\\"quotes\\\"\"\nUNUSED=distinctive=value\n";

/// A stage that sends its secret in a header.
async fn sending() -> (Server, Spec) {
    let server = Server::start(|_| async { misbehaving::json("{}") }).await;
    let spec = Spec::posting_to(&server).secret("TOKEN").api("headers", "{x-key: '${TOKEN}'}");
    (server, spec)
}

#[tokio::test]
async fn a_stage_is_given_its_secret() {
    let (server, spec) = sending().await;
    let ended = spec.jobnet().env("JOBNET_SECRETS", LINES).run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(server.arrivals()[0].header("x-key"), "with \"quotes\"");
}

#[tokio::test]
async fn they_come_before_the_variables_around() {
    let (server, spec) = sending().await;
    let ended = spec.jobnet().env("TOKEN", "around").env("JOBNET_SECRETS", "TOKEN=line").run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(server.arrivals()[0].header("x-key"), "line");
}

/// GitHub knows them as one secret and masks that, so that jobnet must name each, also one that it does not use.
#[tokio::test]
async fn github_is_told_to_mask_each() {
    let (_server, spec) = sending().await;
    let ended = spec.jobnet().arguments(["--format", "github"]).env("JOBNET_SECRETS", LINES).run().await;
    let masks: Vec<&str> = ended.stderr.lines().filter(|line| line.starts_with("::add-mask::")).collect();
    for mask in ["::add-mask::with \"quotes\"", "::add-mask::distinctive=value"] {
        assert!(masks.contains(&mask), "{masks:?}");
    }
}

#[tokio::test]
async fn a_line_that_cannot_be_read_stops_everything_and_is_not_shown() {
    let (server, spec) = sending().await;
    let bad = "TOKEN=distinctive\nhunter2\n";
    let ended = spec.jobnet().arguments(["--format", "human"]).env("JOBNET_SECRETS", bad).run().await;
    assert_eq!(ended.code, Some(2));
    assert!(server.arrivals().is_empty());
    insta::assert_snapshot!(ended.stderr, @"
    error: line 2 of JOBNET_SECRETS is not NAME=value
      help: write a value that has lines or begins with a quote as JSON: NAME=${{ toJSON(secrets.NAME) }}
    ");
}

#[tokio::test]
async fn a_command_inherits_each_and_not_the_variable_that_holds_them() {
    let spec = "jobnet: v1\nname: net\nsecrets: [TOKEN]\n\
                stages: {work: {exec: {command: env, inherit: all, secrets: [TOKEN]}}}\n\
                environments: {local: {}}\n";
    let lines = "TOKEN=\"of-the-line\\nKEY=more\"\nOTHER=another\n";
    let ended = Jobnet::on_spec(spec, ["work"]).env("PATH", PATH).env("JOBNET_SECRETS", lines).run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let names: Vec<&str> =
        ended.stderr.lines().filter_map(|line| line.strip_prefix("work | ")?.split('=').next()).collect();
    assert!(names.contains(&"TOKEN") && names.contains(&"OTHER"), "{names:?}");
    assert!(!names.contains(&"JOBNET_SECRETS"), "{names:?}");
    assert!(!ended.stderr.contains("of-the-line") && !ended.stderr.contains("another"), "{}", ended.stderr);
}
