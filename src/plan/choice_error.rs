use thiserror::Error;

use crate::diag::did_you_mean;

use super::when::When;

/// Why it cannot be told which environment is meant. Nothing around a run is shown but what the spec itself says.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ChoiceError {
    /// An environment that the spec does not have.
    #[error("there is no environment `{name}`")]
    Unknown {
        /// The name.
        name: String,
        /// The environments.
        known: Vec<String>,
    },
    /// None was named, and none can be known by itself.
    #[error("no environment was named")]
    NotNamed {
        /// The environments.
        known: Vec<String>,
    },
    /// None was named, and no `when` matches.
    #[error("no environment was named, and no `when` matches the variables around")]
    NoneMatches {
        /// The environments with what they ask for.
        asked: Vec<(String, When)>,
    },
    /// None was named, and more than one `when` matches.
    #[error("no environment was named, and the variables around match the `when` of {}", .matching.join(" and "))]
    SeveralMatch {
        /// Those that match.
        matching: Vec<String>,
    },
    /// One was named, and a variable around makes it another by the `when` of that.
    #[error("--env {named} contradicts {variable}={value}, which is `{matching}`")]
    IsAnother {
        /// The environment that was named.
        named: String,
        /// The one whose `when` matches.
        matching: String,
        /// The variable.
        variable: String,
        /// The value that it has around and by the matching `when`.
        value: String,
    },
    /// One was named, and a variable around has another value than its `when` asks for.
    #[error("--env {named} contradicts {variable}: `{named}` is where it is {value}")]
    NotHere {
        /// The environment that was named.
        named: String,
        /// The variable.
        variable: String,
        /// The value that its `when` asks for.
        value: String,
    },
}

impl ChoiceError {
    /// What to do.
    pub fn help(&self) -> Vec<String> {
        let name_one = |known: &[String]| format!("name one by --env: {}", known.join(", "));
        match self {
            Self::Unknown { name, known } => {
                vec![did_you_mean(name, known).unwrap_or_else(|| format!("there are: {}", known.join(", ")))]
            }
            Self::NotNamed { known } => vec![name_one(known)],
            Self::NoneMatches { asked } => {
                let known: Vec<String> = asked.iter().map(|(name, _)| name.clone()).collect();
                let selective = asked.iter().filter(|(_, when)| !when.is_empty());
                let reasons = selective.map(|(name, when)| format!("{name} is where {when}"));
                std::iter::once(name_one(&known)).chain(reasons).collect()
            }
            Self::SeveralMatch { matching } => vec![name_one(matching)],
            Self::IsAnother { matching, variable, .. } => {
                vec![format!("say --env {matching}, or give {variable} another value")]
            }
            Self::NotHere { variable, value, .. } => {
                vec![format!("set {variable}={value}, or name another environment")]
            }
        }
    }
}
