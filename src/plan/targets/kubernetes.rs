use indexmap::IndexMap;

use crate::diag::Span;
use crate::spec::{
    EgressSpec, EnvFromSpec, KubernetesSpec, PlainText, ResourcesSpec, SecuritySpec, Spanned, Table,
    VolumeSpec,
};

use super::{directory, texts};

/// A text with a name of its own, both with their places: a label, a resource.
pub type Pair = (Spanned<String>, Spanned<String>);

/// Kubernetes CronJobs, as a kustomize base with an overlay an environment.
#[derive(Debug, Clone)]
pub struct Kubernetes {
    /// The directory of the files, from the spec's directory.
    pub out: Spanned<String>,
    /// The environments that run there.
    pub environments: Vec<String>,
    /// The image, without a tag.
    pub image: Spanned<String>,
    /// The image's tag or digest, by environment.
    pub tags: IndexMap<String, Spanned<String>>,
    /// The service account of the pods.
    pub service_account: Option<Spanned<String>>,
    /// The Secret that holds the stages' secrets.
    pub secret: Option<Spanned<String>>,
    /// The CronJobs' names, by stage.
    pub names: IndexMap<String, Spanned<String>>,
    /// What a pod asks for and what it gets at most.
    pub resources: Resources,
    /// What the pods may reach beside DNS; `None` where nothing is said, and nothing is forbidden.
    pub egress: Option<Vec<Egress>>,
    /// The namespace of all that is rendered: `{env}` in it is the environment's name.
    pub namespace: Option<Spanned<String>>,
    /// Labels of all that is rendered.
    pub labels: Vec<Pair>,
    /// jobnet's own image, without a tag, where `image` is somebody else's.
    pub jobnet_image: Option<Spanned<String>>,
    /// The words that start jobnet in the image; the image's entrypoint where they are not said.
    pub command: Option<Vec<Spanned<String>>>,
    /// The tag or digest of jobnet's own image; this version's where it is not said.
    pub jobnet_tag: Option<Spanned<String>>,
    /// What a pod may do.
    pub security: Security,
    /// Labels of the pods on whose node the stages' pods must run.
    pub near: Option<Vec<Pair>>,
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
    pub requests: Vec<Pair>,
    /// What it gets at most.
    pub limits: Vec<Pair>,
}

/// One thing that the pods may reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Egress {
    /// Who.
    pub peer: Peer,
    /// The port.
    pub port: Spanned<u32>,
    /// The environments in which the rule stands; `None` for all.
    pub environments: Option<Vec<String>>,
}

/// Whom a rule of egress is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peer {
    /// Pods by their labels.
    Pods(Vec<Pair>),
    /// A range of addresses.
    Cidr(Spanned<String>),
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
    Secret(Spanned<String>),
    /// A ConfigMap.
    ConfigMap(Spanned<String>),
}

/// What is mounted into the containers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// What.
    pub source: VolumeSource,
    /// The path in the containers.
    pub mount: Spanned<String>,
}

/// Where the files of a volume come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VolumeSource {
    /// A PersistentVolumeClaim.
    Claim(Spanned<String>),
    /// A ConfigMap: one key as the file at the mount, or all as files below.
    ConfigMap {
        /// Its name.
        name: Spanned<String>,
        /// The key.
        key: Option<Spanned<String>>,
    },
}

impl Kubernetes {
    /// `None` where a part is not exactly one thing, which is reported elsewhere.
    pub(super) fn of(spec: &KubernetesSpec) -> Option<Self> {
        let egress = spec.egress.as_ref();
        Some(Self {
            out: directory(&spec.out),
            environments: texts(&spec.environments),
            image: spec.image.clone(),
            tags: by_name(spec.tags.as_ref()),
            service_account: spec.service_account.clone(),
            secret: spec.secret.clone(),
            names: by_name(spec.names.as_ref()),
            resources: spec.resources.as_ref().map(Resources::of).unwrap_or_default(),
            egress: egress.and_then(|rules| rules.iter().map(Egress::of).collect()),
            namespace: spec.namespace.clone(),
            labels: pairs(spec.labels.as_ref(), Clone::clone),
            jobnet_image: spec.jobnet_image.clone(),
            command: spec.command.clone(),
            jobnet_tag: spec.jobnet_tag.clone(),
            security: match spec.security {
                Some(SecuritySpec::Image) => Security::Image,
                Some(SecuritySpec::Strict) | None => Security::Strict,
            },
            near: spec.near.as_ref().map(|near| pairs(Some(&near.pods), Clone::clone)),
            env_from: spec.env_from.iter().flatten().map(EnvSource::of).collect::<Option<_>>()?,
            volumes: spec.volumes.iter().flatten().map(Volume::of).collect::<Option<_>>()?,
            place: spec.span,
        })
    }
}

impl Resources {
    fn of(spec: &ResourcesSpec) -> Self {
        let amount = |amount: &PlainText| Spanned { value: amount.text.clone(), span: amount.span };
        Self { requests: pairs(spec.requests.as_ref(), amount), limits: pairs(spec.limits.as_ref(), amount) }
    }
}

impl Egress {
    fn of(spec: &EgressSpec) -> Option<Self> {
        let peer = match (&spec.pods, &spec.cidr) {
            (Some(pods), None) => Peer::Pods(pairs(Some(pods), Clone::clone)),
            (None, Some(cidr)) => Peer::Cidr(cidr.clone()),
            _ => return None,
        };
        let environments = spec.environments.as_deref().map(texts);
        Some(Self { peer, port: spec.port.clone(), environments })
    }
}

impl EnvSource {
    fn of(spec: &EnvFromSpec) -> Option<Self> {
        match (&spec.secret, &spec.config_map) {
            (Some(secret), None) => Some(Self::Secret(secret.clone())),
            (None, Some(config_map)) => Some(Self::ConfigMap(config_map.clone())),
            _ => None,
        }
    }
}

impl Volume {
    fn of(spec: &VolumeSpec) -> Option<Self> {
        let source = match (&spec.claim, &spec.config_map) {
            (Some(claim), None) => VolumeSource::Claim(claim.clone()),
            (None, Some(name)) => VolumeSource::ConfigMap { name: name.clone(), key: spec.key.clone() },
            _ => return None,
        };
        Some(Self { source, mount: spec.mount.clone() })
    }
}

fn pairs<T>(table: Option<&Table<T>>, text: impl Fn(&T) -> Spanned<String>) -> Vec<Pair> {
    table.into_iter().flat_map(Table::iter).map(|(name, value)| (name.clone(), text(value))).collect()
}

fn by_name(table: Option<&Table<Spanned<String>>>) -> IndexMap<String, Spanned<String>> {
    table.into_iter().flat_map(Table::iter).map(|(name, text)| (name.value.clone(), text.clone())).collect()
}
