use super::lexer::Kind;
use super::parser::{KEYWORDS, Parsed, Parser, SyntaxFault, Tree};
use super::term::{Fold, Part, Piece, Term};
use super::text::unescape;

/// Terms without operators around them.
impl<'s> Parser<'s> {
    pub(super) fn atom(&mut self) -> Parsed<Tree<'s>> {
        let leaf = |term| Ok(Tree { term, height: 1 });
        match self.kind() {
            Kind::Number => leaf(Term::Number(self.word(0).text)),
            Kind::Field => {
                let key = Term::text(self.word(1));
                leaf(Term::Path(Term::Identity.into(), vec![(Part::Index(key), false)]))
            }
            Kind::Variable if self.shown() == "$__loc__" => {
                let line = self.line();
                self.at += 1;
                leaf(Term::Location(line))
            }
            Kind::Variable => leaf(Term::Variable(self.word(1))),
            Kind::TextStart => self.text(),
            Kind::Format => match self.tokens.get(self.at + 1).map(|token| token.kind) {
                Some(Kind::TextStart) => self.text(),
                _ => leaf(Term::Format(self.word(0))),
            },
            Kind::Word => self.keyword(),
            Kind::Symbol => self.symbol(),
            Kind::TextPlain
            | Kind::TextEscapes
            | Kind::ComputedStart
            | Kind::ComputedEnd
            | Kind::TextEnd
            | Kind::End => Err(self.unexpected("a value, a path or a function")),
        }
    }

    fn symbol(&mut self) -> Parsed<Tree<'s>> {
        let leaf = |term| Ok(Tree { term, height: 1 });
        match self.shown() {
            ".." => {
                self.at += 1;
                leaf(Term::Recurse)
            }
            "." => {
                let next = self.tokens.get(self.at + 1);
                let formatted = next.is_some_and(|token| token.kind == Kind::TextStart);
                if formatted {
                    self.at += 1;
                    let key = self.text()?;
                    let part = (Part::Index(key.term), false);
                    return self.tree(Term::Path(Term::Identity.into(), vec![part]), &[key.height]);
                }
                self.at += 1;
                leaf(Term::Identity)
            }
            "-" => self.nested(|parser| {
                parser.at += 1;
                let inner = parser.postfix()?;
                parser.tree(Term::Negate(inner.term.into()), &[inner.height])
            }),
            "(" => {
                self.at += 1;
                let inner = self.query()?;
                self.expect(")", "`)`")?;
                Ok(inner)
            }
            "[" => {
                self.at += 1;
                if self.eat("]") {
                    return leaf(Term::Array(None));
                }
                let inner = self.query()?;
                self.expect("]", "`]`")?;
                self.tree(Term::Array(Some(inner.term.into())), &[inner.height])
            }
            "{" => self.object(),
            _ => Err(self.unexpected("a value, a path or a function")),
        }
    }

    fn keyword(&mut self) -> Parsed<Tree<'s>> {
        match self.shown() {
            "if" => self.condition(),
            "try" => self.nested(|parser| {
                parser.at += 1;
                let body = parser.postfix()?;
                if !parser.eat("catch") {
                    return parser.tree(Term::Try(body.term.into(), None), &[body.height]);
                }
                let handler = parser.postfix()?;
                let heights = [body.height, handler.height];
                parser.tree(Term::Try(body.term.into(), Some(handler.term.into())), &heights)
            }),
            "reduce" => self.fold(false),
            "foreach" => self.fold(true),
            "break" => {
                self.at += 1;
                let label = self.variable()?;
                Ok(Tree { term: Term::Break(label), height: 1 })
            }
            "import" | "include" | "module" => Err(SyntaxFault::Module { range: self.token().range.clone() }),
            shown if KEYWORDS.contains(&shown) => Err(self.unexpected("a value, a path or a function")),
            _ => {
                let name = self.word(0);
                let mut arguments = Vec::new();
                let mut height = 0;
                if self.eat("(") {
                    loop {
                        let argument = self.query()?;
                        height = height.max(argument.height);
                        arguments.push(argument.term);
                        if !self.eat(";") {
                            break;
                        }
                    }
                    self.expect(")", "`;` or `)`")?;
                }
                self.tree(Term::Call(name, arguments), &[height])
            }
        }
    }

    fn condition(&mut self) -> Parsed<Tree<'s>> {
        let mut branches = Vec::new();
        let mut heights = Vec::new();
        // The word is `if` at first and `elif` afterwards.
        loop {
            self.at += 1;
            let condition = self.query()?;
            self.expect("then", "`then`")?;
            let then = self.query()?;
            heights.extend([condition.height, then.height]);
            branches.push((condition.term, then.term));
            if !self.is("elif") {
                break;
            }
        }
        let mut otherwise = None;
        if self.eat("else") {
            let tree = self.query()?;
            heights.push(tree.height);
            otherwise = Some(tree.term.into());
            self.expect("end", "`end`")?;
        } else {
            self.expect("end", "`else` or `end`")?;
        }
        self.tree(Term::If(branches, otherwise), &heights)
    }

    fn fold(&mut self, each: bool) -> Parsed<Tree<'s>> {
        self.at += 1;
        let source = self.nested(Self::expression)?;
        self.expect("as", "`as`")?;
        let (patterns, height) = self.patterns()?;
        self.expect("(", "`(`")?;
        let init = self.query()?;
        self.expect(";", "`;`")?;
        let update = self.query()?;
        let mut heights = vec![source.height, height, init.height, update.height];
        let mut extract = None;
        if each && self.eat(";") {
            let tree = self.query()?;
            heights.push(tree.height);
            extract = Some(tree.term);
        }
        self.expect(")", if each && extract.is_none() { "`;` or `)`" } else { "`)`" })?;
        let fold =
            Fold { each, source: source.term, patterns, init: init.term, update: update.term, extract };
        self.tree(Term::Fold(fold.into()), &heights)
    }

    pub(super) fn text(&mut self) -> Parsed<Tree<'s>> {
        let format = (self.kind() == Kind::Format).then(|| self.word(0));
        if self.kind() != Kind::TextStart {
            return Err(self.unexpected("a text in quotes"));
        }
        self.at += 1;
        let mut pieces = Vec::new();
        let mut height = 0;
        loop {
            match self.kind() {
                Kind::TextPlain => pieces.push(Piece::Plain(self.word(0))),
                Kind::TextEscapes => {
                    let escapes = self.word(0);
                    pieces.push(Piece::Escaped(unescape(escapes.text).map_err(|at| {
                        let start = escapes.at + at;
                        let length = self.text[start + 1..].chars().next().map_or(0, char::len_utf8);
                        SyntaxFault::Unexpected {
                            range: start..start + 1 + length,
                            expected: "an escape such as \\n or \\u00e9",
                        }
                    })?));
                }
                Kind::ComputedStart => {
                    self.at += 1;
                    let inner = self.query()?;
                    height = height.max(inner.height);
                    pieces.push(Piece::Computed(inner.term));
                    if self.kind() != Kind::ComputedEnd {
                        return Err(self.unexpected("`)`"));
                    }
                    self.at += 1;
                }
                Kind::TextEnd => {
                    self.at += 1;
                    return self.tree(Term::Text(format, pieces), &[height]);
                }
                _ => return Err(self.unexpected("`\"`")),
            }
        }
    }
}
