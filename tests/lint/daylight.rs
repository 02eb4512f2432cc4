//! Schedules at times that the clocks of a zone leave out or repeat.

use super::{codes, findings};

/// A net in New York on all engines, with this schedule.
fn in_new_york(schedule: &str) -> String {
    format!(
        "\
jobnet: v1
name: net
timezone: America/New_York
schedule: \"{schedule}\"
apis: {{shop: {{base_url: https://shop.example}}}}
defaults: {{overlap: queue}}
stages: {{load: {{call: {{get: /orders}}}}}}
environments: {{prod: {{}}}}
targets:
  github: {{out: .github/workflows/net.yml, environments: [prod]}}
  kubernetes: {{out: k8s, environments: [prod], image: ghcr.io/shop/net, tags: {{prod: v1}}}}
  cloud_run: {{out: deploy, environments: [prod], region: us-central1, image: gcr.io/shop/net, project: shop-1, service_account: net}}
"
    )
}

#[tokio::test]
async fn in_a_gap_each_engine_does_something_else() {
    insta::assert_snapshot!(findings(&in_new_york("10 2 * * *")).await, @r#"
    warning[daylight-gap]: `10 2 * * *` is a time that America/New_York leaves out once a year: GitHub Actions runs it at 03:00
     --> jobnet.yaml:4:11
      |
    4 | schedule: "10 2 * * *"
      |           ^^^^^^^^^^^^ on 2026-03-08 the clocks go forward from 02:00 to 03:00
      |
      = help: choose a time outside that hour, or `timezone: UTC`

    warning[daylight-gap]: `10 2 * * *` is a time that America/New_York leaves out once a year: Kubernetes does not run it that day
     --> jobnet.yaml:4:11
      |
    4 | schedule: "10 2 * * *"
      |           ^^^^^^^^^^^^ on 2026-03-08 the clocks go forward from 02:00 to 03:00
      |
      = help: choose a time outside that hour, or `timezone: UTC`

    warning[daylight-gap]: `10 2 * * *` is a time that America/New_York leaves out once a year: Cloud Scheduler does not say whether it runs that day
     --> jobnet.yaml:4:11
      |
    4 | schedule: "10 2 * * *"
      |           ^^^^^^^^^^^^ on 2026-03-08 the clocks go forward from 02:00 to 03:00
      |
      = help: choose a time outside that hour, or `timezone: UTC`

    error[impossible-on-target]: Kubernetes cannot do `overlap: queue`: a CronJob leaves runs out, ends them, or lets them work side by side
     --> jobnet.yaml:6:21
      |
    6 | defaults: {overlap: queue}
      |                     ^^^^^ Kubernetes is a target of this spec
      |
      = help: give the stage a `lease`, which runs wait for, or choose `overlap: forbid`

    error[impossible-on-target]: Cloud Run cannot do `overlap: queue`: it starts executions beside each other
     --> jobnet.yaml:6:21
      |
    6 | defaults: {overlap: queue}
      |                     ^^^^^ Cloud Run is a target of this spec
      |
      = help: add `lease:`, by which jobnet does it

    jobnet.yaml: 2 errors, 3 warnings
    "#);
}

#[tokio::test]
async fn in_a_fold_each_engine_does_something_else() {
    insta::assert_snapshot!(findings(&in_new_york("10 1 * * *")).await, @r#"
    warning[daylight-fold]: `10 1 * * *` is a time that America/New_York has twice once a year: GitHub Actions does not say which of the two it takes
     --> jobnet.yaml:4:11
      |
    4 | schedule: "10 1 * * *"
      |           ^^^^^^^^^^^^ on 2026-11-01 the clocks go back from 02:00 to 01:00
      |
      = help: choose a time outside that hour, or `timezone: UTC`

    warning[daylight-fold]: `10 1 * * *` is a time that America/New_York has twice once a year: Kubernetes runs it twice
     --> jobnet.yaml:4:11
      |
    4 | schedule: "10 1 * * *"
      |           ^^^^^^^^^^^^ on 2026-11-01 the clocks go back from 02:00 to 01:00
      |
      = help: choose a time outside that hour, or `timezone: UTC`

    warning[daylight-fold]: `10 1 * * *` is a time that America/New_York has twice once a year: Cloud Scheduler does not say whether it runs twice
     --> jobnet.yaml:4:11
      |
    4 | schedule: "10 1 * * *"
      |           ^^^^^^^^^^^^ on 2026-11-01 the clocks go back from 02:00 to 01:00
      |
      = help: choose a time outside that hour, or `timezone: UTC`

    error[impossible-on-target]: Kubernetes cannot do `overlap: queue`: a CronJob leaves runs out, ends them, or lets them work side by side
     --> jobnet.yaml:6:21
      |
    6 | defaults: {overlap: queue}
      |                     ^^^^^ Kubernetes is a target of this spec
      |
      = help: give the stage a `lease`, which runs wait for, or choose `overlap: forbid`

    error[impossible-on-target]: Cloud Run cannot do `overlap: queue`: it starts executions beside each other
     --> jobnet.yaml:6:21
      |
    6 | defaults: {overlap: queue}
      |                     ^^^^^ Cloud Run is a target of this spec
      |
      = help: add `lease:`, by which jobnet does it

    jobnet.yaml: 2 errors, 3 warnings
    "#);
}

#[test]
fn only_a_firing_in_the_hour_is_touched() {
    for clear in ["10 3 * * *", "59 0 * * *", "*/15 * * * *", "10 2 * * 1-6", "10 2 * 4-10 *"] {
        assert!(codes(&in_new_york(clear)).is_empty(), "{clear}");
    }
    assert!(codes(&in_new_york("10 2 * * *").replace("America/New_York", "Asia/Tokyo")).is_empty());
    let no_target = in_new_york("10 2 * * *").replace("[prod]", "[]");
    assert!(codes(&no_target).iter().all(|code| !code.starts_with("daylight")));
}
