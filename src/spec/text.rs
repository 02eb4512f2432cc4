use std::ops::Range;

use crate::diag::{Source, Span};

/// The place in the source of a range of a YAML scalar's value.
///
/// `scalar` is where the scalar stands, quotes included, and `value` what it means. Both are walked together: escapes,
/// doubled quotes, indentation and folded lines are what the source has more of
/// (<https://yaml.org/spec/1.2.2/#chapter-7-flow-style-productions>).
pub(super) fn locate(source: &Source, scalar: Span, value: &str, range: Range<usize>) -> Span {
    let raw = source.slice(scalar);
    let quote = raw.chars().next().filter(|first| matches!(first, '"' | '\''));
    let mut at = usize::from(quote.is_some());
    let mut start = None;
    // The lines of a block end in newlines that mean nothing to somebody who looks for the end of its text.
    let mut end = scalar.start + raw.trim_end().len().saturating_sub(usize::from(quote.is_some()));
    for (offset, expected) in value.char_indices() {
        let (from, next) = step(raw, at, expected, quote);
        if offset >= range.start && start.is_none() {
            start = Some(scalar.start + from);
        }
        if offset >= range.end {
            end = scalar.start + from;
            break;
        }
        at = next;
    }
    let start = start.unwrap_or(end);
    Span::new(start, end.max(start))
}

/// Where in `raw`, from `at` on, the value's next character stands, and where the one after it may begin.
fn step(raw: &str, at: usize, expected: char, quote: Option<char>) -> (usize, usize) {
    for (offset, found) in raw[at..].char_indices() {
        let from = at + offset;
        let after = from + found.len_utf8();
        if quote == Some('"') && found == '\\' {
            return (from, after_escape(raw, after));
        }
        if quote == Some('\'') && found == '\'' {
            return (from, after + usize::from(raw[after..].starts_with('\'')));
        }
        if found == expected {
            return (from, after);
        }
        if expected == ' ' && found == '\n' {
            return (from, after);
        }
    }
    (raw.len(), raw.len())
}

fn after_escape(raw: &str, at: usize) -> usize {
    let mut chars = raw[at..].chars();
    let Some(kind) = chars.next() else { return at };
    let digits = match kind {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => 0,
    };
    (at + kind.len_utf8() + digits).min(raw.len())
}

#[cfg(test)]
mod tests {
    use crate::spec::{node, node::NodeValue};

    use super::*;

    /// The source's text at the place where `needle` stands in the value of key `a`.
    fn located(yaml: &str, needle: &str) -> (usize, String) {
        let source = Source::new("x", yaml);
        let root = node::read(&source).unwrap();
        let scalar = root.get("a").unwrap();
        let NodeValue::Text(value) = &scalar.value else { panic!("not a text") };
        let start = value.find(needle).unwrap();
        let span = locate(&source, scalar.span, value, start..start + needle.len());
        (source.position(span.start).line, source.slice(span).to_owned())
    }

    #[test]
    fn a_place_in_a_value_is_found_in_every_style_of_scalar() {
        assert_eq!(located("a: x | bad", "bad"), (1, "bad".to_owned()));
        assert_eq!(located("a: 'it''s bad'", "bad"), (1, "bad".to_owned()));
        assert_eq!(located(r#"a: "q\n\u00fc \"bad\" x""#, "bad"), (1, "bad".to_owned()));
        assert_eq!(located("a: >-\n  one\n  two\n    three bad\n  four", "bad"), (4, "bad".to_owned()));
        assert_eq!(located("a: |\n  one\n\n  two bad\n", "bad"), (4, "bad".to_owned()));
        assert_eq!(located("a: plain one\n  two bad", "bad"), (2, "bad".to_owned()));
    }

    #[test]
    fn the_end_of_a_block_is_the_end_of_its_last_line() {
        let source = Source::new("x", "a: >-\n  one\n  two\n\nb: 1");
        let root = node::read(&source).unwrap();
        let scalar = root.get("a").unwrap();
        let end = locate(&source, scalar.span, "one two", 7..7);
        assert_eq!(source.position(end.start), crate::diag::Position { line: 3, column: 6 });
    }
}
