//! What GitHub's own evaluator makes of a workflow: the group, the environment, and what stages are given.

use std::collections::BTreeSet;

use jobnet::github::Told;
use serde_json::{Value, json};

use crate::common::files::example;
use crate::common::github_parser::Case;

use super::Rendering;
use super::simulated::{Start, Workflow};

#[test]
fn one_environment_has_one_group_however_a_run_was_started() {
    let Some(workflow) = Workflow::of(Rendering::example("batch-etl")) else { return };
    let scheduled = Start::scheduled("30 0 * * *");
    let dev = Start::dispatched("dev", "item+");
    let prod = Start::dispatched("prod", "all");
    for start in [&scheduled, &scheduled.clone().again(), &dev, &dev.clone().again()] {
        assert_eq!(workflow.group(start), "batch-etl/dev", "{start:?}");
        assert_eq!(workflow.environment(start), "dev");
    }
    assert_eq!(workflow.group(&prod), "batch-etl/prod");
    assert_eq!(workflow.environment(&prod), "prod");
    assert_eq!(workflow.model["concurrency"]["cancel-in-progress"], false);
}

/// A schedule that was taken out of the file, say, and still fires.
#[test]
fn what_nobody_knows_is_no_environment_and_runs_nothing() {
    let Some(workflow) = Workflow::of(Rendering::example("batch-etl")) else { return };
    let start = Start::scheduled("0 0 * * *");
    assert_eq!(workflow.environment(&start), "");
    assert_eq!(workflow.ran(&[(start, "")]), [BTreeSet::new()]);
}

/// GitHub reads expressions of 50 levels; operands beside each other are one.
#[test]
fn a_net_may_have_many_schedules_and_a_stage_many_needs() {
    let names: Vec<String> = (0..60).map(|number| format!("s{number}")).collect();
    let stages = names.iter().enumerate();
    let stages =
        stages.map(|(minute, name)| format!("  {name}: {{call: {{get: /a}}, schedule: '{minute} 1 * * *'}}"));
    let rendering = Rendering::below_head(&format!(
        "stages:\n{}\n  last: {{call: {{get: /b}}, needs: [{}]}}\nenvironments: {{dev: {{}}}}\n\
         targets: {{github: {{out: .github/workflows/net.yml, environments: [dev]}}}}\n",
        stages.collect::<Vec<_>>().join("\n"),
        names.join(", ")
    ));
    let Some(workflow) = Workflow::of(rendering) else { return };
    assert_eq!(workflow.environment(&Start::scheduled("59 1 * * *")), "dev");
    let done = json!({"result": "success", "outputs": {}});
    let needs: Value =
        names.iter().map(String::as_str).chain(["start"]).map(|name| (name, done.clone())).collect();
    let last = workflow.jobs().iter().find(|job| job["id"] == "last").unwrap();
    let condition = Case::expression(last["if"].as_str().unwrap()).context("needs", needs);
    let runs = workflow.github.evaluate(&[Start::dispatched("dev", "all").sees(condition)]);
    assert_eq!(runs, [Value::Bool(true)]);
}

#[test]
fn only_a_run_that_is_to_change_nothing_changes_nothing() {
    let Some(workflow) = Workflow::of(Rendering::example("batch-etl")) else { return };
    let expression = workflow.stage("schema")["env"]["JOBNET_DRY_RUN"].as_str().unwrap();
    let mut dry = Start::dispatched("dev", "all");
    dry.inputs["dry_run"] = true.into();
    for (start, expected) in
        [(Start::scheduled("30 0 * * *"), false), (Start::dispatched("dev", "all"), false), (dry, true)]
    {
        let value = workflow.github.evaluate(&[start.sees(Case::text(expression))]).remove(0);
        assert_eq!(value, expected, "{start:?}");
    }
}

