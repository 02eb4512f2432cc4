use reqwest::header::{HeaderMap, LINK};
use thiserror::Error;
use url::Url;

/// A link of a `Link` header (<https://www.rfc-editor.org/rfc/rfc8288#section-3>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its target, an absolute or relative reference in ASCII: other bytes are percent-encoded as they came.
    pub target: String,
    /// Its parameters with their values, in order, names in lower case; a parameter without a value has an empty one.
    pub parameters: Vec<(String, String)>,
}

/// Why the links of a response cannot be known.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LinkError {
    /// A `<` without its `>`.
    #[error("its `Link` header cannot be read: `{0}` has no `>`")]
    OpenTarget(String),
    /// A quotation mark without its second one.
    #[error("its `Link` header cannot be read: the quotation mark before `{0}` is not closed")]
    OpenQuote(String),
    /// A link that does not say what it is.
    #[error("its `Link` header cannot be read: the link to `{0}` has no `rel`")]
    NoRelation(String),
    /// A relation that is none.
    #[error("its `Link` header cannot be read: `{0}` is no relation")]
    BadRelation(String),
    /// Something behind a link that is neither a parameter nor another link.
    #[error("its `Link` header cannot be read: `{0}` is neither a parameter nor a link")]
    Unexpected(String),
}

/// The first link of that relation in the `Link` headers of a response from `context`.
///
/// Relations are compared without regard to case (§3.3); a link whose `anchor` is another resource is about something else
/// than the response, and is passed over (§3.2). Beyond the RFC's grammar these are understood, since servers write them:
/// bytes that are not ASCII, values in single quotes, and a target without `<` and `>`.
///
/// # Errors
/// [`LinkError`] where there is no such link, and something that may have been meant as one cannot be read.
pub fn link(headers: &HeaderMap, rel: &str, context: &Url) -> Result<Option<Link>, LinkError> {
    let mut fault = None;
    for value in headers.get_all(LINK) {
        let value = in_ascii(value.as_bytes());
        let mut rest = value.as_str();
        loop {
            match first_link(rest) {
                Ok(Some((link, left))) => {
                    rest = left;
                    match link.is_of(rel, context) {
                        Ok(true) => return Ok(Some(link)),
                        Ok(false) => {}
                        Err(found) => fault = fault.or(Some(found)),
                    }
                }
                Ok(None) => break,
                // What follows in this header may be a part of what cannot be read.
                Err(found) => {
                    fault = fault.or(Some(found));
                    break;
                }
            }
        }
    }
    fault.map_or(Ok(None), Err)
}

impl Link {
    /// A parameter's value; of several of one name the first counts, as for `rel` (§3.3).
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn is_of(&self, rel: &str, context: &Url) -> Result<bool, LinkError> {
        let Some(relations) = self.parameter("rel") else {
            // What a link is the other way round says what it is too (§3.3).
            let is_known = self.parameter("rev").is_some();
            return if is_known { Ok(false) } else { Err(LinkError::NoRelation(shown(&self.target))) };
        };
        let mut relations = relations.split_ascii_whitespace().peekable();
        if relations.peek().is_none() {
            return Err(LinkError::NoRelation(shown(&self.target)));
        }
        let mut is_of = false;
        for relation in relations {
            if !is_relation(relation) {
                return Err(LinkError::BadRelation(shown(relation)));
            }
            is_of |= relation.eq_ignore_ascii_case(rel);
        }
        Ok(is_of && self.is_about(context))
    }

    /// True where the link is about the response itself.
    fn is_about(&self, context: &Url) -> bool {
        let without_fragment = |mut url: Url| {
            url.set_fragment(None);
            url
        };
        let Some(anchor) = self.parameter("anchor").filter(|anchor| !anchor.is_empty()) else { return true };
        // A fragment is a part of the response, and not all of it.
        !anchor.contains('#')
            && context
                .join(anchor)
                .is_ok_and(|url| without_fragment(url) == without_fragment(context.clone()))
    }
}

/// A registered relation, or a URI as one (§2.1, §3.3).
fn is_relation(text: &str) -> bool {
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    text.bytes().all(is_of_name) || Url::parse(text).is_ok()
}

/// The header in ASCII: every other byte becomes its percent-encoding, which is what it stands for in a URL.
fn in_ascii(value: &[u8]) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value {
        match byte {
            0x80.. => text.push_str(&format!("%{byte:02X}")),
            ascii => text.push(char::from(*ascii)),
        }
    }
    text
}

/// The first link of a list, and the rest of the list.
fn first_link(text: &str) -> Result<Option<(Link, &str)>, LinkError> {
    // Elements may be empty (https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1.2).
    let text = text.trim_start_matches([' ', '\t', ',']);
    if text.is_empty() {
        return Ok(None);
    }
    let (target, mut rest) = target(text)?;
    let mut parameters = Vec::new();
    loop {
        rest = rest.trim_start();
        let Some(after) = rest.strip_prefix(';') else { break };
        let (name, value, left) = parameter(after)?;
        rest = left;
        if !name.is_empty() {
            parameters.push((name.to_ascii_lowercase(), value));
        }
    }
    if !rest.is_empty() && !rest.starts_with(',') {
        return Err(LinkError::Unexpected(shown(rest)));
    }
    Ok(Some((Link { target: target.trim().to_owned(), parameters }, rest)))
}

