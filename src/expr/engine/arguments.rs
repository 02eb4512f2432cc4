use crate::expr::value::Value;

use super::code::{Code, Op};
use super::item::Item;
use super::machine::{Flow, Machine};
use super::scope::{Bound, Scope};

/// What functions and definitions are called with.
impl<'c> Machine<'c> {
    /// Hands over the values of an argument, which nobody asks the paths of.
    pub(super) fn values(
        &self,
        code: &'c Code,
        scope: &Scope<'c>,
        input: &Value,
        out: &mut dyn FnMut(Value) -> Flow,
    ) -> Flow {
        if self.is_single(code, scope) {
            return out(self.one(code, scope, Item::plain(input.clone()))?.value);
        }
        self.run(code, scope.clone(), Item::plain(input.clone()), &mut |item| out(item.value))
    }

    /// The scope of a definition's body at a call.
    pub(super) fn called(&self, skip: usize, arguments: &'c [Code], scope: &Scope<'c>) -> Scope<'c> {
        let outer = scope.outside(skip);
        arguments.iter().fold(outer, |inner, argument| inner.with(Self::argument(argument, scope)))
    }

    /// An argument of a call. A parameter that is handed on is the argument that it stands for, so that scopes do not
    /// grow with the depth of a recursion.
    fn argument(argument: &'c Code, scope: &Scope<'c>) -> Bound<'c> {
        match &argument.op {
            Op::Parameter(index) => match scope.get(*index) {
                Some(bound @ Bound::Parameter(..)) => bound.clone(),
                _ => Bound::Parameter(argument, scope.clone()),
            },
            _ => Bound::Parameter(argument, scope.clone()),
        }
    }

    /// Hands over all combinations of the arguments' outputs; those of the last argument change slowest.
    pub(super) fn product(
        &self,
        arguments: &'c [Code],
        scope: &Scope<'c>,
        input: &Value,
        values: &mut Vec<Value>,
        out: &mut dyn FnMut(&[Value]) -> Flow,
    ) -> Flow {
        let Some((last, first)) = arguments.split_last() else { return out(values) };
        self.values(last, scope, input, &mut |value| {
            values[first.len()] = value;
            self.with_stack(|| self.product(first, scope, input, values, out))
        })
    }

    /// Hands over all combinations of an object's keys and values; the outputs of the first change slowest.
    pub(super) fn entries(
        &self,
        entries: &'c [Code],
        scope: &Scope<'c>,
        input: &Value,
        values: &mut Vec<Value>,
        out: &mut dyn FnMut(&[Value]) -> Flow,
    ) -> Flow {
        let Some((first, rest)) = entries.split_first() else { return out(values) };
        self.values(first, scope, input, &mut |value| {
            values.push(value);
            let flow = self.with_stack(|| self.entries(rest, scope, input, values, out));
            values.pop();
            flow
        })
    }
}
