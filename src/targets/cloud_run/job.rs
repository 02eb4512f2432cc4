use serde::Serialize;

use crate::diag::{Fault as _, Findings};
use crate::plan::{CloudRun, Plan, Stage};

use super::super::rate;
use super::deployment::Deployment;
use super::flag::Flag;
use super::problem::CloudRunProblem;
use super::rule;
use super::timeout::attempt_timeout;

/// Where the spec lies in the image.
pub(super) const SPEC: &str = "/app/jobnet.yaml";

/// What every job of an environment is told by variables: a run by its trigger is that of the schedule, and who starts it
/// otherwise gives others. Who creates or starts a job is asked; the job itself has nobody to ask.
pub(super) fn told(plan: &Plan) -> String {
    let yes = if plan.confirm { ",JOBNET_YES=true" } else { "" };
    format!("JOBNET_RUN_ID=schedule,JOBNET_JOB_START_AT=schedule{yes}")
}

/// A job, with the flags of `gcloud run jobs deploy` that are its own
/// (<https://cloud.google.com/sdk/gcloud/reference/run/jobs/deploy>).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Job {
    pub(super) stage: String,
    pub(super) flags: Vec<Flag>,
}

impl Job {
    pub(super) fn of(
        stage: &Stage,
        plan: &Plan,
        target: &CloudRun,
        deployment: &Deployment,
        findings: &mut Findings,
    ) -> Self {
        let name = deployment.job(&stage.name);
        if !rule::is_job_name(&name) {
            findings.push(CloudRunProblem::Name { name }.at(stage.place));
        }
        let mut flags = variables(stage, plan);
        flags.extend(secrets(stage, plan, target, findings));
        flags.push(Flag::new("max-retries", stage.timing.retries.to_string()));
        flags.push(Flag::new("task-timeout", format!("{}s", attempt_timeout(&stage.timing).as_secs())));
        Self { stage: stage.name.clone(), flags }
    }

    /// True where a secret of it may be absent.
    pub(super) fn has_optional_secret(&self) -> bool {
        self.flags.iter().any(|flag| flag.name == IF_THERE)
    }
}

/// The variables that a stage uses, and its share of a rate.
///
/// `--set-env-vars` replaces all that the job had, and each of its repetitions adds one
/// (<https://cloud.google.com/run/docs/configuring/jobs/environment-variables>).
fn variables(stage: &Stage, plan: &Plan) -> Vec<Flag> {
    let names = stage.uses.variables.iter();
    let known = names.filter_map(|name| Some(format!("{name}={}", plan.declared.known(name)?)));
    let share = rate::told(stage).map(|share| format!("{}={share}", rate::VARIABLE));
    known.chain(share).map(|variable| Flag::new("set-env-vars", one(&variable))).collect()
}

/// A list of gcloud's with one item, whatever stands in it: where that has a comma, the list is told to be divided by
/// something else (<https://cloud.google.com/sdk/gcloud/reference/topic/escaping>).
fn one(item: &str) -> String {
    if !item.contains(',') {
        return item.to_owned();
    }
    // None of them overlaps itself: gcloud puts one more behind the last item, whatever that ends with.
    let numbered = (1..).map(|number: u32| format!("|{number}:"));
    let divider = std::iter::once("|".to_owned()).chain(numbered).find(|divider| !item.contains(divider));
    format!("^{}^{item}", divider.unwrap_or_default())
}

/// The secrets that a stage is given, out of Secret Manager, where they have the environment's names. One that may be
/// absent is marked for the script, which looks whether it is there: Cloud Run refuses a job that names another
/// (<https://cloud.google.com/run/docs/configuring/jobs/secrets>).
fn secrets(stage: &Stage, plan: &Plan, target: &CloudRun, findings: &mut Findings) -> Vec<Flag> {
    for secret in stage.uses.all_secrets() {
        let name = plan.secret_name(secret);
        if !rule::is_secret_name(&name) {
            let problem = CloudRunProblem::Secret { secret: secret.clone(), name, env: plan.env.clone() };
            findings.push(problem.at(plan.place.unwrap_or(target.place)));
        }
    }
    let needed = stage.uses.secrets.iter();
    let needed = needed
        .map(|secret| Flag::new("set-secrets", format!("{secret}={}:latest", plan.secret_name(secret))));
    let optional = stage.uses.optional_secrets.iter();
    let optional =
        optional.map(|secret| Flag::new(IF_THERE, format!("{secret}={}", plan.secret_name(secret))));
    let flags: Vec<Flag> = needed.chain(optional).collect();
    if flags.is_empty() { vec![Flag { name: "clear-secrets", value: None }] } else { flags }
}

/// A flag of the script's own.
const IF_THERE: &str = "secret-if-there";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_with_commas_is_divided_by_what_it_does_not_have() {
        for (item, list) in [
            ("A=b", "A=b"),
            ("A=b,c", "^|^A=b,c"),
            ("A=b|,c|", "^|1:^A=b|,c|"),
            ("A=|1:,", "^|2:^A=|1:,"),
            ("A=^:^b", "A=^:^b"),
        ] {
            assert_eq!(one(item), list);
        }
    }
}
