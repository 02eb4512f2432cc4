//! Secrets: present, absent and allowed to be absent.

use jobnet_sandbox::Sandbox;

use crate::common::{Ended, Jobnet, portal};

const SPEC: &str = "\
jobnet: v1
name: net
environments: {local: {}}
secrets: [TOKEN]
apis: {shop: {base_url: https://shop.example, auth: {bearer: '${TOKEN}'}}, park: {base_url: https://park.example}}
stages:
  load: {call: {api: shop, get: /orders}}
  stroll: {call: {api: park, get: /trees}}
";

/// How a run of the portal's stage `translate` says who is asking.
async fn authorization(sandbox: &Sandbox, run: Jobnet) -> Option<String> {
    let ended = run.run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    sandbox.requests().pop().expect("a request").authorization
}

#[tokio::test]
async fn a_missing_secret_is_named_with_the_stage_that_needs_it() {
    let ended = Jobnet::on_spec(SPEC, ["load", "stroll"]).run().await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(ended.stderr, @r"
    error: secret `TOKEN` has no value, and stage `load` needs it
      help: set TOKEN in the process environment
    ");
}

#[tokio::test]
async fn a_secret_that_is_empty_is_absent() {
    let without: Ended = Jobnet::on_spec(SPEC, ["load"]).run().await;
    let empty = Jobnet::on_spec(SPEC, ["load"]).env("TOKEN", "").run().await;
    assert_eq!((empty.code, empty.stderr), (Some(2), without.stderr));
}

#[tokio::test]
async fn a_variable_that_is_given_another_value_needs_no_secret_for_its_own() {
    let spec = SPEC
        .replace("auth: {bearer: '${TOKEN}'}", "auth: {bearer: '${AUTH}'}")
        .replace("secrets:", "vars: {AUTH: 'token ${TOKEN}'}\nsecrets:");
    let without = Jobnet::on_spec(&spec, ["load"]).run().await;
    assert_eq!(without.code, Some(2));
    assert!(
        without.stderr.contains("secret `TOKEN` has no value, and stage `load` needs it"),
        "{}",
        without.stderr
    );
    // Nobody is there, which is found out only by a run that has its values.
    let spec = spec
        .replace("https://shop.example", "http://127.0.0.1:1")
        .replace("auth:", "retry: {attempts: 1}, auth:");
    let with = Jobnet::on_spec(&spec, ["load"]).env("AUTH", "another").run().await;
    assert_eq!(with.code, Some(75), "{}", with.stderr);
}

#[tokio::test]
async fn machines_are_told_of_a_missing_secret_in_json() {
    let ended = Jobnet::on_spec(SPEC, ["load", "--format", "json"]).run().await;
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(2), ""));
    insta::assert_json_snapshot!(ended.events("error"), @r#"
    [
      {
        "code": "bad-values",
        "event": "error",
        "exit_code": 2,
        "help": [
          "set TOKEN in the process environment"
        ],
        "message": "secret `TOKEN` has no value, and stage `load` needs it",
        "severity": "error"
      }
    ]
    "#);
}

#[tokio::test]
async fn an_auth_without_its_optional_secret_is_no_auth() {
    let sandbox = portal().await;
    assert_eq!(authorization(&sandbox, Jobnet::on_portal(&sandbox, ["translate"])).await, None);
}

#[tokio::test]
async fn an_auth_with_an_empty_optional_secret_is_no_auth() {
    let sandbox = portal().await;
    let run = Jobnet::on_portal(&sandbox, ["translate"]).env("CRON_STATIC_JWT", "");
    assert_eq!(authorization(&sandbox, run).await, None);
}

#[tokio::test]
async fn an_auth_with_its_optional_secret_is_sent() {
    let sandbox = portal().await;
    let run = Jobnet::on_portal(&sandbox, ["translate"]).env("CRON_STATIC_JWT", "a.b.c");
    assert_eq!(authorization(&sandbox, run).await.as_deref(), Some("Bearer a.b.c"));
}

#[tokio::test]
async fn a_path_is_not_left_out_with_its_optional_name() {
    let spec = "jobnet: v1\nname: net\nsecrets: [SHOP]\napis: {api: {base_url: 'http://127.0.0.1:9'}}\n\
                stages: {load: {call: {get: '/shops/${SHOP?}'}}}\nenvironments: {local: {}}\n";
    let ended = Jobnet::on_spec(spec, ["load"]).run().await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(ended.stderr, @"
    error: stages.load.path: an optional name in it has no value
      help: change the variable, by --set NAME=VALUE, in the process environment or in the spec
    ");
}
