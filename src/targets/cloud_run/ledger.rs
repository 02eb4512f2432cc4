use std::time::Duration;

use indexmap::IndexMap;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::diag::Span;
use crate::plan::{CloudRun, Overlap, Plan, Plans, Schedule, Stage};

use super::super::ledger::{Entry, Standing};
use super::super::order;
use super::super::rate;
use super::super::target::Target;
use super::timeout::{LONGEST, MOST_RETRIES, attempt_timeout};

/// A feature, what it is, and where the spec asks for it.
type Feature = (String, Standing, Span);

/// What each feature of the plans is on Cloud Run, once where all environments have it alike.
pub(in crate::targets) fn ledger(target: &CloudRun, plans: &Plans) -> Vec<Entry> {
    let plans: Vec<&Plan> =
        target.environments.iter().filter_map(|env| plans.environments.get(env)).collect();
    let mut features: IndexMap<(Option<String>, String), Vec<Entry>> = IndexMap::new();
    for entry in plans.iter().flat_map(|plan| of_plan(plan, target.place)) {
        features.entry((entry.stage.clone(), entry.feature.clone())).or_default().push(entry);
    }
    let alike = |one: &Entry, other: &Entry| (&one.standing, one.place) == (&other.standing, other.place);
    let mut entries = Vec::new();
    for mut of_feature in features.into_values() {
        if of_feature.len() == plans.len() && of_feature.windows(2).all(|two| alike(&two[0], &two[1])) {
            of_feature.truncate(1);
            of_feature.iter_mut().for_each(|entry| entry.env = None);
        }
        entries.extend(of_feature);
    }
    entries
}

fn of_plan(plan: &Plan, place: Span) -> Vec<Entry> {
    let mut features = Vec::new();
    if plan.stages.iter().any(|stage| matches!(stage.timing.schedule, Schedule::Cron(_))) {
        features.push((format!("timezone: {}", plan.timezone), timezone(&plan.timezone), place));
    }
    if plan.confirm {
        let how = "the scripts ask; a job that its trigger starts has nobody to ask, and goes on";
        features.push(("confirm".to_owned(), emulated(how), plan.place.unwrap_or(place)));
    }
    let of_net = features.into_iter().map(|feature| (None, feature));
    let of_stages = plan.stages.iter().flat_map(|stage| {
        of_stage(stage, plan).into_iter().map(|feature| (Some(stage.name.clone()), feature))
    });
    let entry = |(stage, (feature, standing, place)): (Option<String>, Feature)| Entry {
        target: Target::CloudRun,
        stage,
        env: Some(plan.env.clone()),
        feature,
        standing,
        place,
    };
    of_net.chain(of_stages).map(entry).collect()
}

fn of_stage(stage: &Stage, plan: &Plan) -> Vec<Feature> {
    let (timing, places) = (&stage.timing, &stage.timing.places);
    let mut features = Vec::new();
    let mut add = |feature: &str, standing, place: Option<Span>| {
        features.push((feature.to_owned(), standing, place.unwrap_or(stage.place)));
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
        add("start_within", emulated(how), places.start_within);
    }
    if timing.history != (None, None) {
        let how = "Cloud Run itself decides how many executions it keeps";
        add("history", emulated(how), places.history);
    }
    if timing.suspend {
        let how =
            "create-all-jobs.sh pauses its trigger; once it is not paused in the spec, resume.sh resumes it";
        add("suspend", emulated(how), places.suspend);
    }
    features
}

/// Jobs know nothing of each other: `run-job.sh` keeps the order of those that it runs, and times that of the others.
fn needs(stage: &Stage, need: Option<&Stage>) -> Standing {
    let by_times = need.and_then(|need| order::by_times(stage, need));
    match by_times {
        Some(Standing::Emulated { how }) => {
            emulated(&format!("run-job.sh keeps the order of a group; among triggers: {how}"))
        }
        Some(standing) => standing,
        None => emulated("run-job.sh runs a group in its order, and stops at the first failure"),
    }
}

/// Cloud Run has no policy for it: executions of a job start beside each other
/// (<https://cloud.google.com/run/docs/execute/jobs>).
fn overlap(stage: &Stage) -> Standing {
    let is_asked_for = stage.timing.places.overlap.is_some();
    match (stage.timing.overlap, &stage.lease) {
        (Overlap::Forbid, Some(_)) => emulated("a run without the lease ends at once"),
        (Overlap::Queue, Some(_)) => emulated("a run waits for the lease, and pays for the wait"),
        (Overlap::Replace, _) => impossible(
            "it starts executions beside each other",
            "choose `forbid` or `queue`, and add `lease:`",
        ),
        (_, None) if is_asked_for => {
            impossible("it starts executions beside each other", "add `lease:`, by which jobnet does it")
        }
        (_, None) => emulated("by nothing: executions may overlap; add `lease:` where that does harm"),
    }
}

fn timeout(stage: &Stage) -> Standing {
    let each = attempt_timeout(&stage.timing);
    if each > LONGEST {
        return impossible("an attempt may take 168 hours at most", "choose a shorter timeout");
    }
    if stage.timing.timeout < Duration::from_secs(1 + u64::from(stage.timing.retries)) {
        return impossible("it counts whole seconds for each attempt", "choose a longer timeout");
    }
    if stage.timing.retries == 0 {
        return Standing::Exact;
    }
    let (attempts, each) = (stage.timing.retries + 1, each.as_secs());
    emulated(&format!("Cloud Run counts each attempt anew: {attempts} attempts of {each}s"))
}

fn retries(stage: &Stage) -> Standing {
    if stage.timing.retries > MOST_RETRIES {
        return impossible("it retries 10 times at most", "choose `retries: 10` or fewer");
    }
    emulated("Cloud Run retries whatever the reason was, a wrong spec or value (exit code 2) too")
}

/// Cloud Scheduler goes by the clock on the wall
/// (<https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules#daylight_savings_time>).
fn timezone(name: &str) -> Standing {
    // Zones that still change their clocks did so after this moment.
    let changes = TimeZone::get(name).is_ok_and(|zone| {
        zone.following(Timestamp::from_second(1_767_225_600).unwrap_or(Timestamp::UNIX_EPOCH))
            .next()
            .is_some()
    });
    if changes {
        emulated(
            "where clocks change, a firing in the hour that is left out or doubled may be missed or come twice",
        )
    } else {
        Standing::Exact
    }
}

fn emulated(how: &str) -> Standing {
    Standing::Emulated { how: how.to_owned() }
}

fn impossible(why: &str, instead: &str) -> Standing {
    Standing::Impossible { why: why.to_owned(), instead: instead.to_owned() }
}
