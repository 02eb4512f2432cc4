use std::fmt;

use jiff::{SignedDuration, Timestamp};

use super::model::{Job, Run};
use super::state::{Conclusion, State};

/// A run can be started again for so long
/// (<https://docs.github.com/actions/how-tos/manage-workflow-runs/re-run-workflows-and-jobs>).
const LONGEST: SignedDuration = SignedDuration::from_hours(30 * 24);

/// And so often (<https://docs.github.com/actions/reference/limits#existing-system-limits>).
const MOST: u64 = 50;

/// What of a run shall run again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All of it.
    Whole,
    /// What failed, and what needs that.
    Failed,
    /// A stage, and all after it.
    From {
        /// The stage.
        stage: String,
        /// All that it stands for, itself too.
        stages: Vec<String>,
        /// All before it.
        needs: Vec<String>,
        /// The stages that the run was for; `None` where its title does not tell.
        was_for: Option<Vec<String>>,
    },
}

/// What somebody wants to run again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What of it.
    pub scope: Scope,
    /// The commit that it shall be; `None` for the run's own.
    pub commit: Option<String>,
}

/// How a run is run again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Again {
    /// By GitHub, as the run's next attempt.
    Rerun(Rerun),
    /// As a new run, since GitHub's rerun does not fit.
    New(Why),
}

/// What GitHub runs again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rerun {
    /// All of the run.
    Whole,
    /// The jobs that failed and those that need them.
    Failed,
    /// This job and those that need it.
    Job(u64),
}

/// Why a new run is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// A rerun is of the run's own commit.
    OtherCommit,
    /// The run began too long ago.
    TooOld,
    /// It was run again too often.
    TooOften,
    /// The run has no job of that stage.
    NoJob(String),
    /// The run was not for that stage, and a rerun is for no more than the run was.
    NotFor(String),
    /// What the stage needs did not succeed in the run.
    Unmet(String),
}

/// Why a run is not run again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It goes on.
    GoesOn,
    /// Nothing of it failed.
    NothingFailed,
}

/// Decides between GitHub's rerun, a new run and neither, by the rules of GitHub alone.
///
/// # Errors
/// [`Refusal`].
pub fn decide(run: &Run, jobs: &[Job], asked: &Asked, now: Timestamp) -> Result<Again, Refusal> {
    let state = run.state();
    let Some(ended) = state.conclusion() else { return Err(Refusal::GoesOn) };
    if asked.scope == Scope::Failed && ended.is_good() {
        return Err(Refusal::NothingFailed);
    }
    if asked.commit.as_ref().is_some_and(|commit| *commit != run.head_sha) {
        return Ok(Again::New(Why::OtherCommit));
    }
    if now.duration_since(run.created_at) >= LONGEST {
        return Ok(Again::New(Why::TooOld));
    }
    if run.run_attempt > MOST {
        return Ok(Again::New(Why::TooOften));
    }
    Ok(match &asked.scope {
        Scope::Whole => Again::Rerun(Rerun::Whole),
        Scope::Failed => Again::Rerun(Rerun::Failed),
        Scope::From { stage, stages, needs, was_for } => from(jobs, stage, stages, needs, was_for.as_deref()),
    })
}

/// A job's rerun is with the jobs that need it. It judges those that it needs itself by how they ended, and is for the
/// stages that the run was for.
fn from(jobs: &[Job], stage: &str, stages: &[String], needs: &[String], was_for: Option<&[String]>) -> Again {
    let job = |stage: &str| jobs.iter().find(|job| job.stage() == stage);
    let ended_as =
        |stage: &str, how: Conclusion| job(stage).is_some_and(|job| job.state() == State::Ended(how));
    let Some(first) = job(stage) else { return Again::New(Why::NoJob(stage.to_owned())) };
    let is_unmet = |need: &&String| job(need).is_some() && !ended_as(need, Conclusion::Success);
    if let Some(unmet) = needs.iter().find(is_unmet) {
        return Again::New(Why::Unmet(unmet.clone()));
    }
    let is_left_out = |stage: &&String| match was_for {
        Some(was_for) => !was_for.contains(stage),
        // It may have been skipped since it was left out, and would be again.
        None => ended_as(stage, Conclusion::Skipped),
    };
    match stages.iter().find(is_left_out) {
        Some(left_out) => Again::New(Why::NotFor(left_out.clone())),
        None => Again::Rerun(Rerun::Job(first.id)),
    }
}

