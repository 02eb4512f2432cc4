use std::ops::Range;

/// A token of jq.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `def`, `map`, `and`.
    Word,
    /// `.key`.
    Field,
    /// `$name`.
    Variable,
    /// `@name`.
    Format,
    Number,
    /// An operator or a bracket.
    Symbol,
    /// The quote that opens a text.
    TextStart,
    /// Characters of a text without an escape.
    TextPlain,
    /// Escapes of a text in a row.
    TextEscapes,
    /// `\(`
    ComputedStart,
    /// The parenthesis that closes `\(`.
    ComputedEnd,
    /// The quote that closes a text.
    TextEnd,
    /// The end of the expression.
    End,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
}

/// A place where no token begins, or a bracket or quote that is not closed.
#[derive(Debug)]
pub(super) struct LexFault {
    pub(super) range: Range<usize>,
    pub(super) expected: &'static str,
}

/// What the lexer is inside of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Text,
    Computed,
    Bracket(char),
}

/// Symbols of more than one character, longest first.
const LONG_SYMBOLS: [&str; 15] =
    ["?//", "//=", "!=", "==", "//", "|=", "+=", "-=", "*=", "/=", "%=", "<=", ">=", "..", "::"];

/// Reads the tokens of an expression one by one.
#[derive(Debug)]
struct Lexer<'s> {
    text: &'s str,
    at: usize,
    inside: Vec<(Inside, usize)>,
}

/// The tokens of an expression, with [`Kind::End`] as the last.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, LexFault> {
    let mut lexer = Lexer { text, at: 0, inside: Vec::new() };
    let mut tokens = Vec::new();
    loop {
        let token = lexer.next()?;
        let ends = token.kind == Kind::End;
        tokens.push(token);
        if ends {
            return match lexer.inside.pop() {
                None => Ok(tokens),
                Some((inside, _)) => {
                    Err(LexFault { range: text.len()..text.len(), expected: inside.closing() })
                }
            };
        }
    }
}

/// The place of the brace that closes the one at `open`: braces in texts and in objects do not count.
pub(crate) fn closing_brace(text: &str, open: usize) -> Option<usize> {
    let mut lexer = Lexer { text, at: open, inside: Vec::new() };
    loop {
        let token = lexer.next().ok()?;
        match token.kind {
            Kind::End => return None,
            _ if lexer.inside.is_empty() => return Some(token.range.start),
            _ => {}
        }
    }
}

impl Inside {
    fn closing(self) -> &'static str {
        match self {
            Self::Text => "`\"`",
            Self::Computed | Self::Bracket('(') => "`)`",
            Self::Bracket('[') => "`]`",
            Self::Bracket(_) => "`}`",
        }
    }
}

