use std::fmt;
use std::sync::Arc;

use google_cloud_auth::credentials::{AccessTokenCredentials, Builder};
use tokio::sync::OnceCell;
use url::Url;

use crate::secret::{Masker, Redacted};

use super::error::BigQueryError;

/// What a token is for (<https://developers.google.com/identity/protocols/oauth2/scopes#bigquery>).
const SCOPE: &str = "https://www.googleapis.com/auth/bigquery";

/// Where tokens come from.
#[derive(Clone)]
pub(super) enum Tokens {
    /// The spec gives one.
    Given(Redacted<String>),
    /// The environment's credentials
    /// (<https://cloud.google.com/docs/authentication/application-default-credentials>), found when the first is needed.
    Google(Arc<OnceCell<AccessTokenCredentials>>),
    /// The API is not Google's, and gets no token of Google's.
    None,
}

impl Tokens {
    pub(super) fn new(given: Option<Redacted<String>>, api: &Url) -> Self {
        match given {
            Some(token) => Self::Given(token),
            None if is_google(api) => Self::Google(Arc::default()),
            None => Self::None,
        }
    }

    /// A token that is good now.
    pub(super) async fn token(&self, masker: &Masker) -> Result<Option<Redacted<String>>, BigQueryError> {
        let credentials = match self {
            Self::None => return Ok(None),
            Self::Given(token) => return Ok(Some(token.clone())),
            Self::Google(credentials) => credentials,
        };
        let found = credentials.get_or_try_init(|| async { find() }).await?;
        let token = found.access_token().await.map_err(|error| BigQueryError::Credentials {
            message: masker.mask(&error.to_string()),
            temporary: error.is_transient(),
        })?;
        masker.add(&token.token);
        Ok(Some(Redacted::new(token.token)))
    }
}

fn find() -> Result<AccessTokenCredentials, BigQueryError> {
    // The library's own HTTP client takes the process's TLS; an error says that there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Builder::default()
        .with_scopes([SCOPE])
        .build_access_token_credentials()
        .map_err(|error| BigQueryError::Credentials { message: error.to_string(), temporary: false })
}

fn is_google(api: &Url) -> bool {
    let host = api.host_str().unwrap_or_default();
    api.scheme() == "https" && (host == "googleapis.com" || host.ends_with(".googleapis.com"))
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Given(_) => "Given",
            Self::Google(_) => "Google",
            Self::None => "None",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_google_gets_a_token_of_googles() {
        for (api, expected) in [
            ("https://bigquery.googleapis.com/bigquery/v2", "Google"),
            ("https://eu-bigquery.googleapis.com", "Google"),
            ("http://bigquery.googleapis.com", "None"),
            ("https://googleapis.com.example.net", "None"),
            ("https://notgoogleapis.com", "None"),
            ("http://127.0.0.1:8700/bigquery", "None"),
        ] {
            assert_eq!(format!("{:?}", Tokens::new(None, &Url::parse(api).unwrap())), expected, "{api}");
        }
        let given = Some(Redacted::new("token".to_owned()));
        assert_eq!(format!("{:?}", Tokens::new(given, &Url::parse("http://127.0.0.1").unwrap())), "Given");
    }
}
