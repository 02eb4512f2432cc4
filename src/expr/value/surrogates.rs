/// The replacement of what is no character (<https://www.unicode.org/faq/utf_bom.html#utf8-4>).
const REPLACEMENT: char = '\u{fffd}';

/// A text of JSON in which escapes of lone surrogates stand, as jq reads it: each becomes U+FFFD. `text` begins behind the
/// opening quote. Gives the text, how many were replaced, and the length up to the closing quote, that one included; `None`
/// where something else is wrong with it.
pub(super) fn replaced(text: &str) -> Option<(String, u64, usize)> {
    let (mut out, mut count, mut at) = (String::new(), 0, 0);
    loop {
        let rest = &text[at..];
        let letter = rest.chars().next()?;
        match letter {
            '"' => return Some((out, count, at + 1)),
            '\\' => {
                let (read, length) = escaped(rest)?;
                count += u64::from(read.is_none());
                out.push(read.unwrap_or(REPLACEMENT));
                at += length;
            }
            '\0'..='\u{1f}' => return None,
            other => {
                out.push(other);
                at += other.len_utf8();
            }
        }
    }
}

/// The character of an escape that begins here, `None` for a lone surrogate; and the escape's length.
fn escaped(text: &str) -> Option<(Option<char>, usize)> {
    let plain = match text.as_bytes().get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode(text),
        _ => return None,
    };
    Some((Some(plain), 2))
}

fn unicode(text: &str) -> Option<(Option<char>, usize)> {
    let unit = unit(text)?;
    if !(0xd800..0xdc00).contains(&unit) {
        return Some((char::from_u32(unit), 6));
    }
    let low = text.get(6..).and_then(self::unit).filter(|low| (0xdc00..0xe000).contains(low));
    Some(match low {
        Some(low) => (char::from_u32(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)), 12),
        None => (None, 6),
    })
}

/// The number of a `\uXXXX`.
fn unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    digits
        .bytes()
        .all(|digit| digit.is_ascii_hexdigit())
        .then(|| u32::from_str_radix(digits, 16).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_surrogates_are_replaced_and_pairs_are_not() {
        for (text, expected, count) in [
            (r#"\ud800""#, "\u{fffd}", 1),
            (r#"a\udc37b""#, "a\u{fffd}b", 1),
            (r#"\ud83d\ude00\ud83d""#, "\u{1f600}\u{fffd}", 1),
            (r#"\ud83dA\ude00""#, "\u{fffd}A\u{fffd}", 2),
            (r#"\ud83d\ud83d\ude00""#, "\u{fffd}\u{1f600}", 1),
            (r#"é\n\"\\\/\ud800""#, "é\n\"\\/\u{fffd}", 1),
            (r#"""#, "", 0),
        ] {
            assert_eq!(replaced(text), Some((expected.to_owned(), count, text.len())), "{text}");
        }
    }

    #[test]
    fn other_faults_are_left_to_be_told() {
        for text in [r"\ud800", r#"\ud80""#, r#"\ud800\x""#, r#"\u+123""#, "\n\"", r"\", r#"\ud800\""#] {
            assert_eq!(replaced(text), None, "{text:?}");
        }
    }
}
