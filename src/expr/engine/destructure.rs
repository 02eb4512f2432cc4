use crate::expr::syntax::Pattern as PatternTerm;

use super::code::{Pattern, Patterns};
use super::compile::{Compiler, Name};

/// Patterns that take values apart.
impl<'s> Compiler<'s> {
    /// Patterns, and the variables that they bind, in the order of their values.
    pub(super) fn patterns(&mut self, patterns: &[PatternTerm<'s>]) -> (Patterns, Vec<Name<'s>>) {
        let mut names = Vec::new();
        patterns.iter().for_each(|pattern| pattern.names(&mut names));
        let mut unique: Vec<&'s str> = Vec::new();
        for name in &names {
            if !unique.contains(name) {
                unique.push(name);
            }
        }
        let spare = (patterns.len() == 1 && names.len() > unique.len()).then_some(unique.len());
        let mut slots = Slots { names: &unique, bound: Vec::new(), spare };
        let alternatives = patterns.iter().map(|pattern| self.pattern(pattern, &mut slots)).collect();
        let variables = unique.len() + usize::from(spare.is_some());
        let spare = spare.map(|_| Name::Variable(""));
        let names = unique.into_iter().map(Name::Variable).chain(spare);
        (Patterns { alternatives, variables }, names.collect())
    }

    fn pattern(&mut self, pattern: &PatternTerm<'s>, slots: &mut Slots<'_, 's>) -> Pattern {
        match pattern {
            PatternTerm::Variable(name) => Pattern::Variable(slots.of(name.text)),
            PatternTerm::Array(patterns) => {
                let mut patterns: Vec<_> =
                    patterns.iter().rev().map(|pattern| self.pattern(pattern, slots)).collect();
                patterns.reverse();
                Pattern::Array(patterns)
            }
            PatternTerm::Object(entries) => {
                let entries = entries.iter().map(|(key, variable, pattern)| {
                    let variable = variable.map(|name| slots.of(name.text));
                    let pattern = pattern.as_ref().map(|pattern| self.pattern(pattern, slots));
                    (self.term(key), variable, pattern)
                });
                Pattern::Object(entries.collect())
            }
        }
    }
}

/// Where the values of variables go.
struct Slots<'n, 's> {
    names: &'n [&'s str],
    bound: Vec<&'s str>,
    /// The place of what nothing reads. A pattern that has a name twice binds it once, as in jq: to the part that is taken
    /// first, the last of an array and the first of an object. Behind `?//` the part that is taken last counts.
    spare: Option<usize>,
}

impl<'s> Slots<'_, 's> {
    /// The index of the next value of a name; asked in the order in which parts are taken.
    fn of(&mut self, name: &'s str) -> usize {
        let index = self.names.iter().position(|known| *known == name).unwrap_or_default();
        match self.spare {
            Some(spare) if self.bound.contains(&name) => spare,
            _ => {
                self.bound.push(name);
                index
            }
        }
    }
}
