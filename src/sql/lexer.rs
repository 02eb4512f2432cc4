use super::quote::{Quote, Quoted};
use super::{Dialect, SqlError};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Space,
    Comment,
    /// A name or keyword that is not quoted.
    Word,
    Number,
    Quoted,
    /// `:name`, or BigQuery's `@name`.
    Parameter,
    /// Any other character, and `::` and `@@`.
    Symbol,
}

/// A piece of a text. The tokens of a text, joined, are the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    /// Its first byte in the text.
    pub(super) start: usize,
}

impl Token<'_> {
    /// The byte after its last.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        self.kind == Kind::Symbol && self.text == symbol
    }

    /// Whether it is this keyword, in any letter case.
    pub(super) fn is_word(&self, keyword: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(keyword)
    }

    /// Whether it is one of these keywords.
    pub(super) fn is_word_of(&self, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.is_word(keyword))
    }

    /// Whether an engine sees it: neither space nor comment.
    pub(super) fn is_code(&self) -> bool {
        !matches!(self.kind, Kind::Space | Kind::Comment)
    }
}

/// Cuts a text into its tokens.
pub(super) fn tokens(text: &str, dialect: Dialect) -> Result<Vec<Token<'_>>, SqlError> {
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut before = None;
    while let Some(first) = text[start..].chars().next() {
        let rest = &text[start..];
        let (kind, length) = token(rest, first, before, dialect).map_err(|unclosed| unclosed.at(start))?;
        let text = &rest[..length];
        tokens.push(Token { kind, text, start });
        before = Some((kind, text));
        start += length;
    }
    Ok(tokens)
}

/// Something opened and never closed, with the bytes that open it.
struct Unclosed {
    /// `None` is a comment.
    quoted: Option<Quoted>,
    opening: usize,
}

impl Unclosed {
    fn at(self, start: usize) -> SqlError {
        let range = start..start + self.opening;
        match self.quoted {
            None => SqlError::UnclosedComment { range },
            Some(Quoted::String) => SqlError::UnclosedString { range },
            Some(Quoted::Name) => SqlError::UnclosedName { range },
            Some(Quoted::Dollar) => SqlError::UnclosedDollarQuote { range },
        }
    }
}

/// Kind and length of the token that `rest` begins with.
fn token(
    rest: &str,
    first: char,
    before: Option<(Kind, &str)>,
    dialect: Dialect,
) -> Result<(Kind, usize), Unclosed> {
    if is_space(first) {
        return Ok((Kind::Space, run(rest, is_space)));
    }
    if rest.starts_with("--") || (first == '#' && dialect == Dialect::BigQuery) {
        return Ok((Kind::Comment, rest.find(line_ends(dialect)).unwrap_or(rest.len())));
    }
    if rest.starts_with("/*") {
        let length = block_comment(rest, dialect).ok_or(Unclosed { quoted: None, opening: 2 })?;
        return Ok((Kind::Comment, length));
    }
    if let Some(quote) = Quote::opening(rest, dialect) {
        let unclosed = Unclosed { quoted: Some(quote.what), opening: quote.open.len() };
        return Ok((Kind::Quoted, quote.length(rest).ok_or(unclosed)?));
    }
    if first.is_ascii_digit() {
        return Ok((Kind::Number, run(rest, |c| is_parameter_part(c) || c == '.')));
    }
    if is_word_part(first) && first != '$' {
        return Ok((Kind::Word, run(rest, is_word_part)));
    }
    if rest.starts_with("::") || rest.starts_with("@@") {
        return Ok((Kind::Symbol, 2));
    }
    if let Some(length) = parameter(rest, before, dialect) {
        return Ok((Kind::Parameter, length));
    }
    Ok((Kind::Symbol, first.len_utf8()))
}

/// The length of a parameter.
///
/// In PostgreSQL and BigQuery a colon directly after a value means something else: a slice `a[1:n]`, a key `'k':value`,
/// a label. SQLite has nothing of the kind, and itself takes every `:name` for a parameter.
fn parameter(rest: &str, before: Option<(Kind, &str)>, dialect: Dialect) -> Option<usize> {
    let after_value = before.is_some_and(|(kind, text)| match kind {
        Kind::Word | Kind::Number | Kind::Quoted | Kind::Parameter => true,
        Kind::Symbol => matches!(text, ")" | "]"),
        Kind::Space | Kind::Comment => false,
    });
    let name = match dialect {
        Dialect::Sqlite => rest.strip_prefix(':'),
        Dialect::Postgres => rest.strip_prefix(':').filter(|_| !after_value),
        Dialect::BigQuery => {
            rest.strip_prefix('@').or_else(|| rest.strip_prefix(':').filter(|_| !after_value))
        }
    }?;
    let begins = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    begins.then(|| 1 + run(name, is_parameter_part))
}

