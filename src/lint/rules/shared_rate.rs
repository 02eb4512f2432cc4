use std::collections::{BTreeMap, BTreeSet};

use crate::diag::Severity;
use crate::lint::context::{Context, Scheduled};
use crate::lint::overlap::overlapping;
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
        let mut pairs = BTreeMap::new();
        for (api, _) in plan.apis.iter().filter(|(_, api)| api.rate.is_some()) {
            let users: Vec<&Stage> =
                plan.stages.iter().filter(|stage| stage.uses.apis.contains(api)).collect();
            for target in &targets {
                pairs.extend(match target {
                    Target::Github => unordered(plan, &users),
                    Target::Kubernetes | Target::CloudRun => at_once(context, plan, &users),
                });
            }
            for (later, earlier) in std::mem::take(&mut pairs) {
                add(plan, api, earlier, later, report);
            }
        }
    }
}

fn add(plan: &Plan, api: &str, earlier: &str, later: &str, report: &mut Report) {
    let said = Said {
        message: format!(
            "stages `{earlier}` and `{later}` may work at once on two machines, and share the rate of `{api}`"
        ),
        label: format!("each keeps to the rate alone, `{earlier}` too"),
        help: "put one after the other by `needs` or `offset`, or give the API half the rate".to_owned(),
    };
    report.add(plan.stage(later).map(|stage| stage.place).unwrap_or_default(), said);
}

/// For each stage one that stands before it and is not among all that it needs. The stages of a plan stand in an order in
/// which they can run.
fn unordered<'a>(plan: &'a Plan, users: &[&'a Stage]) -> BTreeMap<&'a str, &'a str> {
    let mut before: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for stage in &plan.stages {
        let needs = stage.needs.iter().map(String::as_str);
        let through = needs.clone().filter_map(|need| before.get(need)).flatten().copied();
        let all = through.chain(needs).collect();
        before.insert(&stage.name, all);
    }
    let pairs = users.iter().enumerate().filter_map(|(index, later)| {
        let needed = before.get(later.name.as_str())?;
        let earlier = users[..index].iter().find(|earlier| !needed.contains(earlier.name.as_str()))?;
        Some((later.name.as_str(), earlier.name.as_str()))
    });
    pairs.collect()
}

/// For each stage one that stands before it and may work when it does, by their schedules and timeouts.
fn at_once<'a>(context: &Context<'a>, plan: &'a Plan, users: &[&'a Stage]) -> BTreeMap<&'a str, &'a str> {
    let scheduled: Vec<Scheduled<'a>> = users.iter().filter_map(|stage| Scheduled::of(plan, stage)).collect();
    let runs: Vec<_> = scheduled
        .iter()
        .map(|scheduled| (context.firings(scheduled), scheduled.stage.timing.timeout))
        .collect();
    let name = |index: usize| scheduled[index].stage.name.as_str();
    overlapping(&runs).into_iter().map(|(later, earlier)| (name(later), name(earlier))).collect()
}
