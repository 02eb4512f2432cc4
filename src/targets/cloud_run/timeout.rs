use std::time::Duration;

use crate::plan::Timing;

/// The longest that a task may take (<https://cloud.google.com/run/docs/configuring/task-timeout>).
pub(super) const LONGEST: Duration = Duration::from_hours(168);

/// The most retries of a task (<https://cloud.google.com/run/docs/configuring/max-retries>).
pub(super) const MOST_RETRIES: u32 = 10;

/// How long one attempt may take, so that all of them end within the stage's timeout: Cloud Run counts the time of each
/// attempt anew (<https://cloud.google.com/run/docs/configuring/task-timeout>).
pub(super) fn attempt_timeout(timing: &Timing) -> Duration {
    let whole = timing.timeout / timing.retries.saturating_add(1);
    Duration::from_secs(whole.as_secs().max(1))
}
