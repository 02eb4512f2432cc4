use std::collections::BTreeMap;

use crate::diag::Span;
use crate::expr::Template;
use crate::spec::{Document, Name, Spanned, VariableValue};

use super::compile::Compiler;
use super::declared::{DEFAULT_LOG_LEVEL, Declared, LOG_LEVEL, Unread, Variable};
use super::problem::PlanProblem;
use super::uses::Uses;

/// The secrets that targets name, which is a declaration.
pub(super) fn named_by_targets(document: &Document) -> impl Iterator<Item = &Spanned<String>> {
    let github = document.targets.as_ref().and_then(|targets| targets.github.as_ref());
    github.into_iter().flat_map(|github| github.secrets())
}

/// Where the values of variables stand, with their texts.
type Places<'a> = BTreeMap<String, (Span, &'a str)>;

impl Declared {
    /// Reads the declarations of a document, with faults reported.
    pub(super) fn of(document: &Document, compiler: &mut Compiler<'_>) -> Self {
        let mut declared = Self::default();
        let implicit = VariableValue::Text(Template::constant(DEFAULT_LOG_LEVEL));
        declared.variables.insert(
            LOG_LEVEL.to_owned(),
            Variable { value: implicit, is_secret: false, uses: Uses::default(), is_implicit: true },
        );
        let mut places = BTreeMap::from([(LOG_LEVEL.to_owned(), (Span::default(), ""))]);
        for (name, spec) in document.vars.iter().flat_map(|vars| vars.iter()) {
            let value = spec.value.clone();
            let variable = Variable { value, is_secret: false, uses: Uses::default(), is_implicit: false };
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
        for secret in named_by_targets(document) {
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
}
