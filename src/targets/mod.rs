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
mod out;
mod problem;
mod quote;
mod rate;
mod standings;
mod target;
mod template;

pub use file_set::{File, FileSet, OWNS, Ownership, is_seal, is_sealed, owned_by, owned_copies, owns};
pub use ledger::{Entry, Standing};
pub use origin::Origin;
pub use out::{OutProblem, out};
pub use problem::TargetProblem;
pub use quote::yaml as yaml_scalar;
pub use standings::{FeatureStanding, Standings};
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

/// The environments that run on a target; none where the spec does not have it.
pub fn environments(target: Target, plans: &Plans) -> &[String] {
    let targets = &plans.targets;
    match target {
        Target::Github => targets.github.as_ref().map(|github| &github.environments),
        Target::Kubernetes => targets.kubernetes.as_ref().map(|kubernetes| &kubernetes.environments),
        Target::CloudRun => targets.cloud_run.as_ref().map(|cloud_run| &cloud_run.environments),
    }
    .map_or(&[], Vec::as_slice)
}

/// What each feature of the spec is on each of its targets: exact, emulated or impossible.
pub fn ledger(plans: &Plans) -> Vec<Entry> {
    targets(plans).into_iter().flat_map(|target| ledger_of(target, plans)).collect()
}

fn ledger_of(target: Target, plans: &Plans) -> Vec<Entry> {
    let targets = &plans.targets;
    match target {
        Target::Github => targets.github.as_ref().map(|github| github::ledger(github, plans)),
        Target::Kubernetes => {
            targets.kubernetes.as_ref().map(|kubernetes| kubernetes::ledger(kubernetes, plans))
        }
        Target::CloudRun => targets.cloud_run.as_ref().map(|cloud_run| cloud_run::ledger(cloud_run, plans)),
    }
    .unwrap_or_default()
}

/// What the spec asks of a target that its engine cannot do, at its places in the spec.
pub fn impossible(target: Target, plans: &Plans) -> Findings {
    let mut findings = Findings::default();
    for entry in ledger_of(target, plans) {
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
    let mut findings = impossible(target, plans);
    if let Some((problem, place)) = out::check(target, plans, origin) {
        findings.push(problem.at(place));
    }
    let rendered = match target {
        Target::Github => plans.targets.github.as_ref().map(|github| github::render(github, plans, origin)),
        Target::Kubernetes => {
            plans.targets.kubernetes.as_ref().map(|kubernetes| kubernetes::render(kubernetes, plans, origin))
        }
        Target::CloudRun => {
            plans.targets.cloud_run.as_ref().map(|cloud_run| cloud_run::render(cloud_run, plans, origin))
        }
    }
    .unwrap_or_else(|| Ok(FileSet::new("")));
    match rendered {
        Ok(files) if !findings.has_errors() => Ok(files),
        Ok(_) => Err(findings),
        Err(of_engine) => {
            findings.extend(of_engine);
            Err(findings)
        }
    }
}

/// The files of several targets.
///
/// # Errors
/// Those of all of them at once, and paths that two of them write.
pub fn render_all(targets: &[Target], plans: &Plans, origin: &Origin) -> Result<Vec<FileSet>, Findings> {
    let mut findings = Findings::default();
    let mut sets: Vec<FileSet> = Vec::new();
    for target in targets {
        match render(*target, plans, origin) {
            Ok(set) => {
                let taken =
                    set.files.keys().find(|path| sets.iter().any(|other| other.files.contains_key(*path)));
                if let (Some(path), Some((_, place))) = (taken, out(*target, plans)) {
                    findings.push(OutProblem::Taken { target: *target, path: path.clone() }.at(place));
                }
                sets.push(set);
            }
            Err(found) => findings.extend(found),
        }
    }
    if findings.is_empty() { Ok(sets) } else { Err(findings) }
}
