use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::policy::{Auth, ClientAuth, ClientCredentials, Retry};
use crate::secret::{Masker, Redacted};

use super::auth_error::AuthError;
use super::credentials::{basic_pair, client_pair, sensitive};
use super::http::HttpClient;
use super::token::{Token, request_token};

/// Says who is asking, and keeps the token that that needs.
#[derive(Debug)]
pub struct Authorizer {
    auth: Auth,
    read_timeout: Duration,
    retry: Retry,
    masker: Masker,
    /// Held while a token is requested, so that there is one renewal at a time.
    token: Mutex<Option<Token>>,
}

impl Authorizer {
    /// An authorizer that has no token yet. Tokens are added to `masker` as they come, and at once what Basic makes of
    /// a password.
    pub fn new(auth: Auth, read_timeout: Duration, retry: Retry, masker: Masker) -> Self {
        match &auth {
            Auth::Basic { username, password } => masker.add(&basic_pair(username, password.expose())),
            Auth::ClientCredentials(credentials) if credentials.style == ClientAuth::Basic => {
                masker.add(&client_pair(credentials));
            }
            Auth::None | Auth::Bearer(_) | Auth::Headers(_) | Auth::ClientCredentials(_) => {}
        }
        Self { auth, read_timeout, retry, masker, token: Mutex::new(None) }
    }

    /// For whom tokens are meant, which is part of idempotency keys; empty where nobody says.
    pub fn audience(&self) -> &str {
        match &self.auth {
            Auth::ClientCredentials(ClientCredentials { audience: Some(audience), .. }) => audience,
            _ => "",
        }
    }

    /// True where a 401 may mean that the token is old.
    pub fn can_renew(&self) -> bool {
        matches!(self.auth, Auth::ClientCredentials(_))
    }

    /// The headers that say who is asking. A token that they need is waited for until `deadline`.
    ///
    /// # Errors
    /// [`AuthError`].
    pub async fn headers(
        &self,
        client: &HttpClient,
        request_id: &str,
        deadline: Instant,
    ) -> Result<Vec<(HeaderName, HeaderValue)>, AuthError> {
        let authorization = match &self.auth {
            Auth::None => return Ok(Vec::new()),
            Auth::Headers(headers) => {
                return headers.iter().map(|(name, value)| header(name, value)).collect();
            }
            Auth::Bearer(token) => bearer(token)?,
            Auth::Basic { username, password } => {
                sensitive(&format!("Basic {}", basic_pair(username, password.expose())))
            }
            Auth::ClientCredentials(credentials) => {
                bearer(&self.token(client, credentials, request_id, deadline).await?)?
            }
        };
        Ok(vec![(AUTHORIZATION, authorization)])
    }

    /// Drops the token that a 401 refused, unless another request has renewed it since.
    pub async fn refuse(&self, refused: &[(HeaderName, HeaderValue)]) {
        let mut token = self.token.lock().await;
        let is_same = token.as_ref().is_some_and(|token| {
            bearer(&token.value).is_ok_and(|value| refused.iter().any(|(_, refused)| *refused == value))
        });
        if is_same {
            *token = None;
        }
    }

    async fn token(
        &self,
        client: &HttpClient,
        credentials: &ClientCredentials,
        request_id: &str,
        deadline: Instant,
    ) -> Result<Redacted<String>, AuthError> {
        let mut kept = self.token.lock().await;
        if let Some(token) = kept.as_ref().filter(|token| Instant::now() < token.renew_at) {
            return Ok(token.value.clone());
        }
        let token =
            request_token(client, credentials, self.read_timeout, &self.retry, request_id, deadline).await?;
        tracing::debug!("a token was obtained");
        self.masker.add(token.value.expose());
        Ok(kept.insert(token).value.clone())
    }
}

fn bearer(token: &Redacted<String>) -> Result<HeaderValue, AuthError> {
    header("authorization", &Redacted::new(format!("Bearer {}", token.expose()))).map(|(_, value)| value)
}

fn header(name: &str, value: &Redacted<String>) -> Result<(HeaderName, HeaderValue), AuthError> {
    let header_name = HeaderName::try_from(name).map_err(|_| AuthError::HeaderName(name.to_owned()))?;
    let mut value =
        HeaderValue::from_str(value.expose()).map_err(|_| AuthError::HeaderValue(name.to_owned()))?;
    value.set_sensitive(true);
    Ok((header_name, value))
}
