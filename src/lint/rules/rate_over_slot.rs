use crate::diag::Severity;
use crate::lint::context::Context;
use crate::lint::reading::Reading;
use crate::lint::report::{Report, Said};
use crate::lint::rule::Rule;
use crate::plan::duration_text;

/// A flow whose pages, at the rate of their API, take longer than the stage may or than it is until its next run.
pub(super) const RULE: Rule = Rule { code: "rate-over-slot", severity: Severity::Warning, check };

fn check(context: &Context<'_>, report: &mut Report) {
    for plan in context.plans.environments.values() {
        for stage in &plan.stages {
            let reading = Reading::of(context, plan, stage);
            if let Some(reading) = reading.filter(|reading| reading.at(reading.rate) > reading.slot) {
                report.add(reading.place, said(&stage.name, &reading));
            }
        }
    }
}

fn said(stage: &str, reading: &Reading<'_>) -> Said {
    Said {
        message: format!(
            "stage `{stage}` may read {} pages, which take {} at the rate of `{}`",
            reading.pages,
            duration_text(reading.at(reading.rate)),
            reading.api
        ),
        label: format!("expected what is read in {}", duration_text(reading.slot)),
        help: "read less, ask for larger pages, or give the stage a longer `timeout` and runs that are further apart"
            .to_owned(),
    }
}
