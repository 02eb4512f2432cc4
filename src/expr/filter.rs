use std::fmt;
use std::sync::Arc;

use jaq_core::load::{self, Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars, unwrap_valr};

use super::count::whole_number;
use super::error::{EvalError, ExprError};
use super::faults::{load_errors, undefined_error};
use super::functions::{Data, reached};
use super::names::{self, NameUse};
use super::quick::Quick;
use super::{Reads, Value};

/// The names of the variables that an expression may use beside `$each`, `$vars` and `$run`: the answers that earlier
/// requests of the same `call` named with `as:`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Scope {
    answers: Vec<String>,
}

impl Scope {
    /// A scope with these answers, each a name without the `$`, in the order in which [`Bindings`] will hold them.
    pub fn with_answers(answers: impl IntoIterator<Item = String>) -> Self {
        Self { answers: answers.into_iter().map(|name| format!("${name}")).collect() }
    }

    fn variables(&self) -> Vec<&str> {
        ["$each", "$vars", "$run"].into_iter().chain(self.answers.iter().map(String::as_str)).collect()
    }
}

/// The values of the variables that a [`Scope`] names.
#[derive(Debug, Clone)]
pub struct Bindings(Vec<Value>);

impl Bindings {
    /// Bindings of `$vars` and `$run`; `$each` is null and there are no answers.
    pub fn new(vars: Value, run: Value) -> Self {
        Self(vec![Value::Null, vars, run])
    }

    /// The same with `$each`.
    #[must_use]
    pub fn with_each(&self, each: Value) -> Self {
        let mut values = self.0.clone();
        values[0] = each;
        Self(values)
    }

    /// The same with another `$run`.
    #[must_use]
    pub fn with_run(&self, run: Value) -> Self {
        let mut values = self.0.clone();
        values[2] = run;
        Self(values)
    }

    /// Adds the answer that the scope names next.
    pub fn push_answer(&mut self, answer: Value) {
        self.0.push(answer);
    }
}

/// A compiled jq expression.
#[derive(Clone)]
pub struct Filter {
    text: String,
    program: Arc<jaq_core::Filter<Data>>,
    quick: Option<Arc<Quick>>,
    names: Vec<NameUse>,
    reads: Reads,
}

impl Filter {
    /// Compiles `text`.
    ///
    /// # Errors
    /// Every fault that the lexer, the parser or the compiler finds, with its place in `text`.
    pub fn compile(text: &str, scope: &Scope) -> Result<Self, Vec<ExprError>> {
        let arena = Arena::default();
        let term = load::parse(text, |parser| parser.term()).unwrap_or_default();
        let (definitions, functions) = reached(&term);
        let modules =
            Loader::new(definitions).load(&arena, File { code: text, path: () }).map_err(|errors| {
                errors.into_iter().flat_map(|(_, error)| load_errors(text, error)).collect::<Vec<_>>()
            })?;
        let variables = scope.variables();
        let program = Compiler::default()
            .with_funs(functions)
            .with_global_vars(variables.iter().copied())
            .compile(modules)
            .map_err(|errors| {
                let undefined = errors.into_iter().flat_map(|(_, undefined)| undefined);
                undefined
                    .map(|(name, kind)| undefined_error(text, name, &kind, &variables))
                    .collect::<Vec<_>>()
            })?;
        let names = names::vars_of(text, &term).map_err(|error| vec![error])?;
        let reads = Reads::of(&term);
        let quick = Quick::of(&term).map(Arc::new);
        Ok(Self { text: text.to_owned(), program: Arc::new(program), quick, names, reads })
    }

    /// The expression as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The variables that it reads by `$vars.NAME`.
    pub fn names(&self) -> &[NameUse] {
        &self.names
    }

    /// Which keys of its input, or of the items of its input, it can look at.
    pub fn reads(&self) -> &Reads {
        &self.reads
    }

    /// True where the interpreter is needed for errors only.
    #[cfg(test)]
    pub(super) fn is_plain(&self) -> bool {
        self.quick.is_some()
    }

    /// All outputs for one input, as jq puts them out.
    pub fn outputs<'a>(
        &'a self,
        input: Value,
        bindings: &Bindings,
    ) -> impl Iterator<Item = Result<Value, EvalError>> + 'a {
        let context = Ctx::<Data>::new(&self.program.lut, Vars::new(bindings.0.iter().cloned()));
        self.program.id.run((context, input)).map(unwrap_valr).map(|output| {
            output.map_err(|error| EvalError::Failed {
                filter: self.text.clone(),
                message: error.into_val().to_text(),
            })
        })
    }

    /// The first output.
    ///
    /// # Errors
    /// jq's error, or [`EvalError::Empty`] where there is none.
    pub fn first(&self, input: Value, bindings: &Bindings) -> Result<Value, EvalError> {
        if let Some(Ok(Some(first))) = self.quick.as_ref().map(|quick| quick.first(&input, Value::clone)) {
            return Ok(first);
        }
        self.interpreted(input, bindings)
    }

    /// What `read` makes of the first output, which is not copied for it where it is a part of the input.
    ///
    /// # Errors
    /// As [`Filter::first`].
    pub fn first_as<T>(
        &self,
        input: &Value,
        bindings: &Bindings,
        read: impl Fn(&Value) -> T,
    ) -> Result<T, EvalError> {
        if let Some(Ok(Some(first))) = self.quick.as_ref().map(|quick| quick.first(input, &read)) {
            return Ok(first);
        }
        Ok(read(&self.interpreted(input.clone(), bindings)?))
    }

    fn interpreted(&self, input: Value, bindings: &Bindings) -> Result<Value, EvalError> {
        let first = self.outputs(input, bindings).next();
        first.unwrap_or_else(|| Err(EvalError::Empty { filter: self.text.clone() }))
    }

    /// True where the first output is neither null nor false; no output is false, as in `select(f)`.
    ///
    /// # Errors
    /// jq's error.
    pub fn holds(&self, input: &Value, bindings: &Bindings) -> Result<bool, EvalError> {
        if let Some(Ok(holds)) = self.quick.as_ref().map(|quick| quick.holds(input)) {
            return Ok(holds);
        }
        match self.outputs(input.clone(), bindings).next() {
            None => Ok(false),
            Some(output) => Ok(!matches!(output?, Value::Null | Value::Bool(false))),
        }
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
            found: value.to_string(),
            expected: "a count: a whole number of 0 or more",
        })
    }
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filter({:?})", self.text)
    }
}
