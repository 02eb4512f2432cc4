//! The statements of a text, and what of them SQLite must not see.

/// The statements of a text, without their semicolons.
pub(super) struct Statements<'t>(Vec<&'t str>);

impl<'t> Statements<'t> {
    /// Splits at the semicolons outside quotes and comments.
    pub(super) fn of(text: &'t str) -> Self {
        let (mut statements, mut begin, mut at) = (Vec::new(), 0, 0);
        while at < text.len() {
            let rest = &text[at..];
            let skipped = skip(rest);
            if skipped == 0 && rest.starts_with(';') {
                statements.push(&text[begin..at]);
                begin = at + 1;
            }
            at += skipped.max(rest.chars().next().map_or(1, char::len_utf8));
        }
        statements.push(&text[begin..]);
        Self(statements)
    }

    /// Whether the text begins or ends a transaction by itself.
    pub(super) fn have_transaction(&self) -> bool {
        self.0.iter().any(|statement| {
            matches!(words(statement).first().map(String::as_str), Some("begin" | "commit" | "rollback"))
        })
    }

    /// The text without what SQLite needs not: an attached database stands for the schema, one connection is a lock by
    /// itself, and its session has no settings of PostgreSQL's to take back.
    pub(super) fn portable(&self) -> String {
        let kept = self.0.iter().filter(|statement| {
            let words = words(statement);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            !matches!(
                words[..],
                ["create", "schema", ..]
                    | ["select", "pg_advisory_xact_lock" | "pg_catalog", ..]
                    | ["set" | "reset" | "close" | "discard" | "unlisten" | "do", ..]
            )
        });
        // A comment may end in the line's end only.
        kept.copied().collect::<Vec<_>>().join("\n;")
    }
}

/// The first two words in lower case, comments aside.
fn words(statement: &str) -> Vec<String> {
    let (mut text, mut at) = (String::new(), 0);
    while at < statement.len() {
        let rest = &statement[at..];
        let skipped = if rest.starts_with("--") || rest.starts_with("/*") { skip(rest) } else { 0 };
        let next = rest.chars().next().unwrap_or(' ');
        text.push(if skipped > 0 { ' ' } else { next });
        at += skipped.max(next.len_utf8());
    }
    let words = text.split(|next: char| !next.is_alphanumeric() && next != '_');
    words.filter(|word| !word.is_empty()).take(2).map(str::to_lowercase).collect()
}

/// The length of the quoted text or comment that begins here; 0 if none does.
fn skip(text: &str) -> usize {
    let until =
        |end: &str, from: usize| text[from..].find(end).map_or(text.len(), |at| from + at + end.len());
    match text.as_bytes() {
        [b'-', b'-', ..] => until("\n", 2),
        [b'/', b'*', ..] => until("*/", 2),
        // A doubled quote ends one quoted text and begins the next, which comes to the same.
        [b'\'', ..] => until("'", 1),
        [b'"', ..] => until("\"", 1),
        [b'$', b'$', ..] => until("$$", 2),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn semicolons_in_quotes_and_comments_end_nothing() {
        let statements = Statements::of("select ';'''; -- one; two\nselect \"a;b\" /* ; */");
        assert_eq!(statements.0, ["select ';'''", " -- one; two\nselect \"a;b\" /* ; */"]);
    }

    #[test]
    fn what_only_postgresql_needs_is_left_out() {
        let statements = Statements::of(
            "begin; SELECT pg_advisory_xact_lock(1);\n-- schema\nCreate Schema if not exists s; select 1; reset all; commit;",
        );
        assert!(statements.have_transaction());
        assert_eq!(statements.portable(), "begin\n; select 1\n; commit\n;");
        assert!(!Statements::of("select 'begin'; insert into commits values (1)").have_transaction());
    }
}
