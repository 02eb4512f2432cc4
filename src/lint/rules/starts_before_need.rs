use std::time::Duration;

use crate::diag::Severity;
use crate::lint::context::Context;
use crate::lint::lag::pairs;
use crate::lint::report::{Report, Said};
use crate::lint::rule::Rule;

/// A stage that starts before, or together with, one that it needs, on an engine that keeps order by offsets alone:
/// CronJobs know nothing of each other (<https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/>), nor do
/// the jobs of Cloud Scheduler.
pub(super) const RULE: Rule = Rule { code: "starts-before-need", severity: Severity::Error, check };

fn check(context: &Context<'_>, report: &mut Report) {
    for pair in pairs(context) {
        let (stage, need) = (&pair.stage.stage.name, &pair.need.name);
        let when = match pair.lag {
            None => "before",
            Some(Duration::ZERO) => "together with",
            Some(_) => continue,
        };
        let said = Said {
            message: format!("stage `{stage}` starts {when} `{need}`, which it needs"),
            label: format!("expected a start after that of `{need}`"),
            help: format!("give `{stage}` an `offset` by which `{need}` is done"),
        };
        report.add(pair.stage.start_place(), said);
    }
}