fn block_comment(rest: &str, dialect: Dialect) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    loop {
        let tail = &rest[at..];
        if tail.starts_with("*/") {
            at += 2;
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        } else if tail.starts_with("/*") && (depth == 0 || dialect == Dialect::Postgres) {
            at += 2;
            depth += 1;
        } else {
            at += tail.chars().next()?.len_utf8();
        }
    }
}

/// What ends a line comment. To SQLite a carriage return alone does not.
fn line_ends(dialect: Dialect) -> &'static [char] {
    match dialect {
        Dialect::Sqlite => &['\n'],
        Dialect::Postgres | Dialect::BigQuery => &['\n', '\r'],
    }
}

/// Bytes of the characters at the start of `rest` that are part of a token.
fn run(rest: &str, is_part: fn(char) -> bool) -> usize {
    rest.find(|c| !is_part(c)).unwrap_or(rest.len())
}

/// A byte order mark counts as space.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

fn is_word_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$' || !(c.is_ascii() || is_space(c))
}

fn is_parameter_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;
    use Dialect::{BigQuery, Postgres, Sqlite};

    /// The parameters of a text as they are written.
    fn parameters(text: &str, dialect: Dialect) -> Vec<&str> {
        let tokens = tokens(text, dialect).unwrap();
        tokens.into_iter().filter(|token| token.kind == Kind::Parameter).map(|token| token.text).collect()
    }

    #[test]
    fn parameters_are_found_where_an_engine_would_see_a_value() {
        for (dialect, text, expected) in [
            (Postgres, "a=:a and b in (:b_1,:_c)", vec![":a", ":b_1", ":_c"]),
            (Postgres, ":at::timestamptz, x::text", vec![":at"]),
            (Postgres, "a[1:n], a[lo:hi], a[f(x):n], a['1':n], a[b[1]:n]", vec![]),
            (Postgres, "a[:i], a[1: :n], array[:x, :y]", vec![":i", ":n", ":x", ":y"]),
            (Postgres, "a[: n], f(x := 1), :1, : a", vec![]),
            (Postgres, "json_object('k':v, k:w)", vec![]),
            (Postgres, "a/*;*/:x", vec![":x"]),
            (Postgres, "E'\\':a' 'b:b' \"c:c\" $$ :d $$ -- :e\r/* /* :f */ :g */ :h", vec![":h"]),
            (Postgres, "a$b$ :x, c$b$", vec![":x"]),
            (Postgres, "$1 $2, :x", vec![":x"]),
            (Postgres, "U&'d!0061' UESCAPE '!' || B'1' || :x", vec![":x"]),
            (Postgres, "@name, @@name", vec![]),
            (Postgres, "名前 = :名前 and x = :é", vec![":名前", ":é"]),
            (Sqlite, "limit:n", vec![":n"]),
            (Sqlite, "[a :b] `c :d` \"e :f\" 'g\\' :h -- :i\r :j\n, :k", vec![":h", ":k"]),
            (Sqlite, "/* /* :a */ :b", vec![":b"]),
            (Sqlite, "a::b, @c, $d, ?1", vec![]),
            (BigQuery, "@a, @@time_zone, :b, t:label", vec!["@a", ":b"]),
            (BigQuery, r#"'\':a' "b:b" `c:c` r'\':d' rb"\":e" :f # :g"#, vec![":f"]),
            (BigQuery, "'''a'b'':c''' :d \"\"\"\":e\"\"\" @f", vec![":d", "@f"]),
            (BigQuery, "/* /* :a */ :b", vec![":b"]),
            (BigQuery, "$$ :a $$", vec![":a"]),
        ] {
            assert_eq!(parameters(text, dialect), expected, "{text}");
        }
    }

    #[test]
    fn what_is_never_closed_is_named_with_its_opening() {
        for (dialect, text, expected) in [
            (Postgres, "select 'a''", SqlError::UnclosedString { range: 7..8 }),
            (Postgres, r"select E'a\'", SqlError::UnclosedString { range: 7..9 }),
            (Postgres, "select \"a", SqlError::UnclosedName { range: 7..8 }),
            (Postgres, "名 $f$ $F$", SqlError::UnclosedDollarQuote { range: 4..7 }),
            (Postgres, "/* /* */", SqlError::UnclosedComment { range: 0..2 }),
            (Sqlite, "select [a", SqlError::UnclosedName { range: 7..8 }),
            (Sqlite, "/*/", SqlError::UnclosedComment { range: 0..2 }),
            (BigQuery, "'''a''", SqlError::UnclosedString { range: 0..3 }),
            (BigQuery, r"r'\'", SqlError::UnclosedString { range: 1..2 }),
            (BigQuery, "`a", SqlError::UnclosedName { range: 0..1 }),
        ] {
            assert_eq!(tokens(text, dialect), Err(expected), "{text}");
        }
    }
}
