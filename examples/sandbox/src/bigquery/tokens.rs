//! The tokens of GoogleSQL, as far as they differ from SQLite's
//! ([lexical structure](https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical)).

use super::error::{Error, Reason};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A keyword, a number or a name without quotes.
    Word(String),
    /// A name in backticks, perhaps of several parts.
    Name(String),
    /// A text, without its quotes.
    Text(String),
    /// A parameter's name.
    Parameter(String),
    /// White space, a comment.
    Space,
    /// Any other character.
    Sign(char),
}

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Error> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let after = &rest[first.len_utf8()..];
        let (token, left) = match first {
            '\'' | '"' => {
                let (text, left) = quoted(after, first)?;
                (Token::Text(text), left)
            }
            '`' => {
                let (name, left) = after.split_once('`').ok_or_else(unclosed)?;
                (Token::Name(name.to_owned()), left)
            }
            '@' => {
                let (name, left) = after.split_at(word_length(after));
                (Token::Parameter(name.to_lowercase()), left)
            }
            '#' => (Token::Space, after.find('\n').map_or("", |at| &after[at..])),
            '-' if after.starts_with('-') => (Token::Space, after.find('\n').map_or("", |at| &after[at..])),
            '/' if after.starts_with('*') => (Token::Space, after.split_once("*/").ok_or_else(unclosed)?.1),
            space if space.is_whitespace() => (Token::Space, after),
            _ if word_length(rest) > 0 => {
                let (word, left) = rest.split_at(word_length(rest));
                (Token::Word(word.to_owned()), left)
            }
            sign => (Token::Sign(sign), after),
        };
        // One space is as good as many.
        if token != Token::Space || tokens.last() != Some(&Token::Space) {
            tokens.push(token);
        }
        rest = left;
    }
    Ok(tokens)
}

fn word_length(text: &str) -> usize {
    text.find(|next: char| !next.is_alphanumeric() && next != '_').unwrap_or(text.len())
}

/// The text up to its closing quote, and what follows that; a backslash is before a quote or itself.
fn quoted(rest: &str, quote: char) -> Result<(String, &str), Error> {
    let mut text = String::new();
    let mut characters = rest.char_indices();
    while let Some((at, next)) = characters.next() {
        match next {
            '\\' => match characters.next() {
                Some((_, escaped @ ('\\' | '\'' | '"'))) => text.push(escaped),
                _ => return Err(Error::new(Reason::InvalidQuery, "the sandbox knows no such escape")),
            },
            next if next == quote => return Ok((text, &rest[at + next.len_utf8()..])),
            next => text.push(next),
        }
    }
    Err(unclosed())
}

fn unclosed() -> Error {
    Error::new(Reason::InvalidQuery, "Syntax error: Unclosed string literal, identifier or comment")
}
