//! Windows of idempotency keys against the time between two runs.

use super::{codes, findings};

/// A stage that sends at these times, with a window and more keys.
fn sending(schedule: &str, window: &str, more: &str) -> String {
    format!(
        "\
jobnet: v1
name: net
schedule: \"{schedule}\"
apis:
  shop: {{base_url: https://shop.example, idempotency: {{{window}}}, retry: {{attempts: 1}}}}
stages: {{send: {{{more}call: {{post: /orders}}}}}}
environments: {{prod: {{}}}}
"
    )
}

fn short(schedule: &str, window: &str, more: &str) -> Vec<&'static str> {
    codes(&sending(schedule, &format!("window: {window}"), &format!("timeout: 10m, {more}")))
}

#[tokio::test]
async fn a_window_longer_than_the_cadence_answers_the_second_run_as_a_repetition() {
    let spec = sending("*/15 * * * *", "window: 30m", "timeout: 10m, ");
    insta::assert_snapshot!(findings(&spec).await, @r#"
    warning[shared-window]: `*/15 * * * *` and a window of 30m: two runs lie in one window
     --> jobnet.yaml:3:11
      |
    3 | schedule: "*/15 * * * *"
      |           ^^^^^^^^^^^^^^ what the second sends is answered as a repetition, and not done
      |
      = help: make the `idempotency.window` of `shop` shorter, so that each run has windows of its own

    jobnet.yaml: 0 errors, 1 warning
    "#);
    assert!(short("*/30 * * * *", "30m", "").is_empty());
    // It does not divide the half hour, and both runs of an hour lie in [0, 45).
    assert_eq!(short("*/30 * * * *", "45m", ""), ["shared-window"]);
}

#[tokio::test]
async fn a_run_that_starts_late_uses_up_the_key_of_the_next() {
    let spec = sending("55 23 * * *", "window: 24h", "timeout: 10m, start_within: 10m, ");
    insta::assert_snapshot!(findings(&spec).await, @r#"
    warning[shared-window]: `55 23 * * *` and a window of 24h: a run that starts late lies in the window of the next
     --> jobnet.yaml:3:11
      |
    3 | schedule: "55 23 * * *"
      |           ^^^^^^^^^^^^^ what the second sends is answered as a repetition, and not done
      |
      = help: make the `idempotency.window` of `shop` shorter, so that each run has windows of its own

    jobnet.yaml: 0 errors, 1 warning
    "#);
    assert!(short("55 23 * * *", "24h", "start_within: 4m, ").is_empty());
    assert!(short("0 0 * * *", "24h", "start_within: 10m, ").is_empty());
}

#[tokio::test]
async fn a_window_shorter_than_the_cadence_does_not_know_a_late_repetition() {
    let spec = sending("*/30 * * * *", "window: 15m", "timeout: 10m, ");
    insta::assert_snapshot!(findings(&spec).await, @"
    warning[window-ends-early]: a window of 15m is shorter than the 30m between two runs of `send`
     --> jobnet.yaml:5:64
      |
    5 |   shop: {base_url: https://shop.example, idempotency: {window: 15m}, retry: {attempts: 1}}
      |                                                                ^^^ a run that is repeated after it sends all again under new keys
      |
      = help: make it 30m, or leave it out

    jobnet.yaml: 0 errors, 1 warning
    ");
    // The default is nobody's choice, and who repeats a daily job by hand means to.
    assert!(codes(&sending("*/30 * * * *", "conflict: done", "timeout: 10m, ")).is_empty());
    assert!(short("7 3 * * *", "15m", "").is_empty());
}

#[tokio::test]
async fn an_attempt_of_the_engines_lies_in_the_window_of_the_first() {
    let spec = sending("10,40 * * * *", "window: 30m", "timeout: 25m, retries: 1, ");
    insta::assert_snapshot!(findings(&spec).await, @r#"
    warning[window-ends-early]: a window of 30m ends 20m after `10,40 * * * *` fires, and a run may take 25m
     --> jobnet.yaml:3:11
      |
    3 | schedule: "10,40 * * * *"
      |           ^^^^^^^^^^^^^^^ an attempt of the engine's after that sends all again under new keys
      |
      = help: let the `idempotency.window` of `shop` begin and end with the time between two runs, or give a shorter `timeout`

    jobnet.yaml: 0 errors, 1 warning
    "#);
    assert!(short("10,40 * * * *", "30m", "retries: 1, ").is_empty());
    assert!(codes(&sending("10,40 * * * *", "window: 30m", "timeout: 25m, ")).is_empty());
    // Whatever the window, it ends at midnight UTC.
    assert_eq!(short("55 23 * * *", "7h", "retries: 1, "), ["window-ends-early"]);
}

#[test]
fn what_carries_no_key_has_no_window() {
    let reading = sending("*/15 * * * *", "window: 30m", "timeout: 10m, ").replace("post:", "get:");
    assert!(codes(&reading).is_empty());
    let without = sending("*/15 * * * *", "window: 30m", "timeout: 10m, ")
        .replace("idempotency: {window: 30m}", "idempotency: none");
    assert!(codes(&without).is_empty());
}
