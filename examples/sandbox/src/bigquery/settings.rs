//! How BigQuery is set up, and how its jobs go.

use std::fmt;
use std::sync::Mutex;

use super::error::{Error, Reason};
use crate::lock::lock;

/// How BigQuery is set up.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct BigQueryOptions {
    /// The bearer token that requests must show; `None` asks for none.
    pub token: Option<String>,
}

impl fmt::Debug for BigQueryOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BigQueryOptions").finish_non_exhaustive()
    }
}

/// Why BigQuery refuses a request before there is a job: it may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 403 with the reason `rateLimitExceeded`.
    RateLimitExceeded,
    /// 503 with the reason `backendError`.
    BackendError,
}

/// What is to become of the next requests and jobs.
#[derive(Debug, Default)]
pub(super) struct Settings(Mutex<Next>);

#[derive(Debug, Default)]
struct Next {
    polls: u32,
    refusals: Option<(Refusal, u32)>,
    failures: u32,
}

impl Settings {
    /// For how many polls a job which begins now is incomplete.
    pub(super) fn polls(&self) -> u32 {
        lock(&self.0).polls
    }

    /// Refuses a request, if the next one is to be refused.
    pub(super) fn admit(&self) -> Result<(), Error> {
        match &mut lock(&self.0).refusals {
            Some((refusal, times)) if *times > 0 => {
                *times -= 1;
                Err(match refusal {
                    Refusal::RateLimitExceeded => {
                        Error::new(Reason::RateLimitExceeded, "Exceeded rate limits: too many requests")
                    }
                    Refusal::BackendError => {
                        Error::new(Reason::BackendError, "Error encountered. Try again.")
                    }
                })
            }
            _ => Ok(()),
        }
    }

    /// Whether a job which begins now fails, without any effect.
    pub(super) fn fails(&self) -> bool {
        let next = &mut lock(&self.0);
        let fails = next.failures > 0;
        next.failures = next.failures.saturating_sub(1);
        fails
    }
}

/// Says how BigQuery's jobs go, see [`Sandbox::bigquery`](crate::Sandbox::bigquery).
#[derive(Clone, Copy, Debug)]
pub struct BigQueryHandle<'s>(&'s Settings);

impl<'s> BigQueryHandle<'s> {
    pub(super) fn new(settings: &'s Settings) -> Self {
        Self(settings)
    }

    /// From now on a job takes this many polls by `getQueryResults`: `jobs.query`, and every poll but the last,
    /// is answered that it is incomplete. 0 is complete at once.
    pub fn slow_jobs(&self, polls: u32) {
        lock(&self.0.0).polls = polls;
    }

    /// Refuses the next requests, of either method.
    pub fn refuse(&self, refusal: Refusal, times: u32) {
        lock(&self.0.0).refusals = Some((refusal, times));
    }

    /// Has the next jobs fail when they are complete, with the reason `resourcesExceeded` and without effect.
    pub fn fail_jobs(&self, times: u32) {
        lock(&self.0.0).failures = times;
    }
}
