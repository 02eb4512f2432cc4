use indexmap::IndexMap;
use serde::Serialize;

use crate::plan::{Plan, Selector};

use super::deployment::Deployment;
use super::flag::Flag;
use super::job::{Job, told};
use super::trigger::{Trigger, in_common, zone};

/// What the scripts hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Scripts {
    net: String,
    /// The net's name as the value of a label.
    label: String,
    environments: Vec<Environment>,
    /// Their names, for people.
    environment_names: String,
    /// The stages' names, for people.
    stage_names: String,
    /// The stages as patterns of a `case`.
    stage_patterns: String,
    groups: Vec<Group>,
    /// The names of stages and groups, for people.
    selectable: String,
    trigger_flags: Vec<Flag>,
    /// What the scripts need for what the spec says.
    parts: Vec<Part>,
}

/// What only some specs need in a script, which would else have functions and variables that it does not use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    /// An account that jobs run as.
    Account,
    /// Triggers.
    Triggers,
    /// Triggers that the spec pauses.
    Suspended,
    /// Secrets that may be absent.
    OptionalSecrets,
}

/// What differs between the environments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Environment {
    name: String,
    /// Its name as the value of a label.
    label: String,
    project: String,
    region: String,
    image: String,
    account: Option<String>,
    suffix: String,
    confirm: bool,
    /// What jobnet is told by variables.
    told: String,
    timezone: String,
    resources: Vec<Flag>,
    jobs: Vec<Job>,
    triggers: Vec<Trigger>,
    /// The stages with a trigger, with blanks between them.
    trigger_names: String,
}

/// Stages that are run together, in the environments in which they are the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Group {
    name: String,
    /// The patterns of a `case`, `ENV:GROUP`.
    patterns: String,
    /// The stages in the order in which they can run, with blanks between them.
    members: String,
}

impl Environment {
    pub(super) fn of(plan: &Plan, deployment: Deployment, jobs: Vec<Job>, triggers: Vec<Trigger>) -> Self {
        Self {
            name: plan.env.clone(),
            label: label(&plan.env),
            project: deployment.project,
            region: deployment.region,
            image: deployment.image,
            account: deployment.account,
            suffix: deployment.suffix,
            confirm: plan.confirm,
            told: told(plan),
            timezone: zone(&plan.timezone).to_owned(),
            resources: deployment.resources,
            jobs,
            trigger_names: joined(triggers.iter().map(|trigger| trigger.stage.as_str()), " "),
            triggers,
        }
    }

    fn needs(&self, part: Part) -> bool {
        match part {
            Part::Account => self.account.is_some(),
            Part::Triggers => !self.triggers.is_empty(),
            Part::Suspended => self.triggers.iter().any(|trigger| trigger.suspended),
            Part::OptionalSecrets => self.jobs.iter().any(Job::has_optional_secret),
        }
    }
}

impl Scripts {
    pub(super) fn of(plans: &[&Plan], environments: Vec<Environment>) -> Self {
        let first = plans.first();
        let stages = || first.iter().flat_map(|plan| &plan.stages).map(|stage| stage.name.as_str());
        let groups = groups(plans);
        let selectable = stages().chain(groups.iter().map(|group| group.name.as_str()));
        let parts = [Part::Account, Part::Triggers, Part::Suspended, Part::OptionalSecrets];
        let parts = parts.into_iter().filter(|part| environments.iter().any(|env| env.needs(*part)));
        Self {
            net: first.map(|plan| plan.net.clone()).unwrap_or_default(),
            label: first.map(|plan| label(&plan.net)).unwrap_or_default(),
            environment_names: joined(environments.iter().map(|env| env.name.as_str()), ", "),
            stage_names: joined(stages(), ", "),
            stage_patterns: joined(stages().map(|stage| format!("*:{stage}")), " | "),
            selectable: joined(selectable, ", "),
            trigger_flags: in_common(),
            parts: parts.collect(),
            groups,
            environments,
        }
    }
}

/// The groups of all environments. One that is not the same everywhere stands as often as it differs.
fn groups(plans: &[&Plan]) -> Vec<Group> {
    let mut places: IndexMap<(&String, String), Vec<String>> = IndexMap::new();
    for plan in plans {
        for name in plan.groups.keys() {
            let members = plan.select(&Selector::Words(vec![name.clone()])).ok();
            let members = members.iter().flat_map(|selection| &selection.stages).map(|(stage, _)| stage);
            places.entry((name, joined(members, " "))).or_default().push(format!("{}:{name}", plan.env));
        }
    }
    let group = |((name, members), patterns): ((&String, String), Vec<String>)| Group {
        name: name.clone(),
        patterns: joined(patterns, " | "),
        members,
    };
    places.into_iter().map(group).collect()
}

/// A name as the value of a label: lowercase and at most 63 characters
/// (<https://cloud.google.com/resource-manager/docs/labels-overview#requirements>).
fn label(name: &str) -> String {
    name.to_ascii_lowercase().chars().take(63).collect()
}

fn joined<T: AsRef<str>>(texts: impl IntoIterator<Item = T>, between: &str) -> String {
    texts.into_iter().map(|text| text.as_ref().to_owned()).collect::<Vec<_>>().join(between)
}
