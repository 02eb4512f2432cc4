use bytes::Bytes;
use url::Url;

use crate::expr::{Bindings, EvalError, Value};
use crate::plan::{Method, UrlPath, UrlPathError};

use super::bind::{BoundRequest, Connection};
use super::payload::Payload;
use super::url_query::UrlQuery;

/// A request as it will be sent, whichever attempt it is.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    pub(super) method: Method,
    pub(super) url: Url,
    /// The path as the spec has it: without the base, and with a query only where the spec writes it into the path.
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
        let written = self.read_path(&path)?;
        let mut url = self.connection.base.clone();
        url.set_path(&format!("{}{}", self.connection.base.path().trim_end_matches('/'), written.path));
        let mut query = UrlQuery::of(written.query);
        self.connection.query.iter().for_each(|(name, value)| query.add(name, value));
        for (name, template) in &self.query {
            template.render_values(input, bindings)?.iter().for_each(|value| query.add(name, value));
        }
        url.set_query(query.text());
        let payload = self.body.as_ref().map(|body| body.only(input.clone(), bindings)).transpose()?;
        Ok(Prepared { method: self.method, url, path, payload: payload.as_ref().map(Payload::of) })
    }

    /// An item must not lead to another path. All else was checked when the values were bound.
    fn read_path<'p>(&self, path: &'p str) -> Result<UrlPath<'p>, EvalError> {
        UrlPath::read(path).map_err(|error| EvalError::WrongType {
            filter: self
                .path
                .filters()
                .next()
                .map_or_else(|| self.path.shown(), |filter| filter.text().to_owned()),
            found: match error {
                UrlPathError::Dots(dots) => format!("`{dots}`"),
                other => other.to_string(),
            },
            expected: "a text that leads nowhere else in a path",
        })
    }
}

impl Prepared {
    /// The same request for another page.
    pub(super) fn with_query(&self, name: &str, value: &str) -> Self {
        let mut next = self.clone();
        let mut query = UrlQuery::of(self.url.query()).without(|known| known == name);
        query.add(name, value);
        next.url.set_query(query.text());
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
        let given = UrlQuery::of(url.query());
        let mut query = given.clone();
        let missing = connection.query.iter().filter(|(name, _)| !given.has(name));
        missing.for_each(|(name, value)| query.add(name, value));
        url.set_query(query.text());
        let below = url.path().strip_prefix(base.path().trim_end_matches('/'));
        let path = below.filter(|path| path.starts_with('/')).unwrap_or(url.path()).to_owned();
        Ok(Self { url, path, ..self.clone() })
    }

    /// What it asks for, without the query values that every request to its API has: its credentials are among those.
    pub(super) fn shown(&self, connection: &Connection) -> String {
        let is_the_apis = |name: &str| connection.query.iter().any(|(known, _)| known == name);
        let query = UrlQuery::of(self.url.query()).without(is_the_apis);
        let path = self.path.split('?').next().unwrap_or_default();
        let query = query.text().map_or_else(String::new, |query| format!("?{query}"));
        format!("{} {path}{query}", self.method.as_str())
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
