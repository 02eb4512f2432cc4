use crate::expr::native::{Function, Outcome};
use crate::expr::syntax::{Comparison, Operator, with_stack};
use crate::expr::value::Value;

use super::outputs::Outputs;

/// A compiled expression.
#[derive(Debug)]
pub(in crate::expr) struct Program {
    pub(super) main: Code,
    pub(super) definitions: Vec<Code>,
}

/// Code is a tree as deep as the text is nested: what drops it has the stack of what compiled it.
impl Drop for Program {
    fn drop(&mut self) {
        let main = std::mem::replace(&mut self.main, Code::identity());
        let definitions = std::mem::take(&mut self.definitions);
        with_stack(|| drop((main, definitions)));
    }
}

/// An operation, and how many outputs it has.
#[derive(Debug)]
pub(super) struct Code {
    pub(super) op: Op,
    pub(super) outputs: Outputs,
}

/// What gives outputs for an input. Variables are counted from the innermost outwards.
#[derive(Debug)]
pub(super) enum Op {
    Identity,
    Constant(Value),
    Variable(usize),
    Pipe(Box<Code>, Box<Code>),
    Comma(Box<[Code]>),
    /// `source as patterns | body`.
    Bind(Box<Binding>),
    /// A function of one output of each argument; the outputs of the last argument change slowest.
    Apply(Apply, Box<[Code]>),
    /// Keys and values in turn; the outputs of the first change slowest.
    Object(Box<[Code]>),
    Array(Box<Code>),
    If(Box<Code>, Box<Code>, Box<Code>),
    And(Box<Code>, Box<Code>),
    Or(Box<Code>, Box<Code>),
    Alternative(Box<Code>, Box<Code>),
    Try(Box<Code>, Option<Box<Code>>),
    Label(Box<Code>),
    Break(usize),
    Index {
        of: Box<Code>,
        key: Box<Code>,
        optional: bool,
    },
    Slice {
        of: Box<Code>,
        from: Box<Code>,
        to: Box<Code>,
        optional: bool,
    },
    Each {
        of: Box<Code>,
        optional: bool,
    },
    Reduce(Box<Folding>),
    Foreach(Box<Folding>),
    /// A call of a parameter.
    Parameter(usize),
    /// A call of a definition, which was made `skip` variables before.
    Call {
        definition: usize,
        skip: usize,
        arguments: Box<[Code]>,
    },
    /// `path(f)`.
    PathOf(Box<Code>),
    /// `getpath(f)`.
    GetPath(Box<Code>),
    /// `last(f)`.
    Last(Box<Code>),
    /// `range(from; to)`.
    Range(Box<Code>, Box<Code>),
    /// `paths = value`.
    Assign(Box<Code>, Box<Code>),
    /// `paths |= update`.
    Modify(Box<Code>, Box<Code>),
}

/// A strict function.
#[derive(Debug, Clone, Copy)]
pub(super) enum Apply {
    Operator(Operator),
    Negate,
    /// Texts put together.
    Concat,
    /// A function of the input and the arguments.
    Native(Function),
}

#[derive(Debug)]
pub(super) struct Binding {
    pub(super) source: Code,
    pub(super) patterns: Patterns,
    pub(super) body: Code,
}

#[derive(Debug)]
pub(super) struct Folding {
    pub(super) source: Code,
    pub(super) patterns: Patterns,
    pub(super) init: Code,
    pub(super) update: Code,
    pub(super) extract: Code,
}

/// Patterns of `?//`, and how many variables they have together.
#[derive(Debug)]
pub(super) struct Patterns {
    pub(super) alternatives: Vec<Pattern>,
    pub(super) variables: usize,
}

/// A pattern; a variable is the index of its value among those that the pattern binds.
#[derive(Debug)]
pub(super) enum Pattern {
    Variable(usize),
    Array(Vec<Self>),
    Object(Vec<(Code, Option<usize>, Option<Self>)>),
}

