use std::fmt;
use std::sync::Arc;

use super::count::whole_number;
use super::engine::{Halt, Interrupt, Limit, Machine, Program, compile};
use super::error::{EvalError, ExprError};
use super::faults::{syntax_error, undefined_error};
use super::names::{self, NameUse};
use super::quick::Quick;
use super::syntax::{parse_expression, with_stack};
use super::{Reads, Value};

/// The names of the variables that an expression may use beside `$each`, `$vars` and `$run`: the responses that earlier
/// requests of the same `call` named with `as:`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Scope {
    answers: Vec<String>,
}

impl Scope {
    /// A scope with these responses, each a name without the `$`, in the order in which [`Bindings`] will hold them.
    pub fn with_answers(answers: impl IntoIterator<Item = String>) -> Self {
        Self { answers: answers.into_iter().collect() }
    }

    fn variables(&self) -> Vec<&str> {
        ["each", "vars", "run"].into_iter().chain(self.answers.iter().map(String::as_str)).collect()
    }
}

/// The values of the variables that a [`Scope`] names, and what tells evaluations to end.
#[derive(Debug, Clone)]
pub struct Bindings {
    values: Vec<Value>,
    interrupt: Interrupt,
}

impl Bindings {
    /// Bindings of `$vars` and `$run`; `$each` is null and there are no responses.
    pub fn new(vars: Value, run: Value) -> Self {
        Self { values: vec![Value::Null, vars, run], interrupt: Interrupt::default() }
    }

    /// The same with `$each`.
    #[must_use]
    pub fn with_each(&self, each: Value) -> Self {
        let mut bindings = self.clone();
        bindings.values[0] = each;
        bindings
    }

    /// The same, where evaluations end as soon as `interrupt` says so.
    #[must_use]
    pub fn interrupted_by(mut self, interrupt: Interrupt) -> Self {
        self.interrupt = interrupt;
        self
    }

    /// The same with another `$run`.
    #[must_use]
    pub fn with_run(&self, run: Value) -> Self {
        let mut bindings = self.clone();
        bindings.values[2] = run;
        bindings
    }

    /// Adds the response that the scope names next.
    pub fn push_answer(&mut self, answer: Value) {
        self.values.push(answer);
    }
}

/// A compiled jq expression.
#[derive(Clone)]
pub struct Filter {
    text: String,
    program: Arc<Program>,
    quick: Option<Arc<Quick>>,
    names: Vec<NameUse>,
    reads: Reads,
}

impl Filter {
    /// Compiles `text`.
    ///
    /// # Errors
    /// The first fault of the text's syntax, or every name that nothing defines, with their places in `text`.
    pub fn compile(text: &str, scope: &Scope) -> Result<Self, Vec<ExprError>> {
        with_stack(|| {
            let term = parse_expression(text).map_err(|fault| vec![syntax_error(text, fault)])?;
            let variables = scope.variables();
            let program = compile(&term, &variables).map_err(|undefined| {
                undefined.iter().map(|undefined| undefined_error(undefined, &variables)).collect::<Vec<_>>()
            })?;
            let names = names::vars_of(&term).map_err(|error| vec![error])?;
            let reads = Reads::of(&term);
            let quick = Quick::of(&term).map(Arc::new);
            Ok(Self { text: text.to_owned(), program: Arc::new(program), quick, names, reads })
        })
    }

    /// The expression as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The variables that it reads by `$vars.NAME`.
    pub fn names(&self) -> &[NameUse] {
        &self.names
    }

    /// The keys of its input, or of the items of its input, that it can look at.
    pub fn reads(&self) -> &Reads {
        &self.reads
    }

    /// True where the evaluator is needed for errors only.
    #[cfg(test)]
    pub(super) fn is_plain(&self) -> bool {
        self.quick.is_some()
    }

    /// All outputs for one input, in jq's order; the last is the error that ended them, if one did.
    pub fn outputs(
        &self,
        input: Value,
        bindings: &Bindings,
    ) -> impl Iterator<Item = Result<Value, EvalError>> + use<> {
        let mut outputs = Vec::new();
        let flow = self.run(input, bindings, &mut |output| {
            outputs.push(Ok(output));
            Ok(())
        });
        outputs.extend(flow.err().map(Err));
        outputs.into_iter()
    }

