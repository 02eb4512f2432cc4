//! What engines are configured with: plans rendered to files, in memory.
//!
//! Invariants: a target decides nothing that two targets could decide differently — schedules, orders, limits and names
//! come from the plan — and what an engine cannot do is an error or a line of the ledger, never left out in silence.
//! The same plans and origin give the same bytes everywhere.

mod cloud_run;
mod file_set;
mod github;
mod kubernetes;
mod ledger;
mod order;
mod origin;
mod problem;
mod quote;
mod target;
mod template;

pub use file_set::{File, FileSet, Ownership, owned_by, owns};
pub use ledger::{Entry, Standing};
pub use origin::Origin;
pub use problem::TargetProblem;
pub use quote::yaml as yaml_scalar;
pub use target::Target;

use crate::diag::{Fault as _, Findings};
use crate::plan::Plans;

/// The targets that a spec has, in the order in which they are rendered.
pub fn targets(plans: &Plans) -> Vec<Target> {
    let there = [
        (Target::Github, plans.targets.github.is_some()),
        (Target::Kubernetes, plans.targets.kubernetes.is_some()),
        (Target::CloudRun, plans.targets.cloud_run.is_some()),
    ];
    there.into_iter().filter(|(_, is_there)| *is_there).map(|(target, _)| target).collect()
}

/// What each feature of the spec is on each of its targets: exact, emulated or impossible.
pub fn ledger(plans: &Plans) -> Vec<Entry> {
    let mut entries = Vec::new();
    if let Some(github) = &plans.targets.github {
        entries.extend(github::ledger(github, plans));
    }
    if let Some(kubernetes) = &plans.targets.kubernetes {
        entries.extend(kubernetes::ledger(kubernetes, plans));
    }
    if let Some(cloud_run) = &plans.targets.cloud_run {
        entries.extend(cloud_run::ledger(cloud_run, plans));
    }
    entries
}

/// What the spec asks of a target that its engine cannot do, at its places in the spec.
pub fn impossible(target: Target, plans: &Plans) -> Findings {
    let mut findings = Findings::default();
    for entry in ledger(plans).into_iter().filter(|entry| entry.target == target) {
        if let Some((problem, place)) = TargetProblem::of(&entry) {
            findings.push(problem.at(place));
        }
    }
    findings
}

/// The files of one target; nothing where the spec does not have it.
///
/// # Errors
/// What the target cannot do, and names or values that its engine refuses, at their places in the spec.
pub fn render(target: Target, plans: &Plans, origin: &Origin) -> Result<FileSet, Findings> {
    let findings = impossible(target, plans);
    if findings.has_errors() {
        return Err(findings);
    }
    match target {
        Target::Github => plans.targets.github.as_ref().map(|github| github::render(github, plans, origin)),
        Target::Kubernetes => {
            plans.targets.kubernetes.as_ref().map(|kubernetes| kubernetes::render(kubernetes, plans, origin))
        }
        Target::CloudRun => {
            plans.targets.cloud_run.as_ref().map(|cloud_run| cloud_run::render(cloud_run, plans, origin))
        }
    }
    .unwrap_or_else(|| Ok(FileSet::new("")))
}
