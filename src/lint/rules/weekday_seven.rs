use crate::diag::Severity;
use crate::lint::context::Context;
use crate::lint::report::{Report, Said};
use crate::lint::rule::Rule;
use crate::plan::{Cron, Schedule};

/// A schedule in which Sunday is 7, which POSIX does not have
/// (<https://pubs.opengroup.org/onlinepubs/9799919799/utilities/crontab.html>): Cloud Scheduler knows it, GitHub Actions
/// and Kubernetes do not.
pub(super) const RULE: Rule = Rule { code: "weekday-seven", severity: Severity::Warning, check };

fn check(context: &Context<'_>, report: &mut Report) {
    for scheduled in context.scheduled() {
        let Schedule::Cron(written) = &scheduled.stage.timing.base else {
            continue;
        };
        if !written.fields().last().is_some_and(|weekday| has_seven(weekday)) {
            continue;
        }
        let said = |help: String| Said {
            message: format!("weekday 7 in `{written}` is not known to every engine"),
            label: "expected weekdays from 0, Sunday, to 6".to_owned(),
            help,
        };
        match mended(written) {
            Some(text) => {
                let help = format!("write it as `{text}`");
                report.add_mended_by(text, scheduled.place, said(help));
            }
            None => report.add(scheduled.place, said("write Sunday as 0".to_owned())),
        }
    }
}

fn has_seven(weekday: &str) -> bool {
    let times = weekday.split(',').filter_map(|part| part.split('/').next());
    times.flat_map(|range| range.split('-')).any(|day| day == "7")
}

/// The same schedule with Sunday as 0; `None` where that takes more than a look at its parts.
fn mended(cron: &Cron) -> Option<String> {
    let fields = cron.fields();
    let (weekday, others) = fields.split_last()?;
    let parts = weekday.split(',').map(|part| match part.split_once('-') {
        _ if !has_seven(part) => Some(part.to_owned()),
        _ if part.contains('/') => None,
        None => Some("0".to_owned()),
        Some(("7", _)) => None,
        Some(("6", "7")) => Some("6,0".to_owned()),
        Some((first, _)) => Some(format!("{first}-6,0")),
    });
    let parts: Vec<String> = parts.collect::<Option<_>>()?;
    Some(format!("{} {}", others.join(" "), parts.join(",")))
}
