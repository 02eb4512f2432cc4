use thiserror::Error;

use crate::diag::{Fault, Span};
use crate::plan::Plans;

use super::origin::Origin;
use super::target::Target;

/// What can be wrong with the path of a target's files.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OutProblem {
    /// A path that is the machine's, and not the repository's.
    #[error("the files of {target} would be written to `{written}`, which is an absolute path")]
    Absolute {
        /// The engine.
        target: Target,
        /// The path as written.
        written: String,
    },
    /// A path that leads out of the repository.
    #[error("the files of {target} would be written to `{written}`, which is outside of the repository")]
    Outside {
        /// The engine.
        target: Target,
        /// The path as written.
        written: String,
    },
    /// A path that says the same as a simpler one, or names no place of its own.
    #[error("the files of {target} would be written to `{written}`, which is no plain path")]
    NotPlain {
        /// The engine.
        target: Target,
        /// The path as written.
        written: String,
    },
    /// A file that another target writes too.
    #[error("{target} writes `{path}`, and so does another target")]
    Taken {
        /// The engine.
        target: Target,
        /// The file.
        path: String,
    },
}

impl Fault for OutProblem {
    fn code(&self) -> &'static str {
        "bad-out"
    }

    fn label(&self) -> String {
        match self {
            Self::Taken { .. } => "expected a place of its own".to_owned(),
            _ => "expected a path from the spec's directory".to_owned(),
        }
    }

    fn help(&self) -> Option<String> {
        Some(match self {
            Self::Absolute { .. } => {
                "write it from the directory of the spec, so that it holds on every machine".to_owned()
            }
            Self::Outside { .. } => "keep generated files in the repository of the spec".to_owned(),
            Self::Taken { .. } => "give each target another `out`".to_owned(),
            Self::NotPlain { .. } => {
                "write names with `/` between them: `..` only at the beginning, no `.`".to_owned()
            }
        })
    }
}

/// The path of a target's files, and where the spec says it; `None` where the spec does not have the target.
pub fn out(target: Target, plans: &Plans) -> Option<(&str, Span)> {
    let targets = &plans.targets;
    let out = match target {
        Target::Github => targets.github.as_ref().map(|github| &github.out),
        Target::Kubernetes => targets.kubernetes.as_ref().map(|kubernetes| &kubernetes.out),
        Target::CloudRun => targets.cloud_run.as_ref().map(|cloud_run| &cloud_run.out),
    };
    out.map(|out| (out.value.as_str(), out.span))
}

/// What is wrong with the path of a target's files.
pub(super) fn check(target: Target, plans: &Plans, origin: &Origin) -> Option<(OutProblem, Span)> {
    let (path, place) = out(target, plans)?;
    let written = path.to_owned();
    let mut names = path.split('/').skip_while(|part| *part == "..").peekable();
    let problem = if path.starts_with('/') {
        OutProblem::Absolute { target, written }
    } else if path.contains('\\')
        || names.peek().is_none()
        || names.any(|part| matches!(part, "" | "." | ".."))
    {
        OutProblem::NotPlain { target, written }
    } else if path.split('/').take_while(|part| *part == "..").count() > origin.directories.len() {
        OutProblem::Outside { target, written }
    } else {
        return None;
    };
    Some((problem, place))
}
