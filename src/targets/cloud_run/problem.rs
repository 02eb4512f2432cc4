use thiserror::Error;

use crate::diag::Fault;

/// What can be wrong with a spec whose jobs run on Cloud Run.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum CloudRunProblem {
    /// A value that needs a secret, and stands in a script.
    #[error("`{key}` of the Cloud Run target needs a secret in {env}")]
    Hidden { key: &'static str, env: String },
    /// A value that Google would refuse.
    #[error("`{key}` of the Cloud Run target cannot be `{found}` in {env}")]
    Value { key: &'static str, env: String, found: String, expected: &'static str },
    /// No project to be the jobs'.
    #[error("the Cloud Run target has no project in {env}")]
    NoProject { env: String },
    /// No account for a trigger.
    #[error("stage `{stage}` has a schedule, and there is no account for its trigger to start it by")]
    NoAccount { stage: String },
    /// A name that a job cannot have.
    #[error("`{name}` cannot be the name of a job on Cloud Run")]
    Name { name: String },
    /// Two jobs of one name in one place.
    #[error("`{name}` would be the job of `{}` in {} and of `{}` in {}", .one.0, .one.1, .other.0, .other.1)]
    SameName { name: String, one: (String, String), other: (String, String) },
    /// A secret's name that Secret Manager does not allow.
    #[error("`{name}`, where secret `{secret}` is kept in {env}, cannot be a name in Secret Manager")]
    Secret { secret: String, name: String, env: String },
    /// A directory that is not below the spec's.
    #[error("`{out}` cannot be the directory of the scripts: the image is built from the spec's directory")]
    Out { out: String },
    /// A file that the image cannot be given.
    #[error("stage `{stage}` reads `{path}`, which cannot be copied into the image of the jobs")]
    File { stage: String, path: String },
    /// A command, and an image without one.
    #[error("stage `{stage}` runs a command, and the image of the jobs holds jobnet alone")]
    NoCommand { stage: String },
}

impl Fault for CloudRunProblem {
    fn code(&self) -> &'static str {
        match self {
            Self::Hidden { .. } => "secret-in-target",
            Self::Value { .. } => "cloud-run-value",
            Self::NoProject { .. } => "cloud-run-project",
            Self::NoAccount { .. } => "cloud-run-account",
            Self::Name { .. } => "cloud-run-name",
            Self::SameName { .. } => "cloud-run-same-name",
            Self::Secret { .. } => "cloud-run-secret",
            Self::Out { .. } => "cloud-run-out",
            Self::File { .. } => "cloud-run-file",
            Self::NoCommand { .. } => "cloud-run-command",
        }
    }

    fn label(&self) -> String {
        match self {
            Self::Hidden { .. } => "expected a value that is known before a run",
            Self::Value { expected, .. } => return format!("expected {expected}"),
            Self::NoProject { .. } => "expected `project`",
            Self::NoAccount { .. } => "expected `service_account`",
            Self::Name { .. } => {
                "expected at most 49 lowercase letters, digits and `-`, a letter first, no `-` last"
            }
            Self::SameName { .. } => "expected a name of its own",
            Self::Secret { .. } => "expected at most 255 letters, digits, `-` and `_`",
            Self::Out { .. } => {
                "expected a path below the spec's directory, without `$`, `*`, `?`, `[`, `]` and `\\`"
            }
            Self::File { .. } => {
                "expected a path below the spec's directory, without `$`, `*`, `?`, `[`, `]` and `\\`"
            }
            Self::NoCommand { .. } => "expected `base_image` in `targets.cloud_run`",
        }
        .to_owned()
    }

    fn help(&self) -> Option<String> {
        let help = match self {
            Self::Hidden { .. } => "write the value, or make it a variable without a secret in it",
            Self::Value { .. } => "change it, or the variable that stands in it",
            Self::NoProject { .. } => "add `project: …`, or a variable `GCP_PROJECT`",
            Self::NoAccount { .. } => "add `service_account: …` to `targets.cloud_run`",
            Self::Name { .. } => "rename the stage or the environment, or shorten `name_suffix`",
            Self::SameName { .. } => "let the environment be part of it: `name_suffix: \"-{env}\"`",
            Self::Secret { .. } => "change `secret_suffix` or `secret_names` of the environment",
            Self::Out { .. } => "choose a directory such as `deploy/cloud-run`",
            Self::File { .. } => "move the file, or rename it",
            Self::NoCommand { .. } => "add `base_image: …`, the image that holds the command",
        };
        Some(help.to_owned())
    }
}
