use indexmap::IndexSet;
use jiff::civil::date;
use jiff::tz::TimeZone;

use crate::diag::Span;
use crate::plan::{Kubernetes, Overlap, Plan, Plans, Schedule, Stage, duration_text};

use super::super::ledger::{Entry, Standing};
use super::super::order;
use super::super::rate;
use super::super::target::Target;
use super::timing::DEFAULT_START_WITHIN;

/// What each feature of the plans is there.
pub(in super::super) fn ledger(kubernetes: &Kubernetes, plans: &Plans) -> Vec<Entry> {
    let plans: Vec<&Plan> =
        kubernetes.environments.iter().filter_map(|env| plans.environments.get(env)).collect();
    let of_net = plans.iter().map(|plan| (*plan, of_net(plan, kubernetes.place)));
    let mut entries = joined(None, &of_net.collect::<Vec<_>>());
    for stage in plans.first().into_iter().flat_map(|plan| &plan.stages) {
        let of_stage =
            plans.iter().filter_map(|plan| Some((*plan, of_stage(plan, plan.stage(&stage.name)?))));
        entries.extend(joined(Some(&stage.name), &of_stage.collect::<Vec<_>>()));
    }
    entries
}

/// A feature, what it is there, and where the spec asks for it.
type Line = (String, Standing, Span);

/// The lines of all environments, feature by feature, those once that are the same in all. An error keeps its own, since it
/// has its own place.
fn joined(stage: Option<&String>, lines: &[(&Plan, Vec<Line>)]) -> Vec<Entry> {
    let features: IndexSet<&String> =
        lines.iter().flat_map(|(_, lines)| lines).map(|(feature, ..)| feature).collect();
    let mut entries = Vec::new();
    for feature in features {
        let of_feature = lines.iter().filter_map(|(plan, lines)| {
            lines
                .iter()
                .find(|(name, ..)| name == feature)
                .map(|(_, standing, place)| (plan, standing, place))
        });
        let of_feature: Vec<_> = of_feature.collect();
        let is_everywhere = of_feature.len() == lines.len()
            && of_feature.iter().all(|(_, standing, _)| {
                *standing == of_feature[0].1 && !matches!(standing, Standing::Impossible { .. })
            });
        let shown = if is_everywhere { 1 } else { of_feature.len() };
        entries.extend(of_feature.into_iter().take(shown).map(|(plan, standing, place)| Entry {
            target: Target::Kubernetes,
            stage: stage.cloned(),
            env: (!is_everywhere).then(|| plan.env.clone()),
            feature: feature.clone(),
            standing: standing.clone(),
            place: *place,
        }));
    }
    entries
}

fn of_net(plan: &Plan, target: Span) -> Vec<Line> {
    let place = plan.place.unwrap_or(target);
    let zone = if changes_clocks(&plan.timezone) {
        let how = "when clocks go forward, what is due in the hour left out does not start; when they go back, what is \
                   due in the hour that comes twice starts twice";
        Standing::Emulated { how: how.to_owned() }
    } else {
        Standing::Exact
    };
    let mut lines = vec![(format!("timezone: {}", plan.timezone), zone, place)];
    if plan.confirm {
        let how = "nobody can be asked: the pods say yes themselves, by JOBNET_YES";
        lines.push(("confirm".to_owned(), Standing::Emulated { how: how.to_owned() }, place));
    }
    lines
}

/// True for a zone with daylight saving, of which the controller makes nothing special
/// (<https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#time-zones>).
fn changes_clocks(zone: &str) -> bool {
    let Ok(zone) = TimeZone::get(zone) else {
        return false;
    };
    let start = date(2026, 1, 1).at(0, 0, 0, 0).to_zoned(TimeZone::UTC);
    // A single change may be one for good.
    start.is_ok_and(|start| zone.following(start.timestamp()).nth(3).is_some())
}

fn of_stage(plan: &Plan, stage: &Stage) -> Vec<Line> {
    let (timing, places) = (&stage.timing, &stage.timing.places);
    let at = |place: Option<Span>| place.unwrap_or(stage.place);
    let mut lines = Vec::new();
    if matches!(timing.schedule, Schedule::Manual) {
        let how = "a suspended CronJob, which `kubectl create job --from=cronjob/NAME` starts";
        lines.push(("manual".to_owned(), Standing::Emulated { how: how.to_owned() }, at(places.schedule)));
    }
    for need in stage.needs.iter().filter_map(|need| plan.stage(need)) {
        lines.push((format!("needs: {}", need.name), needs(stage, need), at(places.offset)));
    }
    lines.push(overlap(stage));
    lines.push(("timeout".to_owned(), Standing::Exact, at(places.timeout)));
    lines.push(("retries".to_owned(), Standing::Exact, at(places.retries)));
    let start_within = match timing.start_within {
        Some(_) => Standing::Exact,
        None => Standing::Emulated {
            how: format!("{}, since a CronJob must have a deadline", duration_text(DEFAULT_START_WITHIN)),
        },
    };
    lines.push(("start_within".to_owned(), start_within, at(places.start_within)));
    if timing.history != (None, None) {
        lines.push(("history".to_owned(), Standing::Exact, at(places.history)));
    }
    if timing.suspend {
        lines.push(("suspend".to_owned(), Standing::Exact, at(places.suspend)));
    }
    if stage.lease.is_some() {
        lines.push(("lease".to_owned(), Standing::Exact, stage.place));
    }
    lines.extend(rate::standing(plan, stage).map(|standing| ("rate".to_owned(), standing, stage.place)));
    lines
}

/// <https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#concurrency-policy>
fn overlap(stage: &Stage) -> Line {
    let (word, standing) = match (stage.timing.overlap, stage.lease.is_some()) {
        (Overlap::Forbid, _) => ("forbid", Standing::Exact),
        (Overlap::Replace, _) => ("replace", Standing::Exact),
        (Overlap::Queue, true) => {
            let how = "by the lease: runs start side by side, and wait for each other";
            ("queue", Standing::Emulated { how: how.to_owned() })
        }
        (Overlap::Queue, false) => {
            let why = "a CronJob leaves runs out, ends them, or lets them work side by side";
            let instead = "give the stage a `lease`, which runs wait for, or choose `overlap: forbid`";
            ("queue", Standing::Impossible { why: why.to_owned(), instead: instead.to_owned() })
        }
    };
    (format!("overlap: {word}"), standing, stage.timing.places.overlap.unwrap_or(stage.place))
}

/// CronJobs know no others (<https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/>).
fn needs(stage: &Stage, need: &Stage) -> Standing {
    order::by_times(stage, need).unwrap_or_else(|| {
        let how = match stage.timing.schedule {
            Schedule::Manual => format!("whoever starts it does so after `{}`", need.name),
            Schedule::Cron(_) => format!("`{}` is started by hand, and nothing waits for it", need.name),
        };
        Standing::Emulated { how }
    })
}
