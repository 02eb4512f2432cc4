use std::borrow::Cow;

/// Words that YAML 1.1 or 1.2 readers take for something other than a text.
const MEANT_OTHERWISE: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];

/// A text as one YAML scalar on one line: plain where nobody can take it for anything else, else in double quotes with
/// JSON's escapes, which YAML has too (<https://yaml.org/spec/1.2.2/#57-escaped-characters>).
pub fn yaml(text: &str) -> Cow<'_, str> {
    let is_plain_start = |c: char| c.is_ascii_alphabetic() || c == '/' || c == '_';
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '.' | '+' | '@');
    let is_word = text.starts_with(is_plain_start) && text.chars().all(is_plain);
    if is_word && !MEANT_OTHERWISE.contains(&text.to_ascii_lowercase().as_str()) {
        return Cow::Borrowed(text);
    }
    // A text always serialises.
    let json = serde_json::to_string(text).unwrap_or_default();
    // JSON leaves some characters as they are that YAML calls unprintable, or takes for the end of a line.
    let must_escape = |c: char| {
        matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
    };
    let escaped = |c: char| if must_escape(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
    Cow::Owned(json.chars().map(escaped).collect())
}

/// A text as one word of a shell (<https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02>).
pub(super) fn shell(text: &str) -> Cow<'_, str> {
    // Only a NUL cannot be quoted, and no YAML has one.
    shell_words::quote(text)
}

/// The same, in quotes in any case.
pub(super) fn shell_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_what_cannot_be_mistaken_stands_without_quotes() {
        for plain in ["is_active", "sql/a.sql", "ghcr.io/your-org/x", "Asia/Tokyo"] {
            assert_eq!(yaml(plain), plain);
        }
        for (text, quoted) in [
            ("true", "\"true\""),
            ("No", "\"No\""),
            ("1.0", "\"1.0\""),
            ("", "\"\""),
            ("a b", "\"a b\""),
            ("a: b", "\"a: b\""),
            ("0x1F", "\"0x1F\""),
            ("~", "\"~\""),
            ("*/15 * * * *", "\"*/15 * * * *\""),
        ] {
            assert_eq!(yaml(text), quoted);
        }
    }

    proptest! {
        #[test]
        fn a_quoted_text_is_read_back_as_it_was(text in "[^\u{0}]{0,40}") {
            let read: String = serde_saphyr::from_str(&yaml(&text)).unwrap();
            prop_assert_eq!(&read, &text);
            prop_assert_eq!(shell_words::split(&shell(&text)).unwrap(), [text.clone()]);
            prop_assert_eq!(shell_words::split(&shell_quoted(&text)).unwrap(), [text]);
        }
    }
}
