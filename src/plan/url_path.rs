use thiserror::Error;

/// A path below an API's `base_url`, with a query where it has one. Both reach the server byte for byte, but that characters
/// beyond ASCII are percent-encoded as UTF-8 (<https://www.rfc-editor.org/rfc/rfc3987#section-3.1>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UrlPath<'a> {
    /// Empty, or it begins with a slash.
    pub path: &'a str,
    /// The text after the `?`.
    pub query: Option<&'a str>,
}

/// Why a text cannot be sent as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UrlPathError {
    /// It would be joined with the last name of the base.
    #[error("it does not begin with a slash")]
    NoSlash,
    /// `.` or `..`, however it is escaped (<https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4>).
    #[error("its segment `{0}` leads to another path")]
    Dots(String),
    /// A character that would be left out, or read as the beginning of another part.
    #[error("it has {}", named(*.0))]
    Character(char),
    /// A `%` that begins no escape.
    #[error("it has a `%` without two hexadecimal digits")]
    Percent,
}

impl UrlPathError {
    /// The advice that goes with it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::NoSlash => "begin it with a slash: it is joined to `base_url`",
            Self::Dots(_) => "write the path that is meant",
            Self::Character(_) => {
                "percent-encode it (%20 is a space), or write a query value under `query`, where that is done"
            }
            Self::Percent => "write %25 for the character itself",
        }
    }
}

/// Characters of ASCII that paths and queries do not have as they are, beside spaces and control characters
/// (<https://url.spec.whatwg.org/#path-percent-encode-set>, <https://url.spec.whatwg.org/#special-query-percent-encode-set>).
const NOT_IN_PATH: &str = "\"#<>^`{}\\";
const NOT_IN_QUERY: &str = "\"#<>'";

/// Holds the text of a URL to what a parser of URLs would not leave out in silence.
///
/// # Errors
/// A control character, or a space.
pub fn check_url(text: &str) -> Result<(), UrlPathError> {
    let is_left_out = |letter: &char| letter.is_control() || *letter == ' ';
    text.chars().find(is_left_out).map_or(Ok(()), |letter| Err(UrlPathError::Character(letter)))
}

/// Holds a URL that paths are joined to to what it may have: nothing follows its path.
///
/// # Errors
/// As [`check_url`]'s; a query or a fragment.
pub fn check_base(text: &str) -> Result<(), UrlPathError> {
    check_url(text)?;
    text.chars()
        .find(|letter| "?#\\".contains(*letter))
        .map_or(Ok(()), |letter| Err(UrlPathError::Character(letter)))
}

impl<'a> UrlPath<'a> {
    /// Reads a text that is empty or begins with `/` or `?`.
    ///
    /// # Errors
    /// [`UrlPathError`].
    pub fn read(text: &'a str) -> Result<Self, UrlPathError> {
        let (path, query) = match text.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (text, None),
        };
        if !path.is_empty() && !path.starts_with('/') {
            return Err(UrlPathError::NoSlash);
        }
        check_characters(path, NOT_IN_PATH)?;
        check_characters(query.unwrap_or_default(), NOT_IN_QUERY)?;
        match path.split('/').find(|segment| is_dots(segment)) {
            Some(dots) => Err(UrlPathError::Dots(dots.to_owned())),
            None => Ok(Self { path, query }),
        }
    }
}

fn check_characters(text: &str, refused: &str) -> Result<(), UrlPathError> {
    let is_refused = |&letter: &char| letter == ' ' || letter.is_control() || refused.contains(letter);
    if let Some(letter) = text.chars().find(is_refused) {
        return Err(UrlPathError::Character(letter));
    }
    let are_escapes = text.split('%').skip(1).all(|after| {
        let digits = after.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    if are_escapes { Ok(()) } else { Err(UrlPathError::Percent) }
}

fn is_dots(segment: &str) -> bool {
    let plain = segment.to_ascii_lowercase().replace("%2e", ".");
    matches!(&*plain, "." | "..")
}

fn named(letter: char) -> String {
    match letter {
        ' ' => "a space".to_owned(),
        '\r' | '\n' => "a line break".to_owned(),
        letter if letter.is_control() => format!("the control character U+{:04X}", u32::from(letter)),
        letter => format!("a `{letter}`"),
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    fn sent(read: UrlPath<'_>) -> String {
        let mut url = Url::parse("https://api.example").unwrap();
        url.set_path(&format!("/v1{}", read.path));
        url.set_query(read.query);
        url[url::Position::BeforePath..].trim_start_matches("/v1").to_owned()
    }

    #[test]
    fn each_character_of_ascii_is_sent_as_it_is_or_refused() {
        for letter in (0..128u8).map(char::from) {
            for text in [
                format!("/a{letter}b"),
                format!("/a?b={letter}c"),
                format!("/{letter}"),
                format!("?{letter}"),
            ] {
                if let Ok(read) = UrlPath::read(&text) {
                    assert_eq!(sent(read), text, "{letter:?}");
                }
            }
        }
    }

    #[test]
    fn what_urls_have_is_taken() {
        for text in [
            "",
            "/",
            "/a",
            "/a/",
            "//a",
            "/a.b/..c/...",
            "/a:b@c!$&'()*+,;=~",
            "/%41%2F",
            "/a?",
            "?a=b",
            "/a?b=c&d[]=e%20f&g=h+i",
            "/a?b?c/../d",
            "/a;v=1",
        ] {
            let read = UrlPath::read(text).unwrap();
            assert_eq!(sent(read), text);
        }
        assert_eq!(sent(UrlPath::read("/取?引=先").unwrap()), "/%E5%8F%96?%E5%BC%95=%E5%85%88");
    }

    #[test]
    fn what_urls_do_not_have_is_refused_by_name() {
        for (text, message) in [
            ("a", "it does not begin with a slash"),
            ("https://other.example/a", "it does not begin with a slash"),
            ("/a/../b", "its segment `..` leads to another path"),
            ("/a/%2E./b", "its segment `%2E.` leads to another path"),
            ("/.", "its segment `.` leads to another path"),
            ("/a\\..\\b", "it has a `\\`"),
            ("/a b", "it has a space"),
            ("/a?x=a b", "it has a space"),
            ("/a\nb", "it has a line break"),
            ("/a\tb", "it has the control character U+0009"),
            ("/a#b", "it has a `#`"),
            ("/100%", "it has a `%` without two hexadecimal digits"),
            ("/a?b=%4", "it has a `%` without two hexadecimal digits"),
            ("/%é1", "it has a `%` without two hexadecimal digits"),
        ] {
            assert_eq!(UrlPath::read(text).unwrap_err().to_string(), message, "{text:?}");
        }
    }
}
