use crate::diag::Span;
use crate::expr::{Place, Scope, Template};
use crate::spec::{CloudRunSpec, Spanned};

use super::super::model::Plan;
use super::setting::Setting;
use super::texts;

/// Cloud Run Jobs with Cloud Scheduler.
#[derive(Debug, Clone)]
pub struct CloudRun {
    /// The directory of the scripts, from the spec's directory.
    pub out: Spanned<String>,
    /// The environments that run there.
    pub environments: Vec<String>,
    /// Google's project, where the target names it: see [`CloudRun::project`].
    pub own_project: Option<Setting>,
    /// Google's region.
    pub region: Setting,
    /// The image of the jobs, without a tag.
    pub image: Setting,
    /// What the names of jobs and triggers end with: `{env}` in it is the environment's name.
    pub name_suffix: Option<String>,
    /// The account that the jobs run as and their triggers start them by: a name in the project, or an address.
    pub service_account: Option<Setting>,
    /// How many processors a job's container has.
    pub cpu: Option<Setting>,
    /// How much memory.
    pub memory: Option<Setting>,
    /// jobnet's own image.
    pub jobnet_image: Option<Spanned<String>>,
    /// The image that holds what command stages run.
    pub base_image: Option<Spanned<String>>,
    /// Where the spec speaks of it.
    pub place: Span,
}

impl CloudRun {
    pub(super) fn of(spec: &CloudRunSpec) -> Self {
        let resources = spec.resources.as_ref();
        Self {
            out: spec.out.clone(),
            environments: texts(&spec.environments),
            own_project: spec.project.as_ref().map(|text| Setting::of("project", text)),
            region: Setting::of("region", &spec.region),
            image: Setting::of("image", &spec.image),
            name_suffix: spec.name_suffix.clone(),
            service_account: spec.service_account.as_ref().map(|text| Setting::of("service_account", text)),
            cpu: resources.and_then(|resources| resources.cpu.as_ref()).map(|text| Setting::of("cpu", text)),
            memory: resources
                .and_then(|resources| resources.memory.as_ref())
                .map(|text| Setting::of("memory", text)),
            jobnet_image: spec.jobnet_image.clone(),
            base_image: spec.base_image.clone(),
            place: spec.span,
        }
    }

    /// Google's project: the target's, or that of the variable `GCP_PROJECT` where the environment has one.
    pub fn project(&self, plan: &Plan) -> Option<Setting> {
        self.own_project.clone().or_else(|| {
            plan.declared.variables().get(CloudRunSpec::PROJECT)?;
            let written = format!("${{{}}}", CloudRunSpec::PROJECT);
            let template = Template::parse(&written, Place::Plain, &Scope::default()).ok()?;
            Some(Setting { key: "project", place: self.place, template })
        })
    }
}