fn target(text: &str) -> Result<(&str, &str), LinkError> {
    if let Some(inner) = text.strip_prefix('<') {
        return inner.split_once('>').ok_or_else(|| LinkError::OpenTarget(shown(text)));
    }
    // A URL may hold commas; one before a blank ends an element of the list.
    let end = text.find(';').unwrap_or(text.len());
    let end = text[..end].find(", ").unwrap_or(end);
    let (target, rest) = text.split_at(end);
    // Without brackets only its parameters tell that it is a link.
    if !is_reference(target.trim_end()) || !rest.starts_with(';') {
        return Err(LinkError::Unexpected(shown(text)));
    }
    Ok((target, rest))
}

/// A URL, absolute or relative, by its characters (<https://www.rfc-editor.org/rfc/rfc3986#section-4.1>).
fn is_reference(text: &str) -> bool {
    let is_of_url = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    !text.starts_with('[') && text.bytes().all(is_of_url)
}

/// The name of a parameter (<https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2>).
fn is_token(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// A parameter's name and value, and what follows it. A value is a token, or a text in quotes with escapes
/// (<https://www.rfc-editor.org/rfc/rfc9110#section-5.6.4>).
fn parameter(text: &str) -> Result<(&str, String, &str), LinkError> {
    let text = text.trim_start();
    let end = text.find(['=', ';', ',']).unwrap_or(text.len());
    let (name, rest) = (text[..end].trim_end(), &text[end..]);
    if !is_token(name) {
        return Err(LinkError::Unexpected(shown(text)));
    }
    let Some(value) = rest.strip_prefix('=').map(str::trim_start) else {
        return Ok((name, String::new(), rest));
    };
    if let Some(quoted) = value.strip_prefix('"') {
        let (unquoted, rest) = unquoted(quoted)?;
        return Ok((name, unquoted, rest));
    }
    if let Some((quoted, rest)) = value.strip_prefix('\'').and_then(|quoted| quoted.split_once('\''))
        && rest.trim_start().starts_with([';', ',']) | rest.trim().is_empty()
    {
        return Ok((name, quoted.to_owned(), rest));
    }
    let end = value.find([';', ',']).unwrap_or(value.len());
    Ok((name, value[..end].trim_end().to_owned(), &value[end..]))
}

/// The text up to the quotation mark that closes it, and what follows that.
fn unquoted(quoted: &str) -> Result<(String, &str), LinkError> {
    let mut text = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Ok((text, &quoted[at + 1..])),
            '\\' => text.extend(characters.next().map(|(_, escaped)| escaped)),
            other => text.push(other),
        }
    }
    Err(LinkError::OpenQuote(shown(quoted)))
}

