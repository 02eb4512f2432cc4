//! How many requests a second an application may send.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Mutex;

use jiff::Timestamp;
use uuid::Uuid;

use crate::lock::lock;

/// By how much a request may come early, for what the network shifts.
const TOLERANCE_MICROSECONDS: i64 = 100_000;

/// The [generic cell rate algorithm](https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm), by application.
#[derive(Debug)]
pub(super) struct RateLimit {
    interval_microseconds: i64,
    /// When the next request of an application is due.
    due: Mutex<HashMap<Uuid, i64>>,
}

impl RateLimit {
    pub(super) fn new(per_second: NonZeroU32) -> Self {
        Self { interval_microseconds: 1_000_000 / i64::from(per_second.get()), due: Mutex::default() }
    }

    /// Whether a request may pass now; one that may not leaves no trace.
    pub(super) fn admits(&self, application: Uuid, now: Timestamp) -> bool {
        let now = now.as_microsecond();
        let mut all = lock(&self.due);
        let due = all.entry(application).or_insert(now);
        if now + TOLERANCE_MICROSECONDS < *due {
            return false;
        }
        *due = now.max(*due) + self.interval_microseconds;
        true
    }
}
