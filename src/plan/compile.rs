use std::ops::Range;

use crate::diag::{Fault, Findings, Span};
use crate::expr::{ExprError, Filter, Late, LateError, NameUse, Place, Scalar, Scope, Template};
use crate::spec::{JqText, LateSpec, PatternText, PlainText, Problem, Spanned, Spec};

use super::compiled::Compiled;
use super::declared::Declared;
use super::problem::PlanProblem;
use super::uses::Uses;

/// Turns the spec's texts into what runs, with the names that they use noted and every fault reported at its place.
pub(super) struct Compiler<'s> {
    spec: &'s Spec,
    /// What other stages and environments had compiled.
    pub(super) compiled: &'s mut Compiled,
    declared: Declared,
    uses: Uses,
    findings: Findings,
}

impl<'s> Compiler<'s> {
    pub(super) fn new(spec: &'s Spec, compiled: &'s mut Compiled) -> Self {
        let (declared, uses, findings) = (Declared::default(), Uses::default(), Findings::default());
        Self { spec, compiled, declared, uses, findings }
    }

    /// Sets what names may be used from now on.
    pub(super) fn declare(&mut self, declared: Declared) {
        self.declared = declared;
    }

    pub(super) fn declared(&self) -> &Declared {
        &self.declared
    }

    pub(super) fn report(&mut self, fault: impl Fault, span: Span) {
        self.findings.push(fault.at(span));
    }