impl Code {
    /// Code of any operation but a call.
    pub(super) fn new(op: Op) -> Self {
        let outputs = op.outputs();
        Self { op, outputs }
    }

    /// A call of a definition; the outputs of its body are not known while that is compiled itself.
    pub(super) fn call(
        definition: usize,
        skip: usize,
        arguments: Box<[Self]>,
        body: Option<&Outputs>,
    ) -> Self {
        let body = body.unwrap_or(&Outputs::Any);
        let outputs = Outputs::of_call(body, skip, arguments.iter().map(|argument| &argument.outputs));
        Self { op: Op::Call { definition, skip, arguments }, outputs }
    }

    pub(super) fn identity() -> Self {
        Self::new(Op::Identity)
    }

    pub(super) fn constant(value: Value) -> Self {
        Self::new(Op::Constant(value))
    }

    pub(super) fn empty() -> Self {
        Self::new(Op::Comma([].into()))
    }
}

impl Op {
    fn outputs(&self) -> Outputs {
        let all =
            |codes: &[&Code]| codes.iter().fold(Outputs::One, |outputs, code| outputs.and(&code.outputs));
        match self {
            Self::Identity | Self::Constant(_) | Self::Variable(_) | Self::Array(_) | Self::Modify(..) => {
                Outputs::One
            }
            Self::Parameter(index) => Outputs::OneIf(vec![*index]),
            Self::Pipe(left, right)
            | Self::And(left, right)
            | Self::Or(left, right)
            | Self::Alternative(left, right) => all(&[left, right]),
            Self::Apply(_, codes) | Self::Object(codes) => all(&codes.iter().collect::<Vec<_>>()),
            Self::If(condition, then, otherwise) => all(&[condition, then, otherwise]),
            Self::Index { of, key, optional: false } => all(&[of, key]),
            Self::Slice { of, from, to, optional: false } => all(&[of, from, to]),
            Self::Bind(binding) if binding.patterns.is_variable() => {
                let body = binding.body.outputs.clone().outside(binding.patterns.variables);
                body.and(&binding.source.outputs)
            }
            Self::Reduce(folding) => folding.init.outputs.clone(),
            Self::GetPath(path) => path.outputs.clone(),
            Self::Assign(_, value) => value.outputs.clone(),
            _ => Outputs::Any,
        }
    }
}

impl Patterns {
    /// True for a single variable.
    pub(super) fn is_variable(&self) -> bool {
        matches!(self.alternatives[..], [Pattern::Variable(_)])
    }
}

impl Apply {
    /// The function's value for an input and the outputs of its arguments.
    pub(super) fn call(self, input: Value, mut arguments: Vec<Value>) -> Outcome {
        match self {
            Self::Operator(operator) => {
                let right = arguments.pop().unwrap_or_default();
                let left = arguments.pop().unwrap_or_default();
                operate(operator, left, right)
            }
            Self::Negate => -arguments.pop().unwrap_or_default(),
            Self::Concat => Ok(Value::from(arguments.iter().filter_map(Value::as_str).collect::<String>())),
            Self::Native(function) => function(input, &arguments),
        }
    }
}

/// `left operator right`.
pub(super) fn operate(operator: Operator, left: Value, right: Value) -> Outcome {
    match operator {
        Operator::Add => left + right,
        Operator::Subtract => left - right,
        Operator::Multiply => left * right,
        Operator::Divide => left / right,
        Operator::Remainder => left % right,
        Operator::Compare(comparison) => Ok(Value::Bool(compare(comparison, &left, &right))),
    }
}

/// True where the comparison holds.
pub(in crate::expr) fn compare(comparison: Comparison, left: &Value, right: &Value) -> bool {
    match comparison {
        Comparison::Equal => left == right,
        Comparison::NotEqual => left != right,
        Comparison::Less => left < right,
        Comparison::LessOrEqual => left <= right,
        Comparison::Greater => left > right,
        Comparison::GreaterOrEqual => left >= right,
    }
}