    fn run(
        &self,
        input: Value,
        bindings: &Bindings,
        out: &mut dyn FnMut(Value) -> Result<(), Halt>,
    ) -> Result<(), EvalError> {
        let machine = Machine::new(&self.program, &bindings.interrupt);
        let failed = |message: String| EvalError::Failed { filter: self.text.clone(), message };
        match machine.outputs(input, &bindings.values, out) {
            // No label is around the whole: its break is the wish for no more outputs.
            Ok(()) | Err(Halt::Break(_) | Halt::Beyond) => Ok(()),
            Err(Halt::Error(error)) => Err(failed(error.to_text())),
            Err(Halt::Limit(Limit::Interrupted)) => Err(EvalError::Interrupted { filter: self.text.clone() }),
            Err(Halt::Limit(limit)) => Err(failed(limit.to_string())),
        }
    }

    /// The output, if there is one.
    ///
    /// # Errors
    /// jq's error, or [`EvalError::Several`] where there are more.
    pub fn output(&self, input: Value, bindings: &Bindings) -> Result<Option<Value>, EvalError> {
        let (mut only, mut is_only) = (None, true);
        self.run(input, bindings, &mut |output| {
            is_only = only.is_none();
            only.get_or_insert(output);
            if is_only { Ok(()) } else { Err(Halt::Break(0)) }
        })?;
        if is_only { Ok(only) } else { Err(EvalError::Several { filter: self.text.clone() }) }
    }

    /// The only output.
    ///
    /// # Errors
    /// jq's error, [`EvalError::Empty`] where there is none, [`EvalError::Several`] where there are more.
    pub fn only(&self, input: Value, bindings: &Bindings) -> Result<Value, EvalError> {
        if let Some(Ok(Some(only))) = self.quick.as_ref().map(|quick| quick.only_as(&input, Value::clone)) {
            return Ok(only);
        }
        self.evaluated(input, bindings)
    }

    /// The result of `read` for the only output, which is not copied for it where it is a part of the input.
    ///
    /// # Errors
    /// As [`Filter::only`].
    pub fn only_as<T>(
        &self,
        input: &Value,
        bindings: &Bindings,
        read: impl Fn(&Value) -> T,
    ) -> Result<T, EvalError> {
        if let Some(Ok(Some(only))) = self.quick.as_ref().map(|quick| quick.only_as(input, &read)) {
            return Ok(only);
        }
        Ok(read(&self.evaluated(input.clone(), bindings)?))
    }

    fn evaluated(&self, input: Value, bindings: &Bindings) -> Result<Value, EvalError> {
        let only = self.output(input, bindings)?;
        only.ok_or_else(|| EvalError::Empty { filter: self.text.clone() })
    }

    /// True where the only output is neither null nor false; no output is false, as in `select(f)`.
    ///
    /// # Errors
    /// jq's error, or [`EvalError::Several`].
    pub fn holds(&self, input: &Value, bindings: &Bindings) -> Result<bool, EvalError> {
        if let Some(Ok(holds)) = self.quick.as_ref().map(|quick| quick.only_as(input, Value::is_true)) {
            return Ok(holds.unwrap_or(false));
        }
        Ok(self.output(input.clone(), bindings)?.is_some_and(|only| only.is_true()))
    }

    /// The sum of all outputs, which are counts: whole numbers that are not negative. `None` where all that it puts out
    /// is null, as it is where the input does not have the count; no output at all is a sum of 0.
    ///
    /// # Errors
    /// jq's error, or [`EvalError::WrongType`] for anything else.
    pub fn count(&self, input: Value, bindings: &Bindings) -> Result<Option<u64>, EvalError> {
        let (mut sum, mut nulls) = (None, false);
        for output in self.outputs(input, bindings) {
            match output? {
                Value::Null => nulls = true,
                value => sum = Some(u64::saturating_add(sum.unwrap_or(0), self.as_count(&value)?)),
            }
        }
        Ok(sum.or((!nulls).then_some(0)))
    }

    fn as_count(&self, value: &Value) -> Result<u64, EvalError> {
        let count = match value {
            Value::Num(_) => whole_number(&value.to_string()),
            _ => None,
        };
        count.ok_or_else(|| EvalError::WrongType {
            filter: self.text.clone(),
            found: value.described(),
            expected: "a count: a whole number of 0 or more",
        })
    }
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filter({:?})", self.text)
    }
}
