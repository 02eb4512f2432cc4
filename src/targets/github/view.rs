use serde::Serialize;

use super::scalar::Scalar;

/// What the template of a workflow sees.
#[derive(Debug, Clone, Serialize)]
pub(super) struct WorkflowView {
    pub(super) name: Scalar,
    pub(super) run_name: Scalar,
    pub(super) schedules: Vec<ScheduleView>,
    pub(super) environments: Vec<Scalar>,
    pub(super) default_environment: Option<Scalar>,
    pub(super) choices: Vec<Scalar>,
    pub(super) concurrency: ConcurrencyView,
    pub(super) runner: Scalar,
    pub(super) checkout: Uses,
    pub(super) start: StartView,
    pub(super) stages: Vec<StageView>,
    pub(super) summary: SummaryView,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct ScheduleView {
    pub(super) cron: Scalar,
    pub(super) timezone: Option<Scalar>,
    /// What it is for, as a comment.
    pub(super) comment: String,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct ConcurrencyView {
    pub(super) group: Scalar,
    /// What happens to a run that is due while another works, as a comment.
    pub(super) comment: &'static str,
    pub(super) cancels: bool,
    pub(super) queues: bool,
}

/// The job that decides what all others share.
#[derive(Debug, Clone, Serialize)]
pub(super) struct StartView {
    pub(super) id: String,
    pub(super) env: Scalar,
}

/// The job of a stage.
#[derive(Debug, Clone, Serialize)]
pub(super) struct StageView {
    pub(super) name: String,
    pub(super) needs: Vec<String>,
    /// The operands of the `&&` of its condition.
    pub(super) condition: Vec<String>,
    pub(super) permissions: Vec<PermissionView>,
    #[serde(flatten)]
    pub(super) work: WorkView,
}

/// What a job does.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum WorkView {
    Steps(StepsView),
    Call(CallView),
}

/// Steps of its own.
#[derive(Debug, Clone, Serialize)]
pub(super) struct StepsView {
    pub(super) timeout_minutes: Scalar,
    pub(super) environment: Option<Scalar>,
    pub(super) working_directory: Option<Scalar>,
    pub(super) credentials: Vec<CredentialsView>,
    /// The author's steps, as lines that are YAML already.
    pub(super) setup: Vec<String>,
    pub(super) install: Option<Uses>,
    pub(super) run: RunView,
}

/// Another workflow that is called. A job that calls one can say nothing else
/// (<https://docs.github.com/actions/reference/workflows-and-actions/reusing-workflow-configurations#supported-keywords-for-jobs-that-call-a-reusable-workflow>).
#[derive(Debug, Clone, Serialize)]
pub(super) struct CallView {
    #[serde(flatten)]
    pub(super) uses: Uses,
    pub(super) with: Vec<Pair>,
    /// The secrets that it has a name for.
    pub(super) secrets: Vec<Pair>,
    /// Those that it has not, each as a line `NAME=value`.
    pub(super) lines: Vec<String>,
}

/// A right that a job's token has, and what for.
#[derive(Debug, Clone, Serialize)]
pub(super) struct PermissionView {
    pub(super) scope: &'static str,
    pub(super) access: &'static str,
    pub(super) comment: &'static str,
}

/// A step that logs in to a cloud.
#[derive(Debug, Clone, Serialize)]
pub(super) struct CredentialsView {
    pub(super) condition: Option<Scalar>,
    #[serde(flatten)]
    pub(super) uses: Uses,
    pub(super) with: Vec<Pair>,
}

/// The step that runs a stage: by the container action, or as a command on the runner.
#[derive(Debug, Clone, Serialize)]
pub(super) struct RunView {
    pub(super) action: Option<Uses>,
    pub(super) with: Vec<Pair>,
    pub(super) env: Vec<Pair>,
}

/// The job that writes the net's table.
#[derive(Debug, Clone, Serialize)]
pub(super) struct SummaryView {
    pub(super) id: String,
    pub(super) needs: Vec<String>,
    pub(super) stages: Scalar,
}

/// A key with a value.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Pair {
    pub(super) key: String,
    pub(super) value: Scalar,
}

/// An action, with its version as a comment where a commit hides it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Uses {
    pub(super) uses: Scalar,
    pub(super) version: Option<String>,
}

impl Uses {
    /// One that is named as it is.
    pub(super) fn of(uses: Scalar) -> Self {
        Self { uses, version: None }
    }

    /// The value of `uses:` with its comment.
    pub(super) fn line(&self) -> String {
        let version = self.version.iter().map(|version| format!(" # {version}"));
        format!("{}{}", self.uses.as_yaml(), version.collect::<String>())
    }
}

impl Pair {
    pub(super) fn of(key: impl Into<String>, value: Scalar) -> Self {
        Self { key: key.into(), value }
    }
}
