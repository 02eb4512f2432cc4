use std::collections::BTreeSet;

/// The variables and secrets that a stage refers to, itself, by its APIs, or by the values of other variables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uses {
    /// Variables.
    pub variables: BTreeSet<String>,
    /// Secrets without which it cannot run.
    pub secrets: BTreeSet<String>,
    /// Those of them that are not referred to by the values of variables alone: a variable that is given another value needs
    /// no secret for its own.
    pub direct_secrets: BTreeSet<String>,
    /// Secrets that may be absent (`${NAME?}` wherever they stand).
    pub optional_secrets: BTreeSet<String>,
}

impl Uses {
    /// All secrets, those included that may be absent.
    pub fn all_secrets(&self) -> impl Iterator<Item = &String> {
        self.secrets.iter().chain(&self.optional_secrets)
    }
}
