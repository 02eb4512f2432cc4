use std::sync::Arc;

use serde::Deserialize;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::annotation::StageNote;
use super::api::{Api, PAGE};
use super::error::GithubError;
use super::model::{Job, Run};

/// So many requests at a time: GitHub would rather have one after the other
/// (<https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#avoid-concurrent-requests>),
/// people would rather not wait.
const AT_ONCE: usize = 4;

/// More jobs than this are not shown; a run has no more than 256 of a matrix.
const MOST: usize = 1000;

const NOTES: &str = "read the annotations of a run";

#[derive(Debug, Deserialize)]
pub(super) struct RunList {
    pub(super) workflow_runs: Vec<Run>,
}

#[derive(Debug, Deserialize)]
struct JobList {
    jobs: Vec<Job>,
}

#[derive(Debug, Deserialize)]
struct CheckList {
    check_runs: Vec<Check>,
}

#[derive(Debug, Deserialize)]
struct Check {
    id: u64,
    output: Option<Output>,
}

#[derive(Debug, Deserialize)]
struct Output {
    #[serde(default)]
    annotations_count: u64,
}

#[derive(Debug, Deserialize)]
struct Annotation {
    title: Option<String>,
    message: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Home {
    default_branch: String,
}

#[derive(Debug, Deserialize)]
struct Commit {
    sha: String,
}

/// A run.
///
/// # Errors
/// [`GithubError`].
pub async fn one(api: &Api, id: u64) -> Result<Run, GithubError> {
    api.get(api.of_repository(&["actions", "runs", &id.to_string()]), "look at the run").await
}

/// The jobs of a run's latest attempt.
///
/// # Errors
/// [`GithubError`].
pub async fn jobs(api: &Api, id: u64) -> Result<Vec<Job>, GithubError> {
    let mut url = api.of_repository(&["actions", "runs", &id.to_string(), "jobs"]);
    url.query_pairs_mut().append_pair("filter", "latest");
    api.pages(url, MOST, "look at the run's jobs", |list: JobList| list.jobs).await
}

/// The commit at the head of a branch, or of a tag.
///
/// # Errors
/// [`GithubError`].
pub async fn head(api: &Api, reference: &str) -> Result<String, GithubError> {
    let commit: Commit = api.get(api.of_repository(&["commits", reference]), "find the commit").await?;
    Ok(commit.sha)
}

/// The branch that is meant where none is named.
pub(super) async fn default_branch(api: &Api) -> Result<String, GithubError> {
    let home: Home = api.get(api.of_repository(&[]), "look at the repository").await?;
    Ok(home.default_branch)
}

/// The latest runs of a workflow, newest first.
///
/// # Errors
/// [`GithubError`].
pub async fn list(api: &Api, workflow: &str, most: usize) -> Result<Vec<Run>, GithubError> {
    let url = api.of_repository(&["actions", "workflows", workflow, "runs"]);
    api.pages(url, most, "list the workflow's runs", |list: RunList| list.workflow_runs).await
}

/// What the stages of a run noted, or why that cannot be read.
pub type Rates = Result<Vec<StageNote>, GithubError>;

/// A run with what its stages noted.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The run.
    pub run: Run,
    /// By stage, how it went.
    pub notes: Rates,
}

impl Listed {
    /// Reads what the stages of these runs noted, of several runs at a time; the order stays.
    pub async fn of(api: &Api, runs: Vec<Run>) -> Vec<Self> {
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        let mut tasks = JoinSet::new();
        for (index, run) in runs.into_iter().enumerate() {
            let (api, turns) = (api.clone(), Arc::clone(&turns));
            tasks.spawn(async move {
                // The semaphore is never closed.
                let _turn = turns.acquire().await;
                let notes = notes(&api, &run).await;
                (index, Self { run, notes })
            });
        }
        let mut listed = tasks.join_all().await;
        listed.sort_by_key(|(index, _)| *index);
        listed.into_iter().map(|(_, listed)| listed).collect()
    }
}

/// Two kinds of requests: the checks of a run, which are its jobs, and the annotations of those that have any.
async fn notes(api: &Api, run: &Run) -> Rates {
    let Some(suite) = run.check_suite_id else { return Ok(Vec::new()) };
    let url = api.of_repository(&["check-suites", &suite.to_string(), "check-runs"]);
    let checks = api.pages(url, MOST, NOTES, |list: CheckList| list.check_runs).await?;
    let mut notes = Vec::new();
    for check in checks {
        if check.output.is_none_or(|output| output.annotations_count == 0) {
            continue;
        }
        let url = api.of_repository(&["check-runs", &check.id.to_string(), "annotations"]);
        let annotations: Vec<Annotation> = api.pages(url, PAGE, NOTES, |list| list).await?;
        notes.extend(annotations.iter().filter_map(|annotation| {
            StageNote::read(annotation.title.as_deref()?, annotation.message.as_deref()?)
        }));
    }
    Ok(StageNote::last(notes))
}
