//! A GitHub Actions workflow: one file for all environments of a net.

mod by_env;
mod credentials;
mod expression;
mod ledger;
mod lock;
mod minutes;
mod names;
mod net;
mod out;
mod problem;
mod scalar;
mod secrets;
mod selector;
mod setup;
mod stage;
mod trigger;
mod view;
mod workflow;

use crate::diag::{Fault as _, Findings};
use crate::plan::{Github, Plans};

use self::net::Net;
use self::out::Out;
use self::problem::GithubProblem;
use self::workflow::Shared;
use super::file_set::FileSet;
use super::ledger::Entry;
use super::origin::Origin;
use super::target::Target;
use super::template::Templates;

/// The template of a workflow and its parts.
const TEMPLATES: [(&str, &str); 6] = [
    ("workflow", include_str!("../../../templates/github/workflow.yml")),
    ("start", include_str!("../../../templates/github/start.yml")),
    ("stage", include_str!("../../../templates/github/stage.yml")),
    ("steps", include_str!("../../../templates/github/steps.yml")),
    ("call", include_str!("../../../templates/github/call.yml")),
    ("summary", include_str!("../../../templates/github/summary.yml")),
];

/// What each feature of the plans is there.
pub(super) fn ledger(target: &Github, plans: &Plans) -> Vec<Entry> {
    Net::of(target, plans).map(|net| ledger::entries(&net)).unwrap_or_default()
}

/// The files.
///
/// # Errors
/// What its engine refuses, at its place in the spec.
pub(super) fn render(target: &Github, plans: &Plans, origin: &Origin) -> Result<FileSet, Findings> {
    let mut findings = Findings::default();
    let out = Out::of(&target.out.value).map_err(|problem| findings.push(problem.at(target.out.span))).ok();
    let net = Net::of(target, plans);
    if net.is_none() {
        findings.push(GithubProblem::NoEnvironment.at(target.place));
    }
    let shared = net.as_ref().and_then(|net| Shared::of(net, origin, &mut findings));
    let view = shared.as_ref().map(|shared| workflow::view(shared, &mut findings));
    let (Some(out), Some(view), Some(shared), false) = (out, view, shared, findings.has_errors()) else {
        return Err(findings);
    };
    let rendered = Templates::new(Target::Github, &TEMPLATES)
        .and_then(|templates| templates.render("workflow", &view))
        .map_err(|problem| {
            findings.push(problem.at(target.place));
            findings
        })?;
    let mut files = FileSet::new(out.directory);
    files.add(target.out.value.clone(), &shared.spec, &rendered);
    Ok(files)
}
