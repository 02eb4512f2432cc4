use std::time::Duration;

use crate::diag::Severity;
use crate::lint::context::Context;
use crate::lint::reading::Reading;
use crate::lint::report::{Report, Said};
use crate::lint::rule::Rule;
use crate::plan::{Stage, duration_text};

/// A flow whose pages would be read in time at the whole rate of their API, and are not at the part of it that the stage
/// is given because others may work at once.
pub(super) const RULE: Rule = Rule { code: "shared-rate", severity: Severity::Warning, check };

fn check(context: &Context<'_>, report: &mut Report) {
    // Without an engine one process runs all stages, and none has a part of its own.
    let plans = context.plans.environments.values().filter(|plan| !context.targets_of(plan).is_empty());
    for plan in plans {
        for stage in &plan.stages {
            let reading = Reading::of(context, plan, stage);
            if let Some(reading) = reading.filter(|reading| is_late_by_its_share(stage, reading)) {
                report.add(reading.place, said(stage, &reading));
            }
        }
    }
}

/// What is late at the whole rate too is another rule's.
fn is_late_by_its_share(stage: &Stage, reading: &Reading<'_>) -> bool {
    reading.at(reading.rate) <= reading.slot && at_its_share(stage, reading) > reading.slot
}

fn at_its_share(stage: &Stage, reading: &Reading<'_>) -> Duration {
    reading.at(reading.rate.shared_by(stage.rate_share))
}

fn said(stage: &Stage, reading: &Reading<'_>) -> Said {
    Said {
        message: format!(
            "stage `{}` may read {} pages, which take {} at its 1/{} of the rate of `{}`",
            stage.name,
            reading.pages,
            duration_text(at_its_share(stage, reading)),
            stage.rate_share,
            reading.api
        ),
        label: format!("expected what is read in {}", duration_text(reading.slot)),
        help: format!(
            "put the stages that use `{}` one after the other by `needs`, read less, or give this one a longer `timeout`",
            reading.api
        ),
    }
}
