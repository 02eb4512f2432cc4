//! How many requests came within the last minute.

use std::collections::VecDeque;
use std::sync::Mutex;

use jiff::Timestamp;

use super::error::SupabaseError;
use crate::lock::lock;

const MINUTE_MS: i64 = 60_000;

/// When the requests of the last minute were served, in milliseconds since 1970.
#[derive(Debug, Default)]
pub(super) struct Rate(Mutex<VecDeque<i64>>);

impl Rate {
    /// Counts one request more, unless the minute before now has `limit` of them.
    pub(super) fn take(&self, limit: usize, now: Timestamp) -> Result<(), SupabaseError> {
        let now = now.as_millisecond();
        let mut served = lock(&self.0);
        while served.front().is_some_and(|at| *at <= now - MINUTE_MS) {
            served.pop_front();
        }
        if served.len() >= limit {
            let wait = served.front().map_or(MINUTE_MS, |oldest| oldest + MINUTE_MS - now);
            return Err(SupabaseError::TooMany { retry_after: (wait + 999) / 1000 });
        }
        served.push_back(now);
        Ok(())
    }
}
