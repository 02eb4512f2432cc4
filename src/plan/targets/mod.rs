//! What a spec says of the engines that its net runs on.

mod cloud_run;
mod github;
mod kubernetes;
mod setting;

pub use cloud_run::CloudRun;
pub use github::{Aws, AwsLogin, Github, Google};
pub use kubernetes::{Egress, EnvSource, Kubernetes, Pair, Peer, Resources, Security, Volume, VolumeSource};
pub use setting::Setting;

use crate::spec::{Name, TargetsSpec};

/// The engines that a net runs on, the same for all of its environments.
#[derive(Debug, Clone, Default)]
pub struct Targets {
    /// A GitHub Actions workflow.
    pub github: Option<Github>,
    /// Kubernetes CronJobs.
    pub kubernetes: Option<Kubernetes>,
    /// Cloud Run Jobs with Cloud Scheduler.
    pub cloud_run: Option<CloudRun>,
}

impl Targets {
    /// Reads what a spec says; names that stand for nothing are reported elsewhere.
    pub(super) fn of(spec: Option<&TargetsSpec>) -> Self {
        spec.map_or_else(Self::default, |spec| Self {
            github: spec.github.as_ref().map(Github::of),
            kubernetes: spec.kubernetes.as_ref().and_then(Kubernetes::of),
            cloud_run: spec.cloud_run.as_ref().map(CloudRun::of),
        })
    }
}

fn texts(names: &[Name]) -> Vec<String> {
    names.iter().map(|Name(name)| name.value.clone()).collect()
}
