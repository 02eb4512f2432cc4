use std::collections::HashSet;

use bytes::Bytes;
use url::{Url, form_urlencoded};

use crate::expr::{Bindings, EvalError, Value};
use crate::plan::Method;

use super::bind::{BoundRequest, Connection};
use super::payload::Payload;

/// A request as it will be sent, whichever attempt it is.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    pub(super) method: Method,
    pub(super) url: Url,
    /// The path as the spec has it: without base and query.
    pub(super) path: String,
    /// `None` where there is no body.
    pub(super) payload: Option<Payload>,
}

impl BoundRequest {
    /// Builds the request that `input` asks for: an item, a batch's array, or null.
    ///
    /// # Errors
    /// An expression that failed.
    pub(super) fn prepare(&self, input: &Value, bindings: &Bindings) -> Result<Prepared, EvalError> {
        // Only a query value can be left out.
        let path = self.path.render(input, bindings)?.unwrap_or_default();
        self.check_path(&path)?;
        let mut url = self.connection.base.clone();
        url.set_path(&format!("{}{path}", self.connection.base.path().trim_end_matches('/')));
        let mut pairs = self.connection.query.clone();
        for (name, template) in &self.query {
            pairs.extend(template.render(input, bindings)?.map(|value| (name.clone(), value)));
        }
        if !pairs.is_empty() {
            url.query_pairs_mut().extend_pairs(pairs);
        }
        let payload = self.body.as_ref().map(|body| body.first(input.clone(), bindings)).transpose()?;
        Ok(Prepared { method: self.method, url, path, payload: payload.as_ref().map(Payload::of) })
    }

    /// An item must not lead to another path: `.` and `..` do, however they are escaped
    /// (<https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2.3>).
    fn check_path(&self, path: &str) -> Result<(), EvalError> {
        let dots = path.split('/').find(|segment| matches!(*segment, "." | ".."));
        match (dots, self.path.filters().next()) {
            (Some(dots), Some(filter)) => Err(EvalError::WrongType {
                filter: filter.text().to_owned(),
                found: format!("`{dots}`"),
                expected: "a text that leads nowhere else in a path",
            }),
            _ => Ok(()),
        }
    }
}

impl Prepared {
    /// The same request for another page.
    pub(super) fn with_query(&self, name: &str, value: &str) -> Self {
        let mut next = self.clone();
        let others: Vec<(String, String)> = self
            .url
            .query_pairs()
            .filter(|(known, _)| known != name)
            .map(|(k, v)| (k.into_owned(), v.into_owned()))
            .collect();
        next.url.query_pairs_mut().clear().extend_pairs(others).append_pair(name, value);
        next
    }

    /// The same request to another URL, with the API's credentials and the query values that every request to it has.
    /// A server behind a TLS front may not know that it is asked by https: its `http://` links to itself become the API's.
    ///
    /// # Errors
    /// The URL's scheme, host and port where they are not the API's: its credentials would leave it.
    pub(super) fn with_url(&self, mut url: Url, connection: &Connection) -> Result<Self, String> {
        let base = &connection.base;
        if is_behind_tls(&url, base) {
            // Both are schemes that take any port.
            let _ = url.set_scheme(base.scheme());
            let _ = url.set_port(base.port());
        }
        if url.origin() != base.origin() {
            return Err(match url.host_str() {
                Some(_) => url.origin().ascii_serialization(),
                None => format!("{}:", url.scheme()),
            });
        }
        // A URL of http or https takes both.
        let _ = url.set_username(base.username());
        let _ = url.set_password(base.password());
        url.set_fragment(None);
        let known: HashSet<String> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
        let missing: Vec<_> = connection.query.iter().filter(|(name, _)| !known.contains(name)).collect();
        if !missing.is_empty() {
            url.query_pairs_mut().extend_pairs(missing.iter().map(|(name, value)| (name, value)));
        }
        let below = url.path().strip_prefix(base.path().trim_end_matches('/'));
        let path = below.filter(|path| path.starts_with('/')).unwrap_or(url.path()).to_owned();
        Ok(Self { url, path, ..self.clone() })
    }

    /// What it asks for, without the query values that every request to its API has: its credentials are among those.
    pub(super) fn shown(&self, connection: &Connection) -> String {
        let own = |name: &str| !connection.query.iter().any(|(known, _)| known == name);
        let pairs = self.url.query_pairs().filter(|(name, _)| own(name));
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{} {}{mark}{query}", self.method.as_str(), self.path)
    }

    /// The body's bytes.
    pub(super) fn body(&self) -> Option<Bytes> {
        self.payload.as_ref().map(Payload::bytes)
    }
}

/// True for an `http://` URL of the host that the base names by https, with its port or with none.
fn is_behind_tls(url: &Url, base: &Url) -> bool {
    (url.scheme(), base.scheme()) == ("http", "https")
        && url.host() == base.host()
        && (url.port().is_none() || url.port() == base.port_or_known_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_behind_a_tls_front_is_known_by_host_and_port() {
        for (url, base, expected) in [
            ("http://api.example/a", "https://api.example/v1", true),
            ("http://api.example:443/a", "https://api.example", true),
            ("http://api.example:8443/a", "https://api.example:8443", true),
            ("http://api.example/a", "https://api.example:8443", true),
            ("http://api.example:8080/a", "https://api.example", false),
            ("http://api.example:8080/a", "https://api.example:8443", false),
            ("http://other.example/a", "https://api.example", false),
            ("http://api.example.other.example/a", "https://api.example", false),
            ("https://api.example/a", "http://api.example", false),
            ("https://api.example/a", "https://api.example", false),
            ("ftp://api.example/a", "https://api.example", false),
        ] {
            let parsed = |url: &str| Url::parse(url).unwrap();
            assert_eq!(is_behind_tls(&parsed(url), &parsed(base)), expected, "{url} {base}");
        }
    }
}
