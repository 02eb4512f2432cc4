//! Regular expressions: Oniguruma's Perl syntax, as far as `fancy-regex` has it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use fancy_regex::{Captures, Regex, RegexBuilder};

use crate::expr::value::{Error, Value, failed};

use super::{Named, Outcome, argument, type_error};

pub(super) const FUNCTIONS: &[Named] = &[
    ("_match", 2, |input, arguments| matches(&input, arguments)),
    ("_test", 2, |input, arguments| {
        let (text, pattern) = prepared(&input, arguments)?;
        Ok(Value::Bool(pattern.regex.is_match(text).map_err(|error| regex_failure(&error))?))
    }),
];

/// Steps back that one search may take; catastrophic patterns fail then.
const BACKTRACKS: usize = 10_000_000;

/// Compiled patterns that are kept.
const KEPT: usize = 64;

struct Pattern {
    regex: Regex,
    global: bool,
}

fn regex_failure(error: &fancy_regex::Error) -> Error {
    failed(format!("Regex failure: {error}"))
}

/// The text to search, and the pattern of the arguments: a regular expression and flags or null.
fn prepared<'v>(input: &'v Value, arguments: &[Value]) -> Result<(&'v str, Rc<Pattern>), Error> {
    let Value::Str(text) = input else {
        return Err(type_error(input, "cannot be matched, as it is not a string"));
    };
    let regex = argument(arguments, 0);
    let Value::Str(regex) = regex else { return Err(type_error(regex, "is not a string")) };
    let flags = match argument(arguments, 1) {
        Value::Null => "",
        Value::Str(flags) => flags.as_str(),
        other => return Err(type_error(other, "is not a string")),
    };
    Ok((text, pattern(regex, flags)?))
}

fn pattern(regex: &str, flags: &str) -> Result<Rc<Pattern>, Error> {
    thread_local! {
        static PATTERNS: RefCell<HashMap<(String, String), Rc<Pattern>>> = RefCell::default();
    }
    PATTERNS.with_borrow_mut(|patterns| {
        let key = (regex.to_owned(), flags.to_owned());
        if let Some(known) = patterns.get(&key) {
            return Ok(Rc::clone(known));
        }
        let compiled = Rc::new(compile(regex, flags)?);
        if patterns.len() >= KEPT {
            patterns.clear();
        }
        patterns.insert(key, Rc::clone(&compiled));
        Ok(compiled)
    })
}

fn compile(regex: &str, flags: &str) -> Result<Pattern, Error> {
    let mut global = false;
    let translated = translate(regex);
    let mut builder = RegexBuilder::new(&translated);
    builder.backtrack_limit(BACKTRACKS);
    for flag in flags.chars() {
        match flag {
            'g' => global = true,
            'i' => {
                builder.case_insensitive(true);
            }
            'x' => {
                builder.ignore_whitespace(true);
            }
            'm' | 'p' => {
                builder.dot_matches_new_line(true);
            }
            's' => {}
            'l' | 'n' => {
                return Err(failed(format!("{flags} has the flag {flag}, which jobnet does not have")));
            }
            _ => return Err(failed(format!("{flags} is not a valid modifier string"))),
        }
    }
    let regex = builder.build().map_err(|error| regex_failure(&error))?;
    Ok(Pattern { regex, global })
}

/// A pattern of Oniguruma's Perl syntax in that of `fancy-regex`: `$` is also before a line's end at the text's,
/// brackets and braces that nothing opened are themselves, and so are `\h`, and `&&` in a class.
fn translate(pattern: &str) -> String {
    let lines = has_line_anchors(pattern);
    let mut translated = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    let mut in_class = false;
    while let Some(first) = rest.chars().next() {
        let mut length = first.len_utf8();
        match first {
            '\\' => {
                let escaped = rest[1..].chars().next();
                length += escaped.map_or(0, char::len_utf8);
                match escaped {
                    Some(escaped @ ('h' | 'H')) => translated.push(escaped),
                    _ => translated.push_str(&rest[..length]),
                }
            }
            '[' if in_class && !rest.starts_with("[:") => translated.push_str("\\["),
            '[' if in_class => {
                length = rest.find(":]").map_or(1, |end| end + 2);
                translated.push_str(&rest[..length]);
            }
            '[' => {
                in_class = true;
                // A bracket that comes first in a class is itself.
                let negated = usize::from(rest[1..].starts_with('^'));
                length += negated;
                translated.push_str(&rest[..length]);
                if rest[length..].starts_with(']') {
                    length += 1;
                    translated.push_str("\\]");
                }
            }
            ']' if in_class => {
                in_class = false;
                translated.push(']');
            }
            ']' => translated.push_str("\\]"),
            '&' | '~' if in_class => {
                translated.push('\\');
                translated.push(first);
            }
            '$' if !in_class && !lines => translated.push_str("(?=\\n?\\z)"),
            '{' if !in_class => match quantifier(rest) {
                Some((end, text)) => {
                    length = end;
                    translated.push_str(&text);
                }
                None => translated.push_str("\\{"),
            },
            '}' if !in_class => translated.push_str("\\}"),
            _ => translated.push(first),
        }
        rest = &rest[length..];
    }
    translated
}

