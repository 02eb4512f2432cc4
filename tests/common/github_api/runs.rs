//! Runs, and how they go on.

use serde_json::{Value, json};

/// What a run and its jobs become, a step a look.
#[derive(Clone, Debug, Default)]
pub(crate) struct Life {
    steps: Vec<Step>,
    /// Which of them is seen; `None` before the first look.
    at: Option<usize>,
}

/// Status and conclusion of the run, and of each of its jobs.
#[derive(Clone, Debug)]
struct Step {
    run: (&'static str, Option<&'static str>),
    jobs: Vec<(&'static str, &'static str, Option<&'static str>)>,
}

impl Life {
    /// Queued, then running, then ended so; one job, `item`, ends in the same way.
    pub(crate) fn ending_as(conclusion: &'static str) -> Self {
        Self::default()
            .step(("queued", None), &[])
            .step(
                ("in_progress", None),
                &[("ranking", "completed", Some("success")), ("item", "queued", None)],
            )
            .step(
                ("in_progress", None),
                &[("ranking", "completed", Some("success")), ("item", "in_progress", None)],
            )
            .step(
                ("completed", Some(conclusion)),
                &[("ranking", "completed", Some("success")), ("item", "completed", Some(conclusion))],
            )
    }

    pub(crate) fn succeeding() -> Self {
        Self::ending_as("success")
    }

    /// Ended already, with these jobs.
    pub(crate) fn ended(conclusion: &'static str, jobs: &[(&'static str, &'static str)]) -> Self {
        let jobs: Vec<_> = jobs.iter().map(|(job, end)| (*job, "completed", Some(*end))).collect();
        Self::default().step(("completed", Some(conclusion)), &jobs)
    }

    /// Adds a step.
    pub(crate) fn step(
        mut self,
        run: (&'static str, Option<&'static str>),
        jobs: &[(&'static str, &'static str, Option<&'static str>)],
    ) -> Self {
        self.steps.push(Step { run, jobs: jobs.to_vec() });
        self
    }

    /// Goes on to the next step, if there is one, and makes a run so.
    pub(super) fn live(&mut self, run: &mut Value) {
        let next = self.at.map_or(0, |at| at + 1);
        self.at = Some(next.min(self.steps.len() - 1));
        let (status, conclusion) = self.steps[self.at.unwrap_or_default()].run;
        run["status"] = json!(status);
        run["conclusion"] = json!(conclusion);
    }

    /// The jobs as they are at that step.
    pub(super) fn jobs(&self, run: &Value) -> Vec<Value> {
        let step = &self.steps[self.at.unwrap_or_default()];
        let id = run["id"].as_u64().expect("an id") * 100;
        let jobs = step.jobs.iter().zip(1..).map(|((name, status, conclusion), number)| {
            json!({
                "id": id + number, "run_id": run["id"], "name": name, "status": status, "conclusion": conclusion,
                "html_url": format!("https://github.com/shop/etl/actions/runs/{}/job/{}", run["id"], id + number),
                "started_at": "2026-11-21T10:00:10Z",
                "completed_at": conclusion.map(|_| "2026-11-21T10:00:52Z"),
            })
        });
        jobs.collect()
    }
}

/// A run of `etl.yml` as the API gives it, with some of its fields others.
pub(crate) fn run(id: u64, title: &str, change: &Value) -> Value {
    let mut run = json!({
        "id": id, "run_number": id, "run_attempt": 1, "display_title": title, "event": "workflow_dispatch",
        "status": "completed", "conclusion": "success", "head_branch": "main",
        "head_sha": "1111111111111111111111111111111111111111", "path": ".github/workflows/etl.yml",
        "html_url": format!("https://github.com/shop/etl/actions/runs/{id}"), "actor": {"login": "ana"},
        "created_at": "2026-11-21T10:00:00Z", "run_started_at": "2026-11-21T10:00:00Z",
        "updated_at": "2026-11-21T10:01:30Z", "check_suite_id": id * 1000,
    });
    run.as_object_mut().expect("an object").extend(change.as_object().expect("an object").clone());
    run
}
