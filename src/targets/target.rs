use std::fmt;

/// An engine that files are rendered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// GitHub Actions.
    Github,
    /// Kubernetes CronJobs.
    Kubernetes,
    /// Cloud Run Jobs with Cloud Scheduler.
    CloudRun,
}

impl Target {
    /// Its key in a spec.
    pub fn key(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Kubernetes => "kubernetes",
            Self::CloudRun => "cloud_run",
        }
    }
}

/// Its name as people say it.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Github => "GitHub Actions",
            Self::Kubernetes => "Kubernetes",
            Self::CloudRun => "Cloud Run",
        })
    }
}
