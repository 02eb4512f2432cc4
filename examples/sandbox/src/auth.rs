//! Lets in who shows a good bearer token ([RFC 6750](https://www.rfc-editor.org/rfc/rfc6750)).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::Response;
use uuid::Uuid;

use crate::api_error::ApiError;
use crate::jwt::{self, Audience, Claims};
use crate::options::{AuthMode, Options};
use crate::portal::Portal;
use crate::sandbox::SandboxError;

const STATIC_LIFETIME_SECONDS: i64 = 365 * 24 * 3600;

/// A token for [`AuthMode::Static`], good for a year, with the audience and scope that these options require.
pub fn static_jwt(options: &Options) -> Result<String, SandboxError> {
    let claims = Claims {
        sub: options.client_id.clone(),
        exp: (options.clock)().as_second() + STATIC_LIFETIME_SECONDS,
        aud: options.required_audience.clone().map(Audience::One),
        scope: options.required_scope.clone(),
        generation: 0,
        jti: Uuid::new_v4().to_string(),
    };
    Ok(jwt::sign(&claims, &options.static_secret)?)
}

/// Middleware: refuses the request unless it shows a good token, where one is needed.
pub(crate) async fn authorize(
    State(portal): State<Arc<Portal>>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    check(&portal, request.headers())?;
    Ok(next.run(request).await)
}

fn check(portal: &Portal, headers: &HeaderMap) -> Result<(), ApiError> {
    let options = &portal.options;
    let (secret, generation) = match options.auth {
        AuthMode::None => return Ok(()),
        AuthMode::Static => (&options.static_secret, 0),
        AuthMode::OAuth2 => (&options.token_secret, portal.token_generation()),
    };
    let claims =
        jwt::read(bearer(headers)?, secret).map_err(|_| ApiError::BadToken("the token is not valid"))?;
    if claims.exp <= portal.now().as_second() || claims.generation < generation {
        return Err(ApiError::BadToken("the token has expired"));
    }
    if let Some(name) = options.required_audience.clone().filter(|name| !claims.has_audience(name)) {
        return Err(ApiError::Forbidden { what: "audience", name });
    }
    if let Some(name) = options.required_scope.clone().filter(|name| !claims.has_scope(name)) {
        return Err(ApiError::Forbidden { what: "scope", name });
    }
    Ok(())
}

fn bearer(headers: &HeaderMap) -> Result<&str, ApiError> {
    let value = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or(ApiError::NoToken)?;
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => Err(ApiError::NoToken),
    }
}
