use crate::expr::value::{Value, failed};

use super::code::{Code, Op};
use super::item::Item;
use super::machine::{Flow, Machine, Out, unbound};
use super::places::{get_path, index, no_path};
use super::scope::{Bound, Scope};
use super::stop::Halt;

/// Code with any number of outputs, which a callback takes.
impl<'c> Machine<'c> {
    /// Hands over the outputs of `code` for an item.
    pub(super) fn run(&self, code: &'c Code, scope: Scope<'c>, item: Item, out: Out<'_>) -> Flow {
        self.deeper(|| self.run_here(code, scope, item, out))
    }

    #[expect(clippy::too_many_lines, reason = "one arm an operation")]
    pub(super) fn run_here(
        &self,
        mut code: &'c Code,
        mut scope: Scope<'c>,
        mut item: Item,
        out: Out<'_>,
    ) -> Flow {
        loop {
            self.step()?;
            let is_single = self.is_single(code, &scope);
            // What is last goes on in this loop: a tail call takes no stack.
            match &code.op {
                Op::Identity => return out(item),
                Op::Pipe(left, right) if self.is_single(left, &scope) => {
                    item = self.one(left, &scope, item)?;
                    code = right;
                }
                Op::Pipe(left, right) => {
                    return self.run(left, scope.clone(), item, &mut |item| {
                        self.run(right, scope.clone(), item, out)
                    });
                }
                Op::Comma(codes) => {
                    let Some((last, first)) = codes.split_last() else { return Ok(()) };
                    for part in first {
                        self.run(part, scope.clone(), item.clone(), out)?;
                    }
                    code = last;
                }
                Op::Bind(binding) => {
                    match self.only_scope(&binding.source, &binding.patterns, &scope, &item)? {
                        Some(bound) => {
                            scope = bound;
                            code = &binding.body;
                        }
                        None => {
                            return self.run(
                                &binding.source,
                                scope.clone(),
                                Item::plain(item.value.clone()),
                                &mut |source| {
                                    self.bind(&binding.patterns, &scope, &source.value, &mut |bound| {
                                        self.run(&binding.body, bound, item.clone(), out)
                                    })
                                },
                            );
                        }
                    }
                }
                Op::If(condition, then, otherwise) if self.is_single(condition, &scope) => {
                    let holds = self.value_of(condition, &scope, &item)?.is_true();
                    code = if holds { then } else { otherwise };
                }
                Op::If(condition, then, otherwise) => {
                    return self.values(condition, &scope, &item.value, &mut |holds| {
                        let branch = if holds.is_true() { then } else { otherwise };
                        self.run(branch, scope.clone(), item.clone(), out)
                    });
                }
                Op::And(left, right) | Op::Or(left, right) if !is_single => {
                    let decided = matches!(code.op, Op::Or(..));
                    return self.run(left, scope.clone(), item.clone(), &mut |left| {
                        if left.value.is_true() == decided {
                            return self.give(left.with(Value::Bool(decided)), out);
                        }
                        // The right side's input is the whole's, its place the left side's.
                        let input = left.with(item.value.clone());
                        self.run(right, scope.clone(), input, &mut |right| {
                            self.give(right.with(Value::Bool(right.value.is_true())), out)
                        })
                    });
                }
                Op::Alternative(left, right) if !is_single => {
                    let mut found = false;
                    self.run(left, scope.clone(), item.clone(), &mut |left| {
                        if !left.value.is_true() {
                            return Ok(());
                        }
                        found = true;
                        self.give(left, out)
                    })?;
                    if found {
                        return Ok(());
                    }
                    code = right;
                }
                Op::Try(body, handler) => {
                    let Some(error) = self.caught(body, &scope, &item, out)? else { return Ok(()) };
                    let Some(handler) = handler else { return Ok(()) };
                    item = item.with(error);
                    code = handler;
                }
                Op::Label(body) => {
                    let label = self.new_label();
                    return match self.run(body, scope.with(Bound::Label(label)), item, out) {
                        Err(Halt::Break(broken)) if broken == label => Ok(()),
                        flow => flow,
                    };
                }
                Op::Break(index) => {
                    return match scope.get(*index) {
                        Some(Bound::Label(label)) => Err(Halt::Break(*label)),
                        _ => Err(unbound()),
                    };
                }
                Op::Parameter(index) => match scope.get(*index) {
                    Some(Bound::Parameter(argument, outer)) => {
                        code = argument;
                        scope = outer.clone();
                    }
                    _ => return Err(unbound()),
                },
                Op::Call { definition, skip, arguments } => {
                    scope = self.called(*skip, arguments, &scope);
                    code = &self.program.definitions[*definition];
                }
                Op::Index { of, key, optional } if !is_single => {
                    return self.values(key, &scope, &item.value, &mut |key| {
                        self.run(
                            of,
                            scope.clone(),
                            item.clone(),
                            &mut |of| match index(&of, &key, *optional)? {
                                Some(part) => self.give(part, out),
                                None => Ok(()),
                            },
                        )
                    });
                }
                Op::Slice { of, from, to, optional } if !is_single => {
                    return self.values(from, &scope, &item.value, &mut |from| {
                        self.values(to, &scope, &item.value, &mut |to| {
                            let key = Value::slice_key(from.clone(), to);
                            self.run(of, scope.clone(), item.clone(), &mut |of| match index(
                                &of, &key, *optional,
                            )? {
                                Some(part) => self.give(part, out),
                                None => Ok(()),
                            })
                        })
                    });
                }
                Op::Each { of, optional } => {
                    return self.run(of, scope, item, &mut |of| self.each(of, *optional, out));
                }
                Op::Apply(function, arguments) if !is_single => {
                    let mut values = vec![Value::Null; arguments.len()];
                    return self.product(arguments, &scope, &item.value, &mut values, &mut |values| {
                        if let [left, right] = values {
                            self.count_growth(left, right)?;
                        }
                        let value = function.call(item.value.clone(), values.to_vec())?;
                        self.give(item.with(self.checked(value)?), out)
                    });
                }
                Op::Object(entries) if !is_single => {
                    return self.entries(entries, &scope, &item.value, &mut Vec::new(), &mut |entries| {
                        self.give(item.with(self.object(entries.to_vec())?), out)
                    });
                }
                Op::Reduce(folding) if !is_single => {
                    return self.run(&folding.init, scope.clone(), item.clone(), &mut |init| {
                        self.give(item.with(self.reduce(folding, &scope, &item, init.value)?), out)
                    });
                }
                Op::Foreach(folding) => return self.foreach(folding, &scope, &item, out),
                Op::PathOf(paths) => {
                    return self.paths(paths, &scope, &item.value, &mut |path| {
                        self.give(item.with(path.into_iter().collect()), out)
                    });
                }
                Op::GetPath(path) if !is_single => {
                    return self.values(path, &scope, &item.value, &mut |path| {
                        self.give(get_path(&item, &path)?, out)
                    });
                }
                Op::Last(body) => {
                    let mut last = None;
                    self.run(body, scope, item.clone(), &mut |output| {
                        last = Some(output.value);
                        Ok(())
                    })?;
                    return last.map_or(Ok(()), |last| self.give(item.with(last), out));
                }
                Op::Range(from, to) => {
                    return self.values(from, &scope, &item.value, &mut |from| {
                        self.values(to, &scope, &item.value, &mut |to| self.range(&from, &to, &item, out))
                    });
                }
                Op::Assign(paths, value) if !is_single => {
                    return self.values(value, &scope, &item.value, &mut |value| {
                        self.give(self.assign(paths, &scope, item.clone(), &value)?, out)
                    });
                }
                Op::Constant(_)
                | Op::Variable(_)
                | Op::Apply(..)
                | Op::Object(_)
                | Op::Array(_)
                | Op::And(..)
                | Op::Or(..)
                | Op::Alternative(..)
                | Op::Index { .. }
                | Op::Slice { .. }
                | Op::Reduce(_)
                | Op::GetPath(_)
                | Op::Assign(..)
                | Op::Modify(..) => return out(self.one_here(code, &scope, item)?),
            }
        }
    }

