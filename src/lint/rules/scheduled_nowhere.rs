use crate::diag::Severity;
use crate::lint::context::Context;
use crate::lint::report::{Report, Said};
use crate::lint::rule::Rule;
use crate::plan::{Plan, Schedule};

/// An environment that a target runs and nothing starts, although others of the target start by themselves and nothing
/// says `schedule: manual`; or one with a schedule of its own that no target has.
pub(super) const RULE: Rule = Rule { code: "scheduled-nowhere", severity: Severity::Warning, check };

fn check(context: &Context<'_>, report: &mut Report) {
    check_forgotten(context, report);
    check_without_engine(context, report);
}

/// Environments on a target that have no schedule, beside others that have one.
fn check_forgotten(context: &Context<'_>, report: &mut Report) {
    for (target, environments) in context.environments_of_targets() {
        let plans = || environments.iter().filter_map(|env| context.plans.environments.get(env));
        if !plans().any(starts_by_itself) {
            continue;
        }
        for plan in plans().filter(|plan| !starts_by_itself(plan) && !says_when(plan)) {
            let said = Said {
                message: format!("environment `{}` runs on {target}, and nothing starts it there", plan.env),
                label: "expected a `schedule`".to_owned(),
                help: "give it a `schedule`, or say `schedule: manual` where somebody starts it".to_owned(),
            };
            report.add(plan.place.unwrap_or_default(), said);
        }
    }
}

/// Schedules that an environment alone has, where targets are named and none runs it.
fn check_without_engine(context: &Context<'_>, report: &mut Report) {
    if context.environments_of_targets().is_empty() {
        return;
    }
    for scheduled in context.scheduled() {
        if !context.targets_of(scheduled.plan).is_empty() {
            continue;
        }
        let elsewhere = context.plans.environments.values().filter(|plan| plan.env != scheduled.plan.env);
        let mut elsewhere = elsewhere.flat_map(|plan| &plan.stages);
        let is_own = elsewhere.all(|stage| stage.timing.places.schedule != Some(scheduled.place));
        if is_own {
            let said = Said {
                message: format!(
                    "environment `{}` has a schedule, and no target runs it",
                    scheduled.plan.env
                ),
                label: "nothing starts this".to_owned(),
                help: format!(
                    "add `{}` to the `environments` of a target, or remove the schedule",
                    scheduled.plan.env
                ),
            };
            report.add(scheduled.place, said);
        }
    }
}

fn starts_by_itself(plan: &Plan) -> bool {
    plan.stages.iter().any(|stage| matches!(stage.timing.schedule, Schedule::Cron(_)))
}

fn says_when(plan: &Plan) -> bool {
    plan.stages.iter().any(|stage| stage.timing.places.schedule.is_some())
}
