use crate::expr::value::Value;

use super::code::{Apply, Code, Op, operate};
use super::item::Item;
use super::machine::{Flow, Machine, unbound};
use super::places::{get_path, index};
use super::scope::{Bound, Scope};

/// Code that has exactly one output needs no callback for it.
impl<'c> Machine<'c> {
    /// The output of `code`, which has exactly one.
    pub(super) fn one(&self, code: &'c Code, scope: &Scope<'c>, item: Item) -> Flow<Item> {
        match &code.op {
            Op::Identity => Ok(item),
            Op::Constant(value) => Ok(item.with(value.clone())),
            Op::Variable(_) => self.one_here(code, scope, item),
            _ => self.deeper(|| self.one_here(code, scope, item)),
        }
    }

    #[expect(clippy::too_many_lines, reason = "one arm an operation")]
    pub(super) fn one_here(&self, code: &'c Code, scope: &Scope<'c>, item: Item) -> Flow<Item> {
        self.step()?;
        match &code.op {
            Op::Identity => Ok(item),
            Op::Constant(value) => Ok(item.with(value.clone())),
            Op::Variable(index) => match scope.get(*index) {
                Some(Bound::Value(value)) => Ok(item.with(value.clone())),
                _ => Err(unbound()),
            },
            Op::Pipe(left, right) => {
                let item = self.one(left, scope, item)?;
                self.one(right, scope, item)
            }
            Op::Apply(Apply::Operator(operator), operands) => {
                let right = self.value_of(&operands[1], scope, &item)?;
                // The input goes to the operand that is evaluated last, so that it can be changed in its place.
                let Item { value, place } = item;
                let left = self.one(&operands[0], scope, Item::plain(value))?.value;
                self.count_growth(&left, &right)?;
                let value = self.checked(operate(*operator, left, right)?)?;
                Ok(Item { value, place })
            }
            Op::Apply(function, arguments) => {
                let mut values = Vec::with_capacity(arguments.len());
                for argument in arguments.iter().rev() {
                    values.push(self.value_of(argument, scope, &item)?);
                }
                values.reverse();
                let Item { value, place } = item;
                let value = self.checked(function.call(value, values)?)?;
                Ok(Item { value, place })
            }
            Op::Object(entries) => {
                let mut values = Vec::with_capacity(entries.len());
                for entry in entries {
                    values.push(self.value_of(entry, scope, &item)?);
                }
                Ok(item.with(self.object(values)?))
            }
            Op::Array(body) => {
                let mut items = Vec::new();
                self.run(
                    body,
                    scope.clone(),
                    Item { value: item.value.clone(), place: item.place.clone() },
                    &mut |output| {
                        self.put_together(1)?;
                        items.push(output.value);
                        Ok(())
                    },
                )?;
                Ok(item.with(items.into_iter().collect()))
            }
            Op::If(condition, then, otherwise) => {
                let holds = self.value_of(condition, scope, &item)?.is_true();
                self.one(if holds { then } else { otherwise }, scope, item)
            }
            Op::And(left, right) | Op::Or(left, right) => {
                let decided = matches!(code.op, Op::Or(..));
                let left = self.one(left, scope, item.clone())?;
                if left.value.is_true() == decided {
                    return Ok(left.with(Value::Bool(decided)));
                }
                let right = self.one(right, scope, left.with(item.value))?;
                Ok(right.with(Value::Bool(right.value.is_true())))
            }
            Op::Alternative(left, right) => {
                let left = self.one(left, scope, item.clone())?;
                if left.value.is_true() { Ok(left) } else { self.one(right, scope, item) }
            }
            Op::Index { of, key, .. } => {
                let key = self.value_of(key, scope, &item)?;
                index(&self.one(of, scope, item)?, &key, false)?.ok_or_else(unbound)
            }
            Op::Slice { of, from, to, .. } => {
                let from = self.value_of(from, scope, &item)?;
                let to = self.value_of(to, scope, &item)?;
                index(&self.one(of, scope, item)?, &Value::slice_key(from, to), false)?.ok_or_else(unbound)
            }
            Op::Reduce(folding) => {
                let init = self.one(&folding.init, scope, item.clone())?.value;
                Ok(item.with(self.reduce(folding, scope, &item, init)?))
            }
            Op::GetPath(path) => {
                let path = self.value_of(path, scope, &item)?;
                get_path(&item, &path)
            }
            Op::Assign(paths, value) => {
                let value = self.value_of(value, scope, &item)?;
                self.assign(paths, scope, item, &value)
            }
            Op::Modify(paths, update) => self.modify(paths, update, scope, item),
            Op::Parameter(index) => match scope.get(*index) {
                Some(Bound::Parameter(argument, outer)) => self.one(argument, outer, item),
                _ => Err(unbound()),
            },
            Op::Call { definition, skip, arguments } => {
                let inner = self.called(*skip, arguments, scope);
                self.one(&self.program.definitions[*definition], &inner, item)
            }
            // Whatever else has one output hands it over.
            _ => {
                let mut one = None;
                self.run_here(code, scope.clone(), item, &mut |output| {
                    one = Some(output);
                    Ok(())
                })?;
                one.ok_or_else(unbound)
            }
        }
    }

    /// The value of an argument that has one output, which nobody asks the path of.
    pub(super) fn value_of(&self, code: &'c Code, scope: &Scope<'c>, item: &Item) -> Flow<Value> {
        Ok(self.one(code, scope, Item::plain(item.value.clone()))?.value)
    }
}
