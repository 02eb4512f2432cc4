use std::num::NonZeroU32;
use std::time::Duration;
use std::vec::IntoIter;

use tokio::time::Instant;

use crate::clients::{BigQueryError, DatabaseError, StoreError, SupabaseError};
use crate::policy::{Backoff, Retry};

use super::admit::pause;
use super::context::StageRun;
use super::exchange::Failure;

/// An error that may say that the same could succeed later.
pub(super) trait MaybeTemporary: std::fmt::Display {
    fn is_temporary(&self) -> bool;

    /// How often it is worth trying.
    fn attempts(&self) -> NonZeroU32 {
        ATTEMPTS
    }

    /// How long the other side asks to be left alone.
    fn retry_after(&self) -> Option<Duration> {
        None
    }
}

impl MaybeTemporary for DatabaseError {
    fn is_temporary(&self) -> bool {
        Self::is_temporary(self)
    }

    fn attempts(&self) -> NonZeroU32 {
        if matches!(self, Self::Unreachable { .. }) { UNTIL_REACHED } else { ATTEMPTS }
    }
}

impl MaybeTemporary for StoreError {
    fn is_temporary(&self) -> bool {
        Self::is_temporary(self)
    }
}

impl MaybeTemporary for BigQueryError {
    fn is_temporary(&self) -> bool {
        Self::is_temporary(self)
    }

    fn retry_after(&self) -> Option<Duration> {
        Self::retry_after(self)
    }
}

impl MaybeTemporary for SupabaseError {
    fn is_temporary(&self) -> bool {
        Self::is_temporary(self)
    }

    fn retry_after(&self) -> Option<Duration> {
        Self::retry_after(self)
    }
}

/// How often, and after which waits, a database is asked again: a server that is restarted is back by then.
const ATTEMPTS: NonZeroU32 = NonZeroU32::MIN.saturating_add(4);
/// How often a database is asked that refuses connections, which costs nothing: its server may be about to start.
const UNTIL_REACHED: NonZeroU32 = NonZeroU32::MIN.saturating_add(6);
const BACKOFF: Backoff = Backoff::FullJitter { base: Duration::from_secs(1), cap: Duration::from_secs(30) };

/// The attempts at something that may fail because the other side is not available.
pub(super) struct Attempts<'a> {
    run: &'a StageRun,
    what: String,
    made: u32,
    delays: IntoIter<Duration>,
}

impl<'a> Attempts<'a> {
    /// Before the first; `what` is said of it in an error.
    pub(super) fn at(what: impl Into<String>, run: &'a StageRun) -> Self {
        let policy = Retry { attempts: UNTIL_REACHED, backoff: BACKOFF };
        let delays: Vec<Duration> = policy.delays(fastrand::f64).collect();
        Self { run, what: what.into(), made: 0, delays: delays.into_iter() }
    }

    /// Waits after one that failed, and returns when it is time for the next.
    ///
    /// # Errors
    /// The failure, where it is final or attempts and time are used up.
    pub(super) async fn again(&mut self, error: impl MaybeTemporary) -> Result<(), Failure> {
        let failure = Failure { message: format!("{}: {error}", self.what), temporary: error.is_temporary() };
        self.made += 1;
        let may_again =
            failure.temporary && self.made < error.attempts().get() && self.run.stop.reason().is_none();
        let Some(delay) = self.delays.next().filter(|_| may_again) else { return Err(failure) };
        let wait = delay.max(error.retry_after().unwrap_or_default());
        let paused = pause(self.run, Instant::now() + wait, &failure.message).await;
        paused.map_err(|end| Failure { message: format!("{}; {}", failure.message, end.message), ..end })
    }
}
