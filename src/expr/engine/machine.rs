use std::cell::Cell;

use crate::expr::value::{Value, failed};

use super::code::{Code, Op, Program};
use super::item::Item;
use super::places::{get_path, index, no_path};
use super::scope::{Bound, Scope};
use super::stop::{DEEPEST, DEEPEST_OUTPUT, Halt, Interrupt, LONGEST_TEXT, Limit, MOST_VALUES};

/// Steps between two looks at the interrupt.
const STEPS_BETWEEN_LOOKS: u32 = 1024;

/// The stack that one call needs at most, and that is added where less is left, in bytes.
const CALL_STACK: usize = 128 * 1024;
const MORE_STACK: usize = 4 * 1024 * 1024;

/// `Err` where no more outputs are wanted, or there are none.
pub(super) type Flow<T = ()> = Result<T, Halt>;

/// Takes outputs.
pub(super) type Out<'o> = &'o mut dyn FnMut(Item) -> Flow;

/// Runs a program once.
pub(in crate::expr) struct Machine<'c> {
    pub(super) program: &'c Program,
    interrupt: &'c Interrupt,
    steps: Cell<u32>,
    depth: Cell<u32>,
    values: Cell<usize>,
    labels: Cell<u64>,
}

impl<'c> Machine<'c> {
    pub(in crate::expr) fn new(program: &'c Program, interrupt: &'c Interrupt) -> Self {
        Self {
            program,
            interrupt,
            steps: Cell::new(0),
            depth: Cell::new(0),
            values: Cell::new(0),
            labels: Cell::new(0),
        }
    }

    /// Hands the outputs for an input over, until `out` wants no more.
    pub(in crate::expr) fn outputs(
        &self,
        input: Value,
        variables: &[Value],
        out: &mut dyn FnMut(Value) -> Result<(), Halt>,
    ) -> Result<(), Halt> {
        let scope = Scope::default().with_values(variables.iter().cloned());
        self.run(&self.program.main, scope, Item::plain(input), &mut |item| {
            // What was put together can be deeper than any input is.
            let may_be_deep = self.values.get() > DEEPEST_OUTPUT / 2;
            if may_be_deep && !item.value.is_within(DEEPEST_OUTPUT) {
                return Err(Halt::Limit(Limit::Output));
            }
            out(item.value)
        })
    }

    /// Counts a step, and ends the evaluation where it was told to stop.
    pub(super) fn step(&self) -> Flow {
        let steps = self.steps.get().wrapping_add(1);
        self.steps.set(steps);
        if steps.is_multiple_of(STEPS_BETWEEN_LOOKS) && self.interrupt.is_due() {
            return Err(Halt::Limit(Limit::Interrupted));
        }
        Ok(())
    }

    /// Counts values that are put together.
    pub(super) fn put_together(&self, count: usize) -> Flow {
        let values = self.values.get().saturating_add(count);
        self.values.set(values);
        if values > MOST_VALUES { Err(Halt::Limit(Limit::Values)) } else { Ok(()) }
    }

    /// A number that no label has had yet.
    pub(super) fn new_label(&self) -> u64 {
        self.labels.set(self.labels.get() + 1);
        self.labels.get()
    }

