use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use tokio::time::{Instant, sleep_until};
use url::Url;

use crate::policy::{ClientAuth, ClientCredentials, Retry, is_transient_status};
use crate::secret::{Redacted, printable_url};

use super::asked_wait::asked_wait;
use super::auth_error::AuthError;
use super::credentials::{client_pair, sensitive};
use super::http::{Answer, HttpClient, Outgoing};
use super::token_response::{TokenResponse, fault_text};

/// A token is renewed this long before it expires, or a tenth of its life where that is less.
const MARGIN: Duration = Duration::from_mins(1);

/// An access token and when to renew it.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) value: Redacted<String>,
    pub(super) renew_at: Instant,
}

/// Asks for a token. Asking twice does no harm, so that an endpoint that is not there is asked again, as late as it
/// wishes, unless that is past the deadline.
pub(super) async fn request_token(
    client: &HttpClient,
    credentials: &ClientCredentials,
    read_timeout: Duration,
    retry: &Retry,
    request_id: &str,
    deadline: Instant,
) -> Result<Token, AuthError> {
    let url = Url::parse(&credentials.token_url).map_err(|error| AuthError::TokenUrl(error.to_string()))?;
    let shown = printable_url(&url);
    let mut delays = retry.delays(fastrand::f64);
    loop {
        let mut asked = Duration::ZERO;
        let reason = match client.send(outgoing(credentials, url.clone(), request_id), read_timeout).await {
            Ok(answer) if (200..300).contains(&answer.status) => return token(&answer, shown),
            Ok(answer) if !is_transient_status(answer.status) && !is_limit(&answer) => {
                let reason = fault_text(&answer.body);
                return Err(AuthError::Refused { url: shown, status: answer.status, reason });
            }
            Ok(answer) => {
                asked = asked_wait(&answer, Timestamp::now()).unwrap_or_default();
                format!("it answers {}", answer.status)
            }
            Err(error) if !error.is_temporary() => {
                return Err(AuthError::Unreachable { url: shown, reason: error.to_string() });
            }
            Err(error) => error.to_string(),
        };
        let until = delays.next().map(|delay| Instant::now() + delay.max(asked));
        match until.filter(|until| *until <= deadline) {
            Some(until) => sleep_until(until).await,
            None => return Err(AuthError::Unavailable { url: shown, reason }),
        }
    }
}

/// True for a 403 that asks to wait, as rate limits do.
fn is_limit(answer: &Answer) -> bool {
    answer.status == 403 && asked_wait(answer, Timestamp::now()).is_some()
}

fn outgoing(credentials: &ClientCredentials, url: Url, request_id: &str) -> Outgoing {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials");
    let ClientCredentials { audience, resource, scope, .. } = credentials;
    for (name, value) in [("audience", audience), ("resource", resource), ("scope", scope)] {
        if let Some(value) = value {
            form.append_pair(name, value);
        }
    }
    let mut headers = vec![
        (CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded")),
        (ACCEPT, HeaderValue::from_static("application/json")),
    ];
    headers.extend(
        HeaderValue::from_str(request_id).ok().map(|id| (HeaderName::from_static("x-request-id"), id)),
    );
    match credentials.style {
        ClientAuth::Body => {
            form.append_pair("client_id", &credentials.client_id);
            form.append_pair("client_secret", credentials.client_secret.expose());
        }
        ClientAuth::Basic => {
            headers.push((AUTHORIZATION, sensitive(&format!("Basic {}", client_pair(credentials)))))
        }
    }
    Outgoing { method: Method::POST, url, headers, body: Some(Bytes::from(form.finish())) }
}

fn token(answer: &Answer, url: String) -> Result<Token, AuthError> {
    let status = answer.status;
    let TokenResponse { access_token, life } = TokenResponse::read(&answer.body)
        .map_err(|fault| AuthError::NoToken { url, status, reason: fault.to_string() })?;
    let renew_at = Instant::now() + life.saturating_sub(MARGIN.min(life / 10));
    Ok(Token { value: Redacted::new(access_token), renew_at })
}
