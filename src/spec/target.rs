use super::cloud_run::CloudRunSpec;
use super::github::GithubSpec;
use super::kubernetes::KubernetesSpec;
use super::record::record;

record! {
    /// The engines that the net runs on.
    TargetsSpec is "`targets`"
    optional {
        /// Kubernetes CronJobs.
        kubernetes: KubernetesSpec,
        /// A GitHub Actions workflow.
        github: GithubSpec,
        /// Cloud Run Jobs with Cloud Scheduler.
        cloud_run: CloudRunSpec,
    }
}
