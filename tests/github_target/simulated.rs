//! Runs of a workflow, with what GitHub's own evaluator says of its expressions, and what the plan says of the same runs.

use std::collections::{BTreeMap, BTreeSet};

use jobnet::plan::{Plan, Selector};
use serde_json::{Value, json};

use crate::common::github_parser::{Case, GithubParser};

use super::{Rendering, file};

/// What started a run.
#[derive(Debug, Clone)]
pub(super) struct Start {
    /// The contexts `github` and `inputs`.
    github: Value,
    pub(super) inputs: Value,
}

impl Start {
    pub(super) fn dispatched(env: &str, stages: &str) -> Self {
        Self {
            github: json!({"event_name": "workflow_dispatch", "event": {"inputs": {}}, "run_id": "7", "run_attempt": "1"}),
            inputs: json!({"env": env, "stages": stages, "dry_run": false}),
        }
    }

    pub(super) fn scheduled(cron: &str) -> Self {
        Self {
            github: json!({"event_name": "schedule", "event": {"schedule": cron}, "run_id": "7", "run_attempt": "1"}),
            inputs: json!({}),
        }
    }

    /// The same run once more.
    pub(super) fn again(mut self) -> Self {
        self.github["run_attempt"] = "2".into();
        self
    }

    pub(super) fn sees(&self, case: Case) -> Case {
        case.context("github", self.github.clone()).context("inputs", self.inputs.clone())
    }
}

/// A workflow as GitHub reads it.
pub(super) struct Workflow {
    pub(super) github: GithubParser,
    pub(super) model: Value,
    pub(super) rendering: Rendering,
}

impl Workflow {
    pub(super) fn of(rendering: Rendering) -> Option<Self> {
        let github = GithubParser::find()?;
        let (_directory, path) = file(&rendering.workflow());
        let checked = github.check(&[path]).remove(0);
        assert_eq!(checked.errors, Vec::<String>::new());
        Some(Self { github, model: checked.model, rendering })
    }

    pub(super) fn value(&self, start: &Start, text: &str) -> String {
        let value = self.github.evaluate(&[start.sees(Case::text(text))]).remove(0);
        value.as_str().expect("a text").to_owned()
    }

    pub(super) fn group(&self, start: &Start) -> String {
        self.value(start, self.model["concurrency"]["group"].as_str().expect("a group"))
    }

    pub(super) fn jobs(&self) -> &Vec<Value> {
        self.model["jobs"].as_array().expect("jobs")
    }

    /// The step that runs a stage.
    pub(super) fn stage(&self, name: &str) -> &Value {
        let job = self.jobs().iter().find(|job| id(job) == name).expect("a job");
        job["steps"].as_array().and_then(|steps| steps.last()).expect("a step")
    }

    /// The environment that the first job hands to the others.
    pub(super) fn environment(&self, start: &Start) -> String {
        self.value(start, self.jobs()[0]["steps"][0]["env"]["RUN_ENV"].as_str().expect("an expression"))
    }

    /// The stages that run in each of these runs, where the stage of that name fails.
    pub(super) fn ran(&self, runs: &[(Start, &str)]) -> Vec<BTreeSet<String>> {
        let run = |(start, failing): &(Start, &str)| Run {
            model: &self.model,
            start: start.clone(),
            failing: (*failing).to_owned(),
        };
        ran(&self.github, &runs.iter().map(run).collect::<Vec<_>>())
    }
}

/// A run of a workflow in which the stage of a name fails.
pub(super) struct Run<'a> {
    pub(super) model: &'a Value,
    pub(super) start: Start,
    pub(super) failing: String,
}

/// The stages that run in each of these runs. Each job's `if` is asked in turn, with the results of those that it needs; the
/// runs are looked at side by side, since each question takes a process.
pub(super) fn ran(github: &GithubParser, runs: &[Run<'_>]) -> Vec<BTreeSet<String>> {
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
pub(super) fn planned(plan: &Plan, selector: &Selector, failing: &str) -> BTreeSet<String> {
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

pub(super) fn by_word(word: &str) -> Selector {
    if word == "all" { Selector::All } else { Selector::Words(vec![word.to_owned()]) }
}
