use tokio::time::sleep;

use super::api::Api;
use super::error::GithubError;
use super::model::{Job, Run};
use super::runs::{jobs, one};
use super::state::Conclusion;

/// What is seen of a run at one look.
#[derive(Debug, Clone)]
pub struct Sight {
    /// The run.
    pub run: Run,
    /// The jobs of its latest attempt.
    pub jobs: Vec<Job>,
}

/// Follows a run to its end, tells what is seen at every look, and gives the last and how the run ended. `attempt` is the
/// one that it must have reached: a run that was started again is for a moment still the one before.
///
/// # Errors
/// [`GithubError`]: the run goes on.
pub async fn follow(
    api: &Api,
    id: u64,
    attempt: u64,
    mut tell: impl FnMut(&Sight),
) -> Result<(Sight, Conclusion), GithubError> {
    loop {
        let run = one(api, id).await?;
        if run.run_attempt >= attempt {
            // The jobs are asked for after the run, so that those of one that has ended are all told.
            let sight = Sight { jobs: jobs(api, id).await?, run };
            tell(&sight);
            if let Some(conclusion) = sight.run.state().conclusion().cloned() {
                return Ok((sight, conclusion));
            }
        }
        sleep(api.pace.interval).await;
    }
}
