use std::collections::BTreeMap;

use crate::diag::{Fault as _, Findings, Span};
use crate::plan::{Kubernetes, Plans, Stage};

use super::problem::KubernetesProblem;
use super::rule::{CRON_JOB_NAME, LABEL_VALUE, Rule};

/// The label that says which net an object is of, and by which the net's pods are found.
pub(super) const NAME: &str = "app.kubernetes.io/name";
/// The label that says which stage.
pub(super) const COMPONENT: &str = "app.kubernetes.io/component";
/// The label that says what the net is part of.
pub(super) const PART_OF: &str = "app.kubernetes.io/part-of";
/// The label that says who made an object.
pub(super) const MANAGED_BY: &str = "app.kubernetes.io/managed-by";

/// The labels that no spec can set, since the pods are found by them
/// (<https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/>).
pub(super) const OWN_LABELS: [&str; 3] = [NAME, COMPONENT, MANAGED_BY];

/// The name of a stage's CronJob, with the place that says it.
pub(super) fn cron_job(kubernetes: &Kubernetes, net: &str, stage: &Stage) -> (String, Span) {
    match kubernetes.names.get(&stage.name) {
        Some(name) => (name.value.clone(), name.span),
        None => (object(&format!("{net}-{}", stage.name)), stage.place),
    }
}

/// A name of the spec's as an object's: in small letters, without what a DNS name cannot have.
pub(super) fn object(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-").trim_end_matches('-').to_owned()
}

/// Reports names of CronJobs that cannot be, or are not one stage's alone, and names that cannot be labels.
pub(super) fn check(kubernetes: &Kubernetes, plans: &Plans, findings: &mut Findings) {
    let mut refuse = |text: &str, rule: &'static Rule, span: Span| {
        if !(rule.fits)(text) {
            findings.push(KubernetesProblem::Refused { found: text.to_owned(), rule }.at(span));
        }
    };
    refuse(&plans.net, &LABEL_VALUE, kubernetes.place);
    let stages: Vec<&Stage> = plans.environments.values().take(1).flat_map(|plan| &plan.stages).collect();
    for stage in &stages {
        let (name, place) = cron_job(kubernetes, &plans.net, stage);
        refuse(&name, &CRON_JOB_NAME, place);
        refuse(&stage.name, &LABEL_VALUE, stage.place);
    }
    let mut taken: BTreeMap<String, &str> = BTreeMap::new();
    for stage in stages {
        let (name, place) = cron_job(kubernetes, &plans.net, stage);
        if let Some(one) = taken.insert(name.clone(), &stage.name) {
            let problem =
                KubernetesProblem::SameName { one: one.to_owned(), other: stage.name.clone(), name };
            findings.push(problem.at(place));
        }
    }
}
