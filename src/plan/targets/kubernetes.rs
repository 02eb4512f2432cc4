use indexmap::IndexMap;

use crate::diag::Span;
use crate::spec::{
    EgressSpec, EnvFromSpec, KubernetesSpec, PlainText, ResourcesSpec, SecuritySpec, Spanned, Table,
    VolumeSpec,
};

use super::texts;

/// Kubernetes CronJobs, as a kustomize base with an overlay an environment.
#[derive(Debug, Clone)]
pub struct Kubernetes {
    /// The directory of the files, from the spec's directory.
    pub out: Spanned<String>,
    /// The environments that run there.
    pub environments: Vec<String>,
    /// The image, without a tag.
    pub image: String,
    /// The image's tag, by environment.
    pub tags: IndexMap<String, String>,
    /// The service account of the pods.
    pub service_account: Option<String>,
    /// The Secret that holds the stages' secrets.
    pub secret: Option<String>,
    /// The CronJobs' names, by stage.
    pub names: IndexMap<String, Spanned<String>>,
    /// What a pod asks for and what it gets at most.
    pub resources: Resources,
    /// What the pods may reach beside DNS; `None` where nothing is said, and nothing is forbidden.
    pub egress: Option<Vec<Egress>>,
    /// The namespace of all that is rendered.
    pub namespace: Option<String>,
    /// Labels of all that is rendered.
    pub labels: IndexMap<String, String>,
    /// jobnet's own image, without a tag, where `image` is somebody else's.
    pub jobnet_image: Option<String>,
    /// What a pod may do.
    pub security: Security,
    /// Labels of the pods on whose node the stages' pods must run.
    pub near: Option<IndexMap<String, String>>,
    /// Where the containers' environment comes from.
    pub env_from: Vec<EnvSource>,
    /// What is mounted into the containers.
    pub volumes: Vec<Volume>,
    /// Where the spec speaks of it.
    pub place: Span,
}

/// What a pod asks for and what it gets at most, by resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resources {
    /// What the scheduler sets aside.
    pub requests: IndexMap<String, String>,
    /// What it gets at most.
    pub limits: IndexMap<String, String>,
}

/// One thing that the pods may reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Egress {
    /// Who.
    pub peer: Peer,
    /// The port.
    pub port: u32,
    /// The environments in which the rule stands; `None` for all.
    pub environments: Option<Vec<String>>,
}

/// Whom a rule of egress is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peer {
    /// Pods by their labels.
    Pods(IndexMap<String, String>),
    /// A range of addresses.
    Cidr(String),
}

/// What a pod may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Security {
    /// Not as root, on a file system that it can only read.
    #[default]
    Strict,
    /// What its image wants.
    Image,
}

/// Where containers' environment comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnvSource {
    /// A Secret.
    Secret(String),
    /// A ConfigMap.
    ConfigMap(String),
}

/// What is mounted into the containers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// What.
    pub source: VolumeSource,
    /// The path in the containers.
    pub mount: String,
}

/// Where the files of a volume come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VolumeSource {
    /// A PersistentVolumeClaim.
    Claim(String),
    /// A ConfigMap: one key as the file at the mount, or all as files below.
    ConfigMap {
        /// Its name.
        name: String,
        /// The key.
        key: Option<String>,
    },
}

impl Kubernetes {
    /// `None` where a part is not exactly one thing, which is reported elsewhere.
    pub(super) fn of(spec: &KubernetesSpec) -> Option<Self> {
        let egress = spec.egress.as_ref();
        Some(Self {
            out: spec.out.clone(),
            environments: texts(&spec.environments),
            image: spec.image.clone(),
            tags: plain(spec.tags.as_ref()),
            service_account: spec.service_account.clone(),
            secret: spec.secret.clone(),
            names: entries(spec.names.as_ref(), Clone::clone),
            resources: spec.resources.as_ref().map(Resources::of).unwrap_or_default(),
            egress: egress.map(|rules| rules.iter().map(Egress::of).collect::<Option<_>>()).unwrap_or(None),
            namespace: spec.namespace.as_ref().map(|namespace| namespace.value.clone()),
            labels: plain(spec.labels.as_ref()),
            jobnet_image: spec.jobnet_image.clone(),
            security: match spec.security {
                Some(SecuritySpec::Image) => Security::Image,
                Some(SecuritySpec::Strict) | None => Security::Strict,
            },
            near: spec.near.as_ref().map(|near| plain(Some(&near.pods))),
            env_from: spec.env_from.iter().flatten().map(EnvSource::of).collect::<Option<_>>()?,
            volumes: spec.volumes.iter().flatten().map(Volume::of).collect::<Option<_>>()?,
            place: spec.span,
        })
    }
}

impl Resources {
    fn of(spec: &ResourcesSpec) -> Self {
        let texts = |table: Option<&Table<PlainText>>| entries(table, |amount| amount.text.clone());
        Self { requests: texts(spec.requests.as_ref()), limits: texts(spec.limits.as_ref()) }
    }
}

impl Egress {
    fn of(spec: &EgressSpec) -> Option<Self> {
        let peer = match (&spec.pods, &spec.cidr) {
            (Some(pods), None) => Peer::Pods(plain(Some(pods))),
            (None, Some(cidr)) => Peer::Cidr(cidr.clone()),
            _ => return None,
        };
        Some(Self { peer, port: spec.port, environments: spec.environments.as_deref().map(texts) })
    }
}

impl EnvSource {
    fn of(spec: &EnvFromSpec) -> Option<Self> {
        match (&spec.secret, &spec.config_map) {
            (Some(secret), None) => Some(Self::Secret(secret.value.clone())),
            (None, Some(config_map)) => Some(Self::ConfigMap(config_map.value.clone())),
            _ => None,
        }
    }
}

impl Volume {
    fn of(spec: &VolumeSpec) -> Option<Self> {
        let source = match (&spec.claim, &spec.config_map) {
            (Some(claim), None) => VolumeSource::Claim(claim.value.clone()),
            (None, Some(name)) => VolumeSource::ConfigMap { name: name.value.clone(), key: spec.key.clone() },
            _ => return None,
        };
        Some(Self { source, mount: spec.mount.clone() })
    }
}

fn entries<S, T>(table: Option<&Table<S>>, value: impl Fn(&S) -> T) -> IndexMap<String, T> {
    table
        .iter()
        .flat_map(|table| table.iter())
        .map(|(name, spec)| (name.value.clone(), value(spec)))
        .collect()
}

fn plain(table: Option<&Table<Spanned<String>>>) -> IndexMap<String, String> {
    entries(table, |text| text.value.clone())
}
