use crate::diag::Severity;
use crate::lint::context::Context;
use crate::lint::report::{Report, Said};
use crate::lint::rule::Rule;
use crate::targets::Target;

/// A schedule on GitHub Actions at a minute at which everybody's are: runs come late there, or not at all
/// (<https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule>).
pub(super) const RULE: Rule = Rule { code: "busy-minute", severity: Severity::Warning, check };

/// The minutes at which most schedules of the world fire.
const BUSY: [u16; 2] = [0, 30];

fn check(context: &Context<'_>, report: &mut Report) {
    for scheduled in context.scheduled_on(Target::Github) {
        let minutes = scheduled.cron.minutes();
        // A schedule of many minutes cannot keep out of all busy ones, and misses few of its runs there.
        let Some(busy) = minutes.first().filter(|minute| minutes.len() == 1 && BUSY.contains(minute)) else {
            continue;
        };
        let said = Said {
            message: format!("`{}` fires at minute {busy}, when GitHub Actions is busiest", scheduled.cron),
            label: "runs come late here, or not at all".to_owned(),
            help: format!("choose another minute: {}, say", busy + 7),
        };
        report.add(scheduled.start_place(), said);
    }
}
