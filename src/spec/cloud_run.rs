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
        /// The image of the jobs.
        image: PlainText,
    }
    optional {
        /// What the names of jobs and triggers end with, where environments share a project: `{env}` in it is the
        /// environment's name.
        name_suffix: String,
        /// The account that the jobs run as.
        service_account: PlainText,
    }
}
