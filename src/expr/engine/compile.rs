use std::ops::Range;

use crate::expr::native;
use crate::expr::syntax::{Definition, Entry, Fold, Parameter, Part, Piece, Term, Update, Word};
use crate::expr::value::{Num, Value};

use super::code::{Apply, Binding, Code, Folding, Op, Pattern, Patterns, Program};

/// A name that nothing defines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::expr) struct Undefined {
    /// The name, without the `$` of a variable.
    pub(in crate::expr) name: String,
    pub(in crate::expr) kind: UndefinedKind,
    pub(in crate::expr) range: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::expr) enum UndefinedKind {
    Variable,
    Label,
    Format,
    /// A function with so many arguments.
    Function(usize),
}

/// Compiles a term that sees these variables.
///
/// # Errors
/// All names that nothing defines.
pub(in crate::expr) fn compile(term: &Term<'_>, variables: &[&str]) -> Result<Program, Vec<Undefined>> {
    let mut compiler =
        Compiler { names: Vec::new(), definitions: Vec::new(), library: Vec::new(), faults: Vec::new() };
    let names = variables.iter().map(|name| Name::Variable(name));
    compiler.names = names.collect();
    let main = compiler.term(term);
    // A definition that is not filled in cannot be: each is compiled where it is entered.
    let definitions = compiler.definitions.into_iter().map(|code| code.unwrap_or_else(Code::empty)).collect();
    if compiler.faults.is_empty() { Ok(Program { main, definitions }) } else { Err(compiler.faults) }
}

