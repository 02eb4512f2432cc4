use std::path::PathBuf;

use thiserror::Error;

use crate::diag::did_you_mean;
use crate::lint::PAGES;
use crate::plan::{ChoiceError, SelectionError, ValueError};
use crate::run::{BindError, ExitCode};
use crate::targets::Target;

use super::github::GithubFault;

use super::action::InputError;
use super::variables::BadLine;

/// Why a command ended without doing what it is for. Faults of a spec are shown as findings before.
#[derive(Debug, Error)]
pub(super) enum CliError {
    /// No spec was named, and none lies here or above.
    #[error("there is no jobnet.yaml in {} or above it", .from.display())]
    NoSpec {
        /// Where the search began.
        from: PathBuf,
    },
    /// The spec cannot be read.
    #[error("cannot read {}: {source}", .path.display())]
    ReadSpec {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A directory that something is to be written into, and that is none.
    #[error("there is no directory {}", .path.display())]
    NoDirectory {
        /// The path.
        path: PathBuf,
    },
    /// The binary cannot read itself.
    #[error("cannot read the running binary: {source}")]
    OwnBinary {
        /// Why.
        source: std::io::Error,
    },
    /// The spec has errors.
    #[error("{} has {}; nothing was run", .path.display(), if *.count == 1 { "an error".to_owned() } else { format!("{count} errors") })]
    BadSpec {
        /// The file.
        path: PathBuf,
        /// How many.
        count: usize,
    },
    /// A new spec would replace one.
    #[error("{} is there already; nothing was written", .path.display())]
    SpecExists {
        /// The file.
        path: PathBuf,
    },
    /// Answers that make no spec. The faults are shown as findings before.
    #[error("these answers make no spec; nothing was written")]
    BadAnswers,
    /// SARIF was asked of a command that has no findings to show.
    #[error("`--format sarif` is for findings, and this command shows none")]
    NoSarif,
    /// A code that nothing has.
    #[error("there is no finding `{code}`")]
    UnknownCode {
        /// The code.
        code: String,
    },
    /// A target that was asked for, and that the spec does not have.
    #[error("the spec has no target `{}`", .target.key())]
    NoTarget {
        /// What was asked for.
        target: Target,
        /// What there is.
        there: Vec<Target>,
    },
    /// What cannot be generated, as findings say.
    #[error("{} cannot be generated from: it has {}; nothing was written", .path.display(), if *.count == 1 { "an error".to_owned() } else { format!("{count} errors") })]
    NotRendered {
        /// The spec.
        path: PathBuf,
        /// How many errors.
        count: usize,
    },
    /// Files of somebody else's where generated ones must be.
    #[error("{} in the way; nothing was written", if *.0 == 1 { "a file is".to_owned() } else { format!("{} files are", .0) })]
    InTheWay(usize),
    /// Files that are not what the spec says.
    #[error("{} not what {} says", if *.count == 1 { "a file is".to_owned() } else { format!("{count} files are") }, .path.display())]
    Drift {
        /// The spec.
        path: PathBuf,
        /// How many.
        count: usize,
    },
    /// What is at a path cannot be told.
    #[error("cannot read {}: {source}", .path.display())]
    Read {
        /// The path.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Inputs of the action that are no arguments.
    #[error(transparent)]
    Input(#[from] InputError),
    /// It cannot be told which environment is meant.
    #[error(transparent)]
    Environment(#[from] ChoiceError),
    /// The environment asks for a `yes`, and has none.
    #[error("environment `{environment}` asks for a `yes` and has none; nothing was run")]
    NotConfirmed {
        /// The environment.
        environment: String,
    },
    /// A selection that means nothing.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// Variables or secrets without a usable value.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Values(Vec<ValueError>),
    /// Secrets that were handed over together, and cannot be read.
    #[error("{0}")]
    SecretLines(BadLine),
    /// Values that do not make a run.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// What was asked of GitHub.
    #[error(transparent)]
    Github(#[from] GithubFault),
    /// A log level that is none.
    #[error("LOG_LEVEL is `{0}`")]
    LogLevel(String),
    /// The runtime or its signal handlers cannot be set up.
    #[error("the process cannot be set up: {0}")]
    Setup(std::io::Error),
    /// Output cannot be written.
    #[error("cannot write {what}: {source}")]
    Write {
        /// What.
        what: String,
        /// Why.
        source: std::io::Error,
    },
}

impl CliError {
    /// Output that could not be written by a thread of its own.
    pub(super) fn unwritten(what: impl Into<String>, error: &std::io::Error) -> Self {
        Self::Write { what: what.into(), source: std::io::Error::new(error.kind(), error.to_string()) }
    }

    /// Findings were shown before, which say more.
    pub(super) fn follows_findings(&self) -> bool {
        matches!(self, Self::BadSpec { .. } | Self::BadAnswers | Self::Bind(BindError::Sql(_)))
    }

    /// What to do.
    pub(super) fn help(&self) -> Vec<String> {
        match self {
            Self::NoSpec { .. } => vec!["name one: --spec FILE".to_owned()],
            Self::BadSpec { .. } | Self::BadAnswers => Vec::new(),
            Self::SpecExists { .. } => vec!["change it, or name another: --spec FILE".to_owned()],
            Self::NoDirectory { .. } => vec!["make it first, or name another: --to DIR".to_owned()],
            Self::OwnBinary { .. } => {
                vec!["run the binary by its path, and check that it is readable".to_owned()]
            }
            Self::NoSarif => vec![
                "use it with `jobnet lint` or `jobnet generate --check`, or choose human, json or github"
                    .to_owned(),
            ],
            Self::UnknownCode { code } => {
                let codes: Vec<&str> = PAGES.iter().map(|page| page.code).collect();
                vec![
                    did_you_mean(code, &codes)
                        .unwrap_or_else(|| "`jobnet explain` lists them all".to_owned()),
                ]
            }
            Self::ReadSpec { .. } | Self::Read { .. } => {
                vec!["check the path and its permissions".to_owned()]
            }
            Self::NotRendered { .. } | Self::InTheWay(_) => Vec::new(),
            Self::NoTarget { there, .. } if there.is_empty() => vec!["name one under `targets`".to_owned()],
            Self::NoTarget { there, .. } => {
                let there: Vec<_> = there.iter().map(|target| target.key()).collect();
                vec![format!("there are: {}", there.join(", "))]
            }
            Self::Drift { .. } => vec![
                "run `jobnet generate` and commit what it writes, unless a finding says otherwise".to_owned(),
            ],
            Self::Input(error) => vec![error.help().to_owned()],
            Self::Environment(error) => error.help(),
            Self::NotConfirmed { .. } => {
                vec!["write `yes` in full, or pass --yes where nobody can be asked".to_owned()]
            }
            Self::Selection(error) => vec![error.help()],
            Self::Values(errors) => {
                let mut help: Vec<String> = errors.iter().map(ValueError::help).collect();
                help.dedup();
                help
            }
            Self::SecretLines(line) => vec![line.help().to_owned()],
            Self::Bind(error) => error.help().into_iter().collect(),
            Self::Github(fault) => fault.help(),
            Self::LogLevel(_) => vec!["use one of error, warn, info, debug, trace".to_owned()],
            Self::Setup(_) => vec!["check the limits of the process".to_owned()],
            Self::Write { .. } => vec!["check the disk and the permissions".to_owned()],
        }
    }

    /// A stable name.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::NoSpec { .. } => "no-spec",
            Self::ReadSpec { .. } => "unreadable-spec",
            Self::BadSpec { .. } | Self::BadAnswers => "bad-spec",
            Self::SpecExists { .. } => "spec-exists",
            Self::NoDirectory { .. } => "no-directory",
            Self::OwnBinary { .. } => "unreadable-binary",
            Self::NoSarif => "no-sarif",
            Self::UnknownCode { .. } => "unknown-code",
            Self::NoTarget { .. } => "no-target",
            Self::NotRendered { .. } => "not-generated",
            Self::InTheWay(_) => "in-the-way",
            Self::Drift { .. } => "drift",
            Self::Read { .. } => "unreadable",
            Self::Input(_) => "bad-input",
            Self::Environment(ChoiceError::Unknown { .. }) => "unknown-environment",
            Self::Environment(_) => "which-environment",
            Self::NotConfirmed { .. } => "not-confirmed",
            Self::Selection(_) => "bad-selection",
            Self::Values(_) | Self::SecretLines(_) | Self::Bind(_) => "bad-values",
            Self::Github(fault) => fault.code(),
            Self::LogLevel(_) => "bad-log-level",
            Self::Setup(_) => "setup",
            Self::Write { .. } => "unwritable",
        }
    }

    /// The process's exit code: the one place where errors become numbers.
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::NoSpec { .. }
            | Self::ReadSpec { .. }
            | Self::NoDirectory { .. }
            | Self::BadSpec { .. }
            | Self::SpecExists { .. }
            | Self::BadAnswers
            | Self::NoSarif
            | Self::UnknownCode { .. }
            | Self::NoTarget { .. }
            | Self::NotRendered { .. }
            | Self::InTheWay(_)
            | Self::Input(_)
            | Self::Environment(_)
            | Self::NotConfirmed { .. }
            | Self::Selection(_)
            | Self::Values(_)
            | Self::SecretLines(_)
            | Self::Bind(_)
            | Self::LogLevel(_) => ExitCode::Invalid,
            Self::Github(fault) => fault.exit_code(),
            Self::Drift { .. } => ExitCode::Findings,
            Self::OwnBinary { .. } | Self::Setup(_) | Self::Read { .. } | Self::Write { .. } => {
                ExitCode::Failed
            }
        }
    }
}
