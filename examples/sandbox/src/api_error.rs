//! Every way in which the portal and the admin API refuse a request, as `{"error": …, "detail": …}`.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use serde_json::json;

#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("there is nothing at this path")]
    NoSuchPath,
    #[error("this path has another method")]
    NoSuchMethod,
    #[error("the body is cut short, or over {limit} bytes")]
    Body { limit: usize },
    #[error("the body is not JSON: {0}")]
    NotJson(serde_json::Error),
    #[error("{0}")]
    Invalid(String),
    #[error("no page was handed out with this cursor")]
    UnknownCursor,
    #[error("the header Idempotency-Key is missing")]
    NoKey,
    #[error("the header Idempotency-Key must be 1 to 255 ASCII characters, in quotes or without")]
    BadKey,
    #[error("this Idempotency-Key came with another payload before")]
    KeyReused,
    #[error("the first request with this Idempotency-Key is still being worked on")]
    KeyInFlight,
    #[error("the bearer token is missing")]
    NoToken,
    #[error("{0}")]
    BadToken(&'static str),
    #[error("the token lacks the {what} {name:?}")]
    Forbidden { what: &'static str, name: String },
    #[error("the header X-CA-Root-Key is missing")]
    NoRootKey,
    #[error("the header X-CA-Root-Key is another key than the platform's")]
    BadRootKey,
    #[error("the platform lacks {0}: bootstrap it first")]
    NotInstalled(String),
    #[error("there is no organization {0:?}")]
    NoSuchOrganization(String),
    #[error("a fault of the sandbox: {status}")]
    Injected { status: StatusCode, retry_after: Option<String> },
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    #[error("a stored JSON text failed: {0}")]
    Stored(#[from] serde_json::Error),
    #[error("the work failed: {0}")]
    Work(#[from] tokio::task::JoinError),
}

impl ApiError {
    fn status(&self) -> StatusCode {
        match self {
            Self::NoSuchPath | Self::NoSuchOrganization(_) => StatusCode::NOT_FOUND,
            Self::NoSuchMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Body { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotJson(_) | Self::UnknownCursor | Self::NoKey | Self::BadKey => StatusCode::BAD_REQUEST,
            Self::Invalid(_) | Self::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::KeyInFlight => StatusCode::CONFLICT,
            Self::NoToken | Self::BadToken(_) | Self::NoRootKey => StatusCode::UNAUTHORIZED,
            Self::Forbidden { .. } | Self::BadRootKey => StatusCode::FORBIDDEN,
            Self::NotInstalled(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Injected { status, .. } => *status,
            Self::Database(_) | Self::Stored(_) | Self::Work(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NoSuchPath => "not_found",
            Self::NoSuchMethod => "method_not_allowed",
            Self::Body { .. } => "bad_body",
            Self::NotJson(_) => "not_json",
            Self::Invalid(_) => "invalid_request",
            Self::UnknownCursor => "unknown_cursor",
            Self::NoKey => "idempotency_key_missing",
            Self::BadKey => "idempotency_key_malformed",
            Self::KeyReused => "idempotency_key_reused",
            Self::KeyInFlight => "idempotency_key_in_flight",
            Self::NoToken => "unauthorized",
            Self::BadToken(_) => "invalid_token",
            Self::Forbidden { .. } => "insufficient_scope",
            Self::NoRootKey | Self::BadRootKey => "bad_root_key",
            Self::NotInstalled(_) => "not_installed",
            Self::NoSuchOrganization(_) => "unknown_organization",
            Self::Injected { .. } => "injected_fault",
            Self::Database(_) | Self::Stored(_) | Self::Work(_) => "internal_error",
        }
    }

    /// The challenge of [RFC 6750 section 3](https://www.rfc-editor.org/rfc/rfc6750#section-3).
    fn challenge(&self) -> Option<String> {
        match self {
            Self::BadToken(_) | Self::Forbidden { .. } => Some(format!(
                r#"Bearer realm="portal", error="{}", error_description="{}""#,
                self.code(),
                self.to_string().replace(['"', '\\'], "'")
            )),
            Self::NoRootKey => None,
            _ if self.status() == StatusCode::UNAUTHORIZED => Some(r#"Bearer realm="portal""#.to_owned()),
            _ => None,
        }
    }

    fn retry_after(&self) -> Option<&str> {
        match self {
            Self::KeyInFlight => Some("1"),
            Self::Injected { retry_after, .. } => retry_after.as_deref(),
            _ => None,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = Json(json!({ "error": self.code(), "detail": self.to_string() }));
        let mut response = (self.status(), body).into_response();
        let challenge = self.challenge();
        for (name, value) in [(WWW_AUTHENTICATE, challenge.as_deref()), (RETRY_AFTER, self.retry_after())] {
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}
