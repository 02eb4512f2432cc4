use super::{Fix, Span};

/// A text that findings point into, with the name by which a user knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// File name as the user gave it, `jobnet.yaml` say.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// A place as people count: both numbers start at one, columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Line number.
    pub line: usize,
    /// Column, in characters.
    pub column: usize,
}

impl Source {
    /// A source from its name and text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into() }
    }

    /// Line and column of a byte offset; an offset past the end is the end.
    pub fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &self.text[..offset];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Position { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
    }

    /// What a fix replaces by what: a text in quotes keeps them, and one that needs quotes in YAML is given some.
    pub fn replacement(&self, fix: &Fix) -> (Span, String) {
        let old = self.slice(fix.span);
        let quote = old.chars().next().filter(|first| matches!(first, '"' | '\''));
        match quote.filter(|quote| old.len() > 1 && old.ends_with(*quote)) {
            Some(_) => (Span::new(fix.span.start + 1, fix.span.end - 1), fix.replacement.clone()),
            None if is_plain(&fix.replacement) => (fix.span, fix.replacement.clone()),
            None => (fix.span, format!("\"{}\"", fix.replacement)),
        }
    }

    /// The text that a span covers, empty where the span lies outside.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }
}

/// True for a text that needs no quotes anywhere in YAML, by what it is made of.
fn is_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || " -_./%".contains(c))
        && !text.ends_with(' ')
}
