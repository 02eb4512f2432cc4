use crate::diag::{Severity, Span};
use crate::lint::context::Context;
use crate::lint::report::{Report, Said};
use crate::lint::rule::Rule;
use crate::targets::Target;

/// A generated file that is not what the spec gives: the spec was changed and nothing generated, or the file was changed
/// by hand.
pub(super) const RULE: Rule = Rule { code: "drift", severity: Severity::Error, check };

fn check(context: &Context<'_>, report: &mut Report) {
    for drift in context.drift {
        let said = Said {
            message: drift.message.clone(),
            label: "the files that this target renders".to_owned(),
            help: "change the spec, and run `jobnet generate`".to_owned(),
        };
        report.add(place(context, drift.target), said);
    }
}

/// Where the spec says where a target's files go.
fn place(context: &Context<'_>, target: Target) -> Span {
    let targets = &context.plans.targets;
    let out = match target {
        Target::Github => targets.github.as_ref().map(|github| &github.out),
        Target::Kubernetes => targets.kubernetes.as_ref().map(|kubernetes| &kubernetes.out),
        Target::CloudRun => targets.cloud_run.as_ref().map(|cloud_run| &cloud_run.out),
    };
    out.map_or_else(Span::default, |out| out.span)
}