/// The reason, in words that go on after "since".
impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherCommit => f.write_str("GitHub's rerun is of the run's own commit"),
            Self::TooOld => f.write_str("the run began 30 days ago or more"),
            Self::TooOften => write!(f, "the run was run again {MOST} times"),
            Self::NoJob(stage) => write!(f, "the run has no job of `{stage}`"),
            Self::NotFor(stage) => write!(f, "the run may not have been for `{stage}`"),
            Self::Unmet(need) => write!(f, "`{need}` before it did not succeed in the run"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const SHA: &str = "1111111111111111111111111111111111111111";

    fn job(id: u64, name: &str, conclusion: &str) -> Value {
        json!({"id": id, "name": name, "status": "completed", "conclusion": conclusion})
    }

    /// What is decided of a run whose `item` failed, 10 days ago, where some of its fields are others.
    fn decided(change: &Value, scope: Scope, commit: Option<&str>) -> String {
        let mut run = json!({
            "id": 7, "head_sha": SHA, "status": "completed", "conclusion": "failure", "run_attempt": 1,
            "created_at": "2026-11-11T10:00:00Z",
        });
        run.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let jobs = [
            job(1, "start", "success"),
            job(2, "ranking", "success"),
            job(3, "item / run", "failure"),
            job(4, "save", "skipped"),
        ];
        let jobs: Vec<Job> = jobs.map(|job| serde_json::from_value(job).unwrap()).to_vec();
        let asked = Asked { scope, commit: commit.map(str::to_owned) };
        let run: Run = serde_json::from_value(run).unwrap();
        match decide(&run, &jobs, &asked, "2026-11-21T10:00:00Z".parse().unwrap()) {
            Ok(Again::New(why)) => format!("a new run, since {why}"),
            Ok(Again::Rerun(what)) => format!("{what:?}"),
            Err(refusal) => format!("{refusal:?}"),
        }
    }

    fn from(stage: &str, stages: &[&str], needs: &[&str], was_for: Option<&[&str]>) -> Scope {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let was_for = was_for.map(names);
        Scope::From { stage: stage.to_owned(), stages: names(stages), needs: names(needs), was_for }
    }

    #[test]
    fn github_runs_again_what_it_can() {
        let other = Some("2222222222222222222222222222222222222222");
        let same = json!({});
        for (change, scope, commit, decision) in [
            (&same, Scope::Whole, None, "Whole"),
            (&same, Scope::Whole, Some(SHA), "Whole"),
            (&same, Scope::Failed, None, "Failed"),
            (&same, Scope::Whole, other, "a new run, since GitHub's rerun is of the run's own commit"),
            (&same, Scope::Failed, other, "a new run, since GitHub's rerun is of the run's own commit"),
            (
                &json!({"created_at": "2026-10-22T10:00:00Z"}),
                Scope::Failed,
                None,
                "a new run, since the run began 30 days ago or more",
            ),
            (&json!({"created_at": "2026-10-22T10:00:01Z"}), Scope::Failed, None, "Failed"),
            (&json!({"run_attempt": 50}), Scope::Whole, None, "Whole"),
            (
                &json!({"run_attempt": 51}),
                Scope::Whole,
                None,
                "a new run, since the run was run again 50 times",
            ),
            (&json!({"conclusion": "success"}), Scope::Failed, None, "NothingFailed"),
            (&json!({"conclusion": "success"}), Scope::Whole, None, "Whole"),
            (&json!({"conclusion": "cancelled"}), Scope::Failed, None, "Failed"),
            (&json!({"status": "in_progress", "conclusion": null}), Scope::Whole, None, "GoesOn"),
            (&json!({"status": "queued", "conclusion": null}), Scope::Failed, other, "GoesOn"),
        ] {
            assert_eq!(decided(change, scope.clone(), commit), decision, "{change} {scope:?}");
        }
    }

    #[test]
    fn github_runs_a_stage_and_what_needs_it_again_where_the_run_was_for_them() {
        let all = ["item", "save"];
        let whole = Some(&["ranking", "item", "save"][..]);
        let not_for = |stage: &str| format!("a new run, since the run may not have been for `{stage}`");
        let unmet = "a new run, since `item` before it did not succeed in the run".to_owned();
        let no_job = "a new run, since the run has no job of `tag`".to_owned();
        for (scope, decision) in [
            (from("item", &all, &["ranking"], whole), "Job(3)".to_owned()),
            (from("item", &["item"], &["ranking"], None), "Job(3)".to_owned()),
            (from("ranking", &["ranking", "item", "save"], &[], whole), "Job(2)".to_owned()),
            (from("item", &all, &["ranking"], None), not_for("save")),
            (from("item", &all, &["ranking"], Some(&["item"])), not_for("save")),
            (from("save", &["save"], &["item"], whole), unmet),
            (from("tag", &["tag"], &[], None), no_job),
        ] {
            assert_eq!(decided(&json!({}), scope.clone(), None), decision, "{scope:?}");
        }
    }
}
