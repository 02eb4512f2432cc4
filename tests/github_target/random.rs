//! Whatever a spec says: rendering does not panic, and what is rendered is a workflow with all of its stages.

use jobnet::plan::Schedule;
use proptest::prelude::*;
use serde_json::Value;

use super::Rendering;

const ZONES: [&str; 5] = ["UTC", "Asia/Tokyo", "Europe/Berlin", "Asia/Kolkata", "America/Phoenix"];
const ENVIRONMENTS: [&str; 3] = ["dev", "stage-1", "prod"];

/// The name of a stage: every third with all that one can have.
fn name(number: usize) -> String {
    if number % 3 == 1 { format!("Stage-{number}_x") } else { format!("s{number}") }
}

/// A stage, as a line. It may need any of those before it.
fn stage(number: usize) -> impl Strategy<Value = String> {
    let needs = proptest::collection::btree_set(0..number.max(1), 0..=number.min(3));
    (needs, any::<bool>(), 1u32..361, 0u32..3).prop_map(move |(needs, is_command, timeout, retries)| {
        let work = if is_command { "exec: {command: make}" } else { "call: {get: '/a/${TOKEN}'}" };
        let needs: Vec<String> =
            needs.iter().filter(|need| **need < number).map(|need| name(*need)).collect();
        format!(
            "  {}: {{{work}, needs: [{}], timeout: {timeout}m, retries: {retries}}}\n",
            name(number),
            needs.join(", ")
        )
    })
}

fn cron() -> impl Strategy<Value = String> {
    let minute = prop_oneof![
        (0u32..60).prop_map(|minute| minute.to_string()),
        (5u32..30).prop_map(|step| format!("*/{step}"))
    ];
    let hour = prop_oneof![Just("*".to_owned()), (0u32..24).prop_map(|hour| hour.to_string())];
    let weekday = prop_oneof![Just("*".to_owned()), (0u32..8).prop_map(|day| day.to_string())];
    (minute, hour, weekday).prop_map(|(minute, hour, weekday)| format!("{minute} {hour} * * {weekday}"))
}

/// An environment, as what stands after its name: a schedule for all stages, and some stages' own.
fn environment() -> impl Strategy<Value = String> {
    let own = proptest::collection::btree_map(0usize..3, cron(), 0..3);
    (proptest::option::of(cron()), 0..ZONES.len(), any::<bool>(), own).prop_map(|(all, zone, suffix, own)| {
        let schedule = all.as_deref().unwrap_or("manual");
        let suffix = if suffix { ", secret_suffix: _X" } else { "" };
        let own = own.iter().map(|(stage, cron)| format!("{}: {{schedule: '{cron}'}}", name(*stage)));
        let own = own.collect::<Vec<_>>().join(", ");
        format!("{{schedule: '{schedule}', timezone: {}{suffix}, stages: {{{own}}}}}", ZONES[zone])
    })
}

/// A spec below [`super::HEAD`].
pub(super) fn spec() -> impl Strategy<Value = String> {
    let stages = (3usize..=12).prop_flat_map(|count| (0..count).map(stage).collect::<Vec<_>>());
    let environments = proptest::collection::vec(environment(), 1..=3);
    // A step of the author's, and a label, with a text that might be anything.
    let options = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), "[ -~]{0,30}");
    (stages, environments, options).prop_map(|(stages, environments, options)| {
        let (server, own, called, runner, text) = options;
        let known = &ENVIRONMENTS[..environments.len()];
        let environments: Vec<String> =
            environments.iter().zip(known).map(|(env, name)| format!("  {name}: {env}")).collect();
        let environments = environments.join("\n");
        let text = serde_json::to_string(&text).unwrap();
        let runner = if runner { format!("    runner: {text}\n") } else { String::new() };
        format!(
            "secrets: [TOKEN]\nstages:\n{}environments:\n{environments}\ntargets:\n  github:\n    \
             out: .github/workflows/net.yml\n    environments: [{}]\n    enterprise_server: {server}\n    \
             github_environments: {own}\n    reusable_workflow: {called}\n{runner}    setup: [{{name: {text}, uses: ./here}}]\n",
            stages.concat(),
            known.join(", ")
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_workflow_has_every_stage_and_no_expression_in_a_script(spec in spec()) {
        let rendering = Rendering::below_head(&spec);
        let Ok(workflow) = rendering.try_workflow() else { return Ok(()) };
        let read: Value = serde_saphyr::from_str(&workflow).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let jobs = read["jobs"].as_object().unwrap();
        let plans = rendering.plans();
        let stages = &plans.environments.values().next().unwrap().stages;
        prop_assert_eq!(jobs.len(), stages.len() + 2);
        for stage in stages {
            let job = &jobs[&stage.name];
            prop_assert!(stage.needs.iter().all(|need| job["needs"].as_array().unwrap().contains(&need.as_str().into())));
            prop_assert!(job["if"].as_str().unwrap().starts_with("!cancelled()"));
        }
        for (name, job) in jobs {
            let is_called = job["uses"].as_str().is_some_and(|uses| uses.contains("/jobnet-stage.yml@"));
            prop_assert!(is_called != job["steps"].is_array(), "{}", name);
        }
        for step in jobs.values().filter_map(|job| job["steps"].as_array()).flatten() {
            prop_assert!(!step["run"].as_str().is_some_and(|run| run.contains("${{")));
        }
        let schedules = read["on"]["schedule"].as_array();
        let crons: Vec<String> = schedules.into_iter().flatten().map(|entry| entry["cron"].to_string()).collect();
        for stage in plans.environments.values().flat_map(|plan| &plan.stages) {
            if matches!(stage.timing.base, Schedule::Cron(_)) {
                let condition = jobs[&stage.name]["if"].as_str().unwrap();
                prop_assert!(crons.iter().any(|cron| condition.contains(cron)), "{}", condition);
            }
        }
    }
}
