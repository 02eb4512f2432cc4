use thiserror::Error;

use crate::diag::Fault;

/// What GitHub refuses, or would understand otherwise than the spec.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum GithubProblem {
    /// A file that GitHub does not look at.
    #[error("`{out}` is no file of a workflow")]
    NotAWorkflow { out: String },
    /// A workflow for no environment.
    #[error("a workflow runs in at least one environment")]
    NoEnvironment,
    /// A default that cannot be chosen.
    #[error("`{env}` is not among the environments of this target")]
    OtherDefault { env: String, known: Vec<String> },
    /// A label that no runner has.
    #[error("the label of the runners is empty")]
    NoRunner,
    /// Names that GitHub takes for the same.
    #[error("`{one}` and `{other}` are the same {what} to GitHub, where case does not count")]
    SameButCase { what: &'static str, one: String, other: String },
    /// A stage whose name means all of them.
    #[error("`all` is every stage on GitHub, and cannot be the name of one")]
    All,
    /// A stage that a run could not be told to be for.
    #[error("`{name}` is a group too, and the job of the stage would run the group")]
    GroupToo { name: String },
    /// A name that GitHub has no room for.
    #[error("the name `{name}` has {length} characters, and GitHub takes {MOST_OF_A_NAME}")]
    LongName { name: String, length: usize },
    /// Schedules that a run could not tell apart.
    #[error("`{cron}` starts {one}, and {other} too")]
    SameCron { cron: String, one: String, other: String },
    /// A schedule that GitHub does not keep.
    #[error("firings of `{cron}` are {gap} {} apart, and GitHub keeps at least {LEAST_GAP} between them", if *.gap == 1 { "minute" } else { "minutes" })]
    TooOften { cron: String, gap: u32 },
    /// A schedule that needs its zone, where there are none.
    #[error("`{cron}` in {zone} cannot be said in UTC: {reason}")]
    NotUtc { cron: String, zone: String, reason: String },
    /// A job whose condition has no room.
    #[error(
        "the condition of stage `{stage}` would have {length} characters, and GitHub reads {MOST_OF_AN_EXPRESSION}"
    )]
    LongCondition { stage: String, length: usize },
    /// Secrets that have no room in one text.
    #[error(
        "the secrets of stage `{stage}` would be an expression of {length} characters, and GitHub reads {MOST_OF_AN_EXPRESSION}"
    )]
    LongSecrets { stage: String, length: usize },
    /// A timeout beyond that of GitHub's own runners.
    #[error(
        "stage `{stage}` may take {minutes} minutes, and GitHub's own runners end a job after {MOST_MINUTES}"
    )]
    LongTimeout { stage: String, minutes: u64 },
    /// A secret that GitHub cannot keep.
    #[error("GitHub cannot keep a secret called `{name}`")]
    SecretName { name: String },
    /// A step that is none.
    #[error("a step has `uses` or `run`, with a text")]
    NotAStep,
    /// An action whose commit nobody looked up.
    #[error("`{uses}` is not in the lock file")]
    NotLocked { uses: String },
    /// An action of which not even the version is named.
    #[error("`{uses}` does not say which version it means")]
    NoVersion { uses: String },
    /// An action beside which there is no workflow that others can call.
    #[error("`{action}` is no repository with a workflow that stages could call")]
    NoReusable { action: String },
    /// A lock file that cannot be read.
    #[error("the lock file cannot be read: {reason}")]
    BadLock { reason: String },
}

/// Characters of an id or name.
pub(super) const MOST_OF_A_NAME: usize = 100;

/// Minutes between two firings of a schedule
/// (<https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule>).
pub(super) const LEAST_GAP: u32 = 5;

/// Characters of an expression; GitHub refuses the workflow of a longer one ("Exceeded max expression length 21000").
pub(super) const MOST_OF_AN_EXPRESSION: usize = 21_000;

/// Minutes of a job on a runner of GitHub's
/// (<https://docs.github.com/actions/reference/limits#existing-system-limits>).
pub(super) const MOST_MINUTES: u64 = 360;

