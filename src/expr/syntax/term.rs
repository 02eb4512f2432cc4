use std::ops::Range;

/// A name, with its place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word<'s> {
    pub(crate) text: &'s str,
    pub(crate) at: usize,
}

impl Word<'_> {
    /// The bytes of the text where the name stands.
    pub(crate) fn range(self) -> Range<usize> {
        self.at..self.at + self.text.len()
    }
}

/// The tree of an expression.
#[derive(Debug, Clone)]
pub(crate) enum Term<'s> {
    /// `.`
    Identity,
    /// `..`
    Recurse,
    /// A number as it is written.
    Number(&'s str),
    /// A text, whose computed pieces are formatted by the format if it has one: `@uri "\(.x)"`.
    Text(Option<Word<'s>>, Vec<Piece<'s>>),
    /// `@csv` alone.
    Format(Word<'s>),
    /// `[f]`, or `[]`.
    Array(Option<Box<Self>>),
    /// `{…}`.
    Object(Vec<Entry<'s>>),
    /// `-f`.
    Negate(Box<Self>),
    /// `f | g`.
    Pipe(Box<Self>, Box<Self>),
    /// `f, g, h`.
    Comma(Vec<Self>),
    /// `f as $x | g`, with the patterns of `?//` in their order.
    Bind(Box<Self>, Vec<Pattern<'s>>, Box<Self>),
    /// `f + g`, `f == g` and the like.
    Operation(Box<Self>, Operator, Box<Self>),
    /// `f and g`.
    And(Box<Self>, Box<Self>),
    /// `f or g`.
    Or(Box<Self>, Box<Self>),
    /// `f // g`.
    Alternative(Box<Self>, Box<Self>),
    /// `f = g`, `f |= g`, `f += g`, `f //= g`.
    Update(Box<Self>, Update, Box<Self>),
    /// `label $name | f`.
    Label(Word<'s>, Box<Self>),
    /// `break $name`.
    Break(Word<'s>),
    /// `reduce` and `foreach`.
    Fold(Box<Fold<'s>>),
    /// `try f`, `f?`, `try f catch g`.
    Try(Box<Self>, Option<Box<Self>>),
    /// `if … then … elif … else … end`.
    If(Vec<(Self, Self)>, Option<Box<Self>>),
    /// `def name(a; $b): body; rest`.
    Define(Box<Definition<'s>>, Box<Self>),
    /// `name(f; g)`.
    Call(Word<'s>, Vec<Self>),
    /// `$name`, without the `$`.
    Variable(Word<'s>),
    /// `$__loc__`, with its line.
    Location(usize),
    /// `f.a[0][]?`: parts, each with true where a `?` follows it.
    Path(Box<Self>, Vec<(Part<'s>, bool)>),
}

/// A piece of a text.
#[derive(Debug, Clone)]
pub(crate) enum Piece<'s> {
    /// Characters without an escape, as they stand in the text of the expression.
    Plain(Word<'s>),
    /// Characters that were escaped.
    Escaped(String),
    /// `\(f)`.
    Computed(Term<'s>),
}

/// An entry of an object.
#[derive(Debug, Clone)]
pub(crate) enum Entry<'s> {
    /// `{key: value}`; the key is a text, a variable or stands in parentheses.
    Pair(Term<'s>, Term<'s>),
    /// `{key}`, `{"key"}`: the input's own value of that key.
    Own(Term<'s>),
    /// `{$name}`.
    Variable(Word<'s>),
    /// `{$__loc__}`, with its line.
    Location(usize),
}

/// A part of a path.
#[derive(Debug, Clone)]
pub(crate) enum Part<'s> {
    /// `.key`, `[f]`.
    Index(Term<'s>),
    /// `[from:to]`; at least one of them stands there.
    Slice(Option<Term<'s>>, Option<Term<'s>>),
    /// `[]`.
    Each,
}

/// What a value is taken apart by.
#[derive(Debug, Clone)]
pub(crate) enum Pattern<'s> {
    /// `$x`.
    Variable(Word<'s>),
    /// `[…]`.
    Array(Vec<Self>),
    /// `{…}`: for each key the variable of `{$x}` and the pattern behind the colon.
    Object(Vec<(Term<'s>, Option<Word<'s>>, Option<Self>)>),
}

impl<'s> Pattern<'s> {
    /// The names of its variables, as they are bound.
    pub(crate) fn names(&self, names: &mut Vec<&'s str>) {
        match self {
            Self::Variable(name) => names.push(name.text),
            Self::Array(patterns) => patterns.iter().for_each(|pattern| pattern.names(names)),
            Self::Object(entries) => {
                for (_, variable, pattern) in entries {
                    names.extend(variable.map(|name| name.text));
                    if let Some(pattern) = pattern {
                        pattern.names(names);
                    }
                }
            }
        }
    }
}

/// `reduce source as pattern (init; update)`, and `foreach` with an extraction.
#[derive(Debug, Clone)]
pub(crate) struct Fold<'s> {
    pub(crate) each: bool,
    pub(crate) source: Term<'s>,
    pub(crate) patterns: Vec<Pattern<'s>>,
    pub(crate) init: Term<'s>,
    pub(crate) update: Term<'s>,
    pub(crate) extract: Option<Term<'s>>,
}

/// `def name(parameters): body;`
#[derive(Debug, Clone)]
pub(crate) struct Definition<'s> {
    pub(crate) name: Word<'s>,
    pub(crate) parameters: Vec<Parameter<'s>>,
    pub(crate) body: Term<'s>,
}

/// A parameter of a definition.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Parameter<'s> {
    /// `f`: an expression.
    Filter(&'s str),
    /// `$x`: each value of the argument.
    Variable(&'s str),
}

/// An operator between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Compare(Comparison),
}

/// A comparison of two values by jq's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// An assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Update {
    /// `=`
    Assign,
    /// `|=`
    Modify,
    /// `+=` and the like.
    Operate(Operator),
    /// `//=`
    Alternative,
}

impl<'s> Term<'s> {
    /// A text without computed pieces and escapes.
    pub(crate) fn text(word: Word<'s>) -> Self {
        Self::Text(None, vec![Piece::Plain(word)])
    }

    /// The text itself where nothing in it is computed.
    pub(crate) fn as_constant_text(&self) -> Option<String> {
        match self {
            Self::Text(None, pieces) => pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Plain(word) => Some(word.text),
                    Piece::Escaped(text) => Some(text.as_str()),
                    Piece::Computed(_) => None,
                })
                .collect(),
            _ => None,
        }
    }

    /// The terms directly inside it, from the left to the right.
    pub(crate) fn children(&self) -> Vec<&Self> {
        let mut children = Vec::new();
        match self {
            Self::Identity
            | Self::Recurse
            | Self::Number(_)
            | Self::Format(_)
            | Self::Array(None)
            | Self::Break(_)
            | Self::Variable(_)
            | Self::Location(_) => {}
            Self::Text(_, pieces) => children.extend(pieces.iter().filter_map(|piece| match piece {
                Piece::Computed(term) => Some(term),
                Piece::Plain(_) | Piece::Escaped(_) => None,
            })),
            Self::Array(Some(inner)) | Self::Negate(inner) | Self::Label(_, inner) => children.push(inner),
            Self::Object(entries) => {
                for entry in entries {
                    match entry {
                        Entry::Pair(key, value) => children.extend([key, value]),
                        Entry::Own(key) => children.push(key),
                        Entry::Variable(_) | Entry::Location(_) => {}
                    }
                }
            }
            Self::Pipe(left, right)
            | Self::Operation(left, _, right)
            | Self::And(left, right)
            | Self::Or(left, right)
            | Self::Alternative(left, right)
            | Self::Update(left, _, right) => children.extend([&**left, &**right]),
            Self::Comma(terms) | Self::Call(_, terms) => children.extend(terms),
            Self::Bind(source, patterns, body) => {
                children.push(source);
                patterns.iter().for_each(|pattern| pattern_children(pattern, &mut children));
                children.push(body);
            }
            Self::Fold(fold) => {
                children.push(&fold.source);
                fold.patterns.iter().for_each(|pattern| pattern_children(pattern, &mut children));
                children.extend([&fold.init, &fold.update]);
                children.extend(&fold.extract);
            }
            Self::Try(body, handler) => {
                children.push(body);
                children.extend(handler.as_deref());
            }
            Self::If(branches, otherwise) => {
                children.extend(branches.iter().flat_map(|(condition, then)| [condition, then]));
                children.extend(otherwise.as_deref());
            }
            Self::Define(definition, rest) => children.extend([&definition.body, &**rest]),
            Self::Path(head, parts) => {
                children.push(head);
                for (part, _) in parts {
                    match part {
                        Part::Index(index) => children.push(index),
                        Part::Slice(from, to) => children.extend(from.iter().chain(to)),
                        Part::Each => {}
                    }
                }
            }
        }
        children
    }

    /// Calls `f` for the term and for the terms inside it, from the left to the right.
    pub(crate) fn visit<'a>(&'a self, f: &mut impl FnMut(&'a Self)) {
        f(self);
        self.children().into_iter().for_each(|child| child.visit(f));
    }
}

fn pattern_children<'a, 's>(pattern: &'a Pattern<'s>, children: &mut Vec<&'a Term<'s>>) {
    match pattern {
        Pattern::Variable(_) => {}
        Pattern::Array(patterns) => {
            patterns.iter().for_each(|pattern| pattern_children(pattern, children));
        }
        Pattern::Object(entries) => {
            for (key, _, pattern) in entries {
                children.push(key);
                if let Some(pattern) = pattern {
                    pattern_children(pattern, children);
                }
            }
        }
    }
}