    /// Reports a mapping that does not have exactly one of some keys, each with whether it is there.
    pub(super) fn not_one<const N: usize>(
        &mut self,
        owner: &'static str,
        keys: [(&'static str, bool); N],
        span: Span,
    ) {
        let found = keys.iter().filter(|(_, is_there)| *is_there).map(|(key, _)| (*key).to_owned());
        let problem =
            Problem::NotOne { owner, found: found.collect(), keys: keys.map(|(key, _)| key).to_vec() };
        self.report(problem, span);
    }

    pub(super) fn into_findings(self) -> Findings {
        self.findings
    }

    /// The names used since the last call.
    pub(super) fn take_uses(&mut self) -> Uses {
        std::mem::take(&mut self.uses)
    }

    /// Adds names that were used elsewhere, by an API say.
    pub(super) fn add_uses(&mut self, uses: &Uses) {
        self.uses.extend(uses);
    }

    /// Notes an API, a database or a store that is talked to, with the names that it uses.
    pub(super) fn talk_to(&mut self, uses: &Uses, note: impl FnOnce(&mut Uses)) {
        self.uses.extend(uses);
        note(&mut self.uses);
    }

    /// The place of a part of a scalar's value.
    pub(super) fn place(&self, scalar: Span, text: &str, range: Range<usize>) -> Span {
        self.spec.place(scalar, text, range)
    }

    pub(super) fn filter(&mut self, jq: &JqText, scope: &Scope) -> Option<Filter> {
        match self.compiled.filter(&jq.text, scope) {
            Ok(filter) => {
                self.use_in_jq(filter.names(), jq.span, &jq.text);
                Some(filter)
            }
            Err(faults) => {
                self.expression_faults(faults, jq.span, &jq.text);
                None
            }
        }
    }

    pub(super) fn pattern(&mut self, pattern: &PatternText, place: Place, scope: &Scope) -> Option<Template> {
        match Template::parse(&pattern.text, place, scope) {
            Ok(template) => {
                let in_jq: Vec<NameUse> = template.names_in_jq().collect();
                self.use_in_jq(&in_jq, pattern.span, &pattern.text);
                let plain: Vec<NameUse> = template.names().collect();
                self.use_names(&plain, pattern.span, &pattern.text);
                Some(template)
            }
            Err(faults) => {
                self.expression_faults(faults, pattern.span, &pattern.text);
                None
            }
        }
    }

    pub(super) fn plain(&mut self, plain: &PlainText) -> Template {
        let names: Vec<NameUse> = plain.template.names().collect();
        self.use_names(&names, plain.span, &plain.text);
        plain.template.clone()
    }

    /// A text that expressions will see, and in which therefore no secret may stand.
    pub(super) fn seen_by_jq(&mut self, plain: &PlainText) -> Template {
        let names: Vec<NameUse> = plain.template.names().collect();
        self.use_in_jq(&names, plain.span, &plain.text);
        plain.template.clone()
    }

    /// A late value, checked with the values that the spec knows. Reports nothing about values that only a run knows.
    pub(super) fn late<T: Scalar>(&mut self, late: &LateSpec<T>) -> Late<T> {
        self.use_names(&late.late.names(), late.span, &late.text);
        if let Err(error @ LateError::WrongType { .. }) = late.late.bind(&self.declared) {
            self.report(
                PlanProblem::LateValue { reason: error.to_string(), expected: T::EXPECTED },
                late.span,
            );
        }
        late.late.clone()
    }

    /// A value that must be known before anything runs, since engines are configured with it.
    pub(super) fn fixed<T: Scalar>(&mut self, late: &LateSpec<T>) -> Option<T> {
        let names = late.late.names();
        self.use_names(&names, late.span, &late.text);
        if let Some(secret) = names.iter().find(|used| self.hides(&used.name)) {
            let place = self.place(late.span, &late.text, secret.range.clone());
            self.report(PlanProblem::SecretInTiming { name: secret.name.clone() }, place);
            return None;
        }
        match late.late.bind(&self.declared) {
            Ok(value) => value,
            Err(error @ LateError::WrongType { .. }) => {
                self.report(
                    PlanProblem::LateValue { reason: error.to_string(), expected: T::EXPECTED },
                    late.span,
                );
                None
            }
            // A name without a value is not declared, or leads back to itself: both are reported where that is.
            Err(LateError::Absent(_)) => None,
        }
    }

    /// True for a secret, and for a variable that is made from one.
    pub(super) fn hides(&self, name: &str) -> bool {
        self.declared.is_secret(name)
            || self.declared.variables().get(name).is_some_and(|variable| variable.is_secret)
    }

    /// Notes a variable or secret that a process is given as it is, and gives its name; `NAME?` may be absent.
    pub(super) fn give(&mut self, what: &'static str, name: &Spanned<String>) -> Option<String> {
        let (plain, optional) = match name.value.strip_suffix('?') {
            Some(plain) => (plain, true),
            None => (name.value.as_str(), false),
        };
        let is_variable = self.declared.variables().contains_key(plain);
        let is_known = is_variable || self.declared.is_secret(plain) || self.declared.is_unread(plain);
        if is_known && is_variable != (what == "variable") && !self.declared.is_unread(plain) {
            let known = self.declared.names().into_iter();
            let known = known.filter(|known| self.declared.is_secret(known) == is_variable).collect();
            self.report(PlanProblem::Unknown { what, name: plain.to_owned(), known }, name.span);
            return None;
        }
        let used = NameUse { name: plain.to_owned(), range: 0..plain.len(), optional };
        self.use_names(&[used], name.span, &name.value);
        is_known.then(|| plain.to_owned())
    }

    fn expression_faults(&mut self, faults: Vec<ExprError>, scalar: Span, text: &str) {
        for fault in faults {
            self.findings.push(self.spec.expression_fault(fault, scalar, text));
        }
    }

    fn use_in_jq(&mut self, names: &[NameUse], scalar: Span, text: &str) {
        for used in names {
            if self.hides(&used.name) {
                let place = self.place(scalar, text, used.range.clone());
                self.report(PlanProblem::SecretInJq { name: used.name.clone() }, place);
            }
        }
        self.use_names(names, scalar, text);
    }

    pub(super) fn use_names(&mut self, names: &[NameUse], scalar: Span, text: &str) {
        for used in names {
            if let Some(variable) = self.declared.variables().get(&used.name) {
                let through = variable.uses.clone();
                self.uses.variables.insert(used.name.clone());
                self.add_uses(&through);
            } else if self.declared.is_unread(&used.name) {
                // Its declaration is reported.
            } else if !self.declared.is_secret(&used.name) {
                let place = self.place(scalar, text, used.range.clone());
                let known = self.declared.names();
                self.report(PlanProblem::Undeclared { name: used.name.clone(), known }, place);
            } else if used.optional {
                self.uses.optional_secrets.insert(used.name.clone());
            } else {
                self.uses.secrets.insert(used.name.clone());
                self.uses.direct_secrets.insert(used.name.clone());
            }
        }
    }
}
