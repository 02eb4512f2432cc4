use std::time::Duration;

use jiff::Timestamp;

use crate::diag::{Severity, Span};
use crate::lint::context::{Context, Scheduled};
use crate::lint::firings::{between, shortest_pause};
use crate::lint::report::{Report, Said};
use crate::lint::requests::{KeyWindow, windows};
use crate::lint::rule::Rule;
use crate::plan::duration_text;
use crate::policy::Window;
use crate::spec::IdempotencySpec;

/// A window of idempotency keys that ends while a run may still be repeated: what is sent again then has another key, and
/// is done twice.
pub(super) const RULE: Rule = Rule { code: "window-ends-early", severity: Severity::Warning, check };

const DAY: Duration = Duration::from_hours(24);

fn check(context: &Context<'_>, report: &mut Report) {
    for scheduled in context.scheduled() {
        for keys in windows(scheduled.plan, scheduled.stage) {
            if !check_attempts(context, &scheduled, &keys, report) {
                check_slot(context, &scheduled, &keys, report);
            }
        }
    }
}

/// Reports a window that ends while the engine may make another attempt.
fn check_attempts(
    context: &Context<'_>,
    scheduled: &Scheduled<'_>,
    keys: &KeyWindow,
    report: &mut Report,
) -> bool {
    let timeout = scheduled.stage.timing.timeout;
    let Some(window) = keys.window().filter(|_| scheduled.stage.timing.retries > 0) else {
        return false;
    };
    let firings = context.firings(scheduled);
    let rests = firings.iter().map(|firing| rest(*firing, window));
    let Some(rest) = rests.min().filter(|rest| *rest < timeout) else {
        return false;
    };
    let said = Said {
        message: format!(
            "a window of {} ends {} after `{}` fires, and a run may take {}",
            duration_text(keys.length),
            duration_text(rest),
            scheduled.cron,
            duration_text(timeout)
        ),
        label: "an attempt of the engine's after that sends all again under new keys".to_owned(),
        help: format!(
            "let the `idempotency.window` of `{}` begin and end with the time between two runs, or give a shorter `timeout`",
            keys.api
        ),
    };
    report.add(scheduled.start_place(), said);
    true
}

/// Reports a window that was chosen shorter than the time between two runs of a day. A job that runs once a day is
/// repeated by hand, if at all, and on purpose.
fn check_slot(context: &Context<'_>, scheduled: &Scheduled<'_>, keys: &KeyWindow, report: &mut Report) {
    let pause = shortest_pause(&context.firings(scheduled)).filter(|pause| *pause < DAY);
    let Some(pause) = pause.filter(|pause| keys.is_said && keys.length < *pause) else {
        return;
    };
    let said = Said {
        message: format!(
            "a window of {} is shorter than the {} between two runs of `{}`",
            duration_text(keys.length),
            duration_text(pause),
            scheduled.stage.name
        ),
        label: "a run that is repeated after it sends all again under new keys".to_owned(),
        help: format!("make it {}, or leave it out", duration_text(pause)),
    };
    report.add(place(context, scheduled, keys).unwrap_or_else(|| scheduled.start_place()), said);
}

/// Where the spec says how long the window is.
fn place(context: &Context<'_>, scheduled: &Scheduled<'_>, keys: &KeyWindow) -> Option<Span> {
    let api = context.document(scheduled.plan)?.apis.as_ref()?.get(&keys.api)?;
    match api.idempotency.as_ref()? {
        IdempotencySpec::None => None,
        IdempotencySpec::Keyed(keyed) => keyed.window.as_ref().map(|window| window.span),
    }
}

/// How long the window in which a firing lies goes on after it. The last of a day ends at midnight UTC.
fn rest(firing: Timestamp, window: Window) -> Duration {
    let day = i64::try_from(DAY.as_secs()).unwrap_or(i64::MAX);
    let midnight = Timestamp::from_second((firing.as_second().div_euclid(day) + 1) * day);
    let end = window.floor(firing).checked_add(window.length()).into_iter().chain(midnight).min();
    end.map_or(Duration::MAX, |end| between(firing, end))
}
