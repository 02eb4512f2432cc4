use std::fmt;

use indexmap::IndexMap;

use crate::spec::{EnvironmentSpec, Table};

use super::compile::Compiler;
use super::problem::PlanProblem;
use super::uses::Uses;
use super::values::typed;
use super::when_problem::WhenProblem;

/// The values of variables by which an environment is known. Without any it is not known by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct When(IndexMap<String, String>);

impl When {
    /// Reads what an environment says, with names reported that are no variables, and values that are not of their type.
    pub(super) fn compile(own: Option<&EnvironmentSpec>, compiler: &mut Compiler<'_>) -> Self {
        let mut when = IndexMap::new();
        for (name, value) in own.and_then(|own| own.when.as_ref()).into_iter().flat_map(Table::iter) {
            let text = compiler.fixed(value);
            if compiler.hides(&name.value) {
                compiler.report(WhenProblem::Secret { name: name.value.clone() }, name.span);
                continue;
            }
            let declared = compiler.declared();
            let Some(variable) = declared.variables().get(&name.value) else {
                if !declared.is_unread(&name.value) {
                    let known = declared.variables().keys().cloned().collect();
                    let problem = PlanProblem::Unknown { what: "variable", name: name.value.clone(), known };
                    compiler.report(problem, name.span);
                }
                continue;
            };
            let Some(text) = text else { continue };
            if typed(&text, &variable.value).is_none() {
                let expected = variable.type_name();
                let problem = WhenProblem::Type { name: name.value.clone(), expected };
                compiler.report(problem, value.span);
            }
            compiler.add_uses(&Uses { variables: [name.value.clone()].into(), ..Uses::default() });
            when.insert(name.value.clone(), text);
        }
        Self(when)
    }

    /// The variables with their values, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value that a variable must have.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// True where it asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.iter().enumerate() {
            write!(f, "{}{name}={value}", if index > 0 { " and " } else { "" })?;
        }
        Ok(())
    }
}
