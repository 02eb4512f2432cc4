use thiserror::Error;

use crate::diag::{Fault, did_you_mean, nearest};

/// What can be wrong with the shape of a spec. What its values mean together is checked by [`plan`](crate::plan).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// A key that nothing reads.
    #[error("unknown key `{key}` in {owner}")]
    UnknownKey {
        /// The key as written.
        key: String,
        /// The mapping that it stands in.
        owner: &'static str,
        /// The keys that may stand there.
        known: Vec<&'static str>,
    },
    /// A key that stands twice in one mapping.
    #[error("key `{key}` stands here twice")]
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// A value of the wrong type.
    #[error("expected {expected}, found {found}")]
    WrongType {
        /// What can stand here.
        expected: &'static str,
        /// What stands here.
        found: String,
        /// What was probably meant.
        help: Option<String>,
    },
    /// A required key that is absent.
    #[error("{owner} needs `{key}`")]
    MissingKey {
        /// The key.
        key: &'static str,
        /// What was expected as its value.
        expected: &'static str,
        /// The mapping that should have it.
        owner: &'static str,
    },
    /// Not exactly one of several keys.
    #[error("{owner} has {}", if .found.is_empty() { format!("none of {}", list(.keys)) } else { format!("{} at once", .found.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" and ")) })]
    NotOne {
        /// The mapping.
        owner: &'static str,
        /// Those that it has.
        found: Vec<String>,
        /// The keys.
        keys: Vec<&'static str>,
    },
    /// A word that is not one of a fixed set.
    #[error("`{found}` is not {expected}")]
    UnknownWord {
        /// The word.
        found: String,
        /// What kind of word was expected.
        expected: &'static str,
        /// The words of the set.
        known: Vec<&'static str>,
    },
    /// A fault inside a template or expression.
    #[error("{message}")]
    Expression {
        /// What is wrong.
        message: String,
        /// What was expected.
        expected: String,
        /// What to do.
        help: Option<String>,
    },
    /// A name that cannot be one.
    #[error("`{found}` cannot be the name of {what}")]
    BadName {
        /// The name.
        found: String,
        /// Whose name.
        what: &'static str,
        /// What a name is made of.
        expected: &'static str,
    },
    /// An environment changes something that the file does not have.
    #[error("environment `{environment}` changes {what} `{name}`, which does not exist")]
    OverlaysNothing {
        /// The environment.
        environment: String,
        /// Stage, API or variable.
        what: &'static str,
        /// The name.
        name: String,
        /// Names that do exist.
        known: Vec<String>,
    },
    /// No environment at all.
    #[error("the spec has no environments")]
    NoEnvironments,
    /// No stage at all.
    #[error("the spec has no stages")]
    NoStages,
}

impl Fault for Problem {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownKey { .. } => "unknown-key",
            Self::DuplicateKey { .. } => "duplicate-key",
            Self::WrongType { .. } => "wrong-type",
            Self::MissingKey { .. } => "missing-key",
            Self::NotOne { .. } => "not-exactly-one",
            Self::UnknownWord { .. } => "unknown-word",
            Self::Expression { .. } => "bad-expression",
            Self::BadName { .. } => "bad-name",
            Self::OverlaysNothing { .. } => "overlays-nothing",
            Self::NoEnvironments => "no-environments",
            Self::NoStages => "no-stages",
        }
    }

    fn label(&self) -> String {
        match self {
            Self::UnknownKey { known, .. } => format!("expected one of {}", list(known)),
            Self::DuplicateKey { .. } => "the second time".to_owned(),
            Self::WrongType { expected, .. } => format!("expected {expected}"),
            Self::MissingKey { key, expected, .. } => format!("expected `{key}` with {expected}"),
            Self::NotOne { keys, .. } => format!("expected exactly one of {}", list(keys)),
            Self::UnknownWord { known, .. } => format!("expected one of {}", list(known)),
            Self::Expression { expected, .. } => expected.clone(),
            Self::BadName { expected, .. } => format!("expected {expected}"),
            Self::OverlaysNothing { what, known, .. } if known.is_empty() => {
                format!("the file has no {what}")
            }
            Self::OverlaysNothing { known, .. } => format!("expected one of {}", list(known)),
            Self::NoEnvironments => "expected `environments` with at least one".to_owned(),
            Self::NoStages => "expected at least one".to_owned(),
        }
    }

    fn help(&self) -> Option<String> {
        match self {
            Self::UnknownKey { key, known, .. } => {
                Some(did_you_mean(key, known).unwrap_or_else(|| "remove the key".to_owned()))
            }
            Self::DuplicateKey { .. } => Some("keep one of the two".to_owned()),
            Self::WrongType { help, expected, .. } => {
                Some(help.clone().unwrap_or_else(|| format!("write it as {expected}")))
            }
            Self::MissingKey { key: "jobnet", .. } => Some("begin with `jobnet: v1`".to_owned()),
            Self::MissingKey { key, .. } => Some(format!("add `{key}: …`")),
            Self::NotOne { found, .. } if found.is_empty() => Some("add one of them".to_owned()),
            Self::NotOne { .. } => Some("keep one of them".to_owned()),
            Self::UnknownWord { found, known, .. } => {
                did_you_mean(found, known).or_else(|| Some("write one of these".to_owned()))
            }
            Self::Expression { help, .. } => {
                help.clone().or_else(|| Some("the language is jq: https://jqlang.org/manual/".to_owned()))
            }
            Self::BadName { .. } => Some("choose another name".to_owned()),
            Self::OverlaysNothing { name, known, what, .. } => {
                Some(did_you_mean(name, known).unwrap_or_else(|| {
                    format!("declare the {what} above, or remove it from the environment")
                }))
            }
            Self::NoStages => Some("add one: `NAME: {call: {get: /path}}`".to_owned()),
            Self::NoEnvironments => Some("add one, if only `environments: {local: {}}`".to_owned()),
        }
    }

    fn replacement(&self) -> Option<String> {
        let nearest = match self {
            Self::UnknownKey { key, known, .. } => nearest(key, known),
            Self::UnknownWord { found, known, .. } => nearest(found, known),
            Self::OverlaysNothing { name, known, .. } => nearest(name, known),
            _ => None,
        };
        nearest.map(str::to_owned)
    }
}

/// The names, each in backticks, by comma.
pub(crate) fn list(names: &[impl AsRef<str>]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}
