use std::ops::Range;

use super::lexer::{Kind, LexFault, Token, tokens};
use super::operators::{Infix, Level};
use super::term::{Comparison, Definition, Operator, Parameter, Part, Term, Update, Word};
use super::{DEEPEST, LONGEST};

/// Why a text is not an expression.
#[derive(Debug)]
pub(crate) enum SyntaxFault {
    /// Something stands where nothing like it can, or the text ends too early.
    Unexpected { range: Range<usize>, expected: &'static str },
    /// The text is longer than [`LONGEST`].
    TooLong,
    /// The tree is deeper than [`DEEPEST`] there.
    TooDeep { range: Range<usize> },
    /// A constant that is no text stands as a key.
    Key { range: Range<usize> },
    /// `import`, `include` or `module`.
    Module { range: Range<usize> },
}

impl From<LexFault> for SyntaxFault {
    fn from(fault: LexFault) -> Self {
        Self::Unexpected { range: fault.range, expected: fault.expected }
    }
}

/// The tree of a whole expression.
pub(crate) fn parse_expression(text: &str) -> Result<Term<'_>, SyntaxFault> {
    let mut parser = Parser::new(text)?;
    let tree = parser.query()?;
    parser.end()?;
    Ok(tree.term)
}

/// The definitions of a text that has nothing else.
pub(crate) fn parse_definitions(text: &str) -> Result<Vec<Definition<'_>>, SyntaxFault> {
    let mut parser = Parser::new(text)?;
    let mut definitions = Vec::new();
    while parser.is("def") {
        definitions.push(parser.definition()?.0);
    }
    parser.end()?;
    Ok(definitions)
}

/// Words that cannot name a function. As keys they are like any other.
pub(super) const KEYWORDS: [&str; 20] = [
    "as", "import", "include", "module", "def", "if", "then", "else", "elif", "and", "or", "end", "reduce",
    "foreach", "try", "catch", "label", "break", "__loc__", "$__loc__",
];

/// A term, and how deep it is.
pub(super) struct Tree<'s> {
    pub(super) term: Term<'s>,
    pub(super) height: usize,
}

pub(super) type Parsed<T> = Result<T, SyntaxFault>;

pub(super) struct Parser<'s> {
    pub(super) text: &'s str,
    pub(super) tokens: Vec<Token>,
    pub(super) at: usize,
    /// How many rules are being read one within the other.
    depth: usize,
}

impl<'s> Parser<'s> {
    fn new(text: &'s str) -> Parsed<Self> {
        if text.len() > LONGEST {
            return Err(SyntaxFault::TooLong);
        }
        Ok(Self { text, tokens: tokens(text)?, at: 0, depth: 0 })
    }

    pub(super) fn token(&self) -> &Token {
        // The last token is the end, which nothing goes beyond.
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    /// Where the token before the next one ends.
    pub(super) fn before(&self) -> usize {
        self.at.checked_sub(1).and_then(|before| self.tokens.get(before)).map_or(0, |token| token.range.end)
    }

    pub(super) fn kind(&self) -> Kind {
        self.token().kind
    }

    pub(super) fn shown(&self) -> &'s str {
        &self.text[self.token().range.clone()]
    }

    /// True where the next token is this keyword or symbol.
    pub(super) fn is(&self, text: &str) -> bool {
        matches!(self.kind(), Kind::Word | Kind::Symbol) && self.shown() == text
    }

    pub(super) fn eat(&mut self, text: &str) -> bool {
        let is = self.is(text);
        self.at += usize::from(is);
        is
    }

    pub(super) fn expect(&mut self, text: &str, expected: &'static str) -> Parsed<()> {
        if self.eat(text) { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    pub(super) fn end(&self) -> Parsed<()> {
        match self.kind() {
            Kind::End => Ok(()),
            _ => Err(self.unexpected("the end of the expression, or an operator")),
        }
    }

    pub(super) fn unexpected(&self, expected: &'static str) -> SyntaxFault {
        SyntaxFault::Unexpected { range: self.token().range.clone(), expected }
    }

    /// The next token as a name, without the first `skip` characters.
    pub(super) fn word(&mut self, skip: usize) -> Word<'s> {
        let at = self.token().range.start + skip;
        let text = &self.shown()[skip..];
        self.at += 1;
        Word { text, at }
    }

    pub(super) fn variable(&mut self) -> Parsed<Word<'s>> {
        match self.kind() {
            Kind::Variable => Ok(self.word(1)),
            _ => Err(self.unexpected("a variable such as $x")),
        }
    }

