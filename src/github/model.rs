use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::state::State;

/// A run of a workflow: what is needed of GitHub's answer
/// (<https://docs.github.com/rest/actions/workflow-runs#get-a-workflow-run>).
#[derive(Debug, Clone, Deserialize)]
pub struct Run {
    /// Its number among all runs.
    pub id: u64,
    /// Its number among those of its workflow, from 1; a rerun keeps it.
    #[serde(default)]
    pub run_number: u64,
    /// How often it was started, from 1.
    #[serde(default = "first")]
    pub run_attempt: u64,
    #[serde(default)]
    display_title: Option<String>,
    /// What started it.
    #[serde(default)]
    pub event: String,
    status: Option<String>,
    conclusion: Option<String>,
    /// The branch or tag.
    pub head_branch: Option<String>,
    /// The commit.
    #[serde(default)]
    pub head_sha: String,
    /// The workflow's file, perhaps with `@` and a ref behind it.
    #[serde(default)]
    pub path: String,
    /// Its page.
    #[serde(default)]
    pub html_url: String,
    /// When it was started for the first time.
    pub created_at: Timestamp,
    #[serde(rename = "run_started_at")]
    began_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
    pub(super) check_suite_id: Option<u64>,
    pub(super) actor: Option<Actor>,
}

/// Who started a run.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Actor {
    pub(super) login: String,
}

/// A job of a run (<https://docs.github.com/rest/actions/workflow-jobs>).
#[derive(Debug, Clone, Deserialize)]
pub struct Job {
    /// Its number among all jobs.
    pub id: u64,
    #[serde(default)]
    name: String,
    status: Option<String>,
    conclusion: Option<String>,
    /// Its page.
    pub html_url: Option<String>,
    started_at: Option<Timestamp>,
    completed_at: Option<Timestamp>,
}

fn first() -> u64 {
    1
}

impl Run {
    /// Where it stands.
    pub fn state(&self) -> State {
        State::of(self.status.as_deref(), self.conclusion.as_deref())
    }

    /// What it is called, in one line. Anybody who may start a run can choose it.
    pub fn title(&self) -> String {
        one_line(self.display_title.as_deref().unwrap_or_default())
    }

    /// When its latest attempt began.
    pub fn started_at(&self) -> Timestamp {
        self.began_at.unwrap_or(self.created_at)
    }

    /// How long its latest attempt took; `None` where it has not ended.
    pub fn duration(&self) -> Option<SignedDuration> {
        self.state().conclusion()?;
        Some(self.updated_at?.duration_since(self.started_at()))
    }

    /// The name of the workflow's file, without its directory.
    pub fn workflow_file(&self) -> &str {
        let path = self.path.split('@').next().unwrap_or_default();
        path.rsplit('/').next().unwrap_or_default()
    }
}

impl Job {
    /// Where it stands.
    pub fn state(&self) -> State {
        State::of(self.status.as_deref(), self.conclusion.as_deref())
    }

    /// What it is called, in one line.
    pub fn name(&self) -> String {
        one_line(&self.name)
    }

    /// How long it took; `None` where it has not ended.
    pub fn duration(&self) -> Option<SignedDuration> {
        Some(self.completed_at?.duration_since(self.started_at?))
    }

    /// The stage that it runs: its name, or the first part of it where a called workflow adds its own
    /// (`item / run`).
    pub fn stage(&self) -> &str {
        self.name.split(" / ").next().unwrap_or_default().trim()
    }
}

/// A text of somebody else's without what would move the cursor of a terminal or end a line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_of_an_answer_is_needed() {
        let run = r#"{"id": 7, "status": "completed", "conclusion": "success",
            "path": ".github/workflows/etl.yml@refs/heads/main", "display_title": "a\u001b[2Jb",
            "head_branch": null, "created_at": "2026-11-21T10:00:00Z", "updated_at": "2026-11-21T10:01:30Z"}"#;
        let run: Run = serde_json::from_str(run).unwrap();
        assert_eq!((run.workflow_file(), run.run_attempt), ("etl.yml", 1));
        assert_eq!(run.title(), "a [2Jb");
        assert_eq!(run.duration(), Some(SignedDuration::from_secs(90)));
    }

    #[test]
    fn a_job_is_named_after_its_stage() {
        for (name, stage) in [("item", "item"), ("item / run", "item"), ("", "")] {
            let job: Job = serde_json::from_value(serde_json::json!({"id": 1, "name": name})).unwrap();
            assert_eq!(job.stage(), stage);
        }
    }
}
