use std::collections::{BTreeMap, BTreeSet};

use indexmap::{IndexMap, IndexSet};

use crate::expr::Lookup;
use crate::spec::VariableValue;

use super::uses::Uses;

/// The variable that every net has: how much is logged.
pub const LOG_LEVEL: &str = "LOG_LEVEL";
/// Its value where nobody gives it another.
pub const DEFAULT_LOG_LEVEL: &str = "info";

/// The variables and secrets that a plan has.
#[derive(Debug, Clone, Default)]
pub struct Declared {
    pub(super) variables: IndexMap<String, Variable>,
    pub(super) secrets: IndexSet<String>,
    /// The values that are known from the spec alone.
    pub(super) fixed: BTreeMap<String, String>,
    pub(super) unread: Unread,
}

/// What is declared and could not be read, so that a use of it is not reported too.
#[derive(Debug, Clone, Default)]
pub(super) struct Unread {
    /// Variables.
    pub(super) names: BTreeSet<String>,
    /// All variables, or all secrets.
    pub(super) tables: bool,
}

/// A variable: its value in this environment, and whether it must not be seen.
#[derive(Debug, Clone)]
pub struct Variable {
    /// The value, of the type that every value of it has.
    pub value: VariableValue,
    /// Its value names a secret, so that it is one.
    pub is_secret: bool,
    /// What its value refers to, through other variables too.
    pub uses: Uses,
    /// True for one that is there without the spec's saying so.
    pub is_implicit: bool,
}

impl Variable {
    /// The type of its values, as a noun with its article.
    pub fn type_name(&self) -> &'static str {
        type_name(&self.value)
    }
}

/// The type of a value, as a noun with its article.
pub(super) fn type_name(value: &VariableValue) -> &'static str {
    match value {
        VariableValue::Text(_) => "a text",
        VariableValue::Int(_) => "a whole number",
        VariableValue::Number(_) => "a number",
        VariableValue::Bool(_) => "true or false",
    }
}

impl Declared {
    /// A variable's value where it needs no secret. `depth` ends the walk in a circle, which is reported elsewhere.
    pub(super) fn fixed_text(&self, name: &str, depth: usize) -> Option<String> {
        match &self.variables.get(name)?.value {
            VariableValue::Int(value) => Some(value.to_string()),
            VariableValue::Number(value) => Some(value.to_text()),
            VariableValue::Bool(value) => Some(value.to_string()),
            VariableValue::Text(template) => {
                if depth > self.variables.len() {
                    return None;
                }
                let parts: BTreeMap<String, String> = template
                    .names()
                    .filter_map(|used| Some((used.name.clone(), self.fixed_text(&used.name, depth + 1)?)))
                    .collect();
                template.bind(&parts).ok().flatten()?.as_constant()
            }
        }
    }

    /// The variables, by name.
    pub fn variables(&self) -> &IndexMap<String, Variable> {
        &self.variables
    }

    /// True for a name that may be declared where the spec could not be read.
    pub(super) fn is_unread(&self, name: &str) -> bool {
        self.unread.tables || self.unread.names.contains(name)
    }

    /// The value of a variable as the spec alone knows it: what engines are configured with. `None` where it needs a secret.
    pub fn known(&self, name: &str) -> Option<&str> {
        self.fixed.get(name).map(String::as_str)
    }

    /// True for a declared secret.
    pub fn is_secret(&self, name: &str) -> bool {
        self.secrets.contains(name)
    }

    /// All names that may be used.
    pub fn names(&self) -> Vec<String> {
        self.variables.keys().chain(&self.secrets).cloned().collect()
    }
}

/// The values that the spec alone knows: what is rendered, and what types are checked with.
impl Lookup for Declared {
    fn text(&self, name: &str) -> Option<&str> {
        self.known(name)
    }
}
