use reqwest::header::{HeaderMap, LINK};

/// The target of the first link of that relation in the `Link` headers, an absolute or relative reference
/// (<https://www.rfc-editor.org/rfc/rfc8288#section-3>).
///
/// Relations are compared without regard to case (§3.3); a link with an `anchor` is about something else than the
/// answer, and is passed over (§3.2). What is not a list of links ends at the first fault.
pub fn link(headers: &HeaderMap, rel: &str) -> Option<String> {
    headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok()).find_map(|value| target(value, rel))
}

fn target(mut rest: &str, rel: &str) -> Option<String> {
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let (uri, parameters) = rest.strip_prefix('<')?.split_once('>')?;
        let mut relations: Option<String> = None;
        let mut has_anchor = false;
        rest = parameters;
        while let Some(after) = rest.trim_start().strip_prefix(';') {
            let (name, value, left) = parameter(after)?;
            rest = left;
            match name.to_ascii_lowercase().as_str() {
                // A second `rel` has no meaning (§3.3).
                "rel" => _ = relations.get_or_insert(value),
                "anchor" => has_anchor = true,
                _ => {}
            }
        }
        let is_asked = relations.is_some_and(|relations| {
            relations.split_ascii_whitespace().any(|relation| relation.eq_ignore_ascii_case(rel))
        });
        if is_asked && !has_anchor {
            return Some(uri.to_owned());
        }
    }
}

/// A parameter's name and value, and what follows it. A value is a token, or a text in quotes with escapes
/// (<https://www.rfc-editor.org/rfc/rfc9110#section-5.6.4>).
fn parameter(text: &str) -> Option<(&str, String, &str)> {
    let text = text.trim_start();
    let end = text.find(['=', ';', ',']).unwrap_or(text.len());
    let (name, rest) = (text[..end].trim_end(), &text[end..]);
    let Some(value) = rest.strip_prefix('=').map(str::trim_start) else {
        return Some((name, String::new(), rest));
    };
    let Some(quoted) = value.strip_prefix('"') else {
        let end = value.find([';', ',']).unwrap_or(value.len());
        return Some((name, value[..end].trim_end().to_owned(), &value[end..]));
    };
    let mut unquoted = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((name, unquoted, &quoted[at + 1..])),
            '\\' => unquoted.push(characters.next()?.1),
            other => unquoted.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn next(values: &[&str]) -> Option<String> {
        let headers = values.iter().map(|value| (LINK, value.parse().unwrap()));
        link(&headers.collect(), "next")
    }

    #[test]
    fn the_first_link_of_the_relation_is_taken() {
        for (values, expected) in [
            (&["</a?page=2>; rel=\"next\""][..], Some("/a?page=2")),
            (&["<?p=1>; rel=prev, <?p=3>; rel=next"], Some("?p=3")),
            (&["<a,b;c>;title=\"x, <y>; rel=\\\"next\\\"\" ; REL = \"last Next\""], Some("a,b;c")),
            (&["<a>; rel=prev", "<b>; rel=next"], Some("b")),
            (&[",, <a>;;rel=next"], Some("a")),
            (&["<a>; crossorigin; rel=next"], Some("a")),
            (&["<>; rel=next"], Some("")),
            (&["<a>; rel=next; anchor=\"#x\", <b>; rel=next"], Some("b")),
            (&["<a>; rel=prev; rel=next"], None),
            (&["<a>; rel=\"nextish\""], None),
            (&["<a>; title=\"rel=next"], None),
            (&["a; rel=next"], None),
            (&["<a; rel=next"], None),
            (&[""], None),
            (&[], None),
        ] {
            assert_eq!(next(values).as_deref(), expected, "{values:?}");
        }
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
            prop_assert_eq!(next(&[&value]), Some(uri));
        }

        #[test]
        fn nothing_that_a_server_says_is_a_panic(value in "[<>;,=\"\\\\ a-c]{0,40}", junk in "[ -~é]{0,40}") {
            let _ = next(&[&value]);
            let _ = target(&junk, "next");
        }
    }
}
