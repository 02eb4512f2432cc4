//! `jobnet plan` of the portal's pipeline.

use serde_json::Value;

use crate::common::{Ended, Jobnet, portal_spec};

const SECRETS: [&str; 6] = [
    "CRON_OAUTH_TOKEN_URL",
    "CRON_CLIENT_ID",
    "CRON_CLIENT_SECRET",
    "CRON_AUDIENCE",
    "CRON_SCOPE",
    "CRON_STATIC_JWT",
];

/// `jobnet plan` as of a Saturday morning.
fn plan<const N: usize>(arguments: [&str; N]) -> Jobnet {
    let spec = portal_spec();
    Jobnet::new(["plan", "--at", "2026-11-21T10:00:00Z", "--spec"])
        .arguments([spec.to_str().expect("a path in UTF-8")])
        .arguments(arguments)
}

async fn shown<const N: usize>(arguments: [&str; N]) -> Ended {
    let ended = plan(arguments).run().await;
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    ended
}

/// The stages of an environment with their schedules.
async fn schedules(env: &str) -> Vec<(String, String)> {
    let ended = shown(["--env", env, "--format", "json"]).await;
    let plan: Value = serde_json::from_str(&ended.stdout).expect("one JSON line");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let stages = plan["stages"].as_array().expect("stages");
    stages.iter().map(|stage| (text(&stage["name"]), text(&stage["schedule"]))).collect()
}

#[tokio::test]
async fn dev_runs_every_half_hour_stage_after_stage() {
    let text = shown(["--env", "dev"]).await.stdout;
    insta::with_settings!({snapshot_path => "../snapshots"}, { insta::assert_snapshot!(text) });
}

#[tokio::test]
async fn prod_runs_every_quarter_of_an_hour_stage_after_stage() {
    let text = shown(["--env", "prod"]).await.stdout;
    insta::with_settings!({snapshot_path => "../snapshots"}, { insta::assert_snapshot!(text) });
}

#[tokio::test]
async fn offsets_are_written_into_the_schedules() {
    let expected = |times: [&str; 5]| -> Vec<(String, String)> {
        let stages = ["extract-view", "extract-field", "translate", "package", "upsert"];
        let schedule = |(stage, at): (&str, &str)| (stage.to_owned(), format!("{at} * * * *"));
        stages.into_iter().zip(times).map(schedule).collect()
    };
    let dev = expected(["*/30", "2,32", "5,35", "10,40", "15,45"]);
    let prod = expected(["*/15", "2,17,32,47", "4,19,34,49", "6,21,36,51", "8,23,38,53"]);
    assert_eq!(schedules("dev").await, dev);
    assert_eq!(schedules("prod").await, prod);
}

#[tokio::test]
async fn without_an_environment_all_are_shown_in_the_order_of_the_file() {
    let all = shown([]).await.stdout;
    let mut alone = Vec::new();
    for env in ["local", "dev", "prod"] {
        alone.push(shown(["--env", env]).await.stdout);
    }
    assert_eq!(all, alone.join("\n"));
}

#[tokio::test]
async fn a_secret_is_shown_by_its_name_and_never_by_its_value() {
    for format in ["human", "json"] {
        let with_values = SECRETS.iter().fold(plan(["--env", "prod", "--format", format]), |plan, name| {
            plan.env(name, &format!("value-of-{name}"))
        });
        let without = shown(["--env", "prod", "--format", format]).await.stdout;
        assert!(without.contains("CRON_CLIENT_SECRET"));
        assert_eq!(with_values.run().await.stdout, without);
    }
}

#[tokio::test]
async fn the_process_environment_changes_no_plan() {
    let with_value = plan(["--env", "dev"]).env("CRON_WINDOW_MINUTES", "7").env("TZ", "Asia/Tokyo");
    assert_eq!(with_value.run().await.stdout, shown(["--env", "dev"]).await.stdout);
}

#[tokio::test]
async fn a_variable_made_from_a_secret_is_shown_without_a_value() {
    let spec = "\
jobnet: v1
name: net
environments: {local: {}}
vars: {HOST: shop.example, URL: 'https://me:${PASSWORD}@${HOST}'}
secrets: [PASSWORD]
apis: {shop: {base_url: '${URL}'}}
stages: {load: {call: {get: /orders}}}
";
    let ended = Jobnet::new(["plan"]).file("jobnet.yaml", spec).env("PASSWORD", "hunter2").run().await;
    insta::assert_snapshot!(ended.stdout, @r"
    net in local, times in UTC

    1. load
       kind       call
       does       send GET /orders
       needs      –
       schedule   manual
       next       –
       limits     1h in all, fails when any item failed
       variables  HOST, URL
       secrets    PASSWORD

    variables, unless the process environment or --set says otherwise
       HOST  shop.example
       URL   (made from a secret)
    ");
}