#[test]
fn a_secret_is_that_of_the_environment_or_empty() {
    let Some(workflow) = Workflow::of(Rendering::example("batch-etl")) else { return };
    let expression = workflow.stage("ranking")["env"]["S3_BUCKET_RAW"].as_str().unwrap();
    let value = |env: &str, secrets: Value| {
        let needs = json!({"start": {"result": "success", "outputs": {"env": env}}});
        let case = Case::text(expression).context("needs", needs).context("secrets", secrets);
        workflow.github.evaluate(&[case]).remove(0)
    };
    let both = json!({"S3_BUCKET_RAW_DEV": "raw-dev", "S3_BUCKET_RAW_PROD": "raw-prod"});
    assert_eq!(value("dev", both.clone()), "raw-dev");
    assert_eq!(value("prod", both.clone()), "raw-prod");
    assert_eq!(value("", both), "");
    assert_eq!(value("dev", json!({"S3_BUCKET_RAW_DEV": "", "S3_BUCKET_RAW_PROD": "raw-prod"})), "");
    assert_eq!(value("dev", json!({"S3_BUCKET_RAW_PROD": "raw-prod"})), "");
}

/// A workflow that is called is given all secrets as one text, a line each.
#[test]
fn lines_of_secrets_are_those_of_the_environment_or_empty() {
    let spec = std::fs::read_to_string(example("batch-etl").join("jobnet.yaml")).unwrap();
    let reusable = "    default_environment: dev\n    reusable_workflow: true\n";
    let rendering = Rendering::of(&spec.replace("    default_environment: dev\n", reusable));
    let text = rendering.workflow();
    let Some(workflow) = Workflow::of(rendering) else { return };
    let read: Value = serde_saphyr::from_str(&text).unwrap();
    let lines = read["jobs"]["ranking"]["secrets"]["JOBNET_SECRETS"].as_str().unwrap();
    let told = |env: &str| {
        let needs = json!({"start": {"result": "success", "outputs": {"env": env}}});
        let secrets = json!({
            "DATABASE_URL": "postgres://a:b=\"c\"@d", "RAKUTEN_APP_ID": "two\nlines",
            "S3_BUCKET_RAW_DEV": "raw-dev", "S3_BUCKET_RAW_PROD": "raw-prod",
        });
        let case = Case::text(lines).context("needs", needs).context("secrets", secrets);
        workflow.github.evaluate(&[case]).remove(0).as_str().unwrap().to_owned()
    };
    insta::assert_snapshot!(told("dev"), @r#"
    DATABASE_URL="postgres://a:b=\"c\"@d"
    RAKUTEN_ACCESS_KEY=""
    RAKUTEN_AFFILIATE_ID=""
    RAKUTEN_APP_ID="two\nlines"
    S3_BUCKET_RAW="raw-dev"
    "#);
    assert_eq!(told("prod"), told("dev").replace("raw-dev", "raw-prod"));
    assert_eq!(told(""), told("dev").replace("raw-dev", ""));
}

#[test]
fn a_title_tells_environment_stages_and_dry_runs_to_whoever_lists_runs() {
    let rendering = Rendering::example("batch-etl");
    let text = rendering.workflow();
    let Some(workflow) = Workflow::of(rendering) else { return };
    let title = text.lines().find_map(|line| line.strip_prefix("run-name: ")).unwrap();
    let title: String = serde_json::from_str(title).unwrap();
    let mut dry = Start::dispatched("prod", "item+");
    dry.inputs["dry_run"] = true.into();
    for (start, shown, told) in [
        (Start::scheduled("30 0 * * *"), "batch-etl in dev: all", ("dev", "all", false)),
        (Start::dispatched("dev", "ranking"), "batch-etl in dev: ranking", ("dev", "ranking", false)),
        (dry, "batch-etl in prod: item+ (dry run)", ("prod", "item+", true)),
    ] {
        let value = workflow.value(&start, &title);
        assert_eq!(value, shown);
        let read = Told::read(&value, "batch-etl", &["dev", "prod"], &["ranking", "item"]);
        let (env, stages) = (read.env.unwrap_or_default(), read.stages.unwrap_or_default());
        assert_eq!((env.as_str(), stages.as_str(), read.dry_run), told);
    }
}
