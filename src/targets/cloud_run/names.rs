use std::collections::HashMap;

use crate::diag::{Fault as _, Findings};
use crate::plan::Plan;

use super::deployment::Deployment;
use super::problem::CloudRunProblem;

/// Reports two jobs of one name: those of environments that share a project and a region.
pub(super) fn check_names(deployments: &[(&Plan, Deployment)], findings: &mut Findings) {
    let mut taken: HashMap<(&str, &str, String), (&str, &str)> = HashMap::new();
    for (plan, deployment) in deployments {
        for stage in &plan.stages {
            let name = deployment.job(&stage.name);
            let place = (deployment.project.as_str(), deployment.region.as_str(), name.clone());
            let this = (stage.name.as_str(), plan.env.as_str());
            if let Some(other) = taken.insert(place, this) {
                let owned = |(stage, env): (&str, &str)| (stage.to_owned(), env.to_owned());
                let problem = CloudRunProblem::SameName { name, one: owned(other), other: owned(this) };
                findings.push(problem.at(stage.place));
            }
        }
    }
}