impl Fault for GithubProblem {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAWorkflow { .. } => "github-not-a-workflow",
            Self::NoEnvironment | Self::OtherDefault { .. } => "github-environment",
            Self::NoRunner => "github-runner",
            Self::SameButCase { .. } | Self::All | Self::GroupToo { .. } | Self::LongName { .. } => {
                "github-name"
            }
            Self::SameCron { .. } => "github-same-cron",
            Self::TooOften { .. } => "github-too-often",
            Self::NotUtc { .. } => "github-not-utc",
            Self::LongCondition { .. } | Self::LongSecrets { .. } => "github-long-expression",
            Self::LongTimeout { .. } => "github-long-timeout",
            Self::SecretName { .. } => "github-secret-name",
            Self::NotAStep => "github-not-a-step",
            Self::NotLocked { .. } | Self::NoVersion { .. } => "github-not-pinned",
            Self::NoReusable { .. } => "github-no-reusable",
            Self::BadLock { .. } => "github-lock",
        }
    }

    fn label(&self) -> String {
        match self {
            Self::NotAWorkflow { .. } => "expected `.github/workflows/NAME.yml`".to_owned(),
            Self::NoEnvironment => "expected at least one environment".to_owned(),
            Self::OtherDefault { known, .. } => format!("expected one of `{}`", known.join("`, `")),
            Self::NoRunner => "expected a label".to_owned(),
            Self::SameButCase { what, .. } => format!("expected {what}s that differ by more than case"),
            Self::All | Self::GroupToo { .. } => "expected another name".to_owned(),
            Self::LongName { .. } => "expected a shorter name".to_owned(),
            Self::SameCron { .. } => "a run is told the text of its schedule, and no more".to_owned(),
            Self::TooOften { .. } => format!("expected {LEAST_GAP} minutes between any two firings"),
            Self::NotUtc { .. } => "schedules of GitHub Enterprise Server are in UTC".to_owned(),
            Self::LongCondition { .. } => "expected fewer stages before it".to_owned(),
            Self::LongSecrets { .. } => "expected fewer secrets, or shorter names".to_owned(),
            Self::LongTimeout { .. } => "the timeout is that of the job".to_owned(),
            Self::SecretName { .. } => {
                "expected letters, digits and underscores, no digit and no `GITHUB_` first".to_owned()
            }
            Self::NotAStep => "expected one of `uses`, `run`".to_owned(),
            Self::NotLocked { .. } => "expected an action that the lock file has".to_owned(),
            Self::NoVersion { .. } => "expected a version after the name".to_owned(),
            Self::NoReusable { .. } => "expected `OWNER/NAME@VERSION`".to_owned(),
            Self::BadLock { .. } => "`jobnet.lock` says which commits are meant".to_owned(),
        }
    }

    fn help(&self) -> Option<String> {
        Some(match self {
            Self::NotAWorkflow { .. } => {
                "give the path from here to `.github/workflows` at the root of the repository, \
                 `../.github/workflows/NAME.yml` say"
                    .to_owned()
            }
            Self::NoEnvironment => "name one, or remove the target".to_owned(),
            Self::OtherDefault { .. } => "name one of them, or add it to `environments`".to_owned(),
            Self::NoRunner => "name one, or remove `runner` for GitHub's own".to_owned(),
            Self::SameButCase { .. } | Self::All | Self::GroupToo { .. } | Self::LongName { .. } => {
                "rename it".to_owned()
            }
            Self::SameCron { .. } => {
                "write one of them otherwise (`30 0 * * *` as `30 0 * * 0-6`, or a minute later)".to_owned()
            }
            Self::TooOften { .. } => {
                "let it fire less often, or have one run do the work of several".to_owned()
            }
            Self::NotUtc { .. } => {
                "choose a zone whose clocks do not change, or days that are not restricted".to_owned()
            }
            Self::LongCondition { .. } => "divide the net in two".to_owned(),
            Self::LongSecrets { .. } => "remove `reusable_workflow`".to_owned(),
            Self::LongTimeout { .. } => "make it shorter, or name a `runner` of your own".to_owned(),
            Self::SecretName { .. } => {
                "say what it is called there, by `secret_names` or another `secret_suffix`".to_owned()
            }
            Self::NotAStep => {
                "<https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idsteps> \
                 says what can stand in one"
                    .to_owned()
            }
            Self::NotLocked { uses } => not_locked(uses),
            Self::NoVersion { uses } if uses.starts_with("docker://") => {
                format!("add its digest: `{uses}@sha256:…`")
            }
            Self::NoVersion { uses } => format!("add it: `{uses}@v1`"),
            Self::NoReusable { .. } => {
                "name a repository that is a copy of jobnet's, or remove `reusable_workflow`".to_owned()
            }
            Self::BadLock { .. } => {
                "a line has the form `OWNER/NAME@v1: {commit: 40 hexadecimal digits, version: v1.2.3}`".to_owned()
            }
        })
    }
}

fn not_locked(uses: &str) -> String {
    let (path, reference) = uses.split_once('@').unwrap_or((uses, ""));
    let repository = path.splitn(3, '/').take(2).collect::<Vec<_>>().join("/");
    format!(
        "add to jobnet.lock: `{repository}@{reference}: {{commit: …, version: …}}`; \
         look it up with `git ls-remote --tags https://github.com/{repository}`"
    )
}
