use std::collections::{BTreeMap, BTreeSet};

use indexmap::{IndexMap, IndexSet};

use crate::diag::Span;
use crate::expr::{Lookup, Template};
use crate::spec::{Document, Name, VariableValue};

use super::compile::Compiler;
use super::model::Uses;
use super::problem::PlanProblem;

/// The variable that every net has: how much is logged.
pub const LOG_LEVEL: &str = "LOG_LEVEL";
/// Its value where nobody gives it another.
pub const DEFAULT_LOG_LEVEL: &str = "info";

/// The variables and secrets that a plan has.
#[derive(Debug, Clone, Default)]
pub struct Declared {
    variables: IndexMap<String, Variable>,
    secrets: IndexSet<String>,
    /// The values that are known from the spec alone.
    fixed: BTreeMap<String, String>,
    unread: Unread,
}

/// What is declared and could not be read, so that a use of it is not reported too.
#[derive(Debug, Clone, Default)]
struct Unread {
    /// Variables.
    names: BTreeSet<String>,
    /// All variables, or all secrets.
    tables: bool,
}

/// Where the values of variables stand, with their texts.
type Places<'a> = BTreeMap<String, (Span, &'a str)>;

/// A variable: its value in this environment, and whether it must not be seen.
#[derive(Debug, Clone)]
pub struct Variable {
    /// The value, of the type that every value of it has.
    pub value: VariableValue,
    /// Its value names a secret, so that it is one.
    pub is_secret: bool,
    /// What its value refers to, through other variables too.
    pub uses: Uses,
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
        VariableValue::Float(_) => "a number",
        VariableValue::Bool(_) => "true or false",
    }
}

impl Declared {
    /// Reads the declarations of a document, with faults reported.
    pub(super) fn of(document: &Document, compiler: &mut Compiler<'_>) -> Self {
        let mut declared = Self::default();
        let implicit = VariableValue::Text(Template::constant(DEFAULT_LOG_LEVEL));
        declared.variables.insert(
            LOG_LEVEL.to_owned(),
            Variable { value: implicit, is_secret: false, uses: Uses::default() },
        );
        let mut places = BTreeMap::from([(LOG_LEVEL.to_owned(), (Span::default(), ""))]);
        for (name, spec) in document.vars.iter().flat_map(|vars| vars.iter()) {
            let variable = Variable { value: spec.value.clone(), is_secret: false, uses: Uses::default() };
            declared.variables.insert(name.value.clone(), variable);
            places.insert(name.value.clone(), (spec.span, spec.text.as_str()));
        }
        let vars = document.vars.iter().flat_map(|vars| vars.names());
        declared.unread = Unread {
            names: vars.map(|name| name.value.clone()).filter(|name| !places.contains_key(name)).collect(),
            tables: document.unread.iter().any(|key| ["vars", "secrets"].contains(key)),
        };
        for Name(secret) in document.secrets.iter().flatten() {
            if declared.variables.contains_key(&secret.value) {
                compiler.report(PlanProblem::DeclaredTwice { name: secret.value.clone() }, secret.span);
            }
            declared.secrets.insert(secret.value.clone());
        }
        for name in declared.variables.keys().cloned().collect::<Vec<_>>() {
            declared.close(&name, &places, compiler);
        }
        declared
    }

    /// Follows a variable's value through the variables that it names.
    fn close(&mut self, name: &str, places: &Places<'_>, compiler: &mut Compiler<'_>) {
        let (span, text) = places[name];
        let mut uses = Uses::default();
        let mut open: Vec<String> = vec![name.to_owned()];
        while let Some(next) = open.pop() {
            let Some(VariableValue::Text(template)) =
                self.variables.get(&next).map(|variable| variable.value.clone())
            else {
                continue;
            };
            for used in template.names() {
                if used.name == name {
                    compiler.report(PlanProblem::VariableCycle { name: name.to_owned() }, span);
                    return;
                }
                if self.variables.contains_key(&used.name) {
                    if uses.variables.insert(used.name.clone()) {
                        open.push(used.name);
                    }
                } else if !self.secrets.contains(&used.name) {
                    if next == name && !self.is_unread(&used.name) {
                        let place = compiler.place(span, text, used.range);
                        compiler
                            .report(PlanProblem::Undeclared { name: used.name, known: self.names() }, place);
                    }
                } else if used.optional {
                    uses.optional_secrets.insert(used.name);
                } else {
                    uses.secrets.insert(used.name);
                }
            }
        }
        let is_secret = !uses.secrets.is_empty() || !uses.optional_secrets.is_empty();
        if let Some(variable) = self.variables.get_mut(name) {
            variable.is_secret = is_secret;
            variable.uses = uses;
        }
        if !is_secret && let Some(text) = self.fixed_text(name, 0) {
            self.fixed.insert(name.to_owned(), text);
        }
    }

    /// A variable's value where it needs no secret. `depth` ends the walk in a circle, which is reported elsewhere.
    fn fixed_text(&self, name: &str, depth: usize) -> Option<String> {
        match &self.variables.get(name)?.value {
            VariableValue::Int(value) => Some(value.to_string()),
            VariableValue::Float(value) => Some(value.to_string()),
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
        self.fixed.get(name).map(String::as_str)
    }
}