    /// The line of the next token, from 1.
    pub(super) fn line(&self) -> usize {
        self.text[..self.token().range.start].matches('\n').count() + 1
    }

    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(SyntaxFault::TooDeep { range: self.token().range.clone() });
        }
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// A tree over trees of these heights.
    pub(super) fn tree(&self, term: Term<'s>, heights: &[usize]) -> Parsed<Tree<'s>> {
        let height = 1 + heights.iter().max().copied().unwrap_or_default();
        if height > DEEPEST {
            return Err(SyntaxFault::TooDeep { range: self.token().range.clone() });
        }
        Ok(Tree { term, height })
    }

    /// `f | g`, `f, g`, `f as $x | g`, `def f: g; h`, `label $x | f`.
    pub(super) fn query(&mut self) -> Parsed<Tree<'s>> {
        self.nested(|parser| {
            let mut terms = Vec::new();
            let mut height = 0;
            let open = loop {
                let (tree, open) = parser.stage()?;
                height = height.max(tree.height);
                terms.push(tree.term);
                if !open || !parser.eat(",") {
                    break open;
                }
            };
            let left = match terms.pop() {
                Some(only) if terms.is_empty() => Tree { term: only, height },
                last => {
                    terms.extend(last);
                    parser.tree(Term::Comma(terms), &[height])?
                }
            };
            if !open || !parser.eat("|") {
                return Ok(left);
            }
            let right = parser.query()?;
            parser.tree(Term::Pipe(left.term.into(), right.term.into()), &[left.height, right.height])
        })
    }

    /// What stands between commas and pipes, and whether more may follow it: what binds a name reaches to the end.
    fn stage(&mut self) -> Parsed<(Tree<'s>, bool)> {
        if self.is("def") {
            let (definition, height) = self.definition()?;
            let rest = self.query()?;
            let term = Term::Define(definition.into(), rest.term.into());
            return Ok((self.tree(term, &[height, rest.height])?, false));
        }
        if self.eat("label") {
            let name = self.variable()?;
            self.expect("|", "`|`")?;
            let body = self.query()?;
            return Ok((self.tree(Term::Label(name, body.term.into()), &[body.height])?, false));
        }
        let source = self.expression()?;
        if !self.eat("as") {
            return Ok((source, true));
        }
        let (patterns, height) = self.patterns()?;
        self.expect("|", "`|`")?;
        let body = self.query()?;
        let term = Term::Bind(source.term.into(), patterns, body.term.into());
        Ok((self.tree(term, &[source.height, height, body.height])?, false))
    }

    pub(super) fn definition(&mut self) -> Parsed<(Definition<'s>, usize)> {
        self.expect("def", "`def`")?;
        let name = self.name()?;
        let mut parameters = Vec::new();
        if self.eat("(") {
            loop {
                parameters.push(match self.kind() {
                    Kind::Variable => Parameter::Variable(self.word(1).text),
                    _ => Parameter::Filter(self.name()?.text),
                });
                if !self.eat(";") {
                    break;
                }
            }
            self.expect(")", "`;` or `)`")?;
        }
        self.expect(":", "`:`")?;
        let body = self.query()?;
        self.expect(";", "`;`")?;
        Ok((Definition { name, parameters, body: body.term }, body.height))
    }

    /// The name of a function.
    pub(super) fn name(&mut self) -> Parsed<Word<'s>> {
        match self.kind() {
            Kind::Word if !KEYWORDS.contains(&self.shown()) => Ok(self.word(0)),
            _ => Err(self.unexpected("a name")),
        }
    }

    /// Terms and operators between them.
    pub(super) fn expression(&mut self) -> Parsed<Tree<'s>> {
        self.climb(Level::Alternative)
    }

    /// Operators that bind at least as tight as `lowest`.
    fn climb(&mut self, lowest: Level) -> Parsed<Tree<'s>> {
        let mut left = self.postfix()?;
        loop {
            let Some(operator) = self.operator().filter(|operator| operator.level() >= lowest) else {
                return Ok(left);
            };
            self.at += 1;
            let level = operator.level();
            let right = match level {
                Level::Alternative => self.nested(|parser| parser.climb(level))?,
                _ => self.nested(|parser| parser.climb(level.tighter()))?,
            };
            let heights = [left.height, right.height];
            let term = operator.between(left.term, right.term);
            left = self.tree(term, &heights)?;
            let alone = matches!(level, Level::Update | Level::Compare);
            if alone && self.operator().is_some_and(|next| next.level() == level) {
                return Err(self.unexpected("parentheses around one of the two"));
            }
        }
    }

    fn operator(&self) -> Option<Infix> {
        if !matches!(self.kind(), Kind::Word | Kind::Symbol) {
            return None;
        }
        Some(match self.shown() {
            "//" => Infix::Alternative,
            "=" => Infix::Update(Update::Assign),
            "|=" => Infix::Update(Update::Modify),
            "+=" => Infix::Update(Update::Operate(Operator::Add)),
            "-=" => Infix::Update(Update::Operate(Operator::Subtract)),
            "*=" => Infix::Update(Update::Operate(Operator::Multiply)),
            "/=" => Infix::Update(Update::Operate(Operator::Divide)),
            "%=" => Infix::Update(Update::Operate(Operator::Remainder)),
            "//=" => Infix::Update(Update::Alternative),
            "or" => Infix::Or,
            "and" => Infix::And,
            "==" => Infix::Operation(Operator::Compare(Comparison::Equal)),
            "!=" => Infix::Operation(Operator::Compare(Comparison::NotEqual)),
            "<" => Infix::Operation(Operator::Compare(Comparison::Less)),
            "<=" => Infix::Operation(Operator::Compare(Comparison::LessOrEqual)),
            ">" => Infix::Operation(Operator::Compare(Comparison::Greater)),
            ">=" => Infix::Operation(Operator::Compare(Comparison::GreaterOrEqual)),
            "+" => Infix::Operation(Operator::Add),
            "-" => Infix::Operation(Operator::Subtract),
            "*" => Infix::Operation(Operator::Multiply),
            "/" => Infix::Operation(Operator::Divide),
            "%" => Infix::Operation(Operator::Remainder),
            _ => return None,
        })
    }

    /// A term with the parts of a path and the `?` behind it.
    pub(super) fn postfix(&mut self) -> Parsed<Tree<'s>> {
        let is_in_parentheses = self.is("(");
        let mut tree = self.atom()?;
        // True where a `?` would belong to the part that was read last; behind parentheses it belongs to all in them.
        let mut part_is_last = matches!(tree.term, Term::Path(..)) && !is_in_parentheses;
        loop {
            if self.eat("?") {
                match &mut tree.term {
                    Term::Path(_, parts) if part_is_last => {
                        if let Some((_, optional)) = parts.last_mut() {
                            *optional = true;
                        }
                    }
                    _ => {
                        let height = tree.height;
                        tree = self.tree(Term::Try(tree.term.into(), None), &[height])?;
                    }
                }
                part_is_last = false;
                continue;
            }
            let Some((part, height)) = self.part()? else { return Ok(tree) };
            part_is_last = true;
            let heights = [tree.height, height];
            let term = match tree.term {
                Term::Path(head, mut parts) => {
                    parts.push((part, false));
                    Term::Path(head, parts)
                }
                head => Term::Path(head.into(), vec![(part, false)]),
            };
            tree = self.tree(term, &heights)?;
        }
    }

    /// `.key`, `."key"`, `[…]` or `.[…]`, if one follows.
    fn part(&mut self) -> Parsed<Option<(Part<'s>, usize)>> {
        if self.kind() == Kind::Field {
            return Ok(Some((Part::Index(Term::text(self.word(1))), 1)));
        }
        if self.is(".") {
            self.at += 1;
            if matches!(self.kind(), Kind::TextStart | Kind::Format) {
                let key = self.text()?;
                return Ok(Some((Part::Index(key.term), key.height)));
            }
            if !self.is("[") {
                return Err(self.unexpected("a key"));
            }
        }
        if self.eat("[") { self.bracket().map(Some) } else { Ok(None) }
    }

    /// What stands in the brackets of a path, up to the closing one.
    fn bracket(&mut self) -> Parsed<(Part<'s>, usize)> {
        if self.eat("]") {
            return Ok((Part::Each, 0));
        }
        if self.eat(":") {
            let to = self.query()?;
            self.expect("]", "`]`")?;
            return Ok((Part::Slice(None, Some(to.term)), to.height));
        }
        let from = self.query()?;
        if self.eat("]") {
            return Ok((Part::Index(from.term), from.height));
        }
        self.expect(":", "`]` or `:`")?;
        if self.eat("]") {
            return Ok((Part::Slice(Some(from.term), None), from.height));
        }
        let to = self.query()?;
        self.expect("]", "`]`")?;
        Ok((Part::Slice(Some(from.term), Some(to.term)), from.height.max(to.height)))
    }
}
