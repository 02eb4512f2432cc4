use crate::diag::Severity;
use crate::lint::context::Context;
use crate::lint::report::{Report, Said};
use crate::lint::requests::{self, horizon};
use crate::lint::rule::Rule;
use crate::plan::duration_text;

/// A request whose attempts, with the waits between them, take longer than its stage may: the last of them are never
/// made, and the run ends as timed out where it would have ended as temporary
/// (<https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/>).
pub(super) const RULE: Rule = Rule { code: "retries-outlast-timeout", severity: Severity::Warning, check };

fn check(context: &Context<'_>, report: &mut Report) {
    for plan in context.plans.environments.values() {
        for stage in &plan.stages {
            let timeout = stage.timing.timeout;
            let horizons =
                requests::of(plan, stage).into_iter().map(|(request, api)| horizon(plan, request, api));
            let Some(longest) =
                horizons.max_by_key(|horizon| horizon.all()).filter(|longest| longest.all() > timeout)
            else {
                continue;
            };
            let said = Said {
                message: format!(
                    "a request of stage `{}` may take {}, and the stage {}",
                    stage.name,
                    duration_text(longest.all()),
                    duration_text(timeout)
                ),
                label: format!(
                    "{} attempts wait {} each, and up to {} between them",
                    longest.attempts,
                    duration_text(longest.read),
                    duration_text(longest.between)
                ),
                help: "give the stage a longer `timeout`, or its API fewer `attempts` or a shorter `timeout.read`"
                    .to_owned(),
            };
            report.add(stage.timing.places.timeout.unwrap_or(stage.place), said);
        }
    }
}