/// The beginning of what cannot be read. Parameters of its query may be credentials.
fn shown(text: &str) -> String {
    let public = text.split('?').next().unwrap_or_default();
    let mut shown: String = public.chars().take(40).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::header::HeaderValue;

    use super::*;

    fn context() -> Url {
        Url::parse("https://shop.example/items?page=1").unwrap()
    }

    fn next(values: &[&[u8]]) -> Result<Option<String>, LinkError> {
        let headers = values.iter().map(|value| (LINK, HeaderValue::from_bytes(value).unwrap()));
        Ok(link(&headers.collect(), "next", &context())?.map(|link| link.target))
    }

    #[test]
    fn the_first_link_of_the_relation_is_taken() {
        for (values, expected) in [
            (&[&b"</a?page=2>; rel=\"next\""[..]][..], Some("/a?page=2")),
            (&[b"<?p=1>; rel=prev, <?p=3>; rel=next"], Some("?p=3")),
            (&[b"<a,b;c>;title=\"x, <y>; rel=\\\"next\\\"\" ; REL = \"last Next\""], Some("a,b;c")),
            (&[b"<a>; rel=prev", b"<b>; rel=next"], Some("b")),
            (&[b",, <a>;;rel=next"], Some("a")),
            (&[b"<a>; rel=next;"], Some("a")),
            (&[b"< a >; rel=next"], Some("a")),
            (&[b"<a>; crossorigin; rel=next"], Some("a")),
            (&[b"<>; rel=next"], Some("")),
            (&[b"<a>; rel=next; anchor=\"#x\", <b>; rel=next"], Some("b")),
            (&[b"<a>; rel=next; anchor=\"\""], Some("a")),
            (&[b"<a>; rel=next; anchor=\"/items?page=1\""], Some("a")),
            (&[b"<a>; rel=next; anchor=\"https://shop.example/items?page=1\""], Some("a")),
            (&[b"<a>; rel=next; anchor=\"/items?page=2\""], None),
            (&[b"<a>; rel=next; anchor=\"#items\""], None),
            (&[b"<a>; rel=prev; rel=next"], None),
            (&[b"<a>; rel=\"nextish\""], None),
            (&[b"<a>; rel=\"https://rel.example/next\""], None),
            (&[b"<a>; rev=made"], None),
            (&[b"<b>, <a>; rel=next"], Some("a")),
            (&[b"foo bar", b"<a>; rel=next"], Some("a")),
            (&[b""], None),
            (&[b" , "], None),
            (&[], None),
            // Not ASCII, in either encoding.
            (&["</caf\u{e9}?p=2>; rel=next".as_bytes()], Some("/caf%C3%A9?p=2")),
            (&[b"</caf\xe9?p=2>; rel=next"], Some("/caf%E9?p=2")),
            (&["<a>; title=\"n\u{e4}chste\"; rel=next".as_bytes()], Some("a")),
            (&[b"<a>; rel=next; title*=UTF-8'de'n%c3%a4chste"], Some("a")),
            // Single quotes.
            (&[b"<a>; rel='next'"], Some("a")),
            (&[b"<a>; rel='prev', <b>; rel='next'; title='x'"], Some("b")),
            (&[b"<a>; title='it; rel=next"], Some("a")),
            // No angle brackets.
            (&[b"https://shop.example/a?page=2; rel=\"next\""], Some("https://shop.example/a?page=2")),
            (&[b"/a?ids=1,2; rel=prev, /a?ids=3,4; rel=next"], Some("/a?ids=3,4")),
        ] {
            assert_eq!(next(values).as_ref().map(Option::as_deref), Ok(expected), "{values:?}");
        }
    }

    #[test]
    fn a_header_that_cannot_be_read_is_no_end() {
        for (values, expected) in [
            (&[&b"<a; rel=next"[..]][..], "its `Link` header cannot be read: `<a; rel=next` has no `>`"),
            (
                &[b"<a>; title=\"rel=next"],
                "its `Link` header cannot be read: the quotation mark before `rel=next` is not closed",
            ),
            (
                &[b"<a>; rel=prev", b"<b> rel=next"],
                "its `Link` header cannot be read: `rel=next` is neither a parameter nor a link",
            ),
            (
                &[b"<a>; rel=\"prev\"x, <b>; rel=next"],
                "its `Link` header cannot be read: `x, <b>; rel=next` is neither a parameter nor a link",
            ),
            (&[b"<a?token=s3cret; rel=next"], "its `Link` header cannot be read: `<a…` has no `>`"),
        ] {
            assert_eq!(next(values).unwrap_err().to_string(), expected, "{values:?}");
        }
        for value in [
            "{\"next\": \"https://shop.example/a?page=2\"}",
            "<a>, rel=\"next\"",
            "<a>, rel=next",
            "<a>; rel:\"next\"",
            "<a>; rel=\\\"next\\\"",
            "<a>; rel=\u{201c}next\u{201d}",
            "<a>; rel=\"\"",
            "<a>; rel",
            "<a>; next",
            "<a>",
            "a rel=\"next\"",
            "a",
            "foo bar",
            "rel=\"next\"",
            "[a]; rel=next",
            "\"a\"; rel=next",
            "a>; rel=next",
            "/a, /b; rel=next",
        ] {
            assert!(next(&[value.as_bytes()]).is_err(), "{value}");
        }
        assert_eq!(next(&[b"<a>; rel=next, <b"]), Ok(Some("a".to_owned())), "what comes before is known");
    }

    #[test]
    fn parameters_are_there_for_expressions() {
        let headers = HeaderMap::from_iter([(
            LINK,
            HeaderValue::from_static(
                "<a>; rel=\"next\"; Results=\"true\"; results=\"false\"; cursor=\"0:100:0\"; x",
            ),
        )]);
        let link = link(&headers, "NEXT", &context()).unwrap().unwrap();
        assert_eq!(link.parameter("results"), Some("true"));
        assert_eq!(link.parameter("cursor"), Some("0:100:0"));
        assert_eq!((link.parameter("x"), link.parameter("y")), (Some(""), None));
    }

    proptest! {
        #[test]
        fn a_link_is_found_among_others_whatever_their_titles(
            titles in proptest::collection::vec("[ -~]{0,12}", 0..5),
            uri in "[!-;=?-~]{0,20}",
        ) {
            let escaped = |title: &String| title.replace('\\', "\\\\").replace('"', "\\\"");
            let others = titles.iter().map(|title| format!("<x>; title=\"{}\"; rel=prev", escaped(title)));
            let value = others.chain([format!("<{uri}>; rel=next")]).collect::<Vec<_>>().join(", ");
            prop_assert_eq!(next(&[value.as_bytes()]), Ok(Some(uri)));
        }

        #[test]
        fn nothing_that_a_server_says_is_a_panic(value in "[<>;,='\"\\\\ a-cé]{0,40}") {
            let _ = next(&[value.as_bytes()]);
        }
    }
}
