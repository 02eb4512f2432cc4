//! Kubernetes CronJobs: a kustomize base with an overlay an environment, for `kubectl apply -k`.
//!
//! The base says what a stage's pods are, and what all environments say of its times; an overlay says when the stage
//! starts in an environment, from which image, and with which variables and secrets.

mod base;
mod check;
mod environment;
mod files;
mod ledger;
mod names;
mod network;
mod overlay;
mod pod;
mod problem;
mod rule;
mod timing;
mod tree;

use crate::diag::{Fault as _, Findings};
use crate::plan::{Kubernetes, Plans};

use super::file_set::FileSet;
use super::origin::Origin;
use super::problem::TargetProblem;

use self::files::ConfigFile;
use self::tree::Tree;

pub(super) use self::ledger::ledger;

/// The files.
///
/// # Errors
/// What Kubernetes or kustomize refuses, at its place in the spec.
pub(super) fn render(target: &Kubernetes, plans: &Plans, origin: &Origin) -> Result<FileSet, Findings> {
    let mut findings = Findings::default();
    check::check(target, plans, &mut findings);
    let files = files::collect(target, plans, origin, &mut findings);
    if findings.has_errors() {
        return Err(findings);
    }
    tree(target, plans, origin, &files).map_err(|problem| {
        findings.push(problem.at(target.place));
        findings
    })
}

fn tree(
    target: &Kubernetes,
    plans: &Plans,
    origin: &Origin,
    files: &[ConfigFile<'_>],
) -> Result<FileSet, TargetProblem> {
    let mut tree = Tree::new(target, plans, origin)?;
    base::render(target, plans, files, &mut tree)?;
    for plan in target.environments.iter().filter_map(|env| plans.environments.get(env)) {
        overlay::render(target, plan, &origin.file, &mut tree)?;
    }
    Ok(tree.into_files())
}
