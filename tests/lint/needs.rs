//! Offsets against needs, and timeouts against the time between two runs.

use super::{codes, codes_of, findings};

/// A net of two stages on an engine, the second of which needs the first.
fn net(target: &str, load: &str, send: &str) -> String {
    let target = match target {
        "github" => "github: {out: .github/workflows/net.yml, environments: [prod]}",
        _ => "kubernetes: {out: k8s, environments: [prod], image: ghcr.io/shop/net, tags: {prod: v1}}",
    };
    format!(
        "\
jobnet: v1
name: net
schedule: \"7,37 * * * *\"
apis: {{shop: {{base_url: https://shop.example}}}}
defaults: {{timeout: 10m}}
stages:
  load: {{{load}, call: {{get: /orders}}}}
  send: {{{send}, needs: [load], call: {{get: /items}}}}
environments: {{prod: {{}}}}
targets: {{{target}}}
"
    )
}

#[tokio::test]
async fn a_stage_starts_after_what_it_needs() {
    insta::assert_snapshot!(findings(&net("kubernetes", "offset: 5m", "offset: 2m")).await, @"
    error[impossible-on-target]: Kubernetes cannot do `needs: load`: `send` starts 3m before `load` (`9,39 * * * *` and `12,42 * * * *`), and only times keep the order
     --> jobnet.yaml:8:18
      |
    8 |   send: {offset: 2m, needs: [load], call: {get: /items}}
      |                  ^^ Kubernetes is a target of this spec
      |
      = help: give `send` an offset of more than 5m

    jobnet.yaml: 1 error, 0 warnings
    ");
    insta::assert_snapshot!(findings(&net("kubernetes", "offset: 0m", "offset: 0m")).await, @"
    error[impossible-on-target]: Kubernetes cannot do `needs: load`: `send` starts at the same time as `load` (`7,37 * * * *` and `7,37 * * * *`), and only times keep the order
     --> jobnet.yaml:8:18
      |
    8 |   send: {offset: 0m, needs: [load], call: {get: /items}}
      |                  ^^ Kubernetes is a target of this spec
      |
      = help: give `send` an offset of more than 0m

    jobnet.yaml: 1 error, 0 warnings
    ");
}

#[tokio::test]
async fn a_stage_starts_when_what_it_needs_is_over() {
    insta::assert_snapshot!(findings(&net("kubernetes", "offset: 0m", "offset: 9m")).await, @"
    warning[starts-too-soon]: stage `send` starts 9m after `load`, which may take 10m
     --> jobnet.yaml:8:18
      |
    8 |   send: {offset: 9m, needs: [load], call: {get: /items}}
      |                  ^^ `load` may still be working then
      |
      = help: let `send` start later, or give `load` a shorter `timeout`

    jobnet.yaml: 0 errors, 1 warning
    ");
    assert!(codes(&net("kubernetes", "offset: 0m", "offset: 10m")).is_empty());
}

#[test]
fn github_keeps_the_order_itself() {
    assert!(codes(&net("github", "offset: 5m", "offset: 2m")).is_empty());
}

#[tokio::test]
async fn schedules_of_their_own_are_compared_by_their_firings() {
    let nightly = |send: &str| net("kubernetes", "schedule: 3 1 * * *", &format!("schedule: {send}"));
    assert_eq!(codes_of(&nightly("3 1 * * 1")).await, ["impossible-on-target"]);
    assert_eq!(codes(&nightly("8 1 * * *")), ["starts-too-soon"]);
    assert!(codes(&nightly("13 1 * * *")).is_empty());
    assert!(codes(&nightly("58 0 * * *")).is_empty());
    assert!(codes(&net("kubernetes", "schedule: manual", "offset: 0m")).is_empty());
}

#[tokio::test]
async fn a_run_is_over_when_the_next_is_due() {
    let slow = |more: &str| net("github", "offset: 0m", &format!("timeout: 31m{more}"));
    insta::assert_snapshot!(findings(&slow("")).await, @"
    warning[timeout-over-cadence]: stage `send` may take 31m and is due again after 30m
     --> jobnet.yaml:8:19
      |
    8 |   send: {timeout: 31m, needs: [load], call: {get: /items}}
      |                   ^^^ a run that is due while another works is left out
      |
      = help: give it a `timeout` of 30m at most, or another `overlap`

    jobnet.yaml: 0 errors, 1 warning
    ");
    assert!(codes(&slow(", overlap: queue")).is_empty());
    assert!(codes(&slow("").replace("31m", "30m")).is_empty());
}

#[tokio::test]
async fn the_attempts_of_a_request_fit_its_stage() {
    // Three attempts of a minute, and waits of up to one and two seconds.
    let short = |timeout: &str| net("github", "offset: 0m", &format!("timeout: {timeout}"));
    insta::assert_snapshot!(findings(&short("3m")).await, @"
    warning[retries-outlast-timeout]: a request of stage `send` may take 3m3s, and the stage 3m
     --> jobnet.yaml:8:19
      |
    8 |   send: {timeout: 3m, needs: [load], call: {get: /items}}
      |                   ^^ 3 attempts wait 1m each, and up to 3s between them
      |
      = help: give the stage a longer `timeout`, or its API fewer `attempts` or a shorter `timeout.read`

    jobnet.yaml: 0 errors, 1 warning
    ");
    assert!(codes(&short("3m3s")).is_empty());
}
