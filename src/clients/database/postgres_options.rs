//! The options that a session is begun with, as the command line of a server
//! (<https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-SHELL>).

/// Options without those that set the time zone, and the zone that the last of them sets. The driver asks for a zone of its
/// own, which would win against one that stands here.
pub(super) fn without_timezone(options: &str) -> (String, Option<String>) {
    let words = words(options);
    let mut others: Vec<&str> = Vec::new();
    let mut timezone = None;
    let mut words = words.iter().copied().peekable();
    while let Some(word) = words.next() {
        let (setting, length) = match (word, words.peek()) {
            ("-c", Some(next)) => (*next, 2),
            _ => (word.strip_prefix("--").or_else(|| word.strip_prefix("-c")).unwrap_or_default(), 1),
        };
        match setting.split_once('=').filter(|(name, _)| name.eq_ignore_ascii_case("timezone")) {
            Some((_, zone)) => timezone = Some(unescaped(zone)),
            None => {
                others.push(word);
                if length == 2 {
                    others.push(setting);
                }
            }
        }
        if length == 2 {
            words.next();
        }
    }
    (others.join(" "), timezone)
}

/// The words of options, as they are written: parted by blanks, before which a backslash makes them part of a word.
fn words(options: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut escaped) = (None, false);
    for (at, character) in options.char_indices() {
        match (start, character.is_ascii_whitespace() && !escaped) {
            (None, false) => start = Some(at),
            (Some(begin), true) => {
                words.push(&options[begin..at]);
                start = None;
            }
            (None, true) | (Some(_), false) => {}
        }
        escaped = character == '\\' && !escaped;
    }
    words.extend(start.map(|begin| &options[begin..]));
    words
}

/// A word without the backslashes that escape.
fn unescaped(word: &str) -> String {
    let mut plain = String::new();
    let mut characters = word.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => plain.extend(characters.next()),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zone_is_taken_out_however_it_is_written() {
        for (options, others, zone) in [
            ("", "", None),
            ("-c timezone=Asia/Tokyo", "", Some("Asia/Tokyo")),
            ("-ctimezone=Asia/Tokyo", "", Some("Asia/Tokyo")),
            ("--TimeZone=Asia/Tokyo  -c a=b", "-c a=b", Some("Asia/Tokyo")),
            ("-c a=b\\ c -c timezone=UTC -c TIMEZONE=Etc/GMT+3", "-c a=b\\ c", Some("Etc/GMT+3")),
            (r"-c timezone=<\ +3>-3 -e", "-e", Some("< +3>-3")),
            ("-c a=timezone=x", "-c a=timezone=x", None),
            ("-c", "-c", None),
        ] {
            assert_eq!(without_timezone(options), (others.to_owned(), zone.map(str::to_owned)), "{options}");
        }
    }
}
