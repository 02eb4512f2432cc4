use crate::diag::Severity;
use crate::lint::context::Context;
use crate::lint::report::{Report, Said};
use crate::lint::rule::Rule;

/// A schedule that restricts the day of the month and the day of the week: it fires where either fits
/// (<https://pubs.opengroup.org/onlinepubs/9799919799/utilities/crontab.html>).
pub(super) const RULE: Rule = Rule { code: "day-and-weekday", severity: Severity::Warning, check };

fn check(context: &Context<'_>, report: &mut Report) {
    for scheduled in context.scheduled() {
        let [_, _, day, _, weekday] = scheduled.cron.fields()[..] else {
            continue;
        };
        if day == "*" || weekday == "*" {
            continue;
        }
        let said = if day.starts_with('*') || weekday.starts_with('*') {
            // The cron of most systems takes a field that begins with a star for unrestricted
            // (https://man7.org/linux/man-pages/man5/crontab.5.html), Kubernetes only a star.
            Said {
                message: format!("implementations of cron disagree about `{}`", scheduled.cron),
                label: "it fires where both days fit for some, where either fits for others".to_owned(),
                help: "write the days out, or leave one of the two fields `*`".to_owned(),
            }
        } else {
            Said {
                message: format!(
                    "`{}` fires where either of its days fits, not where both do",
                    scheduled.cron
                ),
                label: format!("on day {day} of a month, and on weekday {weekday} too"),
                help: "leave one of the two fields `*`, and have the stage look at the other".to_owned(),
            }
        };
        report.add(scheduled.place, said);
    }
}