/// True where `(?m)` makes `^` and `$` match at lines.
fn has_line_anchors(pattern: &str) -> bool {
    pattern.match_indices("(?").any(|(at, _)| {
        let flags = &pattern[at + 2..];
        let end = flags.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(flags.len());
        flags[..end].contains('m') && flags[end..].starts_with([')', ':', '-'])
    })
}

/// The length of a quantifier in braces at the beginning of a text, and the quantifier.
fn quantifier(text: &str) -> Option<(usize, String)> {
    let end = text.find('}')?;
    let bounds = &text[1..end];
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let quantifier = match bounds.split_once(',') {
        None if is_number(bounds) => format!("{{{bounds}}}"),
        Some((from, to)) if is_number(from) && (to.is_empty() || is_number(to)) => format!("{{{bounds}}}"),
        Some(("", to)) if is_number(to) => format!("{{0,{to}}}"),
        _ => return None,
    };
    Some((end + 1, quantifier))
}

/// The matches as jq's objects; without the flag `g` the first alone.
fn matches(input: &Value, arguments: &[Value]) -> Outcome {
    let (text, pattern) = prepared(input, arguments)?;
    let mut matches = Vec::new();
    let mut offsets = Offsets::new(text);
    let mut from = 0;
    while from <= text.len() {
        let found = pattern.regex.captures_from_pos(text, from).map_err(|error| regex_failure(&error))?;
        let Some(found) = found else { break };
        let Some(whole) = found.get(0) else { break };
        matches.push(as_object(&pattern.regex, &found, &mut offsets));
        if !pattern.global {
            break;
        }
        from = if whole.end() == whole.start() {
            whole.end() + text[whole.end()..].chars().next().map_or(1, char::len_utf8)
        } else {
            whole.end()
        };
    }
    Ok(matches.into_iter().collect())
}

fn as_object(regex: &Regex, found: &Captures<'_, str>, offsets: &mut Offsets<'_>) -> Value {
    let whole = found.get(0);
    let (offset, text) = whole.map_or((0, ""), |whole| (offsets.at(whole.start()), whole.as_str()));
    let captures = regex.capture_names().enumerate().skip(1).map(|(group, name)| {
        let (offset, text) = match found.get(group) {
            // Where the whole is empty, jq takes its groups for empty too.
            Some(_) if text.is_empty() => (Value::from(offset), Some("")),
            Some(group) => (Value::from(offsets.at(group.start())), Some(group.as_str())),
            None => (Value::from(-1_i64), None),
        };
        let is_empty = text.is_none_or(str::is_empty);
        let string = ("string", text.map_or(Value::Null, Value::from));
        let length = ("length", Value::from(text.map_or(0, |text| text.chars().count())));
        let name = ("name", name.map_or(Value::Null, Value::from));
        // jq puts these keys in another order for empty groups.
        if is_empty {
            object([("offset", offset), string, length, name])
        } else {
            object([("offset", offset), length, string, name])
        }
    });
    let captures: Value = captures.collect();
    object([
        ("offset", Value::from(offset)),
        ("length", Value::from(text.chars().count())),
        ("string", Value::from(text)),
        ("captures", captures),
    ])
}

fn object<const N: usize>(entries: [(&'static str, Value); N]) -> Value {
    Value::object(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

/// Offsets in characters of places in bytes, counted on from the last one where that is before.
struct Offsets<'t> {
    text: &'t str,
    byte: usize,
    character: usize,
}

impl<'t> Offsets<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, byte: 0, character: 0 }
    }

    fn at(&mut self, byte: usize) -> usize {
        if byte < self.byte {
            (self.byte, self.character) = (0, 0);
        }
        self.character += self.text[self.byte..byte].chars().count();
        self.byte = byte;
        self.character
    }
}
