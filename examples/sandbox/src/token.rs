//! Issues access tokens for client credentials ([RFC 6749 section 4.4](https://www.rfc-editor.org/rfc/rfc6749#section-4.4)).

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::jwt::{self, Audience, Claims};
use crate::portal::Portal;

#[derive(Debug, Deserialize)]
pub(crate) struct TokenRequest {
    grant_type: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    audience: Option<String>,
    scope: Option<String>,
}

/// The answer of [RFC 6749 section 5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1).
#[derive(Debug, Serialize)]
struct TokenAnswer {
    access_token: String,
    token_type: &'static str,
    /// In seconds.
    expires_in: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
}

/// The errors of [RFC 6749 section 5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2).
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenError {
    #[error("invalid_request")]
    Request(&'static str),
    #[error("invalid_client")]
    Client,
    #[error("unsupported_grant_type")]
    GrantType,
    #[error("server_error")]
    Sign(#[from] jsonwebtoken::errors::Error),
}

impl IntoResponse for TokenError {
    fn into_response(self) -> Response {
        let (status, detail) = match &self {
            Self::Request(detail) => (StatusCode::BAD_REQUEST, *detail),
            Self::Client => (StatusCode::UNAUTHORIZED, "the client is unknown, or its secret another one"),
            Self::GrantType => (StatusCode::BAD_REQUEST, "the grant type must be client_credentials"),
            Self::Sign(_) => (StatusCode::INTERNAL_SERVER_ERROR, "the token could not be signed"),
        };
        let body = Json(json!({ "error": self.to_string(), "error_description": detail }));
        if status == StatusCode::UNAUTHORIZED {
            return (status, [(WWW_AUTHENTICATE, r#"Basic realm="portal""#)], body).into_response();
        }
        (status, body).into_response()
    }
}

/// Handler: a token for the one client that the portal knows.
pub(crate) async fn handle(
    State(portal): State<Arc<Portal>>,
    headers: HeaderMap,
    form: Result<Form<TokenRequest>, FormRejection>,
) -> Result<Response, TokenError> {
    let Form(request) = form.map_err(|_| TokenError::Request("the body is no form"))?;
    let options = &portal.options;
    let (id, secret) = credentials(&headers, &request)?;
    if id != options.client_id || secret != options.client_secret {
        return Err(TokenError::Client);
    }
    match request.grant_type.as_deref() {
        Some("client_credentials") => {}
        Some(_) => return Err(TokenError::GrantType),
        None => return Err(TokenError::Request("grant_type is missing")),
    }
    let claims = Claims {
        sub: id,
        exp: portal.now().as_second() + i64::from(options.token_lifetime),
        aud: request.audience.map(Audience::One),
        scope: request.scope,
        generation: portal.token_generation(),
        jti: Uuid::new_v4().to_string(),
    };
    let answer = TokenAnswer {
        access_token: jwt::sign(&claims, &options.token_secret)?,
        token_type: "Bearer",
        expires_in: options.token_lifetime,
        scope: claims.scope,
    };
    Ok(([(CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

/// The client's id and secret, by HTTP Basic or in the body, but not both
/// ([RFC 6749 section 2.3](https://www.rfc-editor.org/rfc/rfc6749#section-2.3)).
fn credentials(headers: &HeaderMap, request: &TokenRequest) -> Result<(String, String), TokenError> {
    match (headers.get(AUTHORIZATION), &request.client_id, &request.client_secret) {
        (Some(_), _, Some(_)) => Err(TokenError::Request("the client authenticates in two ways")),
        (Some(header), ..) => header.to_str().ok().and_then(basic).ok_or(TokenError::Client),
        (None, Some(id), Some(secret)) => Ok((id.clone(), secret.clone())),
        (None, ..) => Err(TokenError::Client),
    }
}

fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((form_decode(id)?, form_decode(secret)?))
}

fn form_decode(text: &str) -> Option<String> {
    let text = text.replace('+', " ");
    percent_decode_str(&text).decode_utf8().ok().map(String::from)
}
