use crate::diag::{Severity, Span};
use crate::lint::context::Context;
use crate::lint::report::{Report, Said};
use crate::lint::rule::Rule;
use crate::plan::{CloudRun, Kubernetes, Plan, Stage};
use crate::targets::Target;

/// A stage whose name, with what its target adds, is longer than its engine takes.
///
/// A CronJob's is at most 52 characters (<https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/>), a Cloud
/// Run job's at most 49 (<https://cloud.google.com/run/docs/create-jobs>).
pub(super) const RULE: Rule = Rule { code: "name-too-long", severity: Severity::Error, check };

const CRON_JOB: usize = 52;
const CLOUD_RUN_JOB: usize = 49;

fn check(context: &Context<'_>, report: &mut Report) {
    for plan in context.plans.environments.values() {
        for target in context.targets_of(plan) {
            for stage in &plan.stages {
                let (name, place, most) = match target {
                    Target::Github => continue,
                    Target::Kubernetes => match &context.plans.targets.kubernetes {
                        Some(kubernetes) => cron_job(kubernetes, stage),
                        None => continue,
                    },
                    Target::CloudRun => match &context.plans.targets.cloud_run {
                        Some(cloud_run) => cloud_run_job(cloud_run, plan, stage),
                        None => continue,
                    },
                };
                add_if_longer(&name, place, most, target, report);
            }
        }
    }
}

/// The least that a CronJob's name is: what the spec calls it, else the stage's own.
fn cron_job(kubernetes: &Kubernetes, stage: &Stage) -> (String, Span, usize) {
    let given = kubernetes.names.get(&stage.name);
    let (name, place) = given.map_or((&stage.name, stage.place), |name| (&name.value, name.span));
    (name.clone(), place, CRON_JOB)
}

/// A job's name: the stage's, and what ends all names of its environment.
fn cloud_run_job(cloud_run: &CloudRun, plan: &Plan, stage: &Stage) -> (String, Span, usize) {
    let suffix = cloud_run.name_suffix.as_deref().unwrap_or_default().replace("{env}", &plan.env);
    (format!("{}{suffix}", stage.name), stage.place, CLOUD_RUN_JOB)
}

fn add_if_longer(name: &str, place: Span, most: usize, target: Target, report: &mut Report) {
    let length = name.chars().count();
    if length > most {
        let help = match target {
            Target::Kubernetes => "give it a shorter one in the target's `names`, or rename the stage",
            Target::CloudRun | Target::Github => "rename the stage, or shorten the target's `name_suffix`",
        };
        let said = Said {
            message: format!("`{name}` has {length} characters, too many for {target}"),
            label: format!("expected a name that is {most} long at most"),
            help: help.to_owned(),
        };
        report.add(place, said);
    }
}
