//! A variable's value: the flag before the process environment before the environment's `vars` before `vars`.

use jobnet_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::common::spec::quick_portal_spec;
use crate::common::{Jobnet, portal};

/// `jobnet run` of a stage of the portal, whose environment `local` has `vars` of its own.
fn portal_run(sandbox: &Sandbox, stage: &str) -> Jobnet {
    let spec = quick_portal_spec();
    let changed = spec.replace(
        "  local: {}",
        "  local: {vars: {TRANSLATE_LIMIT: 30, UPSERT_LIMIT: 40, API_TIMEOUT_READ: 60}}",
    );
    assert_ne!(spec, changed, "the portal has an environment `local`");
    Jobnet::on_spec(&changed, [stage]).env("API_BASE", &sandbox.base_url())
}

/// The body of the one request that arrived.
fn body(sandbox: &Sandbox) -> Value {
    let requests = sandbox.requests();
    assert_eq!(requests.len(), 1);
    serde_json::from_str(&requests[0].body).expect("a body of JSON")
}

#[tokio::test]
async fn the_file_gives_what_nobody_else_does() {
    let sandbox = portal().await;
    assert_eq!(portal_run(&sandbox, "package").run().await.code, Some(0));
    assert_eq!(body(&sandbox)["limit"], 500);
}

#[tokio::test]
async fn the_environment_of_the_spec_wins_over_the_file() {
    let sandbox = portal().await;
    assert_eq!(portal_run(&sandbox, "translate").run().await.code, Some(0));
    assert_eq!(body(&sandbox)["limit"], 30);
}

#[tokio::test]
async fn the_process_environment_wins_over_the_spec() {
    let sandbox = portal().await;
    assert_eq!(portal_run(&sandbox, "translate").env("TRANSLATE_LIMIT", "20").run().await.code, Some(0));
    assert_eq!(body(&sandbox)["limit"], 20);
}

#[tokio::test]
async fn a_flag_wins_over_everything_and_the_last_flag_over_the_others() {
    let sandbox = portal().await;
    let run = portal_run(&sandbox, "translate").env("TRANSLATE_LIMIT", "20").arguments([
        "--set",
        "TRANSLATE_LIMIT=10",
        "--set",
        "TRANSLATE_LIMIT=11",
    ]);
    assert_eq!(run.run().await.code, Some(0));
    assert_eq!(body(&sandbox)["limit"], 11);
}

#[tokio::test]
async fn a_value_from_outside_has_the_variables_type() {
    let sandbox = portal().await;
    let run = portal_run(&sandbox, "upsert").env("UPSERT_DRY_RUN", "true").env("UPSERT_LIMIT", "7");
    assert_eq!(run.run().await.code, Some(0));
    assert_eq!(body(&sandbox), json!({"limit": 7, "dry_run": true}));
}

#[tokio::test]
async fn a_boolean_from_outside_is_said_by_any_of_its_words_and_arrives_as_one() {
    let sandbox = portal().await;
    for (word, expected) in [
        ("TRUE", true),
        ("yes", true),
        ("On", true),
        ("1", true),
        (" yes ", true),
        ("no", false),
        ("oFF", false),
        ("0", false),
    ] {
        for run in [
            portal_run(&sandbox, "upsert").env("UPSERT_DRY_RUN", word),
            portal_run(&sandbox, "upsert").arguments(["--set", &format!("UPSERT_DRY_RUN={word}")]),
        ] {
            sandbox.clear_requests();
            assert_eq!(run.run().await.code, Some(0), "{word}");
            assert_eq!(body(&sandbox)["dry_run"], expected, "{word}");
        }
    }
}

#[tokio::test]
async fn an_empty_value_of_what_is_no_text_is_none() {
    let sandbox = portal().await;
    let run = portal_run(&sandbox, "upsert")
        .env("UPSERT_DRY_RUN", "")
        .env("UPSERT_LIMIT", " ")
        .arguments(["--set", "API_TIMEOUT_READ_UPSERT="]);
    assert_eq!(run.run().await.code, Some(0));
    assert_eq!(body(&sandbox), json!({"limit": 40, "dry_run": false}));
    // The flag says nothing, and so the process environment is asked.
    sandbox.clear_requests();
    let run =
        portal_run(&sandbox, "upsert").env("UPSERT_DRY_RUN", "yes").arguments(["--set", "UPSERT_DRY_RUN="]);
    assert_eq!(run.run().await.code, Some(0));
    assert_eq!(body(&sandbox)["dry_run"], true);
}

