//! What each feature of a spec is on GitHub.

use jobnet::targets::{self, Entry, Standing};

use super::Rendering;

fn shown(entry: &Entry) -> String {
    let place = [entry.stage.as_deref(), entry.env.as_deref()].map(|name| name.unwrap_or("*")).join(" in ");
    let standing = match &entry.standing {
        Standing::Exact => "exact".to_owned(),
        Standing::Emulated { how } => format!("emulated: {how}"),
        Standing::Impossible { why, .. } => format!("impossible: {why}"),
    };
    format!("{place}: {}: {standing}", entry.feature)
}

fn ledger(rest: &str) -> String {
    let rendering = Rendering::below_head(rest);
    targets::ledger(&rendering.plans()).iter().map(|entry| shown(entry) + "\n").collect()
}

#[test]
fn all_that_can_be_said_of_a_stage_has_its_entry() {
    insta::assert_snapshot!(ledger("\
timezone: Europe/Berlin
databases: {main: sqlite:net.db}
defaults: {lease: {database: main}, overlap: queue, history: {succeeded: 3}}
stages:
  load: {call: {get: /a}, timeout: 90s, retries: 2, start_within: 10m}
  tell: {call: {get: /b}, needs: [load], offset: 5m, suspend: true}
environments: {dev: {schedule: '30 2 * * *'}, prod: {confirm: true}}
targets: {github: {out: .github/workflows/net.yml, environments: [dev, prod]}}
"), @"
    * in prod: confirm: true: emulated: whoever starts the workflow chooses the environment, and is not asked again
    load in dev: schedule: 30 2 * * *: emulated: on the default branch alone, and late or not at all where GitHub is busy
    load in dev: timezone: Europe/Berlin: emulated: when clocks are put forward it starts at the end of the gap; when they are put back GitHub does not say how often
    load in *: start_within: 10m: emulated: it waits so long for its lease; how late GitHub starts it is not looked at
    load in *: timeout: 1m30s: emulated: jobnet ends the stage, and GitHub its job after 2 minutes, steps before it included
    load in *: retries: 2: emulated: jobnet tries again in the same job
    load in *: history: emulated: the settings of the repository say how long runs are kept
    load in *: overlap: queue: exact
    load in *: lease: exact
    tell in dev: schedule: 30 2 * * *: emulated: on the default branch alone, and late or not at all where GitHub is busy
    tell in dev: timezone: Europe/Berlin: emulated: when clocks are put forward it starts at the end of the gap; when they are put back GitHub does not say how often
    tell in dev: suspend: true: emulated: the workflow has no schedule for it
    tell in *: offset: 5m: emulated: the order comes from `needs`, and a stage starts when the one before it is done
    tell in *: timeout: 1h: emulated: jobnet ends the stage, and GitHub its job after 60 minutes, steps before it included
    tell in *: history: emulated: the settings of the repository say how long runs are kept
    tell in *: overlap: queue: exact
    tell in *: lease: exact
    ");
}

#[test]
fn what_only_a_server_of_ones_own_has_otherwise_is_said() {
    insta::assert_snapshot!(ledger("\
timezone: Asia/Tokyo
schedule: '30 0 * * *'
stages:
  load: {call: {get: /a}, overlap: queue, timeout: 7h}
environments: {dev: {}}
targets: {github: {out: .github/workflows/net.yml, environments: [dev], enterprise_server: true, runner: own}}
"), @"
    load in *: schedule: 30 0 * * *: emulated: on the default branch alone, and late or not at all where GitHub is busy
    load in *: timezone: Asia/Tokyo: emulated: the schedule is written in UTC
    load in *: timeout: 7h: emulated: jobnet ends the stage, and GitHub its job after 420 minutes, steps before it included
    load in *: overlap: queue: emulated: one run waits, the latest alone
    ");
}

#[test]
fn clouds_that_the_target_says_nothing_of_are_said() {
    insta::assert_snapshot!(ledger("\
databases: {main: 'bigquery://project/data'}
stores: {raw: 's3://bucket/raw'}
stages:
  load:
    flow: {from: {get: /a, items: '.[]', keep: {store: raw, path: a}}, to: {table: t, key: [id], columns: {id: .id}}}
environments: {dev: {}}
targets: {github: {out: .github/workflows/net.yml, environments: [dev]}}
"), @"
    load in *: timeout: 1h: emulated: jobnet ends the stage, and GitHub its job after 60 minutes, steps before it included
    load in *: overlap: forbid: emulated: a run that is due meanwhile waits, the latest of them alone
    load in *: credentials of AWS: emulated: the target has no `aws`: the runner must bring them
    load in *: credentials of Google Cloud: emulated: the target has no `google`: the runner must bring them
    ");
}

#[test]
fn secrets_of_an_environment_do_not_reach_a_workflow_that_is_called() {
    let ledger = ledger("\
secrets: [TOKEN]
stages: {load: {call: {get: '/a/${TOKEN}'}}, tell: {call: {get: /b}}, make: {exec: {command: make, secrets: [TOKEN]}}}
environments: {dev: {}}
targets:
  github: {out: .github/workflows/net.yml, environments: [dev], github_environments: true, reusable_workflow: true}
");
    let of_secrets: Vec<&str> = ledger.lines().filter(|line| line.contains("secrets of")).collect();
    insta::assert_snapshot!(of_secrets.join("\n"), @"load in *: secrets of an environment of GitHub's: emulated: a workflow that is called has the rules of the environment, and the secrets of the repository alone");
}