/// A name in sight.
#[derive(Clone, Copy)]
pub(super) enum Name<'s> {
    Variable(&'s str),
    Parameter(&'s str),
    Label(&'s str),
    /// A definition, which takes no place among the variables; `outside` of those are outside of it.
    Definition {
        name: &'s str,
        arity: usize,
        index: usize,
        outside: usize,
    },
}

pub(super) struct Compiler<'s> {
    names: Vec<Name<'s>>,
    definitions: Vec<Option<Code>>,
    /// The definitions of the library that were compiled.
    library: Vec<(&'static str, usize, usize)>,
    faults: Vec<Undefined>,
}

impl<'s> Compiler<'s> {
    /// How many variables, parameters and labels are in sight.
    fn places(&self) -> usize {
        self.names.iter().filter(|name| !matches!(name, Name::Definition { .. })).count()
    }

    /// How many of those are inside of the innermost that `is` holds for.
    fn find(&self, is: impl Fn(&Name<'s>) -> bool) -> Option<usize> {
        let mut inside = 0;
        for name in self.names.iter().rev() {
            if is(name) {
                return Some(inside);
            }
            inside += usize::from(!matches!(name, Name::Definition { .. }));
        }
        None
    }

    /// Compiles with more names in sight.
    fn with<T>(&mut self, names: impl IntoIterator<Item = Name<'s>>, f: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.names.len();
        self.names.extend(names);
        let result = f(self);
        self.names.truncate(before);
        result
    }

    fn undefined(&mut self, word: Word<'_>, kind: UndefinedKind) -> Code {
        self.faults.push(Undefined { name: word.text.to_owned(), kind, range: word.range() });
        Code::empty()
    }

    fn boxed(&mut self, term: &Term<'s>) -> Box<Code> {
        Box::new(self.term(term))
    }

    pub(super) fn term(&mut self, term: &Term<'s>) -> Code {
        Code::new(match term {
            Term::Identity => Op::Identity,
            Term::Recurse => return self.library_call("recurse", &[]),
            Term::Number(digits) => Op::Constant(number(digits)),
            Term::Text(format, pieces) => return self.text(*format, pieces),
            Term::Format(format) => return self.format(*format),
            Term::Array(None) => Op::Constant(Value::from_iter([])),
            Term::Array(Some(inner)) => Op::Array(self.boxed(inner)),
            Term::Object(entries) => Op::Object(self.object(entries)),
            Term::Negate(inner) => Op::Apply(Apply::Negate, [self.term(inner)].into()),
            Term::Pipe(left, right) => Op::Pipe(self.boxed(left), self.boxed(right)),
            Term::Comma(terms) => Op::Comma(terms.iter().map(|term| self.term(term)).collect()),
            Term::Bind(source, patterns, body) => {
                let source = self.term(source);
                let (patterns, names) = self.patterns(patterns);
                let body = self.with(names, |compiler| compiler.term(body));
                Op::Bind(Binding { source, patterns, body }.into())
            }
            Term::Operation(left, operator, right) => {
                Op::Apply(Apply::Operator(*operator), [self.term(left), self.term(right)].into())
            }
            Term::And(left, right) => Op::And(self.boxed(left), self.boxed(right)),
            Term::Or(left, right) => Op::Or(self.boxed(left), self.boxed(right)),
            Term::Alternative(left, right) => Op::Alternative(self.boxed(left), self.boxed(right)),
            Term::Update(paths, update, right) => return self.update(paths, *update, right),
            Term::Label(name, body) => {
                let body = self.with([Name::Label(name.text)], |compiler| compiler.term(body));
                Op::Label(body.into())
            }
            Term::Break(name) => {
                match self.find(|found| matches!(found, Name::Label(label) if *label == name.text)) {
                    Some(index) => Op::Break(index),
                    None => return self.undefined(*name, UndefinedKind::Label),
                }
            }
            Term::Fold(fold) => return self.fold(fold),
            Term::Try(body, handler) => {
                Op::Try(self.boxed(body), handler.as_ref().map(|handler| self.boxed(handler)))
            }
            Term::If(branches, otherwise) => {
                let otherwise = match otherwise {
                    Some(otherwise) => self.term(otherwise),
                    None => Code::identity(),
                };
                return branches.iter().rev().fold(otherwise, |otherwise, (condition, then)| {
                    Code::new(Op::If(self.boxed(condition), self.boxed(then), otherwise.into()))
                });
            }
            Term::Define(definition, rest) => {
                let name = self.define(definition);
                return self.with([name], |compiler| compiler.term(rest));
            }
            Term::Call(name, arguments) => return self.call(*name, arguments),
            Term::Variable(name) => {
                match self.find(|found| matches!(found, Name::Variable(variable) if *variable == name.text)) {
                    Some(index) => Op::Variable(index),
                    None => return self.undefined(*name, UndefinedKind::Variable),
                }
            }
            Term::Location(line) => Op::Constant(location(*line)),
            Term::Path(head, parts) => {
                let head = self.term(head);
                return parts.iter().fold(head, |of, (part, optional)| self.part(of, part, *optional));
            }
        })
    }

    fn part(&mut self, of: Code, part: &Part<'s>, optional: bool) -> Code {
        let of = Box::new(of);
        Code::new(match part {
            Part::Each => Op::Each { of, optional },
            Part::Index(key) => Op::Index { of, key: self.boxed(key), optional },
            Part::Slice(from, to) => {
                let mut bound = |bound: &Option<Term<'s>>| match bound {
                    Some(term) => self.boxed(term),
                    None => Code::constant(Value::Null).into(),
                };
                Op::Slice { of, from: bound(from), to: bound(to), optional }
            }
        })
    }

    fn text(&mut self, format: Option<Word<'s>>, pieces: &[Piece<'s>]) -> Code {
        let codes: Vec<Code> = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Plain(word) => Code::constant(Value::from(word.text)),
                Piece::Escaped(text) => Code::constant(Value::from(text.as_str())),
                Piece::Computed(term) => {
                    let value = self.term(term);
                    let formatted = match format {
                        Some(format) => self.format(format),
                        None => self.library_call("tostring", &[]),
                    };
                    Code::new(Op::Pipe(value.into(), formatted.into()))
                }
            })
            .collect();
        let constant: Option<String> = codes
            .iter()
            .map(|code| match &code.op {
                Op::Constant(Value::Str(text)) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        match constant {
            Some(text) => {
                if let Some(format) = format {
                    self.format(format);
                }
                Code::constant(Value::from(text))
            }
            None => Code::new(Op::Apply(Apply::Concat, codes.into())),
        }
    }

    fn format(&mut self, format: Word<'s>) -> Code {
        match native::function(format.text, 0) {
            Some(function) => Code::new(Op::Apply(Apply::Native(function), [].into())),
            None => self.undefined(format, UndefinedKind::Format),
        }
    }

    fn object(&mut self, entries: &[Entry<'s>]) -> Box<[Code]> {
        let mut codes = Vec::new();
        for entry in entries {
            match entry {
                Entry::Pair(key, value) => codes.extend([self.term(key), self.term(value)]),
                Entry::Own(key) => {
                    let value =
                        Op::Index { of: Code::identity().into(), key: self.boxed(key), optional: false };
                    codes.extend([self.term(key), Code::new(value)]);
                }
                Entry::Variable(name) => {
                    codes.extend([Code::constant(Value::from(name.text)), self.term(&Term::Variable(*name))]);
                }
                Entry::Location(line) => {
                    codes.extend([Code::constant(Value::from("__loc__")), Code::constant(location(*line))]);
                }
            }
        }
        codes.into()
    }

    /// `paths = value`, `paths |= update`; `paths op= value` is `value as $x | paths |= (. op $x)`.
    fn update(&mut self, paths: &Term<'s>, update: Update, right: &Term<'s>) -> Code {
        match update {
            Update::Assign => Code::new(Op::Assign(self.boxed(paths), self.boxed(right))),
            Update::Modify => Code::new(Op::Modify(self.boxed(paths), self.boxed(right))),
            Update::Operate(_) | Update::Alternative => {
                let source = self.term(right);
                // No expression can name it.
                let body = self.with([Name::Variable("")], |compiler| {
                    let operand = Code::new(Op::Variable(0));
                    let new = match update {
                        Update::Operate(operator) => {
                            Op::Apply(Apply::Operator(operator), [Code::identity(), operand].into())
                        }
                        _ => Op::Alternative(Code::identity().into(), operand.into()),
                    };
                    Code::new(Op::Modify(compiler.boxed(paths), Code::new(new).into()))
                });
                let patterns = Patterns { alternatives: vec![Pattern::Variable(0)], variables: 1 };
                Code::new(Op::Bind(Binding { source, patterns, body }.into()))
            }
        }
    }

    fn fold(&mut self, fold: &Fold<'s>) -> Code {
        let source = self.term(&fold.source);
        let init = self.term(&fold.init);
        let (patterns, names) = self.patterns(&fold.patterns);
        let (update, extract) = self.with(names, |compiler| {
            let update = compiler.term(&fold.update);
            (update, fold.extract.as_ref().map_or_else(Code::identity, |extract| compiler.term(extract)))
        });
        let folding = Box::new(Folding { source, patterns, init, update, extract });
        Code::new(if fold.each { Op::Foreach(folding) } else { Op::Reduce(folding) })
    }

    /// Compiles a definition, which may call itself.
    fn define(&mut self, definition: &Definition<'s>) -> Name<'s> {
        let index = self.definitions.len();
        self.definitions.push(None);
        let Definition { name, parameters, body } = definition;
        let name =
            Name::Definition { name: name.text, arity: parameters.len(), index, outside: self.places() };
        let inside = std::iter::once(name).chain(parameters.iter().map(|parameter| match parameter {
            Parameter::Filter(name) | Parameter::Variable(name) => Name::Parameter(name),
        }));
        let inside: Vec<_> = inside.collect();
        let code = self.with(inside, |compiler| compiler.body(parameters, body));
        self.definitions[index] = Some(code);
        name
    }

    /// The body of a definition: `def f($a): g` is `def f(a): a as $a | g`.
    fn body(&mut self, parameters: &[Parameter<'s>], body: &Term<'s>) -> Code {
        let Some((first, rest)) = parameters.split_first() else { return self.term(body) };
        let Parameter::Variable(name) = first else { return self.body(rest, body) };
        let parameter = self.find(|found| matches!(found, Name::Parameter(parameter) if parameter == name));
        let source = Code::new(Op::Parameter(parameter.unwrap_or_default()));
        let body = self.with([Name::Variable(name)], |compiler| compiler.body(rest, body));
        let patterns = Patterns { alternatives: vec![Pattern::Variable(0)], variables: 1 };
        Code::new(Op::Bind(Binding { source, patterns, body }.into()))
    }

    fn call(&mut self, name: Word<'s>, arguments: &[Term<'s>]) -> Code {
        let arity = arguments.len();
        let mut inside = 0;
        let mut found = None;
        for known in self.names.iter().rev() {
            match known {
                Name::Parameter(parameter) if *parameter == name.text && arity == 0 => {
                    return Code::new(Op::Parameter(inside));
                }
                Name::Definition { name: known, arity: wanted, index, outside } => {
                    if *known == name.text && *wanted == arity {
                        found = Some((*index, self.places() - outside));
                        break;
                    }
                }
                _ => inside += 1,
            }
        }
        if let Some((definition, skip)) = found {
            let arguments = arguments.iter().map(|argument| self.term(argument)).collect();
            return self.called(definition, skip, arguments);
        }
        match self.known(name.text, arguments) {
            Some(code) => code,
            None => self.undefined(name, UndefinedKind::Function(arity)),
        }
    }

    fn called(&self, definition: usize, skip: usize, arguments: Box<[Code]>) -> Code {
        let body = self.definitions[definition].as_ref();
        Code::call(definition, skip, arguments, body.map(|code| &code.outputs))
    }

    /// A call of what jq or jobnet defines.
    fn known(&mut self, name: &str, arguments: &[Term<'s>]) -> Option<Code> {
        Some(Code::new(match (name, arguments) {
            ("empty", []) => return Some(Code::empty()),
            ("true", []) => Op::Constant(Value::Bool(true)),
            ("false", []) => Op::Constant(Value::Bool(false)),
            ("null", []) => Op::Constant(Value::Null),
            ("path", [paths]) => Op::PathOf(self.boxed(paths)),
            ("getpath", [path]) => Op::GetPath(self.boxed(path)),
            ("last", [body]) => Op::Last(self.boxed(body)),
            ("range", [from, to]) => Op::Range(self.boxed(from), self.boxed(to)),
            ("select", [condition]) => {
                Op::If(self.boxed(condition), Code::identity().into(), Code::empty().into())
            }
            ("map", [body]) => {
                let each = Op::Each { of: Code::identity().into(), optional: false };
                let body = self.boxed(body);
                Op::Array(Code::new(Op::Pipe(Code::new(each).into(), body)).into())
            }
            _ => {
                if let Some(function) = native::function(name, arguments.len()) {
                    let arguments = arguments.iter().map(|argument| self.term(argument)).collect();
                    return Some(Code::new(Op::Apply(Apply::Native(function), arguments)));
                }
                let definition = self.in_library(name, arguments.len())?;
                let arguments = arguments.iter().map(|argument| self.term(argument)).collect();
                return Some(self.called(definition, self.places(), arguments));
            }
        }))
    }

    /// A call of a function of the library or a native one by a name that is there.
    fn library_call(&mut self, name: &'static str, arguments: &[Term<'s>]) -> Code {
        self.known(name, arguments).unwrap_or_else(Code::empty)
    }

    /// The definition of a function of the library, compiled at its first call.
    fn in_library(&mut self, name: &str, arity: usize) -> Option<usize> {
        if let Some((_, _, index)) = self.library.iter().find(|known| known.0 == name && known.1 == arity) {
            return Some(*index);
        }
        let definition = native::definition(name, arity)?;
        let index = self.definitions.len();
        self.definitions.push(None);
        self.library.push((definition.name.text, arity, index));
        let Definition { parameters, body, .. } = definition;
        // The library sees nothing of the expression's own names.
        let outer = std::mem::take(&mut self.names);
        let names = parameters.iter().map(|parameter| match parameter {
            Parameter::Filter(name) | Parameter::Variable(name) => Name::Parameter(name),
        });
        self.names = names.collect();
        let code = self.body(parameters, body);
        self.names = outer;
        self.definitions[index] = Some(code);
        Some(index)
    }
}

/// A number of the text. The lexer lets nothing else through.
fn number(digits: &str) -> Value {
    Num::parse(digits).map_or(Value::Null, Value::Num)
}

fn location(line: usize) -> Value {
    let entries = [("file", Value::from("<top-level>")), ("line", Value::from(line))];
    Value::object(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
}
