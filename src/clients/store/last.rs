use serde::{Deserialize, Serialize};

use crate::clients::{LastRun, Owner};

use super::condition::Conditions;
use super::generations::Generations;
use super::{Store, StoreError};

/// Where outcomes are.
const OUTCOMES: &str = "_outcomes";

/// What an object says of the last run of a stage.
#[derive(Debug, Serialize, Deserialize)]
struct Remembered {
    #[serde(flatten)]
    last: LastRun,
    /// The outcome of the run before it: whoever asks again for the same run is told the same.
    before: Option<String>,
}

impl Store {
    /// Remembers how a run of a stage ended, and gives the outcome of the run before, where there was one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remember(&self, owner: &Owner, last: &LastRun) -> Result<Option<String>, StoreError> {
        let generations = Generations::below(self, owner.path(OUTCOMES));
        let is_chain = self.conditions(OUTCOMES).await? == Conditions::Kept;
        loop {
            if !is_chain && let Some(own) = generations.of_writer::<Remembered>(&last.run).await? {
                return Ok(own.before);
            }
            let (number, before) = match generations.newest::<Remembered>().await? {
                Some((_, newest)) if newest.last.run == last.run => return Ok(newest.before),
                Some((number, newest)) => (number + 1, Some(newest.last.outcome)),
                None => (1, None),
            };
            let next = Remembered { last: last.clone(), before };
            if !is_chain {
                generations.add_own(number, &last.run, &next).await?;
                return Ok(next.before);
            }
            if generations.add(number, &next).await? {
                return Ok(next.before);
            }
        }
    }
}
