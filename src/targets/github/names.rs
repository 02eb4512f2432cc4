use std::collections::BTreeMap;

use crate::diag::{Fault as _, Findings, Span};

use super::net::Net;
use super::problem::{GithubProblem, MOST_OF_A_NAME};
use super::selector::ALL;

/// Reports names that GitHub confuses or has no room for. Comparing texts in expressions, looking up properties and the
/// names of concurrency groups are all without regard to case
/// (<https://docs.github.com/actions/reference/workflows-and-actions/expressions#operators>,
/// <https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#concurrency>).
pub(super) fn check(net: &Net<'_>, findings: &mut Findings) {
    let target = net.target;
    let environments = net.plans.iter().map(|plan| (plan.env.as_str(), plan.place.unwrap_or(target.place)));
    distinct("environment", environments, findings);
    distinct("stage", net.stages.iter().map(|stage| (stage.name.as_str(), stage.place)), findings);
    for stage in net.stages {
        if stage.name.eq_ignore_ascii_case(ALL) {
            findings.push(GithubProblem::All.at(stage.place));
        }
        if net.plans.iter().any(|plan| plan.groups.contains_key(&stage.name)) {
            findings.push(GithubProblem::GroupToo { name: stage.name.clone() }.at(stage.place));
        }
        if stage.name.len() > MOST_OF_A_NAME {
            let (name, length) = (stage.name.clone(), stage.name.len());
            findings.push(GithubProblem::LongName { name, length }.at(stage.place));
        }
    }
    if let Some(runner) = target.runner.as_ref().filter(|runner| runner.value.trim().is_empty()) {
        findings.push(GithubProblem::NoRunner.at(runner.span));
    }
    if let Some(default) = &target.default_environment
        && !target.environments.contains(&default.value)
    {
        let (env, known) = (default.value.clone(), target.environments.clone());
        findings.push(GithubProblem::OtherDefault { env, known }.at(default.span));
    }
}

fn distinct<'a>(what: &'static str, names: impl Iterator<Item = (&'a str, Span)>, findings: &mut Findings) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (name, place) in names {
        match seen.get(&name.to_ascii_lowercase()) {
            Some(one) => {
                let (one, other) = ((*one).to_owned(), name.to_owned());
                findings.push(GithubProblem::SameButCase { what, one, other }.at(place));
            }
            None => {
                seen.insert(name.to_ascii_lowercase(), name);
            }
        }
    }
}
