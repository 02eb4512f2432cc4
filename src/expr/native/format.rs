//! `@csv`, `@sh` and the like: texts for others' languages.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::expr::value::{Value, failed};

use super::conversion::{to_json, to_text};
use super::{Named, Outcome, argument, type_error};

pub(super) const FUNCTIONS: &[Named] = &[
    ("@text", 0, |input, _| Ok(to_text(input))),
    ("@json", 0, |input, _| Ok(to_json(&input))),
    ("@csv", 0, |input, _| row(&input, "csv", ",", |text| format!("\"{}\"", text.replace('"', "\"\"")))),
    ("@tsv", 0, |input, _| row(&input, "tsv", "\t", escape_tsv)),
    ("@html", 0, |input, _| texts(input, escape_html)),
    ("@uri", 0, |input, _| texts(input, |text| utf8_percent_encode(text, RESERVED).to_string())),
    ("@urid", 0, |input, _| decode_uri(input)),
    ("@sh", 0, |input, _| shell(&input)),
    ("@base64", 0, |input, _| texts(input, |text| base64::prelude::BASE64_STANDARD.encode(text))),
    ("@base64d", 0, |input, _| decode_base64(input)),
    ("format", 1, |input, arguments| {
        let name = argument(arguments, 0);
        let text = name.as_str().ok_or_else(|| type_error(name, "is not a valid format"))?;
        match super::function(&format!("@{text}"), 0) {
            Some(format) => format(input, &[]),
            None => Err(failed(format!("{text} is not a valid format"))),
        }
    }),
];

/// Everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[expect(clippy::unnecessary_wraps, reason = "the functions of the table have one type")]
fn texts(input: Value, change: impl Fn(&str) -> String) -> Outcome {
    let text = to_text(input);
    Ok(Value::from(change(text.as_str().unwrap_or_default())))
}

fn row(input: &Value, name: &str, separator: &str, quote: fn(&str) -> String) -> Outcome {
    let Value::Arr(cells) = input else {
        return Err(type_error(input, &format!("cannot be {name}-formatted, only array")));
    };
    let cells = cells.iter().map(|cell| match cell {
        Value::Null => Ok(String::new()),
        Value::Num(number) if number.as_f64().is_nan() => Ok(String::new()),
        Value::Bool(_) | Value::Num(_) => Ok(cell.to_string()),
        Value::Str(text) => Ok(quote(text)),
        Value::Arr(_) | Value::Obj(_) => Err(type_error(cell, "is not valid in a csv row")),
    });
    Ok(Value::from(cells.collect::<Result<Vec<_>, _>>()?.join(separator)))
}

fn escape_tsv(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\t' => escaped.push_str("\\t"),
            '\r' => escaped.push_str("\\r"),
            '\n' => escaped.push_str("\\n"),
            '\\' => escaped.push_str("\\\\"),
            '\0' => escaped.push_str("\\0"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\'' => escaped.push_str("&apos;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn shell(input: &Value) -> Outcome {
    let one = std::slice::from_ref(input);
    let words = match input {
        Value::Arr(items) => items.as_slice(),
        _ => one,
    };
    let words = words.iter().map(|word| match word {
        Value::Str(text) => Ok(format!("'{}'", text.replace('\'', r"'\''"))),
        Value::Null | Value::Bool(_) | Value::Num(_) => Ok(word.to_string()),
        Value::Arr(_) | Value::Obj(_) => Err(type_error(word, "can not be escaped for shell")),
    });
    Ok(Value::from(words.collect::<Result<Vec<_>, _>>()?.join(" ")))
}

fn decode_uri(input: Value) -> Outcome {
    let input = to_text(input);
    let text = input.as_str().unwrap_or_default();
    let is_hex = |digits: &[u8]| digits.len() == 2 && digits.iter().all(u8::is_ascii_hexdigit);
    let is_escaped = |(at, _): (usize, &str)| is_hex(text.as_bytes().get(at + 1..at + 3).unwrap_or_default());
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8();
    match decoded {
        Ok(decoded) if text.match_indices('%').all(is_escaped) => Ok(Value::from(&*decoded)),
        _ => Err(type_error(&input, "is not a valid uri encoding")),
    }
}

fn decode_base64(input: Value) -> Outcome {
    const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let input = to_text(input);
    let text = input.as_str().unwrap_or_default();
    // Padding ends the data, whatever follows it.
    let data = text.split('=').next().unwrap_or_default();
    let decoded = GeneralPurpose::new(&alphabet::STANDARD, LENIENT).decode(data);
    match decoded {
        Ok(bytes) => Ok(Value::from(&*String::from_utf8_lossy(&bytes))),
        Err(base64::DecodeError::InvalidLength(_)) => Err(type_error(&input, "trailing base64 byte found")),
        Err(_) => Err(type_error(&input, "is not valid base64 data")),
    }
}
