use super::leaf::{Name, PlainText, Spanned};
use super::record::record;

record! {
    /// Cloud Run Jobs with Cloud Scheduler.
    CloudRunSpec is "a Cloud Run target"
    required {
        /// The directory of the rendered scripts.
        out: Spanned<String>,
        /// The environments that run there.
        environments: Vec<Name>,
        /// Google's region.
        region: PlainText,
        /// The image of the jobs, without a tag: that is given when they are created.
        image: PlainText,
    }
    optional {
        /// What the names of jobs and triggers end with, where environments share a project: `{env}` in it is the
        /// environment's name.
        name_suffix: String,
        /// Google's project; by default that of the variable `GCP_PROJECT`.
        project: PlainText,
        /// The account that the jobs run as and their triggers start them by: a name in the project, or an address.
        service_account: PlainText,
        /// What a job's container may use.
        resources: CloudRunResourcesSpec,
        /// jobnet's own image, from which that of the jobs is built.
        jobnet_image: Spanned<String>,
        /// The image that holds what command stages run; jobnet is copied into it.
        base_image: Spanned<String>,
    }
}

record! {
    /// What a job's container may use.
    CloudRunResourcesSpec is "`resources`"
    optional {
        /// Processors: `1`, `2`, `4` or `8`.
        cpu: PlainText,
        /// Memory: `512Mi`, say.
        memory: PlainText,
    }
}

impl CloudRunSpec {
    /// The variable that names Google's project where the target does not.
    pub const PROJECT: &'static str = "GCP_PROJECT";

    /// Its texts in which variables may stand.
    pub fn texts(&self) -> impl Iterator<Item = &PlainText> {
        let resources = self.resources.as_ref();
        [&self.region, &self.image]
            .into_iter()
            .chain(&self.project)
            .chain(&self.service_account)
            .chain(resources.and_then(|resources| resources.cpu.as_ref()))
            .chain(resources.and_then(|resources| resources.memory.as_ref()))
    }
}