impl Lexer<'_> {
    fn next(&mut self) -> Result<Token, LexFault> {
        if let Some((Inside::Text, _)) = self.inside.last() {
            return self.in_text();
        }
        self.skip_space();
        let start = self.at;
        let rest = &self.text[start..];
        let mut characters = rest.chars();
        let Some(first) = characters.next() else {
            return Ok(self.token(Kind::End, 0));
        };
        let second = characters.next();
        let name = |from: usize| from + length_of_name(&rest[from..]);
        Ok(match first {
            'a'..='z' | 'A'..='Z' | '_' => self.token(Kind::Word, qualified_name(rest)),
            '.' if second.is_some_and(|c| c.is_ascii_alphabetic() || c == '_') => {
                self.token(Kind::Field, name(1))
            }
            '.' if second.is_some_and(|c| c.is_ascii_digit()) => {
                self.token(Kind::Number, length_of_number(rest))
            }
            '0'..='9' => self.token(Kind::Number, length_of_number(rest)),
            '$' if second.is_some_and(|c| c.is_ascii_alphabetic() || c == '_') => {
                self.token(Kind::Variable, 1 + qualified_name(&rest[1..]))
            }
            '@' if second.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_') => {
                self.token(Kind::Format, name(1))
            }
            '"' => {
                self.inside.push((Inside::Text, start));
                self.token(Kind::TextStart, 1)
            }
            '(' | '[' | '{' => {
                self.inside.push((Inside::Bracket(first), start));
                self.token(Kind::Symbol, 1)
            }
            ')' | ']' | '}' => return self.close(first),
            _ => match LONG_SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
                Some(symbol) => self.token(Kind::Symbol, symbol.len()),
                None if "?=;,:|+-*/%<>.".contains(first) => self.token(Kind::Symbol, 1),
                None => {
                    let expected = if "$@".contains(first) { "a name" } else { "a part of jq" };
                    return Err(LexFault { range: start..start + first.len_utf8(), expected });
                }
            },
        })
    }

    fn token(&mut self, kind: Kind, length: usize) -> Token {
        let start = self.at;
        self.at += length;
        Token { kind, range: start..self.at }
    }

    fn close(&mut self, bracket: char) -> Result<Token, LexFault> {
        let range = self.at..self.at + 1;
        let matches = |open| matches!((open, bracket), ('(', ')') | ('[', ']') | ('{', '}'));
        match self.inside.pop() {
            Some((Inside::Computed, _)) if bracket == ')' => Ok(self.token(Kind::ComputedEnd, 1)),
            Some((Inside::Bracket(open), _)) if matches(open) => Ok(self.token(Kind::Symbol, 1)),
            Some((inside, _)) => Err(LexFault { range, expected: inside.closing() }),
            None => Err(LexFault { range, expected: "the end of the expression, or an operator" }),
        }
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "it is one of the readers of a token, the others of which fail"
    )]
    fn in_text(&mut self) -> Result<Token, LexFault> {
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return Ok(self.token(Kind::End, 0));
        }
        if rest.starts_with('"') {
            self.inside.pop();
            return Ok(self.token(Kind::TextEnd, 1));
        }
        if rest.starts_with("\\(") {
            self.inside.push((Inside::Computed, self.at));
            return Ok(self.token(Kind::ComputedStart, 2));
        }
        if !rest.starts_with('\\') {
            let length = rest.find(['"', '\\']).unwrap_or(rest.len());
            return Ok(self.token(Kind::TextPlain, length));
        }
        let mut length = 0;
        while rest[length..].starts_with('\\') && !rest[length..].starts_with("\\(") {
            let escaped = rest[length + 1..].chars().next().map_or(0, char::len_utf8);
            length += 1 + escaped;
            if rest[..length].ends_with('u') {
                let digits = rest[length..].bytes().take(4).take_while(u8::is_ascii_alphanumeric).count();
                length += digits;
            }
        }
        Ok(self.token(Kind::TextEscapes, length))
    }

    /// Blanks and comments. A backslash at the end of a comment's line makes the next line a part of it.
    fn skip_space(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
            if !self.text[self.at..].starts_with('#') {
                return;
            }
            let mut escaped = false;
            let mut length = 0;
            for character in self.text[self.at..].chars() {
                match character {
                    '\n' if !escaped => break,
                    '\r' if escaped => {}
                    '\\' => escaped = !escaped,
                    _ => escaped = false,
                }
                length += character.len_utf8();
            }
            self.at += length;
        }
    }
}

fn length_of_name(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())
}

/// The length of a name with the modules before it: `a::b`.
fn qualified_name(text: &str) -> usize {
    let mut length = length_of_name(text);
    while let Some(rest) = text[length..].strip_prefix("::") {
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            break;
        }
        length += 2 + length_of_name(rest);
    }
    length
}

fn length_of_number(text: &str) -> usize {
    let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mut length = digits(text);
    if let Some(rest) = text[length..].strip_prefix('.') {
        length += 1 + digits(rest);
    }
    if let Some(rest) = text[length..].strip_prefix(['e', 'E']) {
        let sign = usize::from(rest.starts_with(['+', '-']));
        let exponent = digits(&rest[sign..]);
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    length
}
