use serde_json::Value;

use crate::diag::Span;
use crate::spec::{AwsSpec, GithubSpec, GoogleSpec, Name, Spanned};

use super::texts;

/// A GitHub Actions workflow.
#[derive(Debug, Clone)]
pub struct Github {
    /// The workflow's file, from the spec's directory.
    pub out: Spanned<String>,
    /// The environments that run there.
    pub environments: Vec<String>,
    /// The environment of a run that is started by hand and names none.
    pub default_environment: Option<Spanned<String>>,
    /// How the workflow gets credentials of AWS.
    pub aws: Option<Aws>,
    /// How the workflow gets credentials of Google Cloud.
    pub google: Option<Google>,
    /// Steps before a command stage, each with its place.
    pub setup: Vec<(Vec<(String, Value)>, Span)>,
    /// The label of the runners; `None` for GitHub's own.
    pub runner: Option<Spanned<String>>,
    /// jobnet's own action, `OWNER/NAME@REF`; `None` for the published one.
    pub action: Option<Spanned<String>>,
    /// True where stages call jobnet's workflow in place of steps of their own.
    pub reusable_workflow: bool,
    /// True where each environment is one of GitHub's.
    pub github_environments: bool,
    /// True for GitHub Enterprise Server.
    pub enterprise_server: bool,
    /// Where the spec speaks of it.
    pub place: Span,
}

/// How a workflow gets credentials of AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aws {
    /// Who it is there.
    pub login: AwsLogin,
    /// The secret that holds the region.
    pub region: String,
    /// Where the spec speaks of it.
    pub place: Span,
}

/// Who a workflow is at AWS, by the secrets that hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AwsLogin {
    /// A role that it becomes by OIDC.
    Role(String),
    /// The owner of an access key.
    AccessKey {
        /// The key's id.
        id: String,
        /// The key.
        secret: String,
    },
}

/// How a workflow gets credentials of Google Cloud, by the secrets that hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Google {
    /// The full name of the workload identity provider.
    pub workload_identity_provider: String,
    /// The service account's address.
    pub service_account: String,
    /// Where the spec speaks of it.
    pub place: Span,
}

impl Github {
    pub(super) fn of(spec: &GithubSpec) -> Self {
        Self {
            out: spec.out.clone(),
            environments: texts(&spec.environments),
            default_environment: spec.default_environment.as_ref().map(|Name(env)| env.clone()),
            aws: spec.aws.as_ref().and_then(Aws::of),
            google: spec.google.as_ref().map(Google::of),
            setup: spec.setup.iter().flatten().map(|step| (step.entries.clone(), step.span)).collect(),
            runner: spec.runner.clone(),
            action: spec.action.clone(),
            reusable_workflow: spec.reusable_workflow.unwrap_or(false),
            github_environments: spec.github_environments.unwrap_or(false),
            enterprise_server: spec.enterprise_server.unwrap_or(false),
            place: spec.span,
        }
    }
}

impl Aws {
    /// `None` where it is not exactly one of the two ways, which is reported elsewhere.
    fn of(spec: &AwsSpec) -> Option<Self> {
        let text = |Name(name): &Name| name.value.clone();
        let login = match (&spec.role_to_assume, &spec.access_key_id, &spec.secret_access_key) {
            (Some(role), None, None) => AwsLogin::Role(text(role)),
            (None, Some(id), Some(secret)) => AwsLogin::AccessKey { id: text(id), secret: text(secret) },
            _ => return None,
        };
        Some(Self { login, region: text(&spec.region), place: spec.span })
    }
}

impl Google {
    fn of(spec: &GoogleSpec) -> Self {
        Self {
            workload_identity_provider: spec.workload_identity_provider.0.value.clone(),
            service_account: spec.service_account.0.value.clone(),
            place: spec.span,
        }
    }
}
