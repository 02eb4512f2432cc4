use std::collections::BTreeMap;

use serde::Serialize;

use crate::plan::{Kubernetes, Plan, Plans};

use super::super::file_set::FileSet;
use super::super::origin::Origin;
use super::super::problem::TargetProblem;
use super::super::target::Target;
use super::super::template::Templates;
use super::timing::Settings;

const TEMPLATES: [(&str, &str); 10] = [
    ("base", include_str!("../../../templates/kubernetes/kustomization-base.yaml")),
    ("cronjob", include_str!("../../../templates/kubernetes/cronjob.yaml")),
    ("policy", include_str!("../../../templates/kubernetes/policy.yaml")),
    ("resources", include_str!("../../../templates/kubernetes/resources.yaml")),
    ("serviceaccount", include_str!("../../../templates/kubernetes/serviceaccount.yaml")),
    ("networkpolicy", include_str!("../../../templates/kubernetes/networkpolicy.yaml")),
    ("secret", include_str!("../../../templates/kubernetes/secret.example.yaml")),
    ("overlay", include_str!("../../../templates/kubernetes/kustomization-overlay.yaml")),
    ("patch", include_str!("../../../templates/kubernetes/cronjob-patch.yaml")),
    ("network-patch", include_str!("../../../templates/kubernetes/networkpolicy-patch.yaml")),
];

/// The files as they come to be, and what the base says so that no overlay need say it.
pub(super) struct Tree<'a> {
    templates: Templates,
    out: &'a str,
    source: String,
    files: FileSet,
    shared: BTreeMap<&'a str, Settings>,
}

impl<'a> Tree<'a> {
    pub(super) fn new(
        kubernetes: &'a Kubernetes,
        plans: &'a Plans,
        origin: &Origin,
    ) -> Result<Self, TargetProblem> {
        let out = kubernetes.out.value.trim_end_matches('/');
        let mut settings: BTreeMap<&str, Vec<Settings>> = BTreeMap::new();
        let plans: Vec<&Plan> =
            kubernetes.environments.iter().filter_map(|env| plans.environments.get(env)).collect();
        for plan in plans {
            for stage in &plan.stages {
                settings.entry(&stage.name).or_default().push(Settings::of(plan, stage));
            }
        }
        Ok(Self {
            templates: Templates::new(Target::Kubernetes, &TEMPLATES)?,
            out,
            source: origin.seen_from(out),
            files: FileSet::new(out),
            shared: settings.into_iter().map(|(stage, all)| (stage, Settings::shared(&all))).collect(),
        })
    }

    /// A file's path from the spec's directory.
    pub(super) fn path(&self, below: &str) -> String {
        format!("{}/{below}", self.out)
    }

    /// Renders a file.
    pub(super) fn add(
        &mut self,
        below: &str,
        template: &str,
        view: &impl Serialize,
    ) -> Result<(), TargetProblem> {
        let text = self.templates.render(template, view)?;
        self.files.add(self.path(below), &self.source, text.trim_start_matches('\n'));
        Ok(())
    }

    /// Adds a copy of a file of the spec's.
    pub(super) fn copy(&mut self, below: &str, bytes: &[u8]) {
        self.files.add_copy(self.path(below), bytes);
    }

    /// What all environments say of a stage's CronJob.
    pub(super) fn shared(&self, stage: &str) -> Settings {
        self.shared.get(stage).cloned().unwrap_or_default()
    }

    pub(super) fn into_files(self) -> FileSet {
        self.files
    }
}
