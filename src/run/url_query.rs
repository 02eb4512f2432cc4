use url::form_urlencoded;

/// Everything but RFC 3986's unreserved characters: a space is `%20`, which every server reads, where `+` is read by those
/// alone that take a query for a form (<https://www.rfc-editor.org/rfc/rfc3986#section-2.3>).
const VALUE: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A URL's query. The parts that it begins with stay as they are written; names and values that are added are encoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct UrlQuery(Option<String>);

impl UrlQuery {
    /// The query of a URL; `None` where it has none.
    pub(super) fn of(text: Option<&str>) -> Self {
        Self(text.map(str::to_owned))
    }

    /// The text after the `?`.
    pub(super) fn text(&self) -> Option<&str> {
        self.0.as_deref()
    }

    pub(super) fn add(&mut self, name: &str, value: &str) {
        let text = self.0.get_or_insert_default();
        if !text.is_empty() {
            text.push('&');
        }
        text.extend(percent_encoding::utf8_percent_encode(name, VALUE));
        text.push('=');
        text.extend(percent_encoding::utf8_percent_encode(value, VALUE));
    }

    /// The same without the parts of which `is_left_out` knows the name.
    pub(super) fn without(&self, is_left_out: impl Fn(&str) -> bool) -> Self {
        let kept = self.parts().filter(|part| !is_left_out(&name_of(part)));
        let text = kept.collect::<Vec<_>>().join("&");
        Self(Some(text).filter(|text| !text.is_empty()))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.parts().any(|part| name_of(part) == name)
    }

    fn parts(&self) -> impl Iterator<Item = &str> {
        self.text().unwrap_or_default().split('&').filter(|part| !part.is_empty())
    }
}

fn name_of(part: &str) -> String {
    form_urlencoded::parse(part.as_bytes()).next().map_or_else(String::new, |(name, _)| name.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_stays_and_what_is_added_is_encoded() {
        let mut query = UrlQuery::of(Some("a=b+c&d[]=%2F"));
        query.add("$filter", "name eq 'a b'");
        query.add("e", "");
        assert_eq!(query.text(), Some("a=b+c&d[]=%2F&%24filter=name%20eq%20%27a%20b%27&e="));
        assert!(query.has("d[]") && query.has("$filter") && !query.has("b"));
        assert_eq!(query.without(|name| name != "d[]").text(), Some("d[]=%2F"));
        assert_eq!(query.without(|_| true).text(), None);
        assert_eq!(UrlQuery::of(None).text(), None);
        assert_eq!(UrlQuery::of(Some("")).text(), Some(""));
    }
}
