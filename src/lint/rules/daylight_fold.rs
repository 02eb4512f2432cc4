use crate::diag::Severity;
use crate::lint::clock::{Touching, folds};
use crate::lint::context::Context;
use crate::lint::report::{Report, Said};
use crate::lint::rule::Rule;
use crate::targets::Target;

/// A schedule that fires at a time which comes twice where the clocks of its zone go back. What then happens is each
/// engine's own.
///
/// Kubernetes fires twice (<https://github.com/kubernetes/kubernetes/issues/121594>); GitHub does not say
/// (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onschedule>); Google says that jobs may
/// then run, or not run, unexpectedly (<https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules>).
pub(super) const RULE: Rule = Rule { code: "daylight-fold", severity: Severity::Warning, check };

fn check(context: &Context<'_>, report: &mut Report) {
    let mut folds = Touching::new(folds);
    for scheduled in context.scheduled() {
        let Some(fold) = folds.first(&scheduled) else {
            continue;
        };
        for target in context.targets_of(scheduled.plan) {
            let then = match target {
                Target::Github => "GitHub Actions does not say which of the two it takes",
                Target::Kubernetes => "Kubernetes runs it twice",
                Target::CloudRun => "Cloud Scheduler does not say whether it runs twice",
            };
            let zone = &scheduled.plan.timezone;
            let said = Said {
                message: format!("`{}` is a time that {zone} has twice once a year: {then}", scheduled.cron),
                label: format!(
                    "on {} the clocks go back from {} to {}",
                    fold.from.date(),
                    fold.to.strftime("%H:%M"),
                    fold.from.strftime("%H:%M"),
                ),
                help: "choose a time outside that hour, or `timezone: UTC`".to_owned(),
            };
            report.add(scheduled.start_place(), said);
        }
    }
}
