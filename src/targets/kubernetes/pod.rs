use std::collections::BTreeSet;

use serde::Serialize;

use crate::plan::{EnvSource, Kubernetes, Pair, Plans, Security, VolumeSource, Work};

use super::environment::literal;
use super::files::{ConfigFile, MOUNT};
use super::names;

/// Where jobnet's own binary lies in a pod of somebody else's image.
const BINARY: &str = "/jobnet";

/// Where commands and their libraries put what they need for a moment.
const TEMPORARY: &str = "/tmp";

/// What a stage's pods are in every environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Pod<'a> {
    service_account: Option<&'a str>,
    /// Not as root, on a file system that it can only read.
    strict: bool,
    /// True where it writes to claims, whose files must then be its group's.
    writes_claims: bool,
    /// Labels of pods on whose node it must run.
    near: Vec<Entry<'a>>,
    image: &'a str,
    /// The words that start jobnet; empty where the image's entrypoint does.
    command: Vec<String>,
    /// jobnet's own image, where the other is somebody else's.
    jobnet_image: Option<&'a str>,
    env_from: Vec<EnvFrom<'a>>,
    requests: Vec<Entry<'a>>,
    limits: Vec<Entry<'a>>,
    mounts: Vec<Mount<'a>>,
    volumes: Vec<Volume<'a>>,
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Entry<'a> {
    pub(super) key: &'a str,
    pub(super) value: &'a str,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct EnvFrom<'a> {
    kind: &'static str,
    name: &'a str,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Mount<'a> {
    volume: String,
    path: &'a str,
    /// The one file of the volume that is mounted.
    file: Option<&'a str>,
    read_only: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Volume<'a> {
    name: String,
    #[serde(flatten)]
    source: Source<'a>,
}

/// What a volume's files are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "source", rename_all = "snake_case")]
enum Source<'a> {
    /// The spec and what lies beside it.
    Spec {
        config_map: String,
        items: &'a [ConfigFile<'a>],
    },
    /// Nothing, until the pod writes them.
    Empty {
        most: &'static str,
    },
    Claim {
        claim: &'a str,
    },
    ConfigMap {
        config_map: &'a str,
    },
}

/// The paths at which jobnet's own volumes are mounted, with what they are.
pub(super) fn taken_mounts(kubernetes: &Kubernetes, plans: &Plans) -> Vec<(String, String)> {
    let mut taken = vec![(MOUNT.to_owned(), "the spec".to_owned())];
    if kubernetes.jobnet_image.is_some() {
        taken.push((BINARY.to_owned(), "jobnet's binary".to_owned()));
    }
    let mut stages = plans.environments.values().flat_map(|plan| &plan.stages);
    if stages.any(|stage| needs_temporary(kubernetes, &stage.work)) {
        taken.push((TEMPORARY.to_owned(), "the temporary files of commands".to_owned()));
    }
    taken
}

/// A command may write temporary files, as jobnet does for what the command counts; its image's own directory for them
/// cannot be written to. jobnet's own kinds of stages write none.
fn needs_temporary(kubernetes: &Kubernetes, work: &Work) -> bool {
    kubernetes.security == Security::Strict && work.is_command()
}

/// The name of the ConfigMap that kustomize makes of the spec's files.
pub(super) fn config_map(net: &str) -> String {
    format!("{}-files", names::object(net))
}

impl<'a> Pod<'a> {
    /// `work` is what the stage does in each of its environments.
    pub(super) fn of(
        kubernetes: &'a Kubernetes,
        net: &str,
        work: &[&Work],
        files: &'a [ConfigFile<'a>],
    ) -> Self {
        let mut attached = Attached::default();
        attached.add("spec", Source::Spec { config_map: config_map(net), items: files }, MOUNT, None, true);
        if kubernetes.jobnet_image.is_some() {
            attached.add("jobnet", Source::Empty { most: "256Mi" }, BINARY, None, true);
        }
        if work.iter().any(|work| needs_temporary(kubernetes, work)) {
            attached.add("tmp", Source::Empty { most: "256Mi" }, TEMPORARY, None, false);
        }
        for volume in &kubernetes.volumes {
            let path = volume.mount.value.as_str();
            match &volume.source {
                VolumeSource::Claim(name) => {
                    attached.add(&name.value, Source::Claim { claim: &name.value }, path, None, false);
                }
                VolumeSource::ConfigMap { name, key } => {
                    let file = key.as_ref().map(|key| key.value.as_str());
                    let source = Source::ConfigMap { config_map: &name.value };
                    attached.add(&name.value, source, path, file, true);
                }
            }
        }
        let claims = attached.volumes.iter().any(|volume| matches!(volume.source, Source::Claim { .. }));
        let strict = kubernetes.security == Security::Strict;
        Self {
            service_account: kubernetes.service_account.as_ref().map(|name| name.value.as_str()),
            strict,
            writes_claims: strict && claims,
            near: entries(kubernetes.near.iter().flatten()),
            image: &kubernetes.image.value,
            command: command(kubernetes),
            jobnet_image: kubernetes.jobnet_image.as_ref().map(|image| image.value.as_str()),
            env_from: kubernetes.env_from.iter().map(EnvFrom::of).collect(),
            requests: entries(&kubernetes.resources.requests),
            limits: entries(&kubernetes.resources.limits),
            mounts: attached.mounts,
            volumes: attached.volumes,
        }
    }
}

/// The words that start jobnet in the image: those of the spec, or the binary that the init container installed.
fn command(kubernetes: &Kubernetes) -> Vec<String> {
    match (&kubernetes.command, &kubernetes.jobnet_image) {
        (Some(words), _) => words.iter().map(|word| literal(&word.value)).collect(),
        (None, Some(_)) => vec![format!("{BINARY}/jobnet")],
        (None, None) => Vec::new(),
    }
}

/// Pairs as a template sees them.
pub(super) fn entries<'a>(pairs: impl IntoIterator<Item = &'a Pair>) -> Vec<Entry<'a>> {
    pairs.into_iter().map(|(key, value)| Entry { key: &key.value, value: &value.value }).collect()
}

impl<'a> EnvFrom<'a> {
    fn of(source: &'a EnvSource) -> Self {
        match source {
            EnvSource::Secret(name) => Self { kind: "secretRef", name: &name.value },
            EnvSource::ConfigMap(name) => Self { kind: "configMapRef", name: &name.value },
        }
    }
}

/// Volumes, each once, with their mounts.
#[derive(Default)]
struct Attached<'a> {
    volumes: Vec<Volume<'a>>,
    mounts: Vec<Mount<'a>>,
    names: BTreeSet<String>,
}

impl<'a> Attached<'a> {
    fn add(&mut self, name: &str, source: Source<'a>, path: &'a str, file: Option<&'a str>, read_only: bool) {
        let known = self.volumes.iter().find(|volume| volume.source == source);
        let volume = match known {
            Some(volume) => volume.name.clone(),
            None => {
                let name = self.name(name);
                self.volumes.push(Volume { name: name.clone(), source });
                name
            }
        };
        self.mounts.push(Mount { volume, path, file, read_only });
    }

    /// A name that no other volume of the pod has; a volume's has no `.` and at most 63 characters
    /// (<https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/>).
    fn name(&mut self, like: &str) -> String {
        let plain: String = like.replace('.', "-").chars().take(60).collect();
        let plain = plain.trim_end_matches('-');
        let mut numbered = (2..).map(|count| format!("{plain}-{count}"));
        let mut name = plain.to_owned();
        while !self.names.insert(name.clone()) {
            name = numbered.next().unwrap_or_default();
        }
        name
    }
}
