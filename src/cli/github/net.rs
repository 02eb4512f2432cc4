use std::path::PathBuf;

use crate::github::{Run, Told};
use crate::plan::{Plan, Plans, Selection};

use super::super::args::Global;
use super::super::error::CliError;
use super::super::load;
use super::super::printer::Printer;
use super::args::GithubArgs;
use super::error::GithubFault;

/// A net that runs on GitHub Actions: its plans, and the workflow that runs them.
pub(super) struct HostedNet {
    /// The spec's directory.
    pub(super) directory: PathBuf,
    /// The name of the workflow's file.
    pub(super) workflow: String,
    plans: Plans,
}

impl HostedNet {
    /// Reads the spec.
    pub(super) fn load(global: &Global, args: &GithubArgs, printer: &Printer) -> Result<Self, CliError> {
        let spec = load::spec_path(global.spec.as_deref())?;
        let plans = load::plans(&spec, printer)?;
        let target = plans.targets.github.as_ref().map(|github| github.out.value.clone());
        let file = args.workflow.clone().filter(|file| !file.is_empty()).or(target);
        let file = file.ok_or(GithubFault::NoWorkflow)?;
        let workflow = file.rsplit('/').next().unwrap_or_default().to_owned();
        let directory = spec.parent().map(PathBuf::from).unwrap_or_default();
        Ok(Self { directory, workflow, plans })
    }

    /// The environments that run there.
    pub(super) fn environments(&self) -> Vec<&str> {
        match &self.plans.targets.github {
            Some(github) => github.environments.iter().map(String::as_str).collect(),
            None => self.plans.environments.keys().map(String::as_str).collect(),
        }
    }

    /// Their names, to be told.
    pub(super) fn known(&self) -> Vec<String> {
        self.environments().into_iter().map(str::to_owned).collect()
    }

    /// The plan of an environment that runs there: of the one that is named, else of the workflow's default.
    pub(super) fn plan(&self, named: Option<&str>) -> Result<&Plan, CliError> {
        let default =
            || Some(self.plans.targets.github.as_ref()?.default_environment.as_ref()?.value.as_str());
        let named = named.filter(|name| !name.is_empty()).or_else(default);
        let name = named.ok_or_else(|| GithubFault::NoEnvironment { known: self.known() })?;
        let plan = self.plans.named(name)?;
        if !self.environments().contains(&name) {
            return Err(GithubFault::NotThere { name: name.to_owned(), known: self.known() }.into());
        }
        Ok(plan)
    }

    /// What a run's title tells.
    pub(super) fn told(&self, title: &str) -> Told {
        let mut stages: Vec<&str> = self
            .plans
            .environments
            .values()
            .flat_map(|plan| &plan.stages)
            .map(|stage| stage.name.as_str())
            .collect();
        let net = self.plans.environments.values().next().map_or("", |plan| plan.net.as_str());
        stages.sort_unstable();
        stages.dedup();
        Told::read(title, net, &self.environments(), &stages)
    }

    /// Holds a run to be one of this net's.
    pub(super) fn has(&self, run: &Run) -> Result<(), GithubFault> {
        let file = run.workflow_file();
        if file.is_empty() || file == self.workflow {
            return Ok(());
        }
        let (file, workflow) = (file.to_owned(), self.workflow.clone());
        Err(GithubFault::OtherWorkflow { run: run.id, file, workflow })
    }
}

/// The names of chosen stages, in their order.
pub(super) fn names(selection: &Selection) -> Vec<&str> {
    selection.stages.iter().map(|(name, _)| name.as_str()).collect()
}

/// A selection as the workflow's form says it.
pub(super) fn choice(plan: &Plan, selection: &Selection) -> Result<String, GithubFault> {
    let stages = || names(selection).into_iter().map(str::to_owned).collect();
    plan.stage_choice(selection).ok_or_else(|| GithubFault::NotSayable { stages: stages() })
}
