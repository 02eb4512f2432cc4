//! JSON text as values.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use hifijson::num::LexWrite as _;
use hifijson::str::LexAlloc as _;
use hifijson::token::Lex as _;
use hifijson::{Expect, Read as _, SliceLexer};
use thiserror::Error;

use super::surrogates::replaced;
use super::{Map, Num, Text, Value};

/// Arrays and objects stand in each other up to so many levels; more would exhaust the stack of a thread.
pub(super) const DEEPEST: usize = 256;

/// The mark that some programs write before UTF-8 (<https://www.rfc-editor.org/rfc/rfc8259#section-8.1>).
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The part of a response that is worth keeping: of the objects in the array below `path`, only `keys`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Projection {
    /// Keys from the response down to the array.
    pub path: Vec<String>,
    /// The keys of its objects that can matter.
    pub keys: BTreeSet<String>,
}

/// A text that is not JSON.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{fault} at line {line} column {column}")]
pub struct JsonError {
    fault: Fault,
    /// The line, from 1.
    pub line: usize,
    /// The byte on that line, from 1.
    pub column: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
enum Fault {
    #[error("invalid UTF-8")]
    Utf8,
    #[error("more than {DEEPEST} arrays and objects in each other")]
    Depth,
    #[error("the text ends in the middle")]
    End,
    #[error("expected {0}")]
    Expected(&'static str),
    #[error("invalid number")]
    Number,
    #[error("invalid string: {0}")]
    String(String),
}

/// A JSON text that was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Json {
    /// The value.
    pub value: Value,
    /// The number of escapes of lone surrogates that became U+FFFD, as in jq.
    pub replaced: u64,
}

/// Reads a JSON text into a value; with a projection what it leaves out is checked but never built.
///
/// A byte order mark is skipped. Of a key that an object has twice the last value counts, at the place of the first.
///
/// # Errors
/// The first fault of the text, with its line and column.
pub fn parse_json(text: &[u8], projection: Option<&Projection>) -> Result<Value, JsonError> {
    read_json(text, projection).map(|json| json.value)
}

/// The same, telling what was replaced.
///
/// # Errors
/// As [`parse_json`]'s.
pub fn read_json(text: &[u8], projection: Option<&Projection>) -> Result<Json, JsonError> {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let error = |fault, at| {
        let before = &text[..at];
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let line = before.split(|byte| *byte == b'\n').count();
        JsonError { fault, line, column: at - line_start + 1 }
    };
    // Checking the whole text is faster than checking string by string.
    let Ok(whole) = simdutf8::basic::from_utf8(text) else {
        let at = std::str::from_utf8(text).map_or_else(|invalid| invalid.valid_up_to(), str::len);
        return Err(error(Fault::Utf8, at));
    };
    let keys: Keys<'_> = projection
        .iter()
        .flat_map(|projection| &projection.keys)
        .map(|key| (key.as_str(), key.into()))
        .collect();
    let keep = projection.map_or(Keep::All, |projection| Keep::Below(&projection.path, &keys));
    let mut lexer = SliceLexer::new(text);
    let replaced = Cell::new(0);
    let whole = Whole { text: whole, replaced: &replaced };
    let read = lexer.exactly_one(SliceLexer::ws_peek, |next, lexer| value(whole, next, lexer, keep, 0));
    let read = read.map(|value| Json { value, replaced: replaced.get() });
    read.map_err(|fault| match (fault, lexer.as_slice()) {
        (Fault::Expected(_) | Fault::Number, []) => error(Fault::End, text.len()),
        (fault, rest) => error(fault, text.len() - rest.len()),
    })
}

/// The text that is read, and what was replaced in it so far.
#[derive(Clone, Copy)]
struct Whole<'t> {
    text: &'t str,
    replaced: &'t Cell<u64>,
}

/// Keys to keep, each with the text that all objects with that key share.
type Keys<'p> = BTreeMap<&'p str, Text>;

/// What is kept of the value that is read next.
#[derive(Clone, Copy)]
enum Keep<'p> {
    All,
    /// An object on the way to the array, or the array itself where the path is at its end.
    Below(&'p [String], &'p Keys<'p>),
    /// An object of the array.
    Keys(&'p Keys<'p>),
}

impl Keep<'_> {
    /// What is kept of an item, where the value is an array.
    fn of_item(self) -> Self {
        match self {
            Self::Below([], keys) => Self::Keys(keys),
            Self::All | Self::Below(..) | Self::Keys(_) => Self::All,
        }
    }

    /// What is kept of the value of a key, where the value is an object: nothing, or the key's text and what of it.
    fn of_key(self, key: &str) -> Option<(Text, Self)> {
        match self {
            Self::All => Some((key.into(), Self::All)),
            Self::Keys(keys) => keys.get(key).map(|key| (key.clone(), Self::All)),
            Self::Below([first, rest @ ..], keys) if first == key => {
                Some((key.into(), Self::Below(rest, keys)))
            }
            Self::Below(..) => Some((key.into(), Self::All)),
        }
    }
}

