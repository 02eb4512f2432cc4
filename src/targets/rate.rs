use crate::plan::{Plan, Stage};

use super::ledger::Standing;

/// The variable by which a stage on a machine of its own is told its share of the rates of its APIs.
pub(super) const VARIABLE: &str = "JOBNET_RATE_SHARE";

/// The share that a stage must be told; `None` where it has the whole rate.
pub(super) fn told(stage: &Stage) -> Option<String> {
    let share = stage.rate_share.get();
    (share > 1).then(|| share.to_string())
}

/// What the `rate` of a stage's APIs is on an engine that gives each stage a machine of its own; `None` without one.
pub(super) fn standing(plan: &Plan, stage: &Stage) -> Option<Standing> {
    plan.is_rated(stage).then(|| match told(stage) {
        None => Standing::Exact,
        Some(share) => Standing::Emulated {
            how: format!("{share} stages may work at once, and each gets 1/{share} of the rate"),
        },
    })
}
