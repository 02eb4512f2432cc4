use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::clients::server_time;

use super::api::{Api, LOOKS, PAGE, Posted, read};
use super::error::GithubError;
use super::find::{Before, Wanted, candidates, ids};
use super::model::{Actor, Run};
use super::runs::{RunList, default_branch};
use super::title::Told;

const WHAT: &str = "start the workflow";
const LOOK: &str = "list the workflow's runs";

/// A run to be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The name of the workflow's file.
    pub workflow: String,
    /// The branch or tag; `None` for the repository's default branch.
    pub reference: Option<String>,
    /// The environment.
    pub env: String,
    /// Which stages, as the workflow's own choice says it.
    pub stages: String,
    /// Change nothing.
    pub dry_run: bool,
}

/// A run, and where it can be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRef {
    /// Its number.
    pub id: u64,
    /// Its page.
    pub url: String,
}

/// What came of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dispatched {
    /// GitHub started this run.
    Started(RunRef),
    /// GitHub did not say which run it started, and there is one that can be it.
    Found(RunRef),
    /// GitHub started a run, and it cannot be told which.
    Unnamed {
        /// Why not.
        reason: String,
        /// Those that could be it.
        seen: Vec<RunRef>,
    },
    /// There was no answer, and it cannot be told whether a run was started; these could be it.
    Unknown {
        /// What happened to the request.
        reason: String,
        /// Runs that began since.
        seen: Vec<RunRef>,
    },
}

/// What a server that knows `return_run_details` says
/// (<https://github.blog/changelog/2026-02-19-workflow-dispatch-api-now-returns-run-ids>).
#[derive(Debug, Deserialize)]
struct Details {
    workflow_run_id: u64,
    html_url: String,
}

/// Starts a workflow, once
/// (<https://docs.github.com/rest/actions/workflows#create-a-workflow-dispatch-event>).
///
/// A server that does not know `return_run_details` refuses it, and is asked without. Where nothing says which run was
/// started, or whether one was, it is looked for among those that began since; `told` reads a run's title.
///
/// # Errors
/// [`GithubError`]: no run was started.
pub async fn dispatch(
    api: &Api,
    order: &Order,
    told: impl Fn(&str) -> Told,
) -> Result<Dispatched, GithubError> {
    let reference = match &order.reference {
        Some(reference) => reference.clone(),
        None => default_branch(api).await?,
    };
    let before = look_before(api, order).await?;
    let url = api.of_repository(&["actions", "workflows", &order.workflow, "dispatches"]);
    let mut posted = api.post(url.clone(), &order.body(&reference, true)).await?;
    if matches!(&posted, Posted::Answered(answer) if [400, 422].contains(&answer.status)) {
        // It was refused, so that no run has begun.
        posted = api.post(url, &order.body(&reference, false)).await?;
    }
    let lost = match posted {
        Posted::Answered(answer) if (200..=299).contains(&answer.status) => {
            if let Ok(Details { workflow_run_id: id, html_url: url }) = read(&answer, WHAT) {
                return Ok(Dispatched::Started(RunRef { id, url }));
            }
            None
        }
        Posted::Answered(answer) => return Err(api.refusal(&answer, WHAT)),
        Posted::Lost(reason) => Some(reason),
    };
    // What goes wrong from here on is no reason to ask for another run.
    Ok(match (search(api, order, &reference, &before, told).await, lost) {
        (Ok(seen), lost) => match (&seen[..], lost) {
            ([one], _) => Dispatched::Found(one.clone()),
            (_, Some(reason)) => Dispatched::Unknown { reason, seen },
            ([], None) => Dispatched::Unnamed { reason: "none has been seen".to_owned(), seen },
            (_, None) => Dispatched::Unnamed { reason: "there are several".to_owned(), seen },
        },
        (Err(error), None) => Dispatched::Unnamed { reason: error.to_string(), seen: Vec::new() },
        (Err(_), Some(reason)) => Dispatched::Unknown { reason, seen: Vec::new() },
    })
}

impl Order {
    fn body(&self, reference: &str, details: bool) -> Value {
        // Inputs were texts before they could be anything else, and are taken as such by every server.
        let inputs = json!({
            "env": self.env, "stages": self.stages, "dry_run": if self.dry_run { "true" } else { "false" },
        });
        let mut body = json!({"ref": reference, "inputs": inputs});
        if details {
            body["return_run_details"] = Value::Bool(true);
        }
        body
    }

    fn runs(&self, api: &Api) -> url::Url {
        api.of_repository(&["actions", "workflows", &self.workflow, "runs"])
    }
}

/// What there is before the order, which also tells whether there is such a workflow.
async fn look_before(api: &Api, order: &Order) -> Result<Before, GithubError> {
    let mut url = order.runs(api);
    url.query_pairs_mut().append_pair("per_page", "1");
    let answer = api.answer(url, LOOK).await?;
    let list: RunList = read(&answer, LOOK)?;
    let newest = list.workflow_runs.iter().map(|run| run.run_number).max();
    Ok(Before { at: server_time(&answer.headers), newest })
}

/// Looks for the run until two looks see the same: lists lag behind, and another's run may be seen before ours is.
async fn search(
    api: &Api,
    order: &Order,
    reference: &str,
    before: &Before,
    told: impl Fn(&str) -> Told,
) -> Result<Vec<RunRef>, GithubError> {
    let actor = match api.get::<Actor>(api.url(&["user"]), "tell whose the token is").await {
        Ok(actor) => Some(actor.login),
        // An app's token is nobody's.
        Err(GithubError::Forbidden { .. } | GithubError::NotFound { .. }) => None,
        Err(error) => return Err(error),
    };
    let branch = ["refs/heads/", "refs/tags/"].iter().find_map(|prefix| reference.strip_prefix(prefix));
    let branch = branch.unwrap_or(reference);
    let Order { env, stages, dry_run, .. } = order;
    let wanted = Wanted { branch, actor: actor.as_deref(), env, stages, dry_run: *dry_run };
    let mut url = order.runs(api);
    url.query_pairs_mut().extend_pairs([("event", "workflow_dispatch"), ("branch", branch)]);
    let mut seen_before = BTreeSet::new();
    for look in 0..LOOKS {
        if look > 0 {
            sleep(api.pace.interval).await;
        }
        let runs: Vec<Run> = api.pages(url.clone(), PAGE, LOOK, |list: RunList| list.workflow_runs).await?;
        let seen = candidates(&runs, before, &wanted, &told);
        if !seen.is_empty() && ids(&seen) == seen_before {
            return Ok(seen.into_iter().map(RunRef::of).collect());
        }
        seen_before = ids(&seen);
    }
    Ok(Vec::new())
}

impl RunRef {
    pub(super) fn of(run: &Run) -> Self {
        Self { id: run.id, url: run.html_url.clone() }
    }
}
