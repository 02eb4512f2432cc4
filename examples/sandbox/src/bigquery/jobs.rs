//! The jobs that were begun, and the requests that began them.

use std::collections::HashMap;

use jiff::Timestamp;

use super::engine::Outcome;
use super::error::Error;

/// For how long a repeated request is known for one.
const KNOWN_MS: i64 = 15 * 60 * 1000;

/// A job, by which its answer is found.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) project: String,
    pub(super) id: String,
    pub(super) location: String,
    /// How many polls more it is answered as incomplete.
    pub(super) polls: u32,
    pub(super) outcome: Result<Outcome, Error>,
}

#[derive(Debug, Default)]
pub(super) struct Jobs {
    by_id: HashMap<String, Job>,
    /// The jobs which requests began, by digest, and when.
    by_request: HashMap<String, (String, Timestamp)>,
}

impl Jobs {
    /// The job that an equal request began within the last 15 minutes.
    pub(super) fn begun_by(&mut self, request: &str, now: Timestamp) -> Option<&Job> {
        self.by_request.retain(|_, (_, at)| now.as_millisecond() - at.as_millisecond() < KNOWN_MS);
        let (id, _) = self.by_request.get(request)?;
        self.by_id.get(id)
    }

    /// Remembers the job which a request began.
    pub(super) fn begin(&mut self, job: Job, request: Option<String>, now: Timestamp) {
        if let Some(request) = request {
            self.by_request.insert(request, (job.id.clone(), now));
        }
        self.by_id.insert(job.id.clone(), job);
    }

    /// The job as a poll finds it.
    pub(super) fn poll(&mut self, project: &str, id: &str, location: &str) -> Option<Job> {
        let job = self.by_id.get_mut(id)?;
        if job.project != project || !job.location.eq_ignore_ascii_case(location) {
            return None;
        }
        job.polls = job.polls.saturating_sub(1);
        Some(job.clone())
    }
}
