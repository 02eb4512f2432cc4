//! Every way in which BigQuery refuses a request or a job fails, as Google's `{"error": …}`.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A reason from [BigQuery's table of errors](https://cloud.google.com/bigquery/docs/error-messages).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    AuthError,
    Invalid,
    InvalidQuery,
    NotFound,
    RateLimitExceeded,
    ResourcesExceeded,
    BackendError,
    InternalError,
}

#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub(super) struct Error {
    reason: Reason,
    message: String,
}

impl Error {
    pub(super) fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into() }
    }

    /// What the database says of a statement is about the statement; all else is the sandbox's failure.
    pub(super) fn of_statement(error: &sqlx::Error) -> Self {
        match error.as_database_error() {
            Some(error) if error.message().starts_with("no such table") => {
                Self::new(Reason::NotFound, format!("Not found: Table; {}", error.message()))
            }
            Some(error) => Self::new(Reason::InvalidQuery, error.message()),
            None => Self::from(error),
        }
    }
}

impl From<&sqlx::Error> for Error {
    fn from(error: &sqlx::Error) -> Self {
        Self::new(Reason::InternalError, format!("the database failed: {error}"))
    }
}

impl Reason {
    fn as_str(self) -> &'static str {
        match self {
            Self::AuthError => "authError",
            Self::Invalid => "invalid",
            Self::InvalidQuery => "invalidQuery",
            Self::NotFound => "notFound",
            Self::RateLimitExceeded => "rateLimitExceeded",
            Self::ResourcesExceeded => "resourcesExceeded",
            Self::BackendError => "backendError",
            Self::InternalError => "internalError",
        }
    }

    /// The HTTP status, and its name in Google's APIs.
    fn status(self) -> (StatusCode, &'static str) {
        match self {
            Self::AuthError => (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"),
            Self::Invalid | Self::InvalidQuery | Self::ResourcesExceeded => {
                (StatusCode::BAD_REQUEST, "INVALID_ARGUMENT")
            }
            Self::NotFound => (StatusCode::NOT_FOUND, "NOT_FOUND"),
            Self::RateLimitExceeded => (StatusCode::FORBIDDEN, "PERMISSION_DENIED"),
            Self::BackendError => (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE"),
            Self::InternalError => (StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL"),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (code, status) = self.reason.status();
        let cause = json!({ "message": self.message, "domain": "global", "reason": self.reason.as_str() });
        let error = json!({
            "code": code.as_u16(), "message": self.message, "errors": [cause], "status": status
        });
        let mut response = (code, Json(json!({ "error": error }))).into_response();
        if code == StatusCode::UNAUTHORIZED {
            let realm = HeaderValue::from_static(r#"Bearer realm="https://accounts.google.com/""#);
            response.headers_mut().insert(WWW_AUTHENTICATE, realm);
        }
        response
    }
}
