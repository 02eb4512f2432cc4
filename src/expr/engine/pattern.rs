use crate::expr::value::Value;

use super::code::{Code, Pattern, Patterns};
use super::item::Item;
use super::machine::{Flow, Machine};
use super::scope::Scope;
use super::stop::Halt;

/// A value and the pattern that is still to take it apart.
type Task<'c> = (&'c Pattern, Value);

impl<'c> Machine<'c> {
    /// Takes a value apart, and calls `body` with the variables bound: by the first pattern, or by the next one where
    /// anything from there on fails.
    pub(super) fn bind(
        &self,
        patterns: &'c Patterns,
        scope: &Scope<'c>,
        value: &Value,
        body: &mut dyn FnMut(Scope<'c>) -> Flow,
    ) -> Flow {
        let Some((last, others)) = patterns.alternatives.split_last() else { return Ok(()) };
        let mut attempt = |pattern: &'c Pattern| {
            let mut variables = vec![Value::Null; patterns.variables];
            self.take_apart(vec![(pattern, value.clone())], scope, &mut variables, &mut |variables| {
                body(scope.with_values(variables.iter().cloned()))
            })
        };
        for pattern in others {
            match attempt(pattern) {
                Err(Halt::Error(_)) => {}
                flow => return flow,
            }
        }
        attempt(last)
    }

    /// The scope of a binding that binds once; `None` where it may bind several times.
    pub(super) fn only_scope(
        &self,
        source: &'c Code,
        patterns: &'c Patterns,
        scope: &Scope<'c>,
        item: &Item,
    ) -> Flow<Option<Scope<'c>>> {
        if !patterns.is_variable() || !self.is_single(source, scope) {
            return Ok(None);
        }
        let mut bound = None;
        self.values(source, scope, &item.value, &mut |value| {
            bound = Some(scope.with_values([value]));
            Ok(())
        })?;
        Ok(bound)
    }

    fn take_apart(
        &self,
        mut tasks: Vec<Task<'c>>,
        scope: &Scope<'c>,
        variables: &mut Vec<Value>,
        body: &mut dyn FnMut(&[Value]) -> Flow,
    ) -> Flow {
        let Some((pattern, value)) = tasks.pop() else { return body(variables) };
        match pattern {
            Pattern::Variable(variable) => {
                variables[*variable] = value;
                self.with_stack(|| self.take_apart(tasks, scope, variables, body))
            }
            // The last item is taken apart first.
            Pattern::Array(patterns) => {
                let parts = patterns
                    .iter()
                    .enumerate()
                    .rev()
                    .map(|(place, pattern)| Ok((pattern, value.part(&Value::from(place))?)));
                let mut parts = parts.collect::<Flow<Vec<Task<'c>>>>()?;
                parts.reverse();
                tasks.extend(parts);
                self.with_stack(|| self.take_apart(tasks, scope, variables, body))
            }
            Pattern::Object(entries) => {
                self.with_stack(|| self.take_entries(entries, &value, tasks, scope, variables, body))
            }
        }
    }

    fn take_entries(
        &self,
        entries: &'c [(Code, Option<usize>, Option<Pattern>)],
        value: &Value,
        tasks: Vec<Task<'c>>,
        scope: &Scope<'c>,
        variables: &mut Vec<Value>,
        body: &mut dyn FnMut(&[Value]) -> Flow,
    ) -> Flow {
        let Some(((key, variable, pattern), rest)) = entries.split_first() else {
            return self.with_stack(|| self.take_apart(tasks, scope, variables, body));
        };
        self.values(key, scope, value, &mut |key| {
            let part = value.part(&key)?;
            if let Some(variable) = variable {
                variables[*variable] = part.clone();
            }
            match pattern {
                None => {
                    self.with_stack(|| self.take_entries(rest, value, tasks.clone(), scope, variables, body))
                }
                Some(pattern) => self.take_apart(vec![(pattern, part)], scope, variables, &mut |bound| {
                    let mut variables = bound.to_vec();
                    self.with_stack(|| {
                        self.take_entries(rest, value, tasks.clone(), scope, &mut variables, body)
                    })
                }),
            }
        })
    }
}
