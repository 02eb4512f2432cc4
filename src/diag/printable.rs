//! Texts of others as a terminal may show them.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The first byte of the sequences that terminals obey (<https://ecma-international.org/publications-and-standards/standards/ecma-48/>).
const ESCAPE: char = '\u{1b}';

/// A text in which characters that a terminal obeys are shown by their numbers: control characters but tabs and line ends, and
/// those that turn the direction of what follows (<https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters>).
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    text.chars().for_each(|letter| push_shown(&mut shown, letter));
    Cow::Owned(shown)
}

/// A line that a user's own command has written: colours pass, and all other sequences that a terminal obeys are left out.
pub fn with_colours(line: &str) -> Cow<'_, str> {
    if !line.contains(is_obeyed) {
        return Cow::Borrowed(line);
    }
    let (mut shown, mut rest, mut is_coloured) = (String::with_capacity(line.len()), line, false);
    while let Some(letter) = rest.chars().next() {
        if letter != ESCAPE && letter != '\u{9b}' {
            push_shown(&mut shown, letter);
            rest = &rest[letter.len_utf8()..];
            continue;
        }
        let length = sequence(rest);
        if is_colour(&rest[..length]) {
            shown.push_str(&rest[..length]);
            is_coloured = true;
        }
        rest = &rest[length..];
    }
    if is_coloured {
        shown.push_str("\u{1b}[0m");
    }
    Cow::Owned(shown)
}

fn is_obeyed(letter: char) -> bool {
    (letter.is_control() && !matches!(letter, '\t' | '\n'))
        || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn push_shown(shown: &mut String, letter: char) {
    if is_obeyed(letter) {
        // Writing into memory does not fail.
        let _ = write!(shown, "\\u{{{:x}}}", u32::from(letter));
    } else {
        shown.push(letter);
    }
}

/// The length of the sequence that begins here.
fn sequence(text: &str) -> usize {
    let body = text.strip_prefix("\u{1b}[").or_else(|| text.strip_prefix('\u{9b}'));
    if let Some(body) = body {
        let start = text.len() - body.len();
        let end = body.find(|letter: char| !matches!(letter, ' '..='?'));
        return start
            + end.map_or(body.len(), |end| end + body[end..].chars().next().map_or(0, char::len_utf8));
    }
    let after = &text[1..];
    match after.chars().next() {
        // A text for the terminal itself, such as its title, up to its end.
        Some(']' | 'P' | 'X' | '^' | '_') => {
            let end = after.find("\u{1b}\\").map(|end| end + 2);
            let bell = after.find('\u{7}').map(|end| end + 1);
            1 + end.into_iter().chain(bell).min().unwrap_or(after.len())
        }
        Some(' '..='~') => {
            let end = after.find(|letter| !matches!(letter, ' '..='/')).unwrap_or(after.len());
            1 + end + usize::from(after[end..].starts_with(|letter| matches!(letter, '0'..='~')))
        }
        _ => 1,
    }
}

/// A sequence that sets colours and the like, and nothing else.
fn is_colour(sequence: &str) -> bool {
    let parameters = sequence.strip_prefix("\u{1b}[").and_then(|rest| rest.strip_suffix('m'));
    parameters
        .is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b';' | b':')))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_shown_by_its_number() {
        for (text, shown) in [
            ("plain\ttext\nof 取引先 😀", "plain\ttext\nof 取引先 😀"),
            ("\u{1b}[2Jgone", "\\u{1b}[2Jgone"),
            ("a\u{9b}31mb", "a\\u{9b}31mb"),
            ("a\rb\u{8}\u{0}\u{7f}", "a\\u{d}b\\u{8}\\u{0}\\u{7f}"),
            ("user\u{202e}txt.exe\u{2066}", "user\\u{202e}txt.exe\\u{2066}"),
        ] {
            assert_eq!(printable(text), shown);
        }
    }

    #[test]
    fn of_a_command_colours_pass_and_nothing_else() {
        for (line, shown) in [
            ("plain", "plain"),
            ("\u{1b}[1;31mred\u{1b}[0m", "\u{1b}[1;31mred\u{1b}[0m\u{1b}[0m"),
            ("\u{1b}[38:5:200mpink", "\u{1b}[38:5:200mpink\u{1b}[0m"),
            ("\u{1b}[2J\u{1b}[Hgone", "gone"),
            ("\u{1b}]0;title\u{7}text\u{1b}]8;;https://a.example\u{1b}\\link\u{1b}]8;;\u{1b}\\", "textlink"),
            ("\u{1b}]0;never ended", ""),
            ("\u{1b}(Btext\u{1b}c\u{1b}7", "text"),
            ("\u{9b}2Jtext", "text"),
            ("10 %\r50 %", "10 %\\u{d}50 %"),
            ("a\u{8}\u{7}b", "a\\u{8}\\u{7}b"),
            ("\u{1b}[?25l\u{1b}[3", ""),
            ("\u{1b}", ""),
            ("\u{1b}é", "é"),
        ] {
            assert_eq!(with_colours(line), shown, "{line:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_a_terminal_obeys_passes(text in any::<String>(), line in "[\u{1b}\u{9b}\\[\\]0-9;m:PX\\\\\u{7}\r aé]{0,20}") {
            prop_assert!(!printable(&text).contains(is_obeyed));
            for line in [&text, &line] {
                let shown = with_colours(line);
                for (at, _) in shown.match_indices(is_obeyed) {
                    let length = shown[at..].find('m').map_or(0, |end| end + 1);
                    prop_assert!(shown[at..].contains('\n') || is_colour(&shown[at..at + length]), "{:?}", shown);
                }
            }
        }
    }
}
