use thiserror::Error;

use crate::diag::Fault;

use super::rule::Rule;
use super::timing::MIN_START_WITHIN;

/// What Kubernetes, or kustomize, would refuse or misunderstand.
#[derive(Debug, Error)]
pub(super) enum KubernetesProblem {
    /// A value against a rule of the API.
    #[error("`{found}` cannot be {}", .rule.what)]
    Refused {
        /// The value.
        found: String,
        /// The rule.
        rule: &'static Rule,
    },
    /// Two stages whose CronJobs would be one.
    #[error("stages `{one}` and `{other}` would both be the CronJob `{name}`")]
    SameName {
        /// A stage.
        one: String,
        /// The other.
        other: String,
        /// Their CronJobs' name.
        name: String,
    },
    /// An environment without a tag: its pods would run whatever `latest` is.
    #[error("environment `{env}` has no tag for the image")]
    NoTag {
        /// The environment.
        env: String,
    },
    /// Secrets that stand nowhere.
    #[error("stage `{stage}` uses {}, and no Secret holds secrets", .secrets.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))]
    NoSecret {
        /// The stage.
        stage: String,
        /// The secrets.
        secrets: Vec<String>,
    },
    /// A label that is set already, and by which the pods are found.
    #[error("label `{key}` is set by jobnet")]
    OwnLabel {
        /// The label.
        key: String,
    },
    /// A tag without an image.
    #[error("`jobnet_tag` needs `jobnet_image`")]
    TagOfNothing,
    /// One image under two names.
    #[error("`image` and `jobnet_image` are the same")]
    SameImage,
    /// A command that starts another jobnet than the one that is installed.
    #[error("`command` and `jobnet_image` both say which jobnet is started")]
    CommandBesideImage,
    /// A command without a program.
    #[error("`command` names no program")]
    NoProgram,
    /// A mount at a path where something else is.
    #[error("`{mount}` is taken by {by}")]
    MountTaken {
        /// The path.
        mount: String,
        /// By what.
        by: String,
    },
    /// A deadline that the controller may always miss.
    #[error("a run that may start {found} late at most may never start")]
    StartWithinTooShort {
        /// The deadline.
        found: String,
    },
    /// A file that is not there.
    #[error("stage `{stage}` reads `{path}`, which is not there")]
    MissingFile {
        /// The stage.
        stage: String,
        /// The path.
        path: String,
    },
    /// A file that cannot be beside the spec in a pod.
    #[error("stage `{stage}` reads `{path}`, which cannot be put into a pod: {reason}")]
    UnfitFile {
        /// The stage.
        stage: String,
        /// The path.
        path: String,
        /// Why not.
        reason: &'static str,
    },
    /// A database or store in a directory that the pod cannot write to.
    #[error(
        "stage `{stage}` writes into `{url}`, which would be in the pod's read-only copy of the spec's directory"
    )]
    WritesBesideSpec {
        /// The stage.
        stage: String,
        /// The database's or store's URL.
        url: String,
    },
    /// More than a ConfigMap holds.
    #[error("the spec's files have {bytes} bytes, and a ConfigMap holds 1048576")]
    FilesTooLarge {
        /// How many bytes they have.
        bytes: usize,
    },
}

impl Fault for KubernetesProblem {
    fn code(&self) -> &'static str {
        match self {
            Self::Refused { rule, .. } => rule.code,
            Self::SameName { .. } => "kubernetes-same-name",
            Self::NoTag { .. } => "kubernetes-no-tag",
            Self::NoSecret { .. } => "kubernetes-no-secret",
            Self::OwnLabel { .. } => "kubernetes-label",
            Self::TagOfNothing | Self::SameImage | Self::CommandBesideImage | Self::NoProgram => {
                "kubernetes-image"
            }
            Self::MountTaken { .. } => "kubernetes-mount",
            Self::StartWithinTooShort { .. } => "start-within-too-short",
            Self::MissingFile { .. } => "missing-file",
            Self::UnfitFile { .. } => "unfit-file",
            Self::WritesBesideSpec { .. } => "writes-beside-spec",
            Self::FilesTooLarge { .. } => "files-too-large",
        }
    }

    fn label(&self) -> String {
        match self {
            Self::Refused { rule, .. } => format!("expected {}", rule.expected),
            Self::SameName { .. } => "expected another name".to_owned(),
            Self::NoTag { env } => format!("expected `tags` with one for `{env}`"),
            Self::NoSecret { .. } => "expected `secret`, or `env_from`".to_owned(),
            Self::OwnLabel { .. } => "expected another label".to_owned(),
            Self::TagOfNothing => "expected no tag, or an image that it is of".to_owned(),
            Self::SameImage => "expected jobnet's own image".to_owned(),
            Self::CommandBesideImage => "expected one of the two".to_owned(),
            Self::NoProgram => "expected the path of jobnet in the image, and its first arguments".to_owned(),
            Self::MountTaken { .. } => "expected another path".to_owned(),
            Self::StartWithinTooShort { .. } => {
                format!("expected at least {}s", MIN_START_WITHIN.as_secs())
            }
            Self::MissingFile { .. } => "expected a file beside the spec".to_owned(),
            Self::UnfitFile { .. } => "expected a path below the spec's directory".to_owned(),
            Self::WritesBesideSpec { .. } => "expected a database or store elsewhere".to_owned(),
            Self::FilesTooLarge { .. } => "expected less".to_owned(),
        }
    }

    fn help(&self) -> Option<String> {
        Some(match self {
            Self::Refused { rule, .. } => rule.advice.to_owned(),
            Self::SameName { other, .. } => {
                format!("give one a name of its own: `names: {{{other}: NAME}}` in the target")
            }
            Self::NoTag { env } => format!("add it, so that pods do not run `latest`: `tags: {{{env}: …}}`"),
            Self::NoSecret { .. } => {
                "name the Secret that will hold them: `secret: NAME` in the target".to_owned()
            }
            Self::OwnLabel { .. } => "remove it, or choose another key".to_owned(),
            Self::TagOfNothing => "remove it, or add `jobnet_image`".to_owned(),
            Self::SameImage => "leave `jobnet_image` out where `image` is jobnet's".to_owned(),
            Self::CommandBesideImage => {
                "keep `jobnet_image` where jobnet is to be installed into the pod, `command` where `image` has it"
                    .to_owned()
            }
            Self::NoProgram => "write `command: [/usr/local/bin/jobnet]`, or leave it out".to_owned(),
            Self::MountTaken { .. } => "mount it elsewhere".to_owned(),
            Self::StartWithinTooShort { .. } => {
                "the controller looks every 10 s: write 1m or more".to_owned()
            }
            Self::MissingFile { .. } => "create it, or correct the path".to_owned(),
            Self::UnfitFile { .. } => "move or rename it".to_owned(),
            Self::WritesBesideSpec { .. } => {
                "name a server or bucket, or a path from `/` on that a claim in `volumes` keeps".to_owned()
            }
            Self::FilesTooLarge { .. } => {
                "put the files into an image of your own, and give their paths from `/` on".to_owned()
            }
        })
    }
}
