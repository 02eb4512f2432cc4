use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::database::Owner;

/// What a run asks for that wants to be the only one of its stage and environment that works.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The stage of an environment.
    pub owner: Owner,
    /// The run: a text that no other run has.
    pub holder: String,
    /// After how long without a renewal the lease is free for another.
    pub ttl: Duration,
}

/// What came of asking for a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acquired {
    /// The asker has it.
    Ours,
    /// Another run has it.
    Theirs(Holder),
}

/// Who has a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The run.
    pub name: String,
    /// When it is free, unless it is renewed or released before; `None` where what is written there is no time.
    pub until: Option<Timestamp>,
}

impl Claim {
    /// When the lease is free again that was had or renewed at that time.
    pub(super) fn until(&self, now: Timestamp) -> Timestamp {
        // Only a length beyond the end of time does not fit.
        SignedDuration::try_from(self.ttl)
            .ok()
            .and_then(|ttl| now.checked_add(ttl).ok())
            .unwrap_or(Timestamp::MAX)
    }
}
