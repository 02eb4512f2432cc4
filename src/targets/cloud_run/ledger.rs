use std::time::Duration;

use crate::diag::Span;
use crate::plan::{CloudRun, Overlap, Plan, Plans, Schedule, Stage, clocks_change};

use super::super::ledger::{self, Entry, Feature, Standing};
use super::super::order;
use super::super::rate;
use super::super::target::Target;
use super::timeout::{LONGEST, MOST_RETRIES, attempt_timeout};

/// What each feature of the plans is on Cloud Run, once where all environments have it alike.
pub(in crate::targets) fn ledger(target: &CloudRun, plans: &Plans) -> Vec<Entry> {
    let plans: Vec<&Plan> =
        target.environments.iter().filter_map(|env| plans.environments.get(env)).collect();
    let of_net: Vec<_> = plans.iter().map(|plan| (*plan, of_net(plan, target.place))).collect();
    let mut entries = ledger::entries(Target::CloudRun, None, &of_net);
    for stage in plans.first().into_iter().flat_map(|plan| &plan.stages) {
        let of_stage =
            plans.iter().filter_map(|plan| Some((*plan, of_stage(plan.stage(&stage.name)?, plan))));
        let of_stage: Vec<_> = of_stage.collect();
        entries.extend(ledger::entries(Target::CloudRun, Some(&stage.name), &of_stage));
    }
    entries
}

fn of_net(plan: &Plan, place: Span) -> Vec<Feature> {
    let mut features = Vec::new();
    if plan.stages.iter().any(|stage| matches!(stage.timing.schedule, Schedule::Cron(_))) {
        features.push(Feature::new(format!("timezone: {}", plan.timezone), timezone(&plan.timezone), place));
    }
    if plan.confirm {
        let how = "the scripts ask; a job that its trigger starts has nobody to ask, and goes on";
        features.push(Feature::new("confirm", Standing::emulated(how), plan.place.unwrap_or(place)));
    }
    features
}

fn of_stage(stage: &Stage, plan: &Plan) -> Vec<Feature> {
    let (timing, places) = (&stage.timing, &stage.timing.places);
    let mut features = Vec::new();
    let mut add = |feature: &str, standing, place: Option<Span>| {
        features.push(Feature::new(feature, standing, place.unwrap_or(stage.place)));
    };
    if matches!(timing.schedule, Schedule::Cron(_)) {
        add("schedule", Standing::Exact, places.schedule);
    }
    for need in &stage.needs {
        add(&format!("needs: {need}"), needs(stage, plan.stage(need)), None);
    }
    add(&format!("overlap: {}", timing.overlap.as_str()), overlap(stage), places.overlap);
    if stage.lease.is_some() {
        add("lease", Standing::Exact, None);
    }
    if let Some(standing) = rate::standing(plan, stage) {
        add("rate", standing, None);
    }
    add("timeout", timeout(stage), places.timeout);
    if timing.retries > 0 {
        add("retries", retries(stage), places.retries);
    }
    if timing.start_within.is_some() {
        let how = "its trigger tries so long to start it; Cloud Run then starts it when there is room";
        add("start_within", Standing::emulated(how), places.start_within);
    }
    if timing.history != (None, None) {
        let how = "Cloud Run itself decides how many executions it keeps";
        add("history", Standing::emulated(how), places.history);
    }
    if timing.suspend {
        let how =
            "create-all-jobs.sh pauses its trigger; once it is not paused in the spec, resume.sh resumes it";
        add("suspend", Standing::emulated(how), places.suspend);
    }
    features
}

/// Jobs know nothing of each other: `run-job.sh` keeps the order of those that it runs, and times that of the others.
fn needs(stage: &Stage, need: Option<&Stage>) -> Standing {
    let by_times = need.and_then(|need| order::by_times(stage, need));
    match by_times {
        Some(Standing::Emulated { how }) => {
            Standing::emulated(format!("run-job.sh keeps the order of a group; among triggers: {how}"))
        }
        Some(standing) => standing,
        None => Standing::emulated("run-job.sh runs a group in its order, and stops at the first failure"),
    }
}

/// Cloud Run has no policy for it: executions of a job start beside each other
/// (<https://cloud.google.com/run/docs/execute/jobs>).
fn overlap(stage: &Stage) -> Standing {
    let is_asked_for = stage.timing.places.overlap.is_some();
    match (stage.timing.overlap, &stage.lease) {
        (Overlap::Forbid, Some(_)) => Standing::emulated("a run without the lease ends at once"),
        (Overlap::Queue, Some(_)) => Standing::emulated("a run waits for the lease, and pays for the wait"),
        (Overlap::Replace, _) => Standing::impossible(
            "it starts executions beside each other",
            "choose `forbid` or `queue`, and add `lease:`",
        ),
        (_, None) if is_asked_for => Standing::impossible(
            "it starts executions beside each other",
            "add `lease:`, by which jobnet does it",
        ),
        (_, None) => {
            Standing::emulated("by nothing: executions may overlap; add `lease:` where that does harm")
        }
    }
}

fn timeout(stage: &Stage) -> Standing {
    let each = attempt_timeout(&stage.timing);
    if each > LONGEST {
        return Standing::impossible("an attempt may take 168 hours at most", "choose a shorter timeout");
    }
    if stage.timing.timeout < Duration::from_secs(1 + u64::from(stage.timing.retries)) {
        return Standing::impossible("it counts whole seconds for each attempt", "choose a longer timeout");
    }
    if stage.timing.retries == 0 {
        return Standing::Exact;
    }
    let (attempts, each) = (stage.timing.retries + 1, each.as_secs());
    Standing::emulated(format!("Cloud Run counts each attempt anew: {attempts} attempts of {each}s"))
}

fn retries(stage: &Stage) -> Standing {
    if stage.timing.retries > MOST_RETRIES {
        return Standing::impossible("it retries 10 times at most", "choose `retries: 10` or fewer");
    }
    Standing::emulated("Cloud Run retries whatever the reason was, a wrong spec or value (exit code 2) too")
}

/// Cloud Scheduler goes by the clock on the wall
/// (<https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules#daylight_savings_time>).
fn timezone(name: &str) -> Standing {
    if clocks_change(name) {
        Standing::emulated(
            "where clocks change, a firing in the hour that is left out or doubled may be missed or come twice",
        )
    } else {
        Standing::Exact
    }
}
