use std::time::Duration;

use serde::Serialize;

use crate::plan::{DEFAULT_GRACE, Overlap, Plan, Stage, Work};

/// Below this a run may never start, since the controller looks every 10 seconds
/// (<https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#starting-deadline>).
pub(super) const MIN_START_WITHIN: Duration = Duration::from_secs(10);

/// How late a run may start where the spec does not say. Without a deadline a CronJob that missed more than 100 firings
/// never starts again (<https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#starting-deadline>), and
/// one that is resumed starts at once what it missed
/// (<https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-suspension>).
pub(super) const DEFAULT_START_WITHIN: Duration = Duration::from_mins(5);

/// How long a pod may take to end where nothing in it needs longer: Kubernetes' own default.
const MIN_GRACE: Duration = Duration::from_secs(30);

/// What jobnet does after its command has ended: the summary, and whom to notify.
const AFTER_COMMAND: Duration = Duration::from_secs(20);

/// A field of a manifest with its value as YAML.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Setting {
    key: &'static str,
    value: String,
}

/// What the plan of an environment says of a stage's CronJob, by the object that it stands in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Settings {
    /// Of the CronJob.
    pub(super) cron_job: Vec<Setting>,
    /// Of its Jobs.
    pub(super) job: Vec<Setting>,
    /// Exit codes after which a Job is not tried again.
    pub(super) fatal: Option<&'static [u8]>,
    /// Of their pods.
    pub(super) pod: Vec<Setting>,
}

impl Settings {
    pub(super) fn of(plan: &Plan, stage: &Stage) -> Self {
        let timing = &stage.timing;
        let setting = |key, value: String| Setting { key, value };
        let count = |key, count: Option<u32>| count.map(|count| setting(key, count.to_string()));
        let mut cron_job = vec![
            setting("concurrencyPolicy", concurrency_policy(timing.overlap).to_owned()),
            setting("startingDeadlineSeconds", seconds(start_within(stage))),
        ];
        cron_job.extend(count("successfulJobsHistoryLimit", timing.history.0));
        cron_job.extend(count("failedJobsHistoryLimit", timing.history.1));
        let job = vec![
            // It covers all attempts (https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup).
            setting("activeDeadlineSeconds", seconds(timing.timeout)),
            setting("backoffLimit", timing.retries.to_string()),
        ];
        let pod = vec![setting("terminationGracePeriodSeconds", seconds(grace(plan, stage)))];
        Self { cron_job, job, fatal: Some(fatal(&stage.work)), pod }
    }

    /// What all have in common.
    pub(super) fn shared(all: &[Self]) -> Self {
        let Some((first, rest)) = all.split_first() else {
            return Self::default();
        };
        let both = |part: fn(&Self) -> &Vec<Setting>| {
            let in_all = |setting: &&Setting| rest.iter().all(|other| part(other).contains(setting));
            part(first).iter().filter(in_all).cloned().collect()
        };
        Self {
            cron_job: both(|settings| &settings.cron_job),
            job: both(|settings| &settings.job),
            fatal: first.fatal.filter(|fatal| rest.iter().all(|other| other.fatal == Some(fatal))),
            pod: both(|settings| &settings.pod),
        }
    }

    /// What it has beside what all have.
    pub(super) fn without(mut self, shared: &Self) -> Self {
        self.cron_job.retain(|setting| !shared.cron_job.contains(setting));
        self.job.retain(|setting| !shared.job.contains(setting));
        self.pod.retain(|setting| !shared.pod.contains(setting));
        self.fatal = self.fatal.filter(|_| shared.fatal.is_none());
        self
    }
}

/// How late a run of a stage may start.
pub(super) fn start_within(stage: &Stage) -> Duration {
    stage.timing.start_within.unwrap_or(DEFAULT_START_WITHIN)
}

/// <https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#concurrency-policy>. It is about one CronJob, and
/// no policy waits: runs that queue are all started, and wait for the lease.
fn concurrency_policy(overlap: Overlap) -> &'static str {
    match overlap {
        Overlap::Forbid => "Forbid",
        Overlap::Queue => "Allow",
        Overlap::Replace => "Replace",
    }
}

/// The exit codes that no second attempt could change: a wrong spec, and a failure of jobnet's own kinds of stages,
/// which have tried again themselves. A command's failure may be anything.
fn fatal(work: &Work) -> &'static [u8] {
    match work {
        Work::Exec(_) => &[2],
        Work::Call(_) | Work::Flow(_) | Work::Sql(_) | Work::Migrate(_) => &[1, 2],
    }
}

/// How long a pod may take to end after it was told to.
fn grace(plan: &Plan, stage: &Stage) -> Duration {
    let Work::Exec(exec) = &stage.work else {
        return MIN_GRACE;
    };
    let said = exec.grace.as_ref().and_then(|grace| grace.bind(&plan.declared).ok().flatten());
    MIN_GRACE.max(said.unwrap_or(DEFAULT_GRACE) + AFTER_COMMAND)
}

/// Whole seconds, since Kubernetes knows no parts of them, and at least one.
fn seconds(duration: Duration) -> String {
    let rounded_up = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    rounded_up.max(1).to_string()
}
