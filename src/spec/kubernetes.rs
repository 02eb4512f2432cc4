use super::leaf::{Name, PlainText, Spanned};
use super::record::{record, words};
use super::table::Table;

record! {
    /// Kubernetes CronJobs, as a kustomize base with an overlay an environment.
    KubernetesSpec is "a Kubernetes target"
    required {
        /// The directory of the rendered files.
        out: Spanned<String>,
        /// The environments that run there.
        environments: Vec<Name>,
        /// The image, without a tag. Its entrypoint is jobnet, unless `command` or `jobnet_image` is there.
        image: Spanned<String>,
    }
    optional {
        /// The image's tag, or digest (`sha256:…`), by environment.
        tags: Table<Spanned<String>>,
        /// The service account of the pods.
        service_account: Spanned<String>,
        /// The Secret that holds the stages' secrets.
        secret: Spanned<String>,
        /// The CronJobs' names, by stage. Without one, the net's name and the stage's.
        names: Table<Spanned<String>>,
        /// What a pod asks for and what it gets at most.
        resources: ResourcesSpec,
        /// What the pods may reach beside DNS.
        egress: Vec<EgressSpec>,
        /// The namespace of all that is rendered: `{env}` in it is the environment's name.
        namespace: Spanned<String>,
        /// Labels of all that is rendered.
        labels: Table<Spanned<String>>,
        /// jobnet's own image, without a tag, where `image` is somebody else's: it brings the binary into the pod.
        jobnet_image: Spanned<String>,
        /// The program and first arguments that start jobnet in `image`, whatever that image's entrypoint is:
        /// `[/usr/local/bin/jobnet]`, say.
        command: Vec<Spanned<String>>,
        /// The tag of jobnet's own image, or its digest. Without it, this version's.
        jobnet_tag: Spanned<String>,
        /// What a pod may do. Default strict.
        security: SecuritySpec,
        /// What the pods must run beside.
        near: NearSpec,
        /// Where the containers' environment comes from.
        env_from: Vec<EnvFromSpec>,
        /// What is mounted into the containers.
        volumes: Vec<VolumeSpec>,
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
        /// The port, as the other side's pods have it, not the Service before them.
        port: Spanned<u32>,
    }
    optional {
        /// Labels of pods.
        pods: Table<Spanned<String>>,
        /// A range of addresses.
        cidr: Spanned<String>,
        /// The environments in which the rule stands. Without it, all.
        environments: Vec<Name>,
    }
}

words! {
    /// What a pod may do.
    SecuritySpec is "a way to secure pods" {
        /// Not as root, on a file system that it can only read.
        "strict" => Strict,
        /// What its image wants.
        "image" => Image,
    }
}

record! {
    /// What the pods must run beside: on the same node.
    NearSpec is "`near`"
    required {
        /// Labels of pods.
        pods: Table<Spanned<String>>,
    }
}

record! {
    /// Where the containers' environment comes from: exactly one of the two.
    EnvFromSpec is "a source of the environment"
    optional {
        /// A Secret, by its name.
        secret: Spanned<String>,
        /// A ConfigMap, by its name.
        config_map: Spanned<String>,
    }
}

record! {
    /// What is mounted into the containers: exactly one of a claim and a ConfigMap.
    VolumeSpec is "a volume"
    required {
        /// The path in the containers.
        mount: Spanned<String>,
    }
    optional {
        /// A PersistentVolumeClaim, by its name.
        claim: Spanned<String>,
        /// A ConfigMap, by its name.
        config_map: Spanned<String>,
        /// The one key of the ConfigMap that becomes the file at `mount`. Without it, all are files below.
        key: Spanned<String>,
    }
}
