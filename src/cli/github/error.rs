use thiserror::Error;

use crate::clients::BuildError;
use crate::diag::did_you_mean;
use crate::github::{GithubError, RepositoryError, RunRef};
use crate::run::ExitCode;

/// Why a command that speaks with GitHub did not do what it is for.
#[derive(Debug, Error)]
pub(in super::super) enum GithubFault {
    /// `GITHUB_API_URL` is no URL.
    #[error("GITHUB_API_URL is `{text}`, which is no URL")]
    BaseUrl {
        /// What it is.
        text: String,
    },
    /// A repository's name that is none.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
    /// No repository was named, and none can be known.
    #[error("no repository was named, and there is no git remote `origin` that tells one")]
    NoRepository,
    /// The API is another server's.
    #[error("the repository is on {host}, and the API is at {base}")]
    OtherHost {
        /// The API's base.
        base: String,
        /// The repository's host.
        host: String,
    },
    /// There is no token.
    #[error("there is no token for GitHub")]
    NoToken,
    /// There can be no HTTP client.
    #[error(transparent)]
    Client(#[from] BuildError),
    /// Nothing says which workflow is the net's.
    #[error("the spec has no `targets.github`, and no workflow was named")]
    NoWorkflow,
    /// An environment that does not run there.
    #[error("environment `{name}` does not run on GitHub Actions")]
    NotThere {
        /// The environment.
        name: String,
        /// Those that do.
        known: Vec<String>,
    },
    /// No environment was named.
    #[error("no environment was named")]
    NoEnvironment {
        /// Those that there are.
        known: Vec<String>,
    },
    /// The environment that was named is not the run's.
    #[error("run {run} is of environment `{told}`, and not of `{named}`")]
    OtherEnvironment {
        /// The run.
        run: u64,
        /// The run's.
        told: String,
        /// The one that was named.
        named: String,
    },
    /// Several stages, which the workflow's form cannot say.
    #[error("the workflow can be started for all stages, for one, or for one and all after it, and not for {}", .stages.join(", "))]
    NotSayable {
        /// The stages.
        stages: Vec<String>,
    },
    /// A run of another workflow.
    #[error("run {run} is of `{file}`, and not of this net's `{workflow}`")]
    OtherWorkflow {
        /// The run.
        run: u64,
        /// Its workflow.
        file: String,
        /// The net's.
        workflow: String,
    },
    /// The workflow was never run.
    #[error("`{workflow}` has no runs")]
    NoRuns {
        /// The workflow.
        workflow: String,
    },
    /// A run that goes on cannot be started again.
    #[error("run {run} has not ended; nothing was started")]
    GoesOn {
        /// The run.
        run: u64,
    },
    /// Nothing of a run failed.
    #[error("nothing failed in run {run}; nothing was started")]
    NothingFailed {
        /// The run.
        run: u64,
    },
    /// A new run is needed, and nothing says for which stages.
    #[error("run {run} does not tell which stages it was for; nothing was started")]
    WhichStages {
        /// The run.
        run: u64,
    },
    /// A run was started, and cannot be told from others.
    #[error("a run was started, and it cannot be told which: {reason}{}", seen(.runs))]
    Unnamed {
        /// Why not.
        reason: String,
        /// Those that could be it.
        runs: Vec<RunRef>,
        /// Where all can be seen.
        page: String,
    },
    /// There was no answer, and nothing tells whether a run was started.
    #[error("it cannot be told whether a run was started: {reason}{}", seen(.runs))]
    Unknown {
        /// What happened to the request.
        reason: String,
        /// Those that could be it.
        runs: Vec<RunRef>,
        /// Where all can be seen.
        page: String,
    },
    /// A run is followed no longer.
    #[error("run {run} goes on, and is followed no longer: {reason}")]
    LetGo {
        /// The run.
        run: u64,
        /// Why.
        reason: String,
        /// It was started by this very command, which must not be tried again for that.
        is_ours: bool,
    },
    /// GitHub did not do it.
    #[error(transparent)]
    Api(#[from] GithubError),
}

fn seen(runs: &[RunRef]) -> String {
    let urls: Vec<&str> = runs.iter().map(|run| run.url.as_str()).collect();
    if urls.is_empty() { String::new() } else { format!("; these could be it: {}", urls.join(", ")) }
}

impl GithubFault {
    /// What to do.
    pub(in super::super) fn help(&self) -> Vec<String> {
        let one = |text: &str| vec![text.to_owned()];
        match self {
            Self::BaseUrl { .. } => one("set it to https://HOST/api/v3, or unset it for github.com"),
            Self::Repository(error) => vec![error.help()],
            Self::NoRepository => one("name one: --repo OWNER/NAME"),
            Self::OtherHost { host, .. } => {
                let base = if host == "github.com" {
                    "for github.com unset GITHUB_API_URL".to_owned()
                } else {
                    format!("for a server of your own set GITHUB_API_URL=https://{host}/api/v3")
                };
                vec![base, "for the repository of another name there: --repo OWNER/NAME".to_owned()]
            }
            Self::NoToken => vec![
                "set GITHUB_TOKEN or GH_TOKEN, the input `token` of the action, or log in by `gh auth login`"
                    .to_owned(),
                "it needs `actions: write` to start runs, `actions: read` and `checks: read` to look at them"
                    .to_owned(),
            ],
            Self::Client(source) => one(source.help()),
            Self::NoWorkflow => one("say where it runs in `targets`, or name its file: --workflow FILE"),
            Self::NotThere { name, known } => {
                vec![did_you_mean(name, known).unwrap_or_else(|| format!("there are: {}", known.join(", ")))]
            }
            Self::NoEnvironment { known } => vec![format!("name one by --env: {}", known.join(", "))],
            Self::OtherEnvironment { .. } => one("start a run of the other by `jobnet dispatch`"),
            Self::NotSayable { stages } => {
                let (first, others) =
                    stages.split_first().map_or(("STAGE", &[][..]), |(it, them)| (it, them));
                vec![
                    format!(
                        "start one run after the other: `jobnet dispatch {first} --wait`, then the same for {}",
                        others.join(", ")
                    ),
                    format!("or run them from here: `jobnet run {}`", stages.join(" ")),
                ]
            }
            Self::OtherWorkflow { file, .. } => vec![format!("name it, if you mean it: --workflow {file}")],
            Self::NoRuns { .. } => one("start one: jobnet dispatch"),
            Self::GoesOn { run } => vec![
                format!("follow it to its end: jobnet watch {run}"),
                format!("or end it: gh run cancel {run}"),
            ],
            Self::NothingFailed { run } => vec![
                format!("run all of it again: jobnet rerun {run}"),
                format!("or a stage and all after it: jobnet rerun {run} --from STAGE"),
            ],
            Self::WhichStages { run } => vec![
                format!("say from where on: jobnet rerun {run} --from STAGE"),
                "or start a new run: jobnet dispatch".to_owned(),
            ],
            Self::Unnamed { page, .. } => vec![
                "follow the right one: jobnet watch RUN".to_owned(),
                format!("they are listed at {page}"),
            ],
            Self::Unknown { page, .. } => {
                vec![format!("look whether there is one before you try again: {page}")]
            }
            Self::LetGo { run, .. } => vec![format!("follow it on: jobnet watch {run}")],
            Self::Api(error) => error.help(),
        }
    }

    /// A stable name.
    pub(in super::super) fn code(&self) -> &'static str {
        match self {
            Self::BaseUrl { .. } | Self::Client(_) => "bad-values",
            Self::Repository(_) | Self::NoRepository | Self::OtherHost { .. } => "which-repository",
            Self::NoToken => "no-token",
            Self::NoWorkflow => "which-workflow",
            Self::NotThere { .. } => "unknown-environment",
            Self::NoEnvironment { .. } | Self::OtherEnvironment { .. } => "which-environment",
            Self::NotSayable { .. } | Self::WhichStages { .. } => "bad-selection",
            Self::OtherWorkflow { .. } | Self::NoRuns { .. } => "which-run",
            Self::GoesOn { .. } | Self::LetGo { .. } => "run-goes-on",
            Self::NothingFailed { .. } => "nothing-failed",
            Self::Unnamed { .. } => "run-unnamed",
            Self::Unknown { .. } => "run-unknown",
            Self::Api(_) => "github",
        }
    }

    /// What the process ends with. What may have started a run is never 75, which asks to be tried again.
    pub(in super::super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Unnamed { .. } | Self::Unknown { .. } | Self::LetGo { is_ours: true, .. } => {
                ExitCode::Failed
            }
            Self::GoesOn { .. } | Self::LetGo { .. } => ExitCode::Unavailable,
            Self::Api(error) if error.is_temporary() => ExitCode::Unavailable,
            Self::Api(GithubError::Lost { .. } | GithubError::Unreadable { .. }) => ExitCode::Failed,
            _ => ExitCode::Invalid,
        }
    }
}
