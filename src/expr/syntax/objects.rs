use super::lexer::Kind;
use super::parser::{Parsed, Parser, SyntaxFault, Tree};
use super::term::{Entry, Operator, Term};

/// Objects, and the keys of patterns.
impl<'s> Parser<'s> {
    /// A key that is a word, a text or computed in parentheses.
    pub(super) fn key(&mut self) -> Parsed<Tree<'s>> {
        match self.kind() {
            Kind::Word => Ok(Tree { term: Term::text(self.word(0)), height: 1 }),
            Kind::TextStart | Kind::Format => self.text(),
            Kind::Symbol if self.eat("(") => {
                let start = self.token().range.start;
                let key = self.query()?;
                if is_constant_but_no_text(&key.term) {
                    return Err(SyntaxFault::Key { range: start..self.before() });
                }
                self.expect(")", "`)`")?;
                Ok(key)
            }
            _ => Err(self.unexpected("a key")),
        }
    }

    pub(super) fn object(&mut self) -> Parsed<Tree<'s>> {
        self.at += 1;
        let mut entries = Vec::new();
        let mut height = 0;
        while !self.eat("}") {
            let (entry, deep) = self.entry()?;
            height = height.max(deep);
            entries.push(entry);
            if !self.eat(",") {
                self.expect("}", "`,` or `}`")?;
                break;
            }
        }
        self.tree(Term::Object(entries), &[height])
    }

    fn entry(&mut self) -> Parsed<(Entry<'s>, usize)> {
        let key = match self.kind() {
            Kind::Variable if self.shown() == "$__loc__" => {
                let line = self.line();
                self.at += 1;
                return Ok((Entry::Location(line), 1));
            }
            Kind::Variable => {
                let name = self.word(1);
                if !self.is(":") {
                    return Ok((Entry::Variable(name), 1));
                }
                Tree { term: Term::Variable(name), height: 1 }
            }
            Kind::Symbol if self.is("(") => {
                let key = self.key()?;
                if !self.is(":") {
                    return Err(self.unexpected("`:`"));
                }
                key
            }
            _ => self.key()?,
        };
        if !self.eat(":") {
            return Ok((Entry::Own(key.term), key.height));
        }
        let value = self.entry_value()?;
        Ok((Entry::Pair(key.term, value.term), key.height.max(value.height)))
    }

    /// A value of an object: everything but a comma.
    fn entry_value(&mut self) -> Parsed<Tree<'s>> {
        self.nested(|parser| {
            let left = parser.expression()?;
            if !parser.eat("|") {
                return Ok(left);
            }
            let right = parser.entry_value()?;
            parser.tree(Term::Pipe(left.term.into(), right.term.into()), &[left.height, right.height])
        })
    }
}

/// True for a constant that cannot be a key, so that the expression could only fail; jq folds the same operations.
fn is_constant_but_no_text(term: &Term<'_>) -> bool {
    match term {
        Term::Number(_) | Term::Array(None) | Term::Location(_) => true,
        Term::Object(entries) => entries.is_empty(),
        Term::Call(name, arguments) => arguments.is_empty() && matches!(name.text, "true" | "false" | "null"),
        Term::Operation(left, operator, right) => {
            let are_numbers = matches!((&**left, &**right), (Term::Number(_), Term::Number(_)));
            are_numbers && !matches!(operator, Operator::Divide | Operator::Remainder)
        }
        Term::Pipe(left, right) => {
            matches!(**left, Term::Identity) && is_constant_but_no_text(right)
                || matches!(**right, Term::Identity) && is_constant_but_no_text(left)
        }
        _ => false,
    }
}
