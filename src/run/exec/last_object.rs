use std::borrow::Cow;
use std::sync::LazyLock;

use regex_lite::Regex;

use crate::clients::Tail;
use crate::expr::{Value, parse_json};

/// A larger object is not counted.
const LARGEST: usize = 1024 * 1024;

/// What may stand around an object that is still counted: colours, blank lines.
const AROUND: usize = 256 * 1024;

/// What a terminal does not show (<https://www.ecma-international.org/publications-and-standards/standards/ecma-48/>):
/// control sequences such as colours, texts for the terminal such as its title, and other escapes.
static ESCAPES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b\r\n]*(?:\x07|\x1b\\)?|[ -/]*[0-Z\\`-~])").ok()
});

/// What a standard output ends with, blanks and what is not shown left aside.
#[derive(Debug, PartialEq)]
pub(super) enum LastObject {
    /// Something that does not look like an object.
    Absent,
    /// A JSON object that begins a line.
    Found(Value),
    /// A JSON object behind other text of its line, and that text.
    Behind(String),
    /// A text that begins a line as an object does, and is none.
    Malformed {
        /// What is wrong with it.
        reason: String,
        text: String,
    },
    /// An object of more than 1 MiB.
    TooLarge,
}

/// Room for the largest object that is counted.
pub(super) fn room() -> Tail {
    Tail::of(LARGEST + AROUND)
}

impl LastObject {
    /// Reads the end of a standard output.
    pub(super) fn of(tail: Tail) -> Self {
        let is_cut = tail.is_cut();
        let text = tail.text();
        // NUL bytes are what UTF-16 has between ASCII letters.
        let text = text.replace('\0', "");
        let text = without_escapes(&text);
        let text = text.trim_end_matches(is_blank);
        let Some(start) = text.ends_with('}').then(|| start_of_object(text)).flatten() else {
            return if is_cut && text.ends_with('}') { Self::TooLarge } else { Self::begun(text) };
        };
        let (before, object) = text.split_at(start);
        if object.len() > LARGEST {
            return Self::TooLarge;
        }
        let line = before.rfind(['\n', '\r']).map_or(before, |end| &before[end + 1..]);
        let before = line.trim_matches(is_blank);
        match parse_json(object.as_bytes(), None) {
            Ok(value) if before.is_empty() => Self::Found(value),
            Ok(_) => Self::Behind(before.to_owned()),
            Err(error) if before.is_empty() => {
                Self::Malformed { reason: error.to_string(), text: object.to_owned() }
            }
            Err(_) => Self::begun(text),
        }
    }

    /// An object that was begun in the last line.
    fn begun(text: &str) -> Self {
        let line = text.rfind(['\n', '\r']).map_or(text, |end| &text[end + 1..]).trim_matches(is_blank);
        if !line.starts_with('{') {
            return Self::Absent;
        }
        let reason = match parse_json(line.as_bytes(), None) {
            Ok(_) => "its braces do not match".to_owned(),
            Err(error) => error.to_string(),
        };
        Self::Malformed { reason, text: line.to_owned() }
    }
}

/// A text without what a terminal does not show.
pub(super) fn without_escapes(text: &str) -> Cow<'_, str> {
    match &*ESCAPES {
        Some(escapes) => escapes.replace_all(text, ""),
        None => text.into(),
    }
}

/// White space, control characters and the byte order mark.
fn is_blank(character: char) -> bool {
    character.is_whitespace() || character.is_control() || character == '\u{feff}'
}

/// The place of the brace that the last character closes. Read from the end, a quote begins or ends a text of JSON
/// unless an odd number of backslashes stands before it.
fn start_of_object(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut depth, mut is_in_text, mut at) = (0_usize, false, bytes.len());
    while at > 0 {
        at -= 1;
        match bytes[at] {
            b'"' => {
                let backslashes = bytes[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
                is_in_text ^= backslashes % 2 == 0;
                at -= backslashes;
            }
            b'}' if !is_in_text => depth += 1,
            b'{' if !is_in_text => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(chunks: &[&[u8]]) -> LastObject {
        let mut tail = room();
        chunks.iter().for_each(|chunk| tail.push(chunk));
        LastObject::of(tail)
    }

    fn object(json: &str) -> LastObject {
        LastObject::Found(parse_json(json.as_bytes(), None).unwrap())
    }

    #[test]
    fn what_is_not_shown_hides_no_object() {
        let expected = object(r#"{"a": 1, "b": {"c": "}\"{"}}"#);
        for text in [
            "{\"a\": 1, \"b\": {\"c\": \"}\\\"{\"}}",
            "first\r\n{\"a\": 1, \"b\": {\"c\": \"}\\\"{\"}}\r\n\r\n \t\n",
            "\u{feff}{\"a\": 1, \"b\": {\"c\": \"}\\\"{\"}}\n",
            "50 %\r100 %\r{\"a\": 1, \"b\": {\"c\": \"}\\\"{\"}}",
            "one\n\u{1b}[0m{\"a\": 1, \"b\": {\"c\": \"}\\\"{\"}}\u{1b}[0m\n\u{1b}[?25h",
            "\u{1b}[2K\u{1b}[1;38;5;200m{\u{1b}[34m\"a\"\u{1b}[0m: 1, \"b\": {\"c\": \"}\\\"{\"}}\u{1b}(B\u{1b}[m",
            "\u{1b}]0;title\u{7}{\"a\": 1, \"b\": {\"c\": \"}\\\"{\"}}\n\u{1b}]133;D\u{1b}\\",
            "\u{1b}]0;never ended\n{\"a\": 1, \"b\": {\"c\": \"}\\\"{\"}}\u{0}\u{0}\n",
            "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": \"}\\\"{\"\n  }\n}\n",
            "{\"a\": 9}\n  {\r\n\t\"a\": 1,\r\n\t\"b\":\r\n\t{\"c\": \"}\\\"{\"}\r\n\t}\r\n",
        ] {
            assert_eq!(read(&[text.as_bytes()]), expected, "{text:?}");
        }
        let utf16: Vec<u8> =
            "{\"a\": 1, \"b\": {\"c\": \"}\\\"{\"}}\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&[b"\n", &utf16]), expected);
    }

    #[test]
    fn an_object_is_the_last_thing_and_begins_a_line() {
        for text in
            ["", "done", "{\"a\": 1}\ndone", "[{\"a\": 1}]", "a }", "\"}", "in {place}", "{\"a\": 1},\n2"]
        {
            assert_eq!(read(&[text.as_bytes()]), LastObject::Absent, "{text:?}");
        }
        assert_eq!(read(&[b"INFO done: {\"a\": 1}\n"]), LastObject::Behind("INFO done:".to_owned()));
        assert_eq!(read(&[b"{\"a\": 1} {\"a\": 2}"]), LastObject::Behind("{\"a\": 1}".to_owned()));
    }

    #[test]
    fn what_looks_like_an_object_and_is_none_is_told() {
        for text in ["{'a': 1}", "{'a': 1,\n 'b': 2}", "{\"a\": 1", "{\"a\": 1}}", "{\"a\": NaN}"] {
            assert!(matches!(read(&[text.as_bytes()]), LastObject::Malformed { .. }), "{text:?}");
        }
    }

    #[test]
    fn an_object_may_have_a_mebibyte() {
        let of_size = |size: usize| format!("{{\"a\": \"{}\"}}", "x".repeat(size - 9));
        assert!(matches!(read(&[b"one\n", of_size(LARGEST).as_bytes(), b"\n"]), LastObject::Found(_)));
        for size in [LARGEST + 1, LARGEST + AROUND, 3 * LARGEST] {
            assert_eq!(read(&[b"one\n", of_size(size).as_bytes(), b"\n\n"]), LastObject::TooLarge, "{size}");
        }
        let many = "one\n".repeat(LARGEST);
        assert_eq!(read(&[many.as_bytes(), b"{\"a\": 1}"]), object("{\"a\": 1}"));
    }
}
