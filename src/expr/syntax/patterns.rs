use super::lexer::Kind;
use super::parser::{Parsed, Parser, Tree};
use super::term::{Pattern, Term, Word};

/// The key of an object's pattern, the variable that its value is bound to, and the pattern of that value.
type Entry<'s> = (Term<'s>, Option<Word<'s>>, Option<Pattern<'s>>);

/// Patterns that take values apart.
impl<'s> Parser<'s> {
    pub(super) fn patterns(&mut self) -> Parsed<(Vec<Pattern<'s>>, usize)> {
        let mut patterns = Vec::new();
        let mut height = 0;
        loop {
            let (pattern, deep) = self.pattern()?;
            height = height.max(deep);
            patterns.push(pattern);
            if !self.eat("?//") {
                return Ok((patterns, height));
            }
        }
    }

    fn pattern(&mut self) -> Parsed<(Pattern<'s>, usize)> {
        if self.kind() == Kind::Variable {
            return Ok((Pattern::Variable(self.word(1)), 1));
        }
        self.nested(|parser| {
            let mut height = 0;
            if parser.eat("[") {
                let mut patterns = Vec::new();
                loop {
                    let (pattern, deep) = parser.pattern()?;
                    height = height.max(deep);
                    patterns.push(pattern);
                    if !parser.eat(",") {
                        break;
                    }
                }
                parser.expect("]", "`,` or `]`")?;
                return Ok((Pattern::Array(patterns), height + 1));
            }
            parser.expect("{", "a variable such as $x, or a pattern of some")?;
            let mut entries = Vec::new();
            loop {
                let (entry, deep) = parser.pattern_entry()?;
                height = height.max(deep);
                entries.push(entry);
                if !parser.eat(",") {
                    break;
                }
            }
            parser.expect("}", "`,` or `}`")?;
            Ok((Pattern::Object(entries), height + 1))
        })
    }

    fn pattern_entry(&mut self) -> Parsed<(Entry<'s>, usize)> {
        let mut variable = None;
        let key = match self.kind() {
            Kind::Variable => {
                let name = self.word(1);
                variable = Some(name);
                let key = Term::text(name);
                if !self.is(":") {
                    return Ok(((key, variable, None), 1));
                }
                Tree { term: key, height: 1 }
            }
            _ => self.key()?,
        };
        self.expect(":", "`:`")?;
        let (pattern, height) = self.pattern()?;
        Ok(((key.term, variable, Some(pattern)), height.max(key.height)))
    }
}
