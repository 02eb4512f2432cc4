use std::collections::BTreeSet;

use crate::diag::Severity;
use crate::expr::{Filter, Template};
use crate::lint::context::Context;
use crate::lint::report::{Report, Said};
use crate::lint::rule::Rule;
use crate::plan::{Request, To, Work};

/// A flow all of whose requests are the same, since neither path nor query nor body looks at the items. Under one
/// idempotency key the first of them is done and the rest are replays
/// (<https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header-07>).
pub(super) const RULE: Rule = Rule { code: "same-request", severity: Severity::Warning, check };

fn check(context: &Context<'_>, report: &mut Report) {
    for stage in context.plans.environments.values().flat_map(|plan| &plan.stages) {
        let Work::Flow(flow) = &stage.work else { continue };
        let To::Send(send) = &flow.to else { continue };
        if filters(&send.request).all(is_constant) {
            let Request { method, path, .. } = &send.request;
            let said = Said {
                message: format!("every {} {} is the same request", method.as_str(), path.shown()),
                label: "neither its path, its query nor its body looks at the items".to_owned(),
                help: "leave `body` out, and each request carries its items; or name them in the path"
                    .to_owned(),
            };
            report.add(stage.place, said);
        }
    }
}

fn filters(request: &Request) -> impl Iterator<Item = &Filter> {
    let templates = request.query.iter().map(|(_, template)| template).chain([&request.path]);
    templates.flat_map(Template::filters).chain(&request.body)
}

/// True for an expression that is known to look at neither the items nor the row that they are of. `length` looks at none of
/// the items of a batch, and yet depends on them: what it does to a single item tells.
fn is_constant(filter: &Filter) -> bool {
    let reads = filter.reads();
    let none = |keys: Option<&BTreeSet<String>>| keys.is_some_and(BTreeSet::is_empty);
    none(reads.keys_of_item()) && none(reads.keys_of_batch()) && !filter.text().contains("$each")
}
