use crate::diag::Severity;
use crate::lint::clock::{Touching, gaps};
use crate::lint::context::Context;
use crate::lint::report::{Report, Said};
use crate::lint::rule::Rule;
use crate::targets::Target;

/// A schedule that fires at a time which the clocks of its zone leave out once a year. What then happens is each
/// engine's own.
///
/// Kubernetes looks for times that the clocks show, and there is none
/// (<https://pkg.go.dev/github.com/robfig/cron/v3#hdr-Time_zones>); GitHub runs at the end of the gap
/// (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onschedule>); Google says that jobs may
/// then run, or not run, unexpectedly (<https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules>).
pub(super) const RULE: Rule = Rule { code: "daylight-gap", severity: Severity::Warning, check };

fn check(context: &Context<'_>, report: &mut Report) {
    let mut gaps = Touching::new(gaps);
    for scheduled in context.scheduled() {
        let Some(gap) = gaps.first(&scheduled) else {
            continue;
        };
        for target in context.targets_of(scheduled.plan) {
            let then = match target {
                Target::Github => format!("GitHub Actions runs it at {}", gap.to.strftime("%H:%M")),
                Target::Kubernetes => "Kubernetes does not run it that day".to_owned(),
                Target::CloudRun => "Cloud Scheduler does not say whether it runs that day".to_owned(),
            };
            let zone = &scheduled.plan.timezone;
            let said = Said {
                message: format!("`{}` is a time that {zone} leaves out once a year: {then}", scheduled.cron),
                label: format!(
                    "on {} the clocks go forward from {} to {}",
                    gap.from.date(),
                    gap.from.strftime("%H:%M"),
                    gap.to.strftime("%H:%M"),
                ),
                help: "choose a time outside that hour, or `timezone: UTC`".to_owned(),
            };
            report.add(scheduled.start_place(), said);
        }
    }
}