fn value<'t>(
    text: Whole<'t>,
    next: u8,
    lexer: &mut SliceLexer<'t>,
    keep: Keep<'_>,
    depth: usize,
) -> Result<Value, Fault> {
    match next {
        b'"' => Ok(Value::Str(string(text, lexer)?.as_ref().into())),
        b'0'..=b'9' | b'-' => {
            let (number, _) = lexer.num_string().validated().map_err(|_| Fault::Number)?;
            Ok(Value::Num(Num::of_json(number)))
        }
        b'[' => {
            let mut items = Vec::new();
            let keep = keep.of_item();
            entered(lexer, depth)?.seq(b']', SliceLexer::ws_peek, |next, lexer| {
                items.push(value(text, next, lexer, keep, depth + 1)?);
                Ok::<_, Fault>(())
            })?;
            Ok(items.into_iter().collect())
        }
        b'{' => {
            let mut map = Map::default();
            if let Keep::Keys(keys) = keep {
                map.reserve(keys.len());
            }
            entered(lexer, depth)?.seq(b'}', SliceLexer::ws_peek, |next, lexer| {
                let key = key(text, next, lexer)?;
                let next = lexer.ws_peek().ok_or(Expect::Value)?;
                match keep.of_key(&key) {
                    Some((key, keep)) => {
                        map.insert(key, value(text, next, lexer, keep, depth + 1)?);
                    }
                    None => skip(text, next, lexer, depth + 1)?,
                }
                Ok::<_, Fault>(())
            })?;
            Ok(Value::object(map))
        }
        _ => Ok(word(lexer)?.map_or(Value::Null, Value::Bool)),
    }
}

/// Checks a value as [`value`] does, and builds nothing.
fn skip<'t>(text: Whole<'t>, next: u8, lexer: &mut SliceLexer<'t>, depth: usize) -> Result<(), Fault> {
    match next {
        b'"' => string(text, lexer).map(drop),
        b'0'..=b'9' | b'-' => lexer.num_string().validated().map(drop).map_err(|_| Fault::Number),
        b'[' => entered(lexer, depth)?
            .seq(b']', SliceLexer::ws_peek, |next, lexer| skip(text, next, lexer, depth + 1)),
        b'{' => entered(lexer, depth)?.seq(b'}', SliceLexer::ws_peek, |next, lexer| {
            key(text, next, lexer)?;
            skip(text, lexer.ws_peek().ok_or(Expect::Value)?, lexer, depth + 1)
        }),
        _ => word(lexer).map(drop),
    }
}

/// The lexer behind the bracket that opens an array or an object.
fn entered<'l, 't>(lexer: &'l mut SliceLexer<'t>, depth: usize) -> Result<&'l mut SliceLexer<'t>, Fault> {
    if depth < DEEPEST { Ok(lexer.discarded()) } else { Err(Fault::Depth) }
}

fn key<'t>(text: Whole<'t>, next: u8, lexer: &mut SliceLexer<'t>) -> Result<Cow<'t, str>, Fault> {
    if next != b'"' {
        return Err(Expect::String.into());
    }
    let key = string(text, lexer)?;
    lexer.expect(SliceLexer::ws_peek, b':').ok_or(Expect::Colon)?;
    Ok(key)
}

/// A string, with the lexer before its quote. One without escapes is a part of the text, which is known to be UTF-8.
fn string<'t>(text: Whole<'t>, lexer: &mut SliceLexer<'t>) -> Result<Cow<'t, str>, Fault> {
    let rest = lexer.as_slice();
    let stop = rest.iter().skip(1).position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f));
    match stop.filter(|length| rest[length + 1] == b'"') {
        Some(length) => {
            *lexer = SliceLexer::new(&rest[length + 2..]);
            let start = text.text.len() - rest.len() + 1;
            Ok(Cow::Borrowed(&text.text[start..start + length]))
        }
        None => lexer.discarded().str_string().or_else(|error| {
            // The rest is a part of the text behind an ASCII character.
            let start = text.text.len() - rest.len() + 1;
            let (read, count, length) = replaced(&text.text[start..]).ok_or_else(|| Fault::from(error))?;
            text.replaced.set(text.replaced.get() + count);
            *lexer = SliceLexer::new(&rest[length + 1..]);
            Ok(Cow::Owned(read))
        }),
    }
}

/// `null` is nothing.
fn word(lexer: &mut SliceLexer<'_>) -> Result<Option<bool>, Fault> {
    let words: [(&[u8], Option<bool>); 3] = [(b"null", None), (b"true", Some(true)), (b"false", Some(false))];
    let found = words.into_iter().find(|(word, _)| lexer.strip_prefix(word));
    found.map(|(_, value)| value).ok_or(Fault::Expected("a value"))
}

