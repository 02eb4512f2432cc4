use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use bytes::Bytes;
use reqwest::header::HeaderMap;
use url::Url;

use crate::clients::link;
use crate::expr::{Value, parse_json};

/// Names by which APIs lead to the next page, in small letters and digits alone.
const NEXT: [&str; 18] = [
    "next",
    "nextcontinuationtoken",
    "nextcursor",
    "nexthref",
    "nextid",
    "nextlink",
    "nextmarker",
    "nextoffset",
    "nextpage",
    "nextpagecursor",
    "nextpageid",
    "nextpagelink",
    "nextpagetoken",
    "nextpageurl",
    "nextrecordsurl",
    "nexttoken",
    "nexturl",
    "odatanextlink",
];

/// Names by which they say that there is one.
const MORE: [&str; 7] =
    ["hasmore", "hasmoreitems", "hasnext", "hasnextpage", "incompleteresults", "istruncated", "more"];

/// The header by which GitLab and others name it; it is empty at the last page
/// (<https://docs.gitlab.com/api/rest/#other-pagination-headers>).
const NEXT_PAGE: &str = "x-next-page";

/// The objects around them: no deeper is looked.
const DEPTH: usize = 4;

/// Words of which each of the names has one.
static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = ["next", "more", "truncated", "incomplete"];
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok()
});

/// The words by which a response names a next page: a header, or a key of the body with its path.
pub(super) fn next_page_named(headers: &HeaderMap, body: &Bytes, url: &Url) -> Option<String> {
    if let Ok(Some(_)) = link(headers, "next", url) {
        return Some("`Link` header with `rel=\"next\"`".to_owned());
    }
    if headers.get(NEXT_PAGE).is_some_and(|value| !value.is_empty()) {
        return Some(format!("header `{NEXT_PAGE}`"));
    }
    // Few bodies have one of the names, and only those are read once more.
    if WORDS.as_ref().is_some_and(|words| !words.is_match(&body[..])) {
        return None;
    }
    let value = parse_json(body, None).ok()?;
    let path = named(&value, DEPTH)?;
    Some(format!("`{path}`"))
}

/// The path of a key that names a next page, in objects alone: what stands in arrays are items.
fn named(value: &Value, depth: usize) -> Option<String> {
    let Value::Obj(map) = value else { return None };
    for (key, value) in map.iter() {
        let plain: String =
            key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        if NEXT.contains(&plain.as_str()) && leads_on(value)
            || MORE.contains(&plain.as_str()) && is_true(value)
        {
            return Some(format!(".{key}"));
        }
    }
    let mut below = map.iter().filter(|_| depth > 1);
    below.find_map(|(key, value)| Some(format!(".{key}{}", named(value, depth - 1)?)))
}

fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(is_true) => *is_true,
        Value::Str(text) => text.eq_ignore_ascii_case("true"),
        _ => false,
    }
}

fn leads_on(value: &Value) -> bool {
    match value {
        Value::Str(text) => !text.is_empty(),
        Value::Num(_) => true,
        Value::Obj(link) => ["href", "url", "cursor", "link"]
            .into_iter()
            .any(|key| matches!(link.get(key), Some(Value::Str(text)) if !text.is_empty())),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, LINK};

    use super::*;

    fn url() -> Url {
        Url::parse("https://shop.example/items").unwrap()
    }

    fn of_body(body: &str) -> Option<String> {
        next_page_named(&HeaderMap::new(), &Bytes::from(body.to_owned()), &url())
    }

    #[test]
    fn what_names_a_next_page_is_known() {
        for (body, name) in [
            (r#"{"rows":[],"next":"/a?page=2"}"#, "`.next`"),
            (r#"{"rows":[],"next":2}"#, "`.next`"),
            (r#"{"next_cursor":"abc"}"#, "`.next_cursor`"),
            (r#"{"nextPageToken":"abc"}"#, "`.nextPageToken`"),
            (r#"{"@odata.nextLink":"https://a.example"}"#, "`.@odata.nextLink`"),
            (r#"{"response_metadata":{"next_cursor":"abc"}}"#, "`.response_metadata.next_cursor`"),
            (r#"{"links":{"self":"/a","next":{"href":"/b"}}}"#, "`.links.next`"),
            (r#"{"data":{"shops":{"pageInfo":{"hasNextPage":true}}}}"#, "`.data.shops.pageInfo.hasNextPage`"),
            (r#"{"has_more":true,"rows":[]}"#, "`.has_more`"),
            (r#"{"IsTruncated":"true"}"#, "`.IsTruncated`"),
        ] {
            assert_eq!(of_body(body).as_deref(), Some(name), "{body}");
        }
        let headers = HeaderMap::from_iter([(LINK, "</a?page=2>; rel=next".parse().unwrap())]);
        assert_eq!(
            next_page_named(&headers, &Bytes::new(), &url()).as_deref(),
            Some("`Link` header with `rel=\"next\"`")
        );
        for (value, expected) in [("2", Some("header `x-next-page`")), ("", None)] {
            let headers =
                HeaderMap::from_iter([(HeaderName::from_static(NEXT_PAGE), value.parse().unwrap())]);
            assert_eq!(next_page_named(&headers, &Bytes::new(), &url()).as_deref(), expected);
        }
    }

    #[test]
    fn what_names_none_is_none() {
        for body in [
            r#"{"next":null,"rows":[{"next":"x"}]}"#,
            r#"{"next":""}"#,
            r#"{"next":false}"#,
            r#"{"next":{"href":null}}"#,
            r#"{"has_more":false}"#,
            r#"[{"next_cursor":"abc"}]"#,
            r#"{"text":"the next page"}"#,
            r#"{"nextStep":"pay"}"#,
            r#"{"a":{"b":{"c":{"d":{"has_more":true}}}}}"#,
            "next",
            "",
        ] {
            assert_eq!(of_body(body), None, "{body}");
        }
    }
}
