use super::Dialect;

/// What a quoted piece of SQL is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoted {
    String,
    Name,
    Dollar,
}

/// How the closing quote may stand inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escape {
    Never,
    /// Written twice.
    Doubled,
    /// After a backslash. So it is in BigQuery's raw strings too, where the backslash stays.
    Backslash,
    /// PostgreSQL's `E'…'`: both, and a further piece on a later line carries the string on.
    Extended,
}

/// A quoted piece and the rule by which it ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quote<'a> {
    pub(super) what: Quoted,
    /// What opens it. A prefix that changes only what is inside is a word of its own.
    pub(super) open: &'a str,
    close: &'a str,
    escape: Escape,
}

impl<'a> Quote<'a> {
    /// The quote that opens at the start of `rest`.
    pub(super) fn opening(rest: &'a str, dialect: Dialect) -> Option<Self> {
        use Dialect::{BigQuery, Postgres, Sqlite};
        use Escape::{Backslash, Doubled, Extended, Never};

        let first = rest.chars().next()?;
        let (what, length, close, escape) = match (dialect, first) {
            (Postgres, 'e' | 'E') if rest[1..].starts_with('\'') => (Quoted::String, 2, "'", Extended),
            (Postgres, '$') => {
                let length = dollar_tag(rest)?;
                (Quoted::Dollar, length, &rest[..length], Never)
            }
            (Postgres | Sqlite, '\'') => (Quoted::String, 1, "'", Doubled),
            (Postgres | Sqlite, '"') => (Quoted::Name, 1, "\"", Doubled),
            (Sqlite, '`') => (Quoted::Name, 1, "`", Doubled),
            (Sqlite, '[') => (Quoted::Name, 1, "]", Never),
            (BigQuery, '\'') if rest.starts_with("'''") => (Quoted::String, 3, "'''", Backslash),
            (BigQuery, '"') if rest.starts_with("\"\"\"") => (Quoted::String, 3, "\"\"\"", Backslash),
            (BigQuery, '\'') => (Quoted::String, 1, "'", Backslash),
            (BigQuery, '"') => (Quoted::String, 1, "\"", Backslash),
            (BigQuery, '`') => (Quoted::Name, 1, "`", Backslash),
            _ => return None,
        };
        Some(Self { what, open: &rest[..length], close, escape })
    }

    /// How many bytes the quoted piece at the start of `rest` takes, `None` where it is never closed.
    pub(super) fn length(&self, rest: &str) -> Option<usize> {
        let mut at = self.open.len();
        loop {
            let tail = &rest[at..];
            if let Some(after) = tail.strip_prefix(self.close) {
                at += self.close.len();
                match self.reopened(after) {
                    Some(length) => at += length,
                    None => return Some(at),
                }
            } else {
                let mut characters = tail.chars();
                let first = characters.next()?;
                at += first.len_utf8();
                if first == '\\' && matches!(self.escape, Escape::Backslash | Escape::Extended) {
                    at += characters.next()?.len_utf8();
                }
            }
        }
    }

    /// The bytes after a closing quote by which it closes nothing.
    fn reopened(&self, after: &str) -> Option<usize> {
        let doubled = after.starts_with(self.close).then_some(self.close.len());
        match self.escape {
            Escape::Never | Escape::Backslash => None,
            Escape::Doubled => doubled,
            Escape::Extended => doubled.or_else(|| continuation(after)),
        }
    }
}

/// The bytes of a `$tag$`; a tag is a name without `$`, or nothing.
fn dollar_tag(rest: &str) -> Option<usize> {
    let end = rest[1..].find('$')? + 1;
    let tag = &rest[1..end];
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii();
    (tag.chars().all(is_part) && !tag.starts_with(|c: char| c.is_ascii_digit())).then_some(end + 1)
}

/// The bytes up to the next piece of a string and its quote: only blanks part them, with a line break among them.
fn continuation(after: &str) -> Option<usize> {
    let next = after.trim_start_matches(|c: char| c.is_ascii_whitespace());
    let blank = &after[..after.len() - next.len()];
    (next.starts_with('\'') && blank.contains(['\n', '\r'])).then_some(blank.len() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Dialect::{BigQuery, Postgres, Sqlite};

    /// The quoted piece that a text begins with.
    fn quoted(text: &str, dialect: Dialect) -> Option<&str> {
        let length = Quote::opening(text, dialect)?.length(text)?;
        Some(&text[..length])
    }

    #[test]
    fn each_dialect_ends_its_quotes_by_its_own_rule() {
        for (dialect, text, expected) in [
            (Postgres, r"'it''s' :x", r"'it''s'"),
            (Postgres, r"'a\' :x", r"'a\'"),
            (Postgres, r"E'it\'s' :x", r"E'it\'s'"),
            (Postgres, r"e'a''b' :x", r"e'a''b'"),
            (Postgres, "E'a' \r\n 'b\\'c' :x", "E'a' \r\n 'b\\'c'"),
            (Postgres, "E'a' 'b'", "E'a'"),
            (Postgres, r#""a""b" :x"#, r#""a""b""#),
            (Postgres, "$$a;'b'$$ :x", "$$a;'b'$$"),
            (Postgres, "$f$ $$ $g$ $F$ $f$ :x", "$f$ $$ $g$ $F$ $f$"),
            (Postgres, "$日本$ ; $日本$ :x", "$日本$ ; $日本$"),
            (Sqlite, "[a;'b] :x", "[a;'b]"),
            (Sqlite, "`a``b` :x", "`a``b`"),
            (Sqlite, r#""a""b" :x"#, r#""a""b""#),
            (BigQuery, r#""a\"b" :x"#, r#""a\"b""#),
            (BigQuery, r"'''a'b''c\'''' :x", r"'''a'b''c\''''"),
            (BigQuery, r#""""a"b""" :x"#, r#""""a"b""""#),
            (BigQuery, r"`a\`b` :x", r"`a\`b`"),
            (BigQuery, "'' ''", "''"),
        ] {
            assert_eq!(quoted(text, dialect), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_beginnings_are_no_quotes() {
        for (dialect, text) in [
            (Postgres, "$1 $2"),
            (Postgres, "$1$ $1$"),
            (Postgres, "$a b$"),
            (Postgres, "`a`"),
            (Postgres, "[a]"),
            (Sqlite, "$a$ $a$"),
            (BigQuery, "$$ $$"),
            (BigQuery, "[a]"),
        ] {
            assert_eq!(quoted(text, dialect), None, "{text}");
        }
    }
}
