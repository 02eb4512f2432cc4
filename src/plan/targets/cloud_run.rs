use crate::diag::Span;
use crate::expr::Template;
use crate::spec::{CloudRunSpec, Spanned};

use super::texts;

/// Cloud Run Jobs with Cloud Scheduler.
#[derive(Debug, Clone)]
pub struct CloudRun {
    /// The directory of the scripts, from the spec's directory.
    pub out: Spanned<String>,
    /// The environments that run there.
    pub environments: Vec<String>,
    /// Google's region; variables in it are the environment's.
    pub region: Template,
    /// The image of the jobs; variables in it are the environment's.
    pub image: Template,
    /// What the names of jobs and triggers end with: `{env}` in it is the environment's name.
    pub name_suffix: Option<String>,
    /// The account that the jobs run as; variables in it are the environment's.
    pub service_account: Option<Template>,
    /// Where the spec speaks of it.
    pub place: Span,
}

impl CloudRun {
    pub(super) fn of(spec: &CloudRunSpec) -> Self {
        Self {
            out: spec.out.clone(),
            environments: texts(&spec.environments),
            region: spec.region.template.clone(),
            image: spec.image.template.clone(),
            name_suffix: spec.name_suffix.clone(),
            service_account: spec.service_account.as_ref().map(|account| account.template.clone()),
            place: spec.span,
        }
    }
}