    /// Calls `f` one level deeper.
    pub(super) fn deeper<T>(&self, f: impl FnOnce() -> Flow<T>) -> Flow<T> {
        let depth = self.depth.get();
        if depth >= DEEPEST {
            return Err(Halt::Limit(Limit::Depth));
        }
        self.depth.set(depth + 1);
        let result = stacker::maybe_grow(CALL_STACK, MORE_STACK, f);
        self.depth.set(depth);
        result
    }

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
            // What is last goes on in this loop: a tail call takes no stack.
            match &code.op {
                Op::Identity => return out(item),
                Op::Pipe(left, right) if left.single => {
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
                Op::If(condition, then, otherwise) if condition.single => {
                    let holds = self.value_of(condition, &scope, &item)?.is_true();
                    code = if holds { then } else { otherwise };
                }
                Op::If(condition, then, otherwise) => {
                    return self.values(condition, &scope, &item.value, &mut |holds| {
                        let branch = if holds.is_true() { then } else { otherwise };
                        self.run(branch, scope.clone(), item.clone(), out)
                    });
                }
                Op::And(left, right) | Op::Or(left, right) if !code.single => {
                    let decided = matches!(code.op, Op::Or(..));
                    return self.run(left, scope.clone(), item.clone(), &mut |left| {
                        if left.value.is_true() == decided {
                            return out(left.with(Value::Bool(decided)));
                        }
                        // The right side's input is the whole's, its place the left side's.
                        let input = left.with(item.value.clone());
                        self.run(right, scope.clone(), input, &mut |right| {
                            out(right.with(Value::Bool(right.value.is_true())))
                        })
                    });
                }
                Op::Alternative(left, right) => {
                    let mut found = false;
                    self.run(left, scope.clone(), item.clone(), &mut |left| {
                        if !left.value.is_true() {
                            return Ok(());
                        }
                        found = true;
                        out(left)
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
                    let outer = scope.outside(*skip);
                    scope = arguments
                        .iter()
                        .fold(outer, |inner, argument| inner.with(self.argument(argument, &scope)));
                    code = &self.program.definitions[*definition];
                }
                Op::Index { of, key, optional } if !code.single => {
                    return self.values(key, &scope, &item.value, &mut |key| {
                        self.run(
                            of,
                            scope.clone(),
                            item.clone(),
                            &mut |of| match index(&of, &key, *optional)? {
                                Some(part) => out(part),
                                None => Ok(()),
                            },
                        )
                    });
                }
                Op::Slice { of, from, to, optional } if !code.single => {
                    return self.values(from, &scope, &item.value, &mut |from| {
                        self.values(to, &scope, &item.value, &mut |to| {
                            let key = Value::slice_key(from.clone(), to);
                            self.run(of, scope.clone(), item.clone(), &mut |of| match index(
                                &of, &key, *optional,
                            )? {
                                Some(part) => out(part),
                                None => Ok(()),
                            })
                        })
                    });
                }
                Op::Each { of, optional } => {
                    return self.run(of, scope, item, &mut |of| self.each(of, *optional, out));
                }
                Op::Apply(function, arguments) if !code.single => {
                    let mut values = vec![Value::Null; arguments.len()];
                    return self.product(arguments, &scope, &item.value, &mut values, &mut |values| {
                        if let [left, right] = values {
                            self.count_growth(left, right)?;
                        }
                        let value = function.call(item.value.clone(), values.to_vec())?;
                        out(item.with(self.checked(value)?))
                    });
                }
                Op::Object(entries) if !code.single => {
                    return self.entries(entries, &scope, &item.value, &mut Vec::new(), &mut |entries| {
                        out(item.with(self.object(entries.to_vec())?))
                    });
                }
                Op::Reduce(folding) if !code.single => {
                    return self.run(&folding.init, scope.clone(), item.clone(), &mut |init| {
                        out(item.with(self.reduce(folding, &scope, &item, init.value)?))
                    });
                }
                Op::Foreach(folding) => return self.foreach(folding, &scope, &item, out),
                Op::PathOf(paths) => {
                    return self.paths(paths, &scope, &item.value, &mut |path| {
                        out(item.with(path.into_iter().collect()))
                    });
                }
                Op::GetPath(path) if !code.single => {
                    return self.values(path, &scope, &item.value, &mut |path| out(get_path(&item, &path)?));
                }
                Op::Last(body) => {
                    let mut last = None;
                    self.run(body, scope, item.clone(), &mut |output| {
                        last = Some(output.value);
                        Ok(())
                    })?;
                    return last.map_or(Ok(()), |last| out(item.with(last)));
                }
                Op::Range(from, to) => {
                    return self.values(from, &scope, &item.value, &mut |from| {
                        self.values(to, &scope, &item.value, &mut |to| self.range(&from, &to, &item, out))
                    });
                }
                Op::Assign(paths, value) if !code.single => {
                    return self.values(value, &scope, &item.value, &mut |value| {
                        out(item.with(self.assign(paths, &scope, &item.value, &value)?))
                    });
                }
                Op::Constant(_)
                | Op::Variable(_)
                | Op::Apply(..)
                | Op::Object(_)
                | Op::Array(_)
                | Op::And(..)
                | Op::Or(..)
                | Op::Index { .. }
                | Op::Slice { .. }
                | Op::Reduce(_)
                | Op::GetPath(_)
                | Op::Assign(..)
                | Op::Modify(..) => return out(self.one_here(code, &scope, item)?),
            }
        }
    }

    /// Hands over the values of an argument, which nobody asks the paths of.
    pub(super) fn values(
        &self,
        code: &'c Code,
        scope: &Scope<'c>,
        input: &Value,
        out: &mut dyn FnMut(Value) -> Flow,
    ) -> Flow {
        if code.single {
            return out(self.one(code, scope, Item::plain(input.clone()))?.value);
        }
        self.run(code, scope.clone(), Item::plain(input.clone()), &mut |item| out(item.value))
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
            out(output).map_err(|halt| match halt {
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

    /// An argument of a call. A parameter that is handed on is the argument that it stands for, so that scopes do not
    /// grow with the depth of a recursion.
    fn argument(&self, argument: &'c Code, scope: &Scope<'c>) -> Bound<'c> {
        match &argument.op {
            Op::Parameter(index) => match scope.get(*index) {
                Some(bound @ Bound::Parameter(..)) => bound.clone(),
                _ => Bound::Parameter(argument, scope.clone()),
            },
            _ => Bound::Parameter(argument, scope.clone()),
        }
    }

    /// Hands over all combinations of the arguments' outputs; those of the last argument change slowest.
    fn product(
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
            self.product(first, scope, input, values, out)
        })
    }

    /// Hands over all combinations of an object's keys and values; the outputs of the first change slowest.
    fn entries(
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
            let flow = self.entries(rest, scope, input, values, out);
            values.pop();
            flow
        })
    }

    /// The object of keys and values in turn.
    pub(super) fn object(&self, entries: Vec<Value>) -> Flow<Value> {
        self.put_together(entries.len() / 2)?;
        Ok(Value::of_pairs(entries)?)
    }

    /// Bounds the texts that a function or an operator made.
    pub(super) fn checked(&self, value: Value) -> Flow<Value> {
        match &value {
            Value::Str(text) if text.len() > LONGEST_TEXT => Err(Halt::Limit(Limit::Text)),
            _ => Ok(value),
        }
    }

    /// Counts what two arrays, objects or texts add up to: the smaller one, so that appending costs what is appended, and
    /// doubling the whole.
    pub(super) fn count_growth(&self, left: &Value, right: &Value) -> Flow {
        match (left, right) {
            (Value::Arr(left), Value::Arr(right)) => self.put_together(left.len().min(right.len())),
            (Value::Obj(left), Value::Obj(right)) => self.put_together(left.len().min(right.len())),
            (Value::Str(left), Value::Str(right)) => self.put_together(left.len().min(right.len()) / 64),
            _ => Ok(()),
        }
    }

    fn range(&self, from: &Value, to: &Value, item: &Item, out: Out<'_>) -> Flow {
        let (Value::Num(from), Value::Num(to)) = (from, to) else {
            return Err(failed("Range bounds must be numeric").into());
        };
        let (mut at, to) = (from.as_f64(), to.as_f64());
        while at < to {
            self.step()?;
            out(item.with(Value::from(at)))?;
            at += 1.0;
        }
        Ok(())
    }
}

/// A name that stands for something else than the compiler said. It never does.
pub(super) fn unbound() -> Halt {
    failed("a name of the expression has no value").into()
}