impl From<Expect> for Fault {
    fn from(expected: Expect) -> Self {
        Self::Expected(match expected {
            Expect::Value => "a value",
            Expect::ValueOrEnd => "a value or the closing bracket",
            Expect::CommaOrEnd => "a comma or the closing bracket",
            Expect::String => "a key in quotes",
            Expect::Colon => "a colon",
            Expect::Eof => "the end of the text",
        })
    }
}

impl From<hifijson::str::Error> for Fault {
    fn from(error: hifijson::str::Error) -> Self {
        match error {
            hifijson::str::Error::Eof => Self::End,
            hifijson::str::Error::Control => Self::String("a control character must be escaped".to_owned()),
            other => Self::String(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        parse_json(text.as_bytes(), None).unwrap_err().to_string()
    }

    #[test]
    fn a_lone_surrogate_is_replaced_and_counted() {
        let text = r#"{"a\ud800": ["\udfff", "\ud83d\ude00", "x"], "b": 1}"#;
        let json = read_json(text.as_bytes(), None).unwrap();
        assert_eq!(
            (json.value.to_text(), json.replaced),
            ("{\"a\u{fffd}\":[\"\u{fffd}\",\"\u{1f600}\",\"x\"],\"b\":1}".to_owned(), 2)
        );
        assert_eq!(error(r#"["\ud800\x"]"#), "invalid string: expected low surrogate at line 1 column 9");
    }

    #[test]
    fn a_projection_keeps_the_named_keys_of_the_items_and_all_around_them() {
        let projection =
            Projection { path: vec!["data".into(), "items".into()], keys: ["a".to_owned()].into() };
        let text = br#"{"next":{"a":1,"b":2},"data":{"items":[{"a":[1],"b":2},3,{"c":4}],"n":1}}"#;
        let value = parse_json(text, Some(&projection)).unwrap();
        assert_eq!(value.to_string(), r#"{"next":{"a":1,"b":2},"data":{"items":[{"a":[1]},3,{}],"n":1}}"#);
    }

    #[test]
    fn what_is_not_utf_8_is_a_fault_with_its_place() {
        let error = parse_json(b"{\"a\":\n \"\xff\"}", None).unwrap_err();
        assert_eq!(error.to_string(), "invalid UTF-8 at line 2 column 3");
    }

    #[test]
    fn a_fault_is_told_with_its_place() {
        for (text, told) in [
            ("", "the text ends in the middle at line 1 column 1"),
            ("{\"a\": 1,\n \"b\" 2}", "expected a colon at line 2 column 6"),
            ("[1 2]", "expected a comma or the closing bracket at line 1 column 4"),
            ("[1,]", "expected a value at line 1 column 4"),
            ("{a: 1}", "expected a key in quotes at line 1 column 2"),
            ("[01]", "expected a comma or the closing bracket at line 1 column 3"),
            ("[1.]", "invalid number at line 1 column 4"),
            ("NaN", "expected a value at line 1 column 1"),
            ("{} x", "expected the end of the text at line 1 column 4"),
            ("[\"a\n\"]", "invalid string: a control character must be escaped at line 2 column 1"),
            ("[\"\\ud800\\x\"]", "invalid string: expected low surrogate at line 1 column 9"),
            ("[\"a", "the text ends in the middle at line 1 column 4"),
        ] {
            assert_eq!(error(text), told, "{text}");
        }
    }

    #[test]
    fn a_fault_in_what_is_left_out_is_still_a_fault() {
        let projection = Projection { path: vec!["items".into()], keys: BTreeSet::new() };
        for text in [
            r#"{"items":[{"a":tru}]}"#,
            r#"{"items":[{"a":"\x"}]}"#,
            r#"{"items":[{"a":-}]}"#,
            r#"{"items":[{"a":["x"}]}"#,
            r#"{"items":[]} x"#,
            r#"{"items":["#,
        ] {
            assert!(parse_json(text.as_bytes(), Some(&projection)).is_err(), "{text}");
        }
    }

    #[test]
    fn nesting_is_bounded_and_said_as_such() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse_json(nested(DEEPEST).as_bytes(), None).is_ok());
        let told = "more than 256 arrays and objects in each other at line 1 column 257";
        assert_eq!(error(&nested(DEEPEST + 1)), told);
        assert_eq!(error(&nested(1_000_000)), told);
        let projection = Projection { path: vec!["items".into()], keys: BTreeSet::new() };
        let left_out = format!("{{\"items\":[{{\"a\":{}}}]}}", nested(1_000_000));
        assert!(
            parse_json(left_out.as_bytes(), Some(&projection))
                .unwrap_err()
                .to_string()
                .starts_with("more than")
        );
    }

    #[test]
    fn the_last_of_equal_keys_counts_at_the_place_of_the_first_and_a_mark_is_skipped() {
        let value = parse_json("\u{feff}{\"b\":1,\"a\":2,\"b\":3}".as_bytes(), None).unwrap();
        assert_eq!(value.to_string(), r#"{"b":3,"a":2}"#);
    }
}
