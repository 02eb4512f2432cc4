/// The characters that escapes in a row stand for, or the byte at which one is not an escape.
///
/// Two halves of a surrogate pair make one character. As in jq a first half without the second is no escape, and a second
/// half without the first becomes U+FFFD.
pub(super) fn unescape(escapes: &str) -> Result<String, usize> {
    let mut text = String::new();
    let mut at = 0;
    while at < escapes.len() {
        let Some(escaped) = escapes[at + 1..].chars().next() else { return Err(at) };
        if escaped == 'u' {
            let unit = unit(escapes, at).ok_or(at)?;
            let is_first = (0xd800..0xdc00).contains(&unit);
            let second = is_first.then(|| unit_of_second(escapes, at + 6).ok_or(at)).transpose()?;
            let mut characters = char::decode_utf16(std::iter::once(unit).chain(second));
            text.push(characters.next().and_then(Result::ok).unwrap_or(char::REPLACEMENT_CHARACTER));
            at += if is_first { 12 } else { 6 };
            continue;
        }
        text.push(match escaped {
            '"' | '\\' | '/' => escaped,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ => return Err(at),
        });
        at += 1 + escaped.len_utf8();
    }
    Ok(text)
}

/// The number of the `\uXXXX` at a byte.
fn unit(escapes: &str, at: usize) -> Option<u16> {
    let digits = escapes.get(at..at + 6)?.strip_prefix("\\u")?;
    u16::from_str_radix(digits, 16).ok()
}

fn unit_of_second(escapes: &str, at: usize) -> Option<u16> {
    unit(escapes, at).filter(|unit| (0xdc00..0xe000).contains(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_stand_for_their_characters() {
        assert_eq!(unescape(r"\n\t\u00e9\ud83d\ude00").unwrap(), "\n\té😀");
        assert_eq!(unescape(r"\ude00").unwrap(), "\u{fffd}");
        assert_eq!(unescape(r"\n\ud83d"), Err(2));
        assert_eq!(unescape(r"\ud83d\n"), Err(0));
        assert_eq!(unescape(r"\ud83d\ud83d\ude00"), Err(0));
        assert_eq!(unescape(r"\n\q"), Err(2));
        assert_eq!(unescape(r"\u12"), Err(0));
    }
}
