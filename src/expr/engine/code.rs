use crate::expr::native::{Function, Outcome};
use crate::expr::syntax::{Comparison, Operator};
use crate::expr::value::Value;

/// A compiled expression.
#[derive(Debug)]
pub(in crate::expr) struct Program {
    pub(super) main: Code,
    pub(super) definitions: Vec<Code>,
}

/// An operation, and whether it always gives exactly one output where it does not fail.
#[derive(Debug)]
pub(super) struct Code {
    pub(super) op: Op,
    pub(super) single: bool,
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
    pub(super) fn new(op: Op) -> Self {
        let single = op.is_single();
        Self { op, single }
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
    fn is_single(&self) -> bool {
        match self {
            Self::Identity | Self::Constant(_) | Self::Variable(_) | Self::Array(_) => true,
            Self::Pipe(left, right) | Self::And(left, right) | Self::Or(left, right) => {
                left.single && right.single
            }
            Self::Apply(_, arguments) | Self::Object(arguments) => {
                arguments.iter().all(|argument| argument.single)
            }
            Self::If(condition, then, otherwise) => condition.single && then.single && otherwise.single,
            Self::Index { of, key, optional: false } => of.single && key.single,
            Self::Slice { of, from, to, optional: false } => of.single && from.single && to.single,
            Self::Bind(binding) => {
                binding.source.single && binding.patterns.is_single() && binding.body.single
            }
            Self::Reduce(folding) => folding.init.single,
            Self::GetPath(path) => path.single,
            Self::Assign(_, value) => value.single,
            Self::Modify(..) => true,
            _ => false,
        }
    }
}

impl Patterns {
    fn is_single(&self) -> bool {
        matches!(&self.alternatives[..], [only] if only.is_single())
    }
}

impl Pattern {
    fn is_single(&self) -> bool {
        match self {
            Self::Variable(_) => true,
            Self::Array(patterns) => patterns.iter().all(Self::is_single),
            Self::Object(entries) => entries
                .iter()
                .all(|(key, _, pattern)| key.single && pattern.as_ref().is_none_or(Self::is_single)),
        }
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
