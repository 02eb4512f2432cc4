use thiserror::Error;

use crate::diag::Fault;

/// What can be wrong with the values by which an environment is known.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WhenProblem {
    /// A secret, or a variable that is made from one.
    #[error("`{name}` is a secret, and `when` compares variables")]
    Secret {
        /// The secret.
        name: String,
    },
    /// A value that its variable cannot have.
    #[error("variable `{name}` is {expected}, and never has this value")]
    Type {
        /// The variable.
        name: String,
        /// Its type.
        expected: &'static str,
    },
}

impl Fault for WhenProblem {
    fn code(&self) -> &'static str {
        match self {
            Self::Secret { .. } => "secret-in-when",
            Self::Type { .. } => "variable-type",
        }
    }

    fn label(&self) -> String {
        match self {
            Self::Secret { .. } => "expected a variable".to_owned(),
            Self::Type { expected, .. } => format!("expected {expected}"),
        }
    }

    fn help(&self) -> Option<String> {
        let help = match self {
            Self::Secret { .. } => "name a variable that has a value of its own in each environment",
            Self::Type { .. } => "a variable has the type of its default: change one of the two",
        };
        Some(help.to_owned())
    }
}
