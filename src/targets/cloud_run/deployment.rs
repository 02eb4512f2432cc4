use crate::diag::{Fault as _, Findings};
use crate::plan::{CloudRun, Plan, Setting};

use super::flag::Flag;
use super::problem::CloudRunProblem;
use super::rule::{self, Rule};

/// Where the jobs of an environment are, and what they have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Deployment {
    pub(super) project: String,
    pub(super) region: String,
    /// Without a tag.
    pub(super) image: String,
    /// The address of the account that the jobs run as.
    pub(super) account: Option<String>,
    /// What the names of jobs end with.
    pub(super) suffix: String,
    /// The flags of `gcloud run jobs deploy` for what a container may use.
    pub(super) resources: Vec<Flag>,
}

impl Deployment {
    /// `None` where a value is missing or cannot be, which is reported.
    pub(super) fn of(target: &CloudRun, plan: &Plan, findings: &mut Findings) -> Option<Self> {
        let project = target.project(plan);
        if project.is_none() {
            findings.push(CloudRunProblem::NoProject { env: plan.env.clone() }.at(target.place));
        }
        let mut text = |setting: &Setting, rule: &Rule| checked(setting, rule, plan, findings);
        let project = project.and_then(|project| text(&project, &rule::PROJECT));
        let region = text(&target.region, &rule::REGION);
        let image = text(&target.image, &rule::IMAGE);
        let account = target.service_account.as_ref().map(|account| text(account, &rule::ACCOUNT));
        let cpu = target.cpu.as_ref().map(|cpu| text(cpu, &rule::AMOUNT));
        let memory = target.memory.as_ref().map(|memory| text(memory, &rule::AMOUNT));
        let project = project?;
        let resources = [("cpu", cpu), ("memory", memory)].into_iter();
        Some(Self {
            region: region?,
            image: image?,
            account: match account {
                Some(account) => Some(address(account?, &project)),
                None => None,
            },
            suffix: target.name_suffix.as_deref().unwrap_or_default().replace("{env}", &plan.env),
            resources: resources.filter_map(|(name, amount)| Some(Flag::new(name, amount??))).collect(),
            project,
        })
    }

    /// The name of a stage's job and of its trigger.
    pub(super) fn job(&self, stage: &str) -> String {
        format!("{stage}{}", self.suffix)
    }
}

/// The value of a setting in an environment, where Google would take it.
fn checked(setting: &Setting, rule: &Rule, plan: &Plan, findings: &mut Findings) -> Option<String> {
    let (key, env) = (setting.key, plan.env.clone());
    let Some(text) = setting.text(plan) else {
        findings.push(CloudRunProblem::Hidden { key, env }.at(setting.place));
        return None;
    };
    if (rule.fits)(&text) {
        return Some(text);
    }
    let problem = CloudRunProblem::Value { key, env, found: text, expected: rule.expected };
    findings.push(problem.at(setting.place));
    None
}

/// A service account's address by its name (<https://cloud.google.com/iam/docs/service-account-overview>).
fn address(account: String, project: &str) -> String {
    if account.contains('@') { account } else { format!("{account}@{project}.iam.gserviceaccount.com") }
}
