use std::time::Duration;

use crate::diag::Severity;
use crate::lint::context::Context;
use crate::lint::firings::shortest_pause;
use crate::lint::report::{Report, Said};
use crate::lint::rule::Rule;
use crate::plan::duration_text;
use crate::targets::Target;

/// A schedule on GitHub Actions with two firings less than five minutes apart
/// (<https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule>).
pub(super) const RULE: Rule = Rule { code: "cron-too-often", severity: Severity::Error, check };

/// How far apart any two firings must be.
const APART: Duration = Duration::from_mins(5);

fn check(context: &Context<'_>, report: &mut Report) {
    for scheduled in context.scheduled_on(Target::Github) {
        let Some(pause) = shortest_pause(&context.firings(&scheduled)).filter(|pause| *pause < APART) else {
            continue;
        };
        let pause = duration_text(pause);
        let said = Said {
            message: format!("`{}` fires twice within {pause}, too often for GitHub Actions", scheduled.cron),
            label: "expected 5m or more between any two firings".to_owned(),
            help: "let it fire less often, or have one run do the work of several".to_owned(),
        };
        report.add(scheduled.start_place(), said);
    }
}
