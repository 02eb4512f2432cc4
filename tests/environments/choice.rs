//! Which environment a run means. The rule itself has its tests beside it; these show it from outside.

use super::{ran, refusal, release};

#[tokio::test]
async fn the_process_environment_chooses_where_a_when_matches() {
    let ended = release([]).env("PROJECT", "testing-1").run().await;
    assert_eq!(ran(&ended), ["migrate in test", "bootstrap in test"]);
}

#[tokio::test]
async fn a_flag_chooses_before_the_process_environment() {
    let ended = release(["--set", "PROJECT=testing-1"]).env("PROJECT", "production").run().await;
    assert_eq!(ran(&ended), ["migrate in test", "bootstrap in test"]);
}

#[tokio::test]
async fn an_environment_that_shares_its_project_is_named() {
    let ended = release(["--env", "stage"]).env("PROJECT", "testing-1").run().await;
    assert_eq!(ran(&ended), ["migrate in stage", "bootstrap in stage"]);
}

#[tokio::test]
async fn an_empty_name_is_none() {
    let ended = release([]).env("JOBNET_ENV", "").env("PROJECT", "testing-1").run().await;
    assert_eq!(ran(&ended), ["migrate in test", "bootstrap in test"]);
}

#[tokio::test]
async fn where_no_when_matches_each_is_shown_with_what_it_asks_for() {
    let expected = "\
error: no environment was named, and no `when` matches the variables around
  help: name one by --env: test, stage, prod
  help: test is where PROJECT=testing-1
  help: prod is where PROJECT=production
";
    assert_eq!(refusal(&release([])).await, expected);
    assert_eq!(refusal(&release([]).env("PROJECT", "another")).await, expected);
}

#[tokio::test]
async fn two_that_match_are_both_named() {
    let twins = super::SPEC.replace("stage: {", "stage: {when: {PROJECT: testing-1}, ");
    let twins = release([]).env("PROJECT", "testing-1").file("jobnet.yaml", &twins);
    insta::assert_snapshot!(refusal(&twins).await, @r"
    error: no environment was named, and the variables around match the `when` of test and stage
      help: name one by --env: test, stage
    ");
}

#[tokio::test]
async fn a_name_that_the_variables_around_contradict_is_refused() {
    let elsewhere = release(["--env", "stage"]).env("PROJECT", "production");
    insta::assert_snapshot!(refusal(&elsewhere).await, @r"
    error: --env stage contradicts PROJECT=production, which is `prod`
      help: say --env prod, or give PROJECT another value
    ");
    let nowhere = release(["--yes"]).env("JOBNET_ENV", "prod").env("PROJECT", "another");
    insta::assert_snapshot!(refusal(&nowhere).await, @r"
    error: --env prod contradicts PROJECT: `prod` is where it is production
      help: set PROJECT=production, or name another environment
    ");
}

#[tokio::test]
async fn machines_are_told_in_json() {
    let ended = release(["--format", "json"]).run().await;
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(2), ""));
    assert_eq!(ended.events("error")[0]["code"], "which-environment");
}