    /// Hands over the paths of the outputs.
    pub(super) fn paths(
        &self,
        code: &'c Code,
        scope: &Scope<'c>,
        input: &Value,
        out: &mut dyn FnMut(Vec<Value>) -> Flow,
    ) -> Flow {
        self.run(code, scope.clone(), Item::root(input.clone()), &mut |item| match item.path() {
            Some(path) => out(path),
            None => Err(no_path(&item.value)),
        })
    }

    /// Runs `body`; an error of its own is the result, one of what takes its outputs is not.
    fn caught(&self, body: &'c Code, scope: &Scope<'c>, item: &Item, out: Out<'_>) -> Flow<Option<Value>> {
        let mut beyond = None;
        let flow = self.run(body, scope.clone(), item.clone(), &mut |output| {
            self.give(output, out).map_err(|halt| match halt {
                Halt::Error(error) => {
                    beyond = Some(error);
                    Halt::Beyond
                }
                other => other,
            })
        });
        match flow {
            Err(Halt::Error(error)) => Ok(Some(error)),
            Err(Halt::Beyond) => Err(beyond.map_or(Halt::Beyond, Halt::Error)),
            other => other.map(|()| None),
        }
    }

    #[expect(clippy::neg_cmp_op_on_partial_ord, reason = "a NaN must go on, and only the negation lets it")]
    fn range(&self, from: &Value, to: &Value, item: &Item, out: Out<'_>) -> Flow {
        let (Value::Num(from), Value::Num(to)) = (from, to) else {
            return Err(failed("Range bounds must be numeric").into());
        };
        let (mut at, to) = (from.as_f64(), to.as_f64());
        // Nothing is greater than or equal to NaN: a range to it has no end, as in jq.
        while !(at >= to) {
            self.step()?;
            self.give(item.with(Value::from(at)), out)?;
            at += 1.0;
        }
        Ok(())
    }
}
