use crate::diag::Span;
use crate::plan::{Kubernetes, Overlap, Plan, Plans, Schedule, Stage, clocks_change, duration_text};

use super::super::ledger::{self, Entry, Feature, Standing};
use super::super::order;
use super::super::rate;
use super::super::target::Target;
use super::timing::DEFAULT_START_WITHIN;

/// What each feature of the plans is there.
pub(in super::super) fn ledger(kubernetes: &Kubernetes, plans: &Plans) -> Vec<Entry> {
    let plans: Vec<&Plan> =
        kubernetes.environments.iter().filter_map(|env| plans.environments.get(env)).collect();
    let of_net: Vec<_> = plans.iter().map(|plan| (*plan, of_net(plan, kubernetes.place))).collect();
    let mut entries = ledger::entries(Target::Kubernetes, None, &of_net);
    for stage in plans.first().into_iter().flat_map(|plan| &plan.stages) {
        let of_stage =
            plans.iter().filter_map(|plan| Some((*plan, of_stage(plan, plan.stage(&stage.name)?))));
        let of_stage: Vec<_> = of_stage.collect();
        entries.extend(ledger::entries(Target::Kubernetes, Some(&stage.name), &of_stage));
    }
    entries
}

fn of_net(plan: &Plan, target: Span) -> Vec<Feature> {
    let place = plan.place.unwrap_or(target);
    let zone = if clocks_change(&plan.timezone) {
        let how = "when clocks go forward, what is due in the hour left out does not start; when they go back, what is \
                   due in the hour that comes twice starts twice";
        Standing::emulated(how)
    } else {
        Standing::Exact
    };
    let mut lines = vec![Feature::new(format!("timezone: {}", plan.timezone), zone, place)];
    if plan.confirm {
        let how = "nobody can be asked: the pods say yes themselves, by JOBNET_YES";
        lines.push(Feature::new("confirm", Standing::emulated(how), place));
    }
    lines
}

fn of_stage(plan: &Plan, stage: &Stage) -> Vec<Feature> {
    let (timing, places) = (&stage.timing, &stage.timing.places);
    let at = |place: Option<Span>| place.unwrap_or(stage.place);
    let mut lines = Vec::new();
    if matches!(timing.schedule, Schedule::Manual) {
        let how = "a suspended CronJob, which `kubectl create job --from=cronjob/NAME` starts";
        lines.push(Feature::new("manual", Standing::emulated(how), at(places.schedule)));
    }
    for need in stage.needs.iter().filter_map(|need| plan.stage(need)) {
        lines.push(Feature::new(format!("needs: {}", need.name), needs(stage, need), at(places.offset)));
    }
    lines.push(overlap(stage));
    lines.push(Feature::new("timeout", Standing::Exact, at(places.timeout)));
    lines.push(Feature::new("retries", Standing::Exact, at(places.retries)));
    let start_within = match timing.start_within {
        Some(_) => Standing::Exact,
        None => {
            let least = duration_text(DEFAULT_START_WITHIN);
            Standing::emulated(format!("{least}, since a CronJob must have a deadline"))
        }
    };
    lines.push(Feature::new("start_within", start_within, at(places.start_within)));
    if timing.history != (None, None) {
        lines.push(Feature::new("history", Standing::Exact, at(places.history)));
    }
    if timing.suspend {
        lines.push(Feature::new("suspend", Standing::Exact, at(places.suspend)));
    }
    if stage.lease.is_some() {
        lines.push(Feature::new("lease", Standing::Exact, stage.place));
    }
    lines.extend(rate::standing(plan, stage).map(|standing| Feature::new("rate", standing, stage.place)));
    lines
}

/// <https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#concurrency-policy>
fn overlap(stage: &Stage) -> Feature {
    let (word, standing) = match (stage.timing.overlap, stage.lease.is_some()) {
        (Overlap::Forbid, _) => ("forbid", Standing::Exact),
        (Overlap::Replace, _) => ("replace", Standing::Exact),
        (Overlap::Queue, true) => {
            let how = "by the lease: runs start side by side, and wait for each other";
            ("queue", Standing::emulated(how))
        }
        (Overlap::Queue, false) => {
            let why = "a CronJob leaves runs out, ends them, or lets them work side by side";
            let instead = "give the stage a `lease`, which runs wait for, or choose `overlap: forbid`";
            ("queue", Standing::impossible(why, instead))
        }
    };
    Feature::new(format!("overlap: {word}"), standing, stage.timing.places.overlap.unwrap_or(stage.place))
}

/// CronJobs know no others (<https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/>).
fn needs(stage: &Stage, need: &Stage) -> Standing {
    order::by_times(stage, need).unwrap_or_else(|| {
        let how = match stage.timing.schedule {
            Schedule::Manual => format!("whoever starts it does so after `{}`", need.name),
            Schedule::Cron(_) => format!("`{}` is started by hand, and nothing waits for it", need.name),
        };
        Standing::emulated(how)
    })
}
