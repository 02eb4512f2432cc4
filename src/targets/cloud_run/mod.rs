//! Cloud Run Jobs with triggers of Cloud Scheduler: scripts that create, run, list and pause them, and the image of the
//! jobs.

mod deployment;
mod files;
mod flag;
mod image;
mod job;
mod ledger;
mod names;
mod problem;
mod rule;
mod scripts;
mod timeout;
mod trigger;

use crate::diag::{Fault as _, Findings};
use crate::plan::{CloudRun, Plan, Plans};

use super::file_set::FileSet;
use super::origin::Origin;

use self::deployment::Deployment;
use self::files::{View, files};
use self::image::Image;
use self::job::Job;
use self::names::check_names;
use self::problem::CloudRunProblem;
use self::scripts::{Environment, Scripts};
use self::trigger::Trigger;

pub(super) use self::ledger::ledger;

/// The files.
///
/// # Errors
/// What its engine refuses, at its place in the spec.
pub(super) fn render(target: &CloudRun, plans: &Plans, origin: &Origin) -> Result<FileSet, Findings> {
    let mut findings = Findings::default();
    let plans: Vec<&Plan> =
        target.environments.iter().filter_map(|env| plans.environments.get(env)).collect();
    if !rule::is_plain_path(&target.out.value) {
        findings.push(CloudRunProblem::Out { out: target.out.value.clone() }.at(target.out.span));
    }
    let image = Image::of(target, &plans, origin, &mut findings);
    let environments = environments(target, &plans, &mut findings);
    if findings.has_errors() {
        return Err(findings);
    }
    let out = &target.out.value;
    let view = View {
        out,
        dockerfile: format!("{out}/Dockerfile"),
        cloudbuild: format!("{out}/cloudbuild-jobs.yaml"),
        image,
        scripts: Scripts::of(&plans, environments),
    };
    files(&view, origin).map_err(|problem| {
        findings.push(problem.at(target.place));
        findings
    })
}

/// What each environment creates, with what it cannot be reported.
fn environments(target: &CloudRun, plans: &[&Plan], findings: &mut Findings) -> Vec<Environment> {
    let deployments: Vec<(&Plan, Deployment)> =
        plans.iter().filter_map(|plan| Some((*plan, Deployment::of(target, plan, findings)?))).collect();
    check_names(&deployments, findings);
    let mut environments = Vec::new();
    for (plan, deployment) in deployments {
        let mut jobs = Vec::new();
        let mut triggers = Vec::new();
        for stage in &plan.stages {
            jobs.push(Job::of(stage, plan, target, &deployment, findings));
            triggers.extend(Trigger::of(stage, &deployment, findings));
        }
        environments.push(Environment::of(plan, deployment, jobs, triggers));
    }
    environments
}
