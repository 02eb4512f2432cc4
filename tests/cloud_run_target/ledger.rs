//! What each feature of a spec is on Cloud Run.

use jobnet::targets::{self, Entry, Standing};

use super::{example_spec, plans};

fn lines(spec: &str) -> String {
    targets::ledger(&plans(spec)).iter().map(line).collect()
}

fn line(entry: &Entry) -> String {
    let of = entry.stage.as_deref().unwrap_or("*");
    let env = entry.env.as_ref().map(|env| format!(" ({env})")).unwrap_or_default();
    let standing = match &entry.standing {
        Standing::Exact => "exact".to_owned(),
        Standing::Emulated { how } => format!("emulated: {how}"),
        Standing::Impossible { why, .. } => format!("impossible: {why}"),
    };
    format!("{of} {}{env}: {standing}\n", entry.feature)
}

#[test]
fn the_example_can_be_had() {
    let lines = lines(&example_spec());
    let of_some: Vec<&str> = lines
        .lines()
        .filter(|line| ["* ", "bootstrap ", "alerts "].iter().any(|of| line.starts_with(of)))
        .collect();
    insta::assert_snapshot!(of_some.join("\n"), @"
    * timezone: UTC: exact
    * confirm (prod): emulated: the scripts ask; a job that its trigger starts has nobody to ask, and goes on
    bootstrap needs: migrate: emulated: run-job.sh runs a group in its order, and stops at the first failure
    bootstrap overlap: forbid: emulated: by nothing: executions may overlap; add `lease:` where that does harm
    bootstrap timeout: exact
    alerts schedule: exact
    alerts overlap: forbid: emulated: by nothing: executions may overlap; add `lease:` where that does harm
    alerts timeout: exact
    ");
}

#[test]
fn all_else_is_exact_or_told_how() {
    let spec = "\
jobnet: v1
name: shop
timezone: Asia/Tokyo
vars: {GCP_PROJECT: shop-1}
apis: {shop: {base_url: https://shop.example}}
databases: {main: {url: 'sqlite://shop.db'}}
defaults: {lease: {database: main}, overlap: queue, retries: 2, timeout: 30m, start_within: 5m, history: {failed: 3}}
stages:
  load: {schedule: '0 3 * * *', call: {get: /orders}}
  report: {schedule: '0 3 * * *', offset: 1h, needs: [load], suspend: true, call: {get: /report}}
environments: {dev: {timezone: Europe/Berlin}, prod: {}}
targets: {cloud_run: {out: jobs, environments: [dev, prod], region: europe-west1, image: shop, service_account: jobs}}
";
    insta::assert_snapshot!(lines(spec), @"
    * timezone: Europe/Berlin (dev): emulated: where clocks change, a firing in the hour that is left out or doubled may be missed or come twice
    * timezone: Asia/Tokyo (prod): exact
    load schedule: exact
    load overlap: queue: emulated: a run waits for the lease, and pays for the wait
    load lease: exact
    load timeout: emulated: Cloud Run counts each attempt anew: 3 attempts of 600s
    load retries: emulated: Cloud Run retries whatever the reason was, a wrong spec or value (exit code 2) too
    load start_within: emulated: its trigger tries so long to start it; Cloud Run then starts it when there is room
    load history: emulated: Cloud Run itself decides how many executions it keeps
    report schedule: exact
    report needs: load: emulated: run-job.sh keeps the order of a group; among triggers: by its offset: it starts 1h after `load`
    report overlap: queue: emulated: a run waits for the lease, and pays for the wait
    report lease: exact
    report timeout: emulated: Cloud Run counts each attempt anew: 3 attempts of 600s
    report retries: emulated: Cloud Run retries whatever the reason was, a wrong spec or value (exit code 2) too
    report start_within: emulated: its trigger tries so long to start it; Cloud Run then starts it when there is room
    report history: emulated: Cloud Run itself decides how many executions it keeps
    report suspend: emulated: create-all-jobs.sh pauses its trigger; once it is not paused in the spec, resume.sh resumes it
    ");
}
