//! What GitHub's own evaluator makes of a workflow: the group, the environment, and which jobs run. It equals the plan.

use std::collections::{BTreeMap, BTreeSet};

use jobnet::plan::{Plan, Plans, Schedule, Selector};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::common::github_parser::{Case, GithubParser};

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

/// What started a run.
#[derive(Debug, Clone)]
struct Start {
    /// The contexts `github` and `inputs`.
    github: Value,
    inputs: Value,
}

impl Start {
    fn dispatched(env: &str, stages: &str) -> Self {
        Self {
            github: json!({"event_name": "workflow_dispatch", "event": {"inputs": {}}, "run_id": "7", "run_attempt": "1"}),
            inputs: json!({"env": env, "stages": stages, "dry_run": false}),
        }
    }

    fn scheduled(cron: &str) -> Self {
        Self {
            github: json!({"event_name": "schedule", "event": {"schedule": cron}, "run_id": "7", "run_attempt": "1"}),
            inputs: json!({}),
        }
    }

    /// The same run once more.
    fn again(mut self) -> Self {
        self.github["run_attempt"] = "2".into();
        self
    }

    fn sees(&self, case: Case) -> Case {
        case.context("github", self.github.clone()).context("inputs", self.inputs.clone())
    }
}

/// A workflow as GitHub reads it.
struct Workflow {
    github: GithubParser,
    model: Value,
    rendering: Rendering,
}

impl Workflow {
    fn of(rendering: Rendering) -> Option<Self> {
        let github = GithubParser::find()?;
        let (_directory, path) = file(&rendering.workflow());
        let checked = github.check(&[path]).remove(0);
        assert_eq!(checked.errors, Vec::<String>::new());
        Some(Self { github, model: checked.model, rendering })
    }

    fn value(&self, start: &Start, text: &str) -> String {
        let value = self.github.evaluate(&[start.sees(Case::text(text))]).remove(0);
        value.as_str().expect("a text").to_owned()
    }

    fn group(&self, start: &Start) -> String {
        self.value(start, self.model["concurrency"]["group"].as_str().expect("a group"))
    }

    fn jobs(&self) -> &Vec<Value> {
        self.model["jobs"].as_array().expect("jobs")
    }

    /// The step that runs a stage.
    fn stage(&self, name: &str) -> &Value {
        let job = self.jobs().iter().find(|job| id(job) == name).expect("a job");
        job["steps"].as_array().and_then(|steps| steps.last()).expect("a step")
    }

    /// The environment that the first job hands to the others.
    fn environment(&self, start: &Start) -> String {
        self.value(start, self.jobs()[0]["steps"][0]["env"]["RUN_ENV"].as_str().expect("an expression"))
    }

    /// The stages that run in each of these runs, where the stage of that name fails.
    fn ran(&self, runs: &[(Start, &str)]) -> Vec<BTreeSet<String>> {
        let run = |(start, failing): &(Start, &str)| Run {
            model: &self.model,
            start: start.clone(),
            failing: (*failing).to_owned(),
        };
        ran(&self.github, &runs.iter().map(run).collect::<Vec<_>>())
    }
}

/// A run of a workflow in which the stage of a name fails.
struct Run<'a> {
    model: &'a Value,
    start: Start,
    failing: String,
}

/// The stages that run in each of these runs. Each job's `if` is asked in turn, with the results of those that it needs; the
/// runs are looked at side by side, since each question takes a process.
fn ran(github: &GithubParser, runs: &[Run<'_>]) -> Vec<BTreeSet<String>> {
    let mut results = vec![BTreeMap::from([("start", "success")]); runs.len()];
    let jobs: Vec<Vec<&Value>> = runs.iter().map(|run| stages_of(run.model)).collect();
    for place in 0..jobs.iter().map(Vec::len).max().unwrap_or_default() {
        let asked: Vec<usize> = (0..runs.len()).filter(|run| jobs[*run].len() > place).collect();
        let cases = asked.iter().map(|run| {
            let job = jobs[*run][place];
            let needs =
                job["needs"].as_array().expect("needs").iter().map(|need| need.as_str().expect("a name"));
            let needs: Value =
                needs.map(|need| (need, json!({"result": results[*run][need], "outputs": {}}))).collect();
            let condition = Case::expression(job["if"].as_str().expect("a condition"));
            runs[*run].start.sees(condition.context("needs", needs))
        });
        let answers = github.evaluate(&cases.collect::<Vec<_>>());
        for (run, answer) in asked.into_iter().zip(answers) {
            let id = id(jobs[run][place]);
            let result = match (answer.as_bool().expect("true or false"), id == runs[run].failing) {
                (false, _) => "skipped",
                (true, true) => "failure",
                (true, false) => "success",
            };
            results[run].insert(id, result);
        }
    }
    let ran = |results: BTreeMap<&str, &str>| {
        let ran = results.into_iter().filter(|(job, result)| *job != "start" && *result != "skipped");
        ran.map(|(job, _)| job.to_owned()).collect()
    };
    results.into_iter().map(ran).collect()
}

/// The jobs between the first and the last.
fn stages_of(model: &Value) -> Vec<&Value> {
    let jobs = model["jobs"].as_array().expect("jobs").iter();
    jobs.filter(|job| !["start", "summary"].contains(&id(job))).collect()
}

fn id(job: &Value) -> &str {
    job["id"].as_str().expect("an id")
}

/// The stages that the plan runs of chosen ones, where one fails: those that do not come after it.
fn planned(plan: &Plan, selector: &Selector, failing: &str) -> BTreeSet<String> {
    let selection = plan.select(selector).unwrap();
    let mut ended_well: BTreeMap<&str, bool> = BTreeMap::new();
    let mut ran = BTreeSet::new();
    for (stage, before) in &selection.stages {
        let runs = before.iter().all(|before| ended_well[before.as_str()]);
        if runs {
            ran.insert(stage.clone());
        }
        ended_well.insert(stage, runs && stage != failing);
    }
    ran
}

fn by_word(word: &str) -> Selector {
    if word == "all" { Selector::All } else { Selector::Words(vec![word.to_owned()]) }
}

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
