//! Which stages run: what GitHub's own evaluator makes of the jobs' conditions equals what the plan selects.

use std::collections::BTreeMap;

use jobnet::plan::{Plan, Plans, Schedule, Selector};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

use crate::common::github_parser::GithubParser;

use super::simulated::{Run, Start, Workflow, by_word, planned, ran};
use super::{Rendering, file, random};

/// Stages with schedules of their own, of which one chooses a stage without what lies between it and another.
const OWN_SCHEDULES: &str = "\
stages:
  a: {call: {get: /a}, schedule: '10 1 * * *'}
  b: {call: {get: /b}, schedule: '20 2 * * *', needs: [a]}
  c: {call: {get: /c}, schedule: '10 1 * * *', needs: [b]}
  d: {call: {get: /d}, schedule: '20 2 * * *', needs: [b, c]}
  e: {call: {get: /e}, schedule: manual, needs: [a, d]}
environments: {dev: {}, prod: {schedule: manual, stages: {a: {schedule: manual}, b: {schedule: manual}, c: {schedule: manual}, d: {schedule: '5 5 * * *'}}}}
targets: {github: {out: .github/workflows/net.yml, environments: [dev, prod], default_environment: dev}}
";

/// Each choice of stages, with no stage failing and with each.
fn equals_the_plan(rendering: Rendering) {
    let plans = rendering.plans();
    let Some(workflow) = Workflow::of(rendering) else { return };
    let options = workflow.rendering.workflow();
    let (_, options) = options.split_once("      stages:\n").unwrap();
    let (options, _) = options.split_once("        default: all\n").unwrap();
    let words = options.lines().filter_map(|line| line.trim().strip_prefix("- "));
    let plan = &plans.environments["dev"];
    let names: Vec<&str> = plan.stages.iter().map(|stage| stage.name.as_str()).collect();
    let mut runs = Vec::new();
    for word in words {
        runs.extend([""].into_iter().chain(names.iter().copied()).map(|failing| (word, failing)));
    }
    let starts: Vec<(Start, &str)> =
        runs.iter().map(|(word, failing)| (Start::dispatched("dev", word), *failing)).collect();
    for ((word, failing), ran) in runs.iter().zip(workflow.ran(&starts)) {
        assert_eq!(ran, planned(plan, &by_word(word), failing), "{word} where {failing:?} fails");
    }
}

#[test]
fn every_choice_of_stages_runs_what_the_plan_selects() {
    equals_the_plan(Rendering::example("batch-etl-commands"));
}

#[test]
fn every_choice_of_stages_with_schedules_of_their_own_runs_what_the_plan_selects() {
    equals_the_plan(Rendering::below_head(OWN_SCHEDULES));
}

#[test]
fn a_schedule_runs_the_stages_that_it_is_of() {
    let rendering = Rendering::below_head(OWN_SCHEDULES);
    let plans = rendering.plans();
    let Some(workflow) = Workflow::of(rendering) else { return };
    for (cron, env, stages) in [
        ("10 1 * * *", "dev", &["a", "c"][..]),
        ("20 2 * * *", "dev", &["b", "d"]),
        ("5 5 * * *", "prod", &["d"]),
    ] {
        let start = Start::scheduled(cron);
        let words = Selector::Words(stages.iter().map(|stage| (*stage).to_owned()).collect());
        assert_eq!(workflow.environment(&start), env);
        let runs = ["", "a", "b", "c", "d"].map(|failing| (start.clone(), failing));
        for ((_, failing), ran) in runs.iter().zip(workflow.ran(&runs)) {
            let planned = planned(&plans.environments[env], &words, failing);
            assert_eq!(ran, planned, "{cron} where {failing:?} fails");
        }
    }
}

/// What starts runs of an environment, by hand and by schedules, with the stages that are meant.
fn starts(plan: &Plan, on_server: bool) -> Vec<(Start, Selector)> {
    let mut starts = Vec::new();
    let mut schedules: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for stage in &plan.stages {
        let is_needed = plan.stages.iter().any(|other| other.needs.contains(&stage.name));
        let words = [stage.name.clone()].into_iter().chain(is_needed.then(|| format!("{}+", stage.name)));
        starts.extend(words.map(|word| (Start::dispatched(&plan.env, &word), by_word(&word))));
        if let Schedule::Cron(cron) = &stage.timing.base {
            let cron = if on_server { cron.in_utc(&plan.timezone).unwrap() } else { (**cron).clone() };
            schedules.entry(cron.posix()).or_default().push(stage.name.clone());
        }
    }
    let of_schedule = |(cron, stages): (String, _)| (Start::scheduled(&cron), Selector::Words(stages));
    starts.extend(schedules.into_iter().map(of_schedule));
    starts
}

#[test]
fn whatever_the_net_its_runs_are_what_the_plan_selects() {
    let Some(github) = GithubParser::find() else { return };
    let mut runner = TestRunner::deterministic();
    let spec = random::spec();
    let renderings = (0..60).map(|_| Rendering::below_head(&spec.new_tree(&mut runner).unwrap().current()));
    let good =
        renderings.filter_map(|rendering| Some((rendering.plans(), file(&rendering.try_workflow().ok()?))));
    let (plans, files): (Vec<Plans>, Vec<_>) = good.unzip();
    let checked = github.check(&files.iter().map(|(_, path)| path).collect::<Vec<_>>());
    let mut runs = Vec::new();
    let mut expected = Vec::new();
    for (checked, plans) in checked.iter().zip(&plans) {
        assert_eq!(checked.errors, Vec::<String>::new());
        let on_server = plans.targets.github.as_ref().unwrap().enterprise_server;
        for plan in plans.environments.values() {
            for (number, (start, selector)) in starts(plan, on_server).into_iter().enumerate() {
                // A stage that fails is another one in each run.
                let failing = &plan.stages[number % plan.stages.len()].name;
                for failing in ["", failing] {
                    expected.push(planned(plan, &selector, failing));
                    runs.push(Run {
                        model: &checked.model,
                        start: start.clone(),
                        failing: failing.to_owned(),
                    });
                }
            }
        }
    }
    assert!(runs.len() > 500, "{}", runs.len());
    for ((ran, expected), run) in ran(&github, &runs).iter().zip(&expected).zip(&runs) {
        assert_eq!(ran, expected, "{:?} where {:?} fails", run.start, run.failing);
    }
}
