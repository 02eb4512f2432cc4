use super::leaf::{Name, PlainText, Spanned};
use super::record::record;
use super::table::Table;

record! {
    /// The engines that the net runs on.
    TargetsSpec is "`targets`"
    optional {
        /// Kubernetes CronJobs.
        kubernetes: KubernetesSpec,
    }
}

record! {
    /// Kubernetes CronJobs, as a kustomize base with an overlay an environment.
    KubernetesSpec is "a Kubernetes target"
    required {
        /// The directory of the rendered files.
        out: String,
        /// The environments that run there.
        environments: Vec<Name>,
        /// The image, without a tag.
        image: String,
    }
    optional {
        /// The image's tag, by environment.
        tags: Table<Spanned<String>>,
        /// The service account of the pods.
        service_account: String,
        /// The Secret that holds the stages' secrets.
        secret: String,
        /// The CronJobs' names, by stage.
        names: Table<Spanned<String>>,
        /// What a pod asks for and what it gets at most.
        resources: ResourcesSpec,
        /// What the pods may reach beside DNS.
        egress: Vec<EgressSpec>,
    }
}

record! {
    /// What a pod asks for and what it gets at most.
    ResourcesSpec is "`resources`"
    optional {
        /// What the scheduler sets aside, by resource.
        requests: Table<PlainText>,
        /// What it gets at most, by resource.
        limits: Table<PlainText>,
    }
}

record! {
    /// One thing that the pods may reach: pods by their labels, or a range of addresses.
    EgressSpec is "a rule of egress"
    required {
        /// The port.
        port: u32,
    }
    optional {
        /// Labels of pods.
        pods: Table<Spanned<String>>,
        /// A range of addresses.
        cidr: String,
        /// The environments in which the rule stands. Without it, all.
        environments: Vec<Name>,
    }
}
