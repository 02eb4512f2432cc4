use std::str::FromStr;

use jiff::Timestamp;
use uuid::Uuid;

use crate::plan::Plan;
use crate::run::Identity;

use super::args::RunArgs;

/// Which run of the net it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RunId {
    /// Another one. Engines hand over what they do not have as an empty text, which says the same.
    New,
    /// That of the stage's last firing.
    Schedule,
    /// This.
    Given(String),
}

/// When the net's run began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StartAt {
    /// Just now, which an empty text says too.
    Now,
    /// At the stage's last firing, less its offset.
    Schedule,
    /// Then.
    Given(Timestamp),
}

/// Told by arithmetic, where nobody hands it over.
const SCHEDULE: &str = "schedule";

impl From<&str> for RunId {
    fn from(text: &str) -> Self {
        match text {
            "" => Self::New,
            SCHEDULE => Self::Schedule,
            id => Self::Given(id.to_owned()),
        }
    }
}

impl FromStr for StartAt {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "" => Ok(Self::Now),
            SCHEDULE => Ok(Self::Schedule),
            time => time
                .parse()
                .map(Self::Given)
                .map_err(|_| "expected `schedule`, or a time like 2026-03-04T05:06:07Z"),
        }
    }
}

/// Which run of the net it is: as it was told, or by the schedule of the first stage.
pub(super) fn identity(plan: &Plan, stages: &[&str], args: &RunArgs, now: Timestamp) -> Identity {
    let first = stages.first().and_then(|name| plan.stage(name));
    let scheduled = first.and_then(|stage| plan.scheduled_start(stage, now));
    let run_id = match (&args.run_id, scheduled) {
        (RunId::Given(id), _) => id.clone(),
        (RunId::Schedule, Some(start)) => plan.scheduled_run_id(start),
        (RunId::New, _) | (RunId::Schedule, None) => Uuid::new_v4().to_string(),
    };
    let job_start_at = match args.job_start_at {
        StartAt::Given(start) => start,
        StartAt::Schedule => scheduled.unwrap_or(now),
        StartAt::Now => now,
    };
    Identity { net: plan.net.clone(), env: plan.env.clone(), run_id, job_start_at }
}
