use std::cell::Cell;

use crate::expr::value::{Bounds, Excess, LONGEST_TEXT, MOST_VALUES, Value, failed};

use super::code::{Code, Program};
use super::item::Item;
use super::outputs::Outputs;
use super::scope::{Bound, Scope};
use super::stop::{DEEPEST, DEEPEST_OUTPUT, Halt, Interrupt, Limit};

/// So few values put together make no output that is worth a look: each can double it at most.
const FEW_VALUES: usize = 32;

/// Steps between two looks at the interrupt.
const STEPS_BETWEEN_LOOKS: u32 = 1024;

/// The stack that one call needs at most, and that is added where less is left, in bytes.
const CALL_STACK: usize = 128 * 1024;
const MORE_STACK: usize = 4 * 1024 * 1024;

/// Arguments of arguments that are looked at to tell whether there is one output.
const PARAMETERS_FOLLOWED: u32 = 8;

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
        let flow = self.run(&self.program.main, scope, Item::plain(input), &mut |item| {
            self.check(&item.value)?;
            out(item.value)
        });
        if let Err(Halt::Error(error)) = &flow {
            self.check(error)?;
        }
        flow
    }

    /// Bounds what leaves the expression. What was put together can be deeper and larger than any input is.
    fn check(&self, value: &Value) -> Flow {
        if self.values.get() < FEW_VALUES {
            return Ok(());
        }
        let bounds = Bounds { levels: DEEPEST_OUTPUT, values: MOST_VALUES, bytes: LONGEST_TEXT };
        value.check(&bounds).map_err(|excess| {
            Halt::Limit(match excess {
                Excess::Levels => Limit::Output,
                Excess::Values => Limit::Values,
                Excess::Bytes => Limit::Text,
            })
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

    /// Hands an output over, with the stack that what takes it may need: that of all calls around it.
    pub(super) fn give(&self, item: Item, out: Out<'_>) -> Flow {
        self.with_stack(|| out(item))
    }

    /// Calls `f` with the stack of a call, where it is none: the text of the expression bounds how deep that goes.
    pub(super) fn with_stack<T>(&self, f: impl FnOnce() -> T) -> T {
        stacker::maybe_grow(CALL_STACK, MORE_STACK, f)
    }

    /// True where `code` has exactly one output in a scope, as far as that can be told.
    pub(super) fn is_single(&self, code: &'c Code, scope: &Scope<'c>) -> bool {
        Self::is_single_within(code, scope, PARAMETERS_FOLLOWED)
    }

    fn is_single_within(code: &'c Code, scope: &Scope<'c>, steps: u32) -> bool {
        match (&code.outputs, steps.checked_sub(1)) {
            (Outputs::One, _) => true,
            (Outputs::OneIf(parameters), Some(less)) => {
                parameters.iter().all(|index| match scope.get(*index) {
                    Some(Bound::Parameter(argument, outer)) => Self::is_single_within(argument, outer, less),
                    _ => false,
                })
            }
            _ => false,
        }
    }

    /// The object of keys and values in turn.
    pub(super) fn object(&self, entries: Vec<Value>) -> Flow<Value> {
        self.put_together(entries.len() / 2)?;
        Ok(Value::of_pairs(entries)?)
    }

    /// Bounds what a function or an operator made.
    pub(super) fn checked(&self, value: Value) -> Flow<Value> {
        match &value {
            Value::Str(text) if text.len() > LONGEST_TEXT => Err(Halt::Limit(Limit::Text)),
            Value::Arr(items) if items.len() > MOST_VALUES => Err(Halt::Limit(Limit::Values)),
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
}

/// A name that stands for something else than the compiler said. It never does.
pub(super) fn unbound() -> Halt {
    failed("a name of the expression has no value").into()
}
