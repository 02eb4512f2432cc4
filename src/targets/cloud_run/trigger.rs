use serde::Serialize;

use crate::diag::{Fault as _, Findings};
use crate::plan::{Schedule, Stage};

use super::deployment::Deployment;
use super::flag::Flag;
use super::problem::CloudRunProblem;

/// What all triggers have in common: Cloud Scheduler waits so long for Cloud Run to have started the job, which may be 15
/// seconds to 30 minutes (<https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs>), and tries a
/// few times where it did not.
pub(super) fn in_common() -> Vec<Flag> {
    let flags = [
        ("attempt-deadline", "180s"),
        ("max-retry-attempts", "3"),
        ("min-backoff", "5s"),
        ("max-backoff", "60s"),
        ("max-doublings", "4"),
    ];
    flags.map(|(name, value)| Flag::new(name, value)).to_vec()
}

/// What starts a job by itself (<https://cloud.google.com/run/docs/execute/jobs-on-schedule>).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Trigger {
    pub(super) stage: String,
    pub(super) schedule: String,
    /// How long it is tried, beyond the few times, where the job could not be started.
    pub(super) retry_for: String,
    pub(super) suspended: bool,
}

impl Trigger {
    /// `None` for a stage without a schedule.
    pub(super) fn of(stage: &Stage, deployment: &Deployment, findings: &mut Findings) -> Option<Self> {
        let Schedule::Cron(cron) = &stage.timing.schedule else {
            return None;
        };
        if deployment.account.is_none() {
            let place = stage.timing.places.schedule.unwrap_or(stage.place);
            findings.push(CloudRunProblem::NoAccount { stage: stage.name.clone() }.at(place));
        }
        // No time has a value too, since an update keeps what it is not told.
        let within = stage.timing.start_within.map_or(0, |within| within.as_secs());
        Some(Self {
            stage: stage.name.clone(),
            schedule: cron.to_string(),
            retry_for: format!("{within}s"),
            suspended: stage.timing.suspend,
        })
    }
}

/// A zone by the name that Cloud Scheduler itself gives to UTC.
pub(super) fn zone(name: &str) -> &str {
    if name == "UTC" { "Etc/UTC" } else { name }
}
