use serde_json::Value;

use crate::diag::Span;
use crate::spec::{AwsSpec, GithubSpec, Spanned};

use super::texts;

/// A GitHub Actions workflow.
#[derive(Debug, Clone)]
pub struct Github {
    /// The workflow's file, from the spec's directory.
    pub out: Spanned<String>,
    /// The environments that run there.
    pub environments: Vec<String>,
    /// The environment of a run that is started by hand and names none.
    pub default_environment: Option<String>,
    /// How the workflow gets credentials of AWS.
    pub aws: Option<Aws>,
    /// Steps before a command stage, each with its place.
    pub setup: Vec<(Vec<(String, Value)>, Span)>,
    /// Where the spec speaks of it.
    pub place: Span,
}

/// How a workflow gets credentials of AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aws {
    /// The secret that holds the role.
    pub role_to_assume: String,
    /// The secret that holds the region.
    pub region: String,
}

impl Github {
    pub(super) fn of(spec: &GithubSpec) -> Self {
        Self {
            out: spec.out.clone(),
            environments: texts(&spec.environments),
            default_environment: spec.default_environment.as_ref().map(|env| env.0.value.clone()),
            aws: spec.aws.as_ref().map(Aws::of),
            setup: spec.setup.iter().flatten().map(|step| (step.entries.clone(), step.span)).collect(),
            place: spec.span,
        }
    }
}

impl Aws {
    fn of(spec: &AwsSpec) -> Self {
        Self { role_to_assume: spec.role_to_assume.0.value.clone(), region: spec.region.0.value.clone() }
    }
}
