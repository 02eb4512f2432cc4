//! A schedule or a timeout that GitHub does not keep is an error at its place.

use super::Rendering;

fn faults(rest: &str) -> String {
    Rendering::below_head(rest).faults()
}

#[test]
fn a_run_must_know_its_environment_by_the_schedule_alone() {
    insta::assert_snapshot!(faults("\
stages: {load: {call: {get: /a}}}
environments: {dev: {schedule: '30 0 * * 1'}, prod: {schedule: '30 0  * * 1', timezone: Asia/Tokyo}}
targets: {github: {out: .github/workflows/net.yml, environments: [dev, prod]}}
"), @"
    error[github-same-cron]: `30 0 * * 1` starts `dev` (UTC), and `prod` (Asia/Tokyo) too
     --> jobnet.yaml:5:64
      |
    5 | environments: {dev: {schedule: '30 0 * * 1'}, prod: {schedule: '30 0  * * 1', timezone: Asia/Tokyo}}
      |                                                                ^^^^^^^^^^^^^ a run is told the text of its schedule, and no more
      |
      = help: write one of them otherwise (`30 0 * * *` as `30 0 * * 0-6`, or a minute later)
    ");
}

#[test]
fn five_minutes_lie_between_two_firings() {
    insta::assert_snapshot!(faults("\
schedule: '*/7 * * * *'
stages: {load: {call: {get: /a}}}
environments: {dev: {}}
targets: {github: {out: .github/workflows/net.yml, environments: [dev]}}
"), @"
    error[github-too-often]: firings of `*/7 * * * *` are 4 minutes apart, and GitHub keeps at least 5 between them
     --> jobnet.yaml:4:11
      |
    4 | schedule: '*/7 * * * *'
      |           ^^^^^^^^^^^^^ expected 5 minutes between any two firings
      |
      = help: let it fire less often, or have one run do the work of several
    ");
}

#[test]
fn a_server_of_ones_own_has_no_zones() {
    insta::assert_snapshot!(faults("\
stages: {load: {call: {get: /a}}}
environments:
  dev: {schedule: '30 2 * * *', timezone: Europe/Berlin}
  prod: {schedule: '30 2 1 * *', timezone: Asia/Tokyo}
targets: {github: {out: .github/workflows/net.yml, environments: [dev, prod], enterprise_server: true}}
"), @"
    error[github-not-utc]: `30 2 * * *` in Europe/Berlin cannot be said in UTC: the clocks of Europe/Berlin change, and those of UTC do not
     --> jobnet.yaml:6:19
      |
    6 |   dev: {schedule: '30 2 * * *', timezone: Europe/Berlin}
      |                   ^^^^^^^^^^^^ schedules of GitHub Enterprise Server are in UTC
      |
      = help: choose a zone whose clocks do not change, or days that are not restricted

    error[github-not-utc]: `30 2 1 * *` in Asia/Tokyo cannot be said in UTC: in UTC it would cross midnight, and its days are restricted
     --> jobnet.yaml:7:20
      |
    7 |   prod: {schedule: '30 2 1 * *', timezone: Asia/Tokyo}
      |                    ^^^^^^^^^^^^ schedules of GitHub Enterprise Server are in UTC
      |
      = help: choose a zone whose clocks do not change, or days that are not restricted
    ");
}

#[test]
fn a_job_of_githubs_own_ends_after_six_hours() {
    insta::assert_snapshot!(faults("\
stages: {load: {call: {get: /a}, timeout: 6h1s}}
environments: {dev: {}}
targets: {github: {out: .github/workflows/net.yml, environments: [dev]}}
"), @"
    error[github-long-timeout]: stage `load` may take 361 minutes, and GitHub's own runners end a job after 360
     --> jobnet.yaml:4:43
      |
    4 | stages: {load: {call: {get: /a}, timeout: 6h1s}}
      |                                           ^^^^ the timeout is that of the job
      |
      = help: make it shorter, or name a `runner` of your own
    ");
}
