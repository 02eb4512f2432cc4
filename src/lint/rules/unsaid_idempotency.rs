use std::collections::BTreeSet;

use crate::diag::Severity;
use crate::lint::context::Context;
use crate::lint::report::{Report, Said};
use crate::lint::requests::{self, horizon};
use crate::lint::rule::Rule;
use crate::plan::{ApiIdempotency, Method};

/// A POST that is sent again under its key although the spec does not say that its API knows such keys: at an API that does
/// not, the work is done twice.
pub(super) const RULE: Rule = Rule { code: "unsaid-idempotency", severity: Severity::Warning, check };

fn check(context: &Context<'_>, report: &mut Report) {
    for plan in context.plans.environments.values() {
        let mut told = BTreeSet::new();
        for stage in &plan.stages {
            for (request, api) in requests::of(plan, stage) {
                let is_sent_again = request.method == Method::Post
                    && matches!(api.idempotency, ApiIdempotency::Unsaid)
                    && horizon(plan, request, api).attempts > 1;
                if is_sent_again && told.insert(&request.api) {
                    let path = format!("POST {}", request.path.shown());
                    let said = Said {
                        message: format!(
                            "{path} is sent again when its response is lost, and API `{}` does not say whether it knows \
                             idempotency keys",
                            request.api
                        ),
                        label: "where it does not, this is done twice".to_owned(),
                        help: format!(
                            "say `idempotency: none` of `{0}`, and such a POST is sent once; or, where it knows the header \
                             `Idempotency-Key`, how long: `idempotency: {{window: 15m}}`",
                            request.api
                        ),
                    };
                    report.add(stage.place, said);
                }
            }
        }
    }
}