/// A text that is made of a boolean is the same whichever word gave it.
#[tokio::test]
async fn a_boolean_is_true_or_false_wherever_it_stands() {
    const SPEC: &str = r#"jobnet: v1
name: net
vars: {FLAG: false}
stages:
  show: {exec: {command: [sh, -c, 'test "$FLAG $0" = "true true"', "${FLAG}"], vars: [FLAG], inherit: [PATH]}}
environments: {local: {}}
"#;
    for word in ["1", "Yes", "true"] {
        let ended =
            Jobnet::on_spec(SPEC, ["show"]).env("PATH", "/usr/bin:/bin").env("FLAG", word).run().await;
        assert_eq!(ended.code, Some(0), "{word}\n{}", ended.stderr);
    }
}

#[tokio::test]
async fn a_value_of_another_type_names_the_variable_and_is_not_shown() {
    let sandbox = portal().await;
    let run = portal_run(&sandbox, "upsert")
        .env("UPSERT_LIMIT", "hunter2")
        .env("UPSERT_DRY_RUN", "hunter2")
        .arguments(["--set", "API_TIMEOUT_READ_UPSERT=hunter2"]);
    let ended = run.run().await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    assert!(!ended.stderr.contains("hunter2"));
    assert_eq!(sandbox.requests(), []);
    insta::assert_snapshot!(ended.stderr, @r"
    error: variable `API_TIMEOUT_READ_UPSERT` must be a whole number, and --set gives it something else
    error: variable `UPSERT_DRY_RUN` must be true or false, and the process environment gives it something else
    error: variable `UPSERT_LIMIT` must be a whole number, and the process environment gives it something else
      help: give API_TIMEOUT_READ_UPSERT a value that is a whole number, or unset it
      help: give UPSERT_DRY_RUN one of true, yes, on or 1, or false, no, off or 0, or unset it
      help: give UPSERT_LIMIT a value that is a whole number, or unset it
    ");
}

#[tokio::test]
async fn a_flag_for_what_is_no_variable_is_wrong_usage() {
    let sandbox = portal().await;
    let run = portal_run(&sandbox, "translate").arguments(["--set", "TRANSLATE_LIMTI=5"]);
    let ended = run.run().await;
    assert_eq!(ended.code, Some(2));
    insta::assert_snapshot!(ended.stderr, @r"
    error: --set TRANSLATE_LIMTI: there is no such variable
      help: did you mean `TRANSLATE_LIMIT`?
    ");
}

#[tokio::test]
async fn a_flag_for_a_secret_is_wrong_usage_and_its_value_is_not_shown() {
    let sandbox = portal().await;
    let run = portal_run(&sandbox, "translate").arguments(["--set", "CRON_STATIC_JWT=hunter2"]);
    let ended = run.run().await;
    assert_eq!(ended.code, Some(2));
    insta::assert_snapshot!(ended.stderr, @r"
    error: --set CRON_STATIC_JWT: this is a secret
      help: set it in the process environment: CRON_STATIC_JWT=… jobnet run …
    ");
}

#[tokio::test]
async fn a_flag_is_a_name_and_a_value() {
    let ended = Jobnet::on_spec("", ["load", "--set", "LIMIT"]).run().await;
    assert_eq!(ended.code, Some(2));
    insta::assert_snapshot!(ended.stderr, @r"
    error: invalid value 'LIMIT' for '--set <NAME=VALUE>': expected NAME=VALUE

    For more information, try '--help'.
    ");
}

#[tokio::test]
async fn a_variable_that_the_stage_does_not_use_may_have_any_value() {
    let sandbox = portal().await;
    let ended = portal_run(&sandbox, "translate").env("UPSERT_LIMIT", "many").run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}
