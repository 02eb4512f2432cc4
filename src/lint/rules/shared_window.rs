use std::time::Duration;

use jiff::Timestamp;

use crate::diag::Severity;
use crate::lint::context::Context;
use crate::lint::report::{Report, Said};
use crate::lint::requests::windows;
use crate::lint::rule::Rule;
use crate::plan::duration_text;
use crate::policy::Window;

/// Two runs of a stage whose requests have the same idempotency keys, since both lie in one window: what the second sends
/// is answered as a repetition of the first, and not done
/// (<https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header-07#section-2.6>).
pub(super) const RULE: Rule = Rule { code: "shared-window", severity: Severity::Warning, check };

fn check(context: &Context<'_>, report: &mut Report) {
    for scheduled in context.scheduled() {
        let late = scheduled.stage.timing.start_within.unwrap_or_default();
        let firings = context.firings(&scheduled);
        for keys in windows(scheduled.plan, scheduled.stage) {
            let Some(found) = keys.window().and_then(|window| sharing(&firings, window, late)) else {
                continue;
            };
            let length = duration_text(keys.length);
            let how = match found {
                Sharing::OnTime => "two runs lie in one window",
                Sharing::Late => "a run that starts late lies in the window of the next",
            };
            let said = Said {
                message: format!("`{}` and a window of {length}: {how}", scheduled.cron),
                label: "what the second sends is answered as a repetition, and not done".to_owned(),
                help: format!(
                    "make the `idempotency.window` of `{}` shorter, so that each run has windows of its own",
                    keys.api
                ),
            };
            report.add(scheduled.start_place(), said);
        }
    }
}

enum Sharing {
    OnTime,
    Late,
}

/// Whether two neighbouring firings lie in one window, or do where the first starts as late as it may.
fn sharing(firings: &[Timestamp], window: Window, late: Duration) -> Option<Sharing> {
    let same = |one: Timestamp, other: Timestamp| window.floor(one) == window.floor(other);
    let mut pairs = firings.windows(2);
    if pairs.clone().any(|pair| same(pair[0], pair[1])) {
        return Some(Sharing::OnTime);
    }
    let is_shared_late =
        |pair: &[Timestamp]| pair[0].checked_add(late).is_ok_and(|start| same(start, pair[1]));
    pairs.any(is_shared_late).then_some(Sharing::Late)
}
