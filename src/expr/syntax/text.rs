/// The characters that escapes in a row stand for, or the byte at which one is not an escape.
///
/// Two halves of a surrogate pair make one character; a half without the other becomes U+FFFD, as in jq.
pub(super) fn unescape(escapes: &str) -> Result<String, usize> {
    let mut text = String::new();
    let mut units: Vec<u16> = Vec::new();
    let mut at = 0;
    while at < escapes.len() {
        let rest = &escapes[at + 1..];
        let Some(escaped) = rest.chars().next() else { return Err(at) };
        if escaped == 'u' {
            let unit = rest.get(1..5).and_then(|digits| u16::from_str_radix(digits, 16).ok()).ok_or(at)?;
            units.push(unit);
            at += 6;
            continue;
        }
        flush(&mut units, &mut text);
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
    flush(&mut units, &mut text);
    Ok(text)
}

fn flush(units: &mut Vec<u16>, text: &mut String) {
    text.extend(char::decode_utf16(units.drain(..)).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_stand_for_their_characters() {
        assert_eq!(unescape(r"\n\t\u00e9\ud83d\ude00").unwrap(), "\n\té😀");
        assert_eq!(unescape(r"\ud83dx".get(..6).unwrap()).unwrap(), "\u{fffd}");
        assert_eq!(unescape(r"\n\q"), Err(2));
        assert_eq!(unescape(r"\u12"), Err(0));
    }
}
