use std::time::Duration;

use crate::diag::Severity;
use crate::lint::context::Context;
use crate::lint::lag::pairs;
use crate::lint::report::{Report, Said};
use crate::lint::rule::Rule;
use crate::plan::duration_text;

/// A stage that starts when one that it needs may still be working, on an engine that keeps order by offsets alone.
pub(super) const RULE: Rule = Rule { code: "starts-too-soon", severity: Severity::Warning, check };

fn check(context: &Context<'_>, report: &mut Report) {
    for pair in pairs(context) {
        let timeout = pair.need.timing.timeout;
        let Some(lag) = pair.lag.filter(|lag| *lag > Duration::ZERO && *lag < timeout) else {
            continue;
        };
        let (stage, need) = (&pair.stage.stage.name, &pair.need.name);
        let said = Said {
            message: format!(
                "stage `{stage}` starts {} after `{need}`, which may take {}",
                duration_text(lag),
                duration_text(timeout)
            ),
            label: format!("`{need}` may still be working then"),
            help: format!("let `{stage}` start later, or give `{need}` a shorter `timeout`"),
        };
        report.add(pair.stage.start_place(), said);
    }
}
