use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The characters that RFC 3986 leaves as they are (<https://www.rfc-editor.org/rfc/rfc3986#section-2.3>).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Those that JavaScript's `encodeURIComponent` leaves as they are besides
/// (<https://tc39.es/ecma262/#sec-encodeuricomponent-uricomponent>).
const COMPONENT: &AsciiSet = &UNRESERVED.remove(b'!').remove(b'*').remove(b'\'').remove(b'(').remove(b')');

/// The forms in which software prints a text: in URLs, JSON, HTML and source code, as base64 and in hexadecimal digits.
pub(super) fn forms(text: &str) -> Vec<String> {
    let mut forms = vec![text.to_owned()];
    for set in [NON_ALPHANUMERIC, UNRESERVED, COMPONENT] {
        both_cases(&mut forms, utf8_percent_encode(text, set).to_string());
    }
    both_cases(&mut forms, url::form_urlencoded::byte_serialize(text.as_bytes()).collect());
    forms.push(text.escape_default().to_string());
    forms.extend(in_json(text));
    forms.extend(in_html(text));
    let bytes = text.as_bytes();
    forms.extend([STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD].map(|base64| base64.encode(bytes)));
    let mut hex = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing into memory does not fail.
        let _ = write!(hex, "{byte:02x}");
    }
    forms.extend([hex.to_uppercase(), hex]);
    forms.sort();
    forms.dedup();
    forms
}

/// A text with escapes `%2F`, and the same with `%2f`.
fn both_cases(forms: &mut Vec<String>, encoded: String) {
    let mut lower = String::with_capacity(encoded.len());
    let mut digits = 0;
    for letter in encoded.chars() {
        lower.push(if digits > 0 { letter.to_ascii_lowercase() } else { letter });
        digits = if letter == '%' { 2 } else { u8::saturating_sub(digits, 1) };
    }
    forms.extend([encoded, lower]);
}

/// The text between the quotes of JSON: as little escaped as may be, with `\/`, and in ASCII with digits of either case.
fn in_json(text: &str) -> Vec<String> {
    let quoted = serde_json::Value::from(text).to_string();
    let plain = &quoted[1..quoted.len() - 1];
    let ascii = |digits: fn(u16) -> String| {
        let mut out = String::new();
        for letter in plain.chars() {
            match letter {
                ' '..='~' => out.push(letter),
                _ => letter.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&digits(*unit))),
            }
        }
        out
    };
    let mut forms = vec![
        plain.to_owned(),
        ascii(|unit| format!("\\u{unit:04x}")),
        ascii(|unit| format!("\\u{unit:04X}")),
    ];
    // Go and PHP write these in ways of their own.
    let tags = |text: &String| text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    forms.extend(forms.iter().map(tags).collect::<Vec<_>>());
    forms.extend(forms.iter().map(|text| text.replace('/', "\\/")).collect::<Vec<_>>());
    forms
}

/// The text in HTML, with each of the ways to write quotes.
fn in_html(text: &str) -> Vec<String> {
    let tags = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let quotes = [
        ("\"", "'"),
        ("&quot;", "'"),
        ("&quot;", "&#39;"),
        ("&quot;", "&#x27;"),
        ("&#34;", "&#39;"),
        ("&quot;", "&apos;"),
    ];
    quotes.iter().map(|(double, single)| tags.replace('"', double).replace('\'', single)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_in_each_form() {
        let forms = forms("a/é<b>&\"c'd e+f");
        for form in [
            "a/é<b>&\"c'd e+f",
            "a%2F%C3%A9%3Cb%3E%26%22c%27d%20e%2Bf",
            "a%2f%c3%a9%3cb%3e%26%22c%27d%20e%2bf",
            "a%2F%C3%A9%3Cb%3E%26%22c'd%20e%2Bf",
            "a%2F%C3%A9%3Cb%3E%26%22c%27d+e%2Bf",
            "a/é<b>&\\\"c'd e+f",
            "a\\/é<b>&\\\"c'd e+f",
            "a/\\u00e9<b>&\\\"c'd e+f",
            "a/\\u00E9<b>&\\\"c'd e+f",
            "a\\/\\u00e9\\u003cb\\u003e\\u0026\\\"c'd e+f",
            "a/é&lt;b&gt;&amp;&quot;c&#39;d e+f",
            "a/é&lt;b&gt;&amp;&#34;c&#39;d e+f",
            "a/é&lt;b&gt;&amp;\"c'd e+f",
            "YS/DqTxiPiYiYydkIGUrZg==",
            "YS_DqTxiPiYiYydkIGUrZg",
            "612fc3a93c623e262263276420652b66",
            "612FC3A93C623E262263276420652B66",
        ] {
            assert!(forms.iter().any(|known| known == form), "{form}");
        }
    }
}
