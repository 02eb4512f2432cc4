use serde_json::json;
use tokio::time::sleep;

use super::again::Rerun;
use super::api::{Api, LOOKS, Posted};
use super::error::GithubError;
use super::model::Run;
use super::runs::one;

const WHAT: &str = "run it again";

/// What is in a 403 that no other token would change.
const ABOUT_THE_RUN: [&str; 4] =
    ["cannot be retried", "cannot be rerun", "already running", "over a month ago"];

/// Has GitHub run a run again, once, and gives the attempt that it will be
/// (<https://docs.github.com/rest/actions/workflow-runs#re-run-a-workflow>).
///
/// # Errors
/// [`GithubError`]; [`GithubError::Lost`] where a request without an answer had no effect that can be seen.
pub async fn rerun(api: &Api, run: &Run, what: Rerun, debug: bool) -> Result<u64, GithubError> {
    let id = run.id.to_string();
    let url = match what {
        Rerun::Failed => api.of_repository(&["actions", "runs", &id, "rerun-failed-jobs"]),
        Rerun::Job(job) => api.of_repository(&["actions", "jobs", &job.to_string(), "rerun"]),
        Rerun::Whole => api.of_repository(&["actions", "runs", &id, "rerun"]),
    };
    let next = run.run_attempt + 1;
    match api.post(url, &json!({"enable_debug_logging": debug})).await? {
        Posted::Answered(answer) if (200..=299).contains(&answer.status) => Ok(next),
        Posted::Answered(answer) => Err(refusal(api.refusal(&answer, WHAT))),
        Posted::Lost(reason) => {
            for look in 0..LOOKS {
                if look > 0 {
                    sleep(api.pace.interval).await;
                }
                match one(api, run.id).await {
                    Ok(seen) if seen.run_attempt >= next => return Ok(next),
                    Ok(_) => {}
                    // What goes wrong now is no reason to ask for another rerun.
                    Err(_) => break,
                }
            }
            Err(GithubError::Lost { what: WHAT, reason })
        }
    }
}

/// GitHub also forbids what cannot be done to a run, in words of its own (<https://github.com/cli/cli/issues/9221>).
fn refusal(error: GithubError) -> GithubError {
    match error {
        GithubError::Forbidden { message, .. } if ABOUT_THE_RUN.iter().any(|it| message.contains(it)) => {
            GithubError::NotAgain { message }
        }
        error => error,
    }
}
