use std::collections::BTreeSet;

use crate::diag::Severity;
use crate::lint::context::{Context, Scheduled};
use crate::lint::lag;
use crate::lint::report::{Report, Said};
use crate::lint::rule::Rule;
use crate::plan::{Plan, Stage};
use crate::targets::Target;

/// Two stages that may work at once on different machines and talk to an API with a rate: each keeps to the rate alone,
/// and the two together do not.
pub(super) const RULE: Rule = Rule { code: "shared-rate", severity: Severity::Warning, check };

fn check(context: &Context<'_>, report: &mut Report) {
    for plan in context.plans.environments.values() {
        let targets = context.targets_of(plan);
        for (index, later) in plan.stages.iter().enumerate() {
            for earlier in &plan.stages[..index] {
                let may_overlap = targets.iter().any(|target| match target {
                    Target::Github => !is_after(plan, later, earlier),
                    Target::Kubernetes | Target::CloudRun => overlap(context, plan, earlier, later),
                });
                if may_overlap {
                    check_pair(plan, earlier, later, report);
                }
            }
        }
    }
}

fn check_pair(plan: &Plan, earlier: &Stage, later: &Stage, report: &mut Report) {
    for api in earlier.uses.apis.intersection(&later.uses.apis) {
        if plan.apis.get(api).is_none_or(|api| api.rate.is_none()) {
            continue;
        }
        let said = Said {
            message: format!(
                "stages `{}` and `{}` may work at once on two machines, and share the rate of `{api}`",
                earlier.name, later.name
            ),
            label: format!("each keeps to the rate alone, `{}` too", earlier.name),
            help: "put one after the other by `needs` or `offset`, or give the API half the rate".to_owned(),
        };
        report.add(later.place, said);
    }
}

/// True where a stage starts only when another is done. The stages of a plan stand in an order in which they can run, so
/// that the other way round cannot be.
fn is_after(plan: &Plan, stage: &Stage, other: &Stage) -> bool {
    let mut open: Vec<&str> = stage.needs.iter().map(String::as_str).collect();
    let mut seen = BTreeSet::new();
    while let Some(need) = open.pop() {
        if need == other.name {
            return true;
        }
        if seen.insert(need) {
            open.extend(
                plan.stage(need).into_iter().flat_map(|stage| stage.needs.iter().map(String::as_str)),
            );
        }
    }
    false
}

/// True where one's schedule fires while the other may still work.
fn overlap(context: &Context<'_>, plan: &Plan, one: &Stage, other: &Stage) -> bool {
    let (Some(one), Some(other)) = (Scheduled::of(plan, one), Scheduled::of(plan, other)) else {
        return false;
    };
    let starts_in = |first: &Scheduled<'_>, second: &Scheduled<'_>| {
        let lag = lag::shortest(&context.firings(first), &context.firings(second));
        lag.is_some_and(|lag| lag < first.stage.timing.timeout)
    };
    starts_in(&one, &other) || starts_in(&other, &one)
}
