use crate::diag::Severity;
use crate::lint::context::Context;
use crate::lint::firings::shortest_pause;
use crate::lint::report::{Report, Said};
use crate::lint::rule::Rule;
use crate::plan::{Overlap, duration_text};

/// A stage that may still work when it is due again, and whose next run is then left out.
pub(super) const RULE: Rule = Rule { code: "timeout-over-cadence", severity: Severity::Warning, check };

fn check(context: &Context<'_>, report: &mut Report) {
    for scheduled in context.scheduled() {
        let timing = &scheduled.stage.timing;
        let Some(pause) = shortest_pause(&context.firings(&scheduled)) else {
            continue;
        };
        if timing.overlap != Overlap::Forbid || timing.timeout <= pause {
            continue;
        }
        let said = Said {
            message: format!(
                "stage `{}` may take {} and is due again after {}",
                scheduled.stage.name,
                duration_text(timing.timeout),
                duration_text(pause)
            ),
            label: "a run that is due while another works is left out".to_owned(),
            help: format!("give it a `timeout` of {} at most, or another `overlap`", duration_text(pause)),
        };
        report.add(timing.places.timeout.unwrap_or(scheduled.place), said);
    }
}
