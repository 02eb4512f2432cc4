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
    /// The APIs that it talks to.
    pub apis: BTreeSet<String>,
    /// The databases.
    pub databases: BTreeSet<String>,
    /// The stores.
    pub stores: BTreeSet<String>,
}

impl Uses {
    /// Adds what `other` refers to.
    pub(super) fn extend(&mut self, other: &Self) {
        self.variables.extend(other.variables.iter().cloned());
        self.secrets.extend(other.secrets.iter().cloned());
        self.direct_secrets.extend(other.direct_secrets.iter().cloned());
        self.optional_secrets.extend(other.optional_secrets.iter().cloned());
        self.apis.extend(other.apis.iter().cloned());
        self.databases.extend(other.databases.iter().cloned());
        self.stores.extend(other.stores.iter().cloned());
    }

    /// All secrets, those included that may be absent.
    pub fn all_secrets(&self) -> impl Iterator<Item = &String> {
        self.secrets.iter().chain(&self.optional_secrets)
    }
}
