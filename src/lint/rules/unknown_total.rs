use crate::diag::Severity;
use crate::lint::context::Context;
use crate::lint::report::{Report, Said};
use crate::lint::rule::Rule;
use crate::plan::{Plan, Stage, Work};

/// A request without items whose failures count and whose total does not, in a stage that may fail in part: a run cannot
/// tell which share failed.
pub(super) const RULE: Rule = Rule { code: "unknown-total", severity: Severity::Warning, check };

fn check(context: &Context<'_>, report: &mut Report) {
    for plan in context.plans.environments.values() {
        for stage in plan.stages.iter().filter(|stage| may_fail_in_part(plan, stage)) {
            let Work::Call(requests) = &stage.work else { continue };
            let unknown = requests.iter().find(|request| {
                let counts = |name: &str| request.counts.iter().any(|(count, _)| count == name);
                counts("failed") && !counts("total") && !counts("picked")
            });
            if let Some(request) = unknown {
                let path = format!("{} {}", request.method.as_str(), request.path.shown());
                let said = Said {
                    message: format!("{path} counts `failed` and not of how many"),
                    label: "any failed item is above `fail_above`".to_owned(),
                    help: "count `total` too: the number in the response that `failed` is a part of, or a sum of such"
                        .to_owned(),
                };
                report.add(stage.place, said);
            }
        }
    }
}

/// True where a stage allows that a share of its items fails. A value that only a run knows may.
fn may_fail_in_part(plan: &Plan, stage: &Stage) -> bool {
    let share = stage.fail_above.as_ref().map(|late| late.bind(&plan.declared));
    match share {
        None | Some(Ok(None)) => false,
        Some(Ok(Some(share))) => share.fraction() > 0.0,
        Some(Err(_)) => true,
    }
}
