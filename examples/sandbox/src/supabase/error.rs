//! Every way in which the Management API refuses a request, as `{"message": …}`.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use serde_json::json;

#[derive(Debug, thiserror::Error)]
pub(super) enum SupabaseError {
    #[error("Unauthorized")]
    Unauthorized,
    #[error("query: {0}")]
    Body(serde_json::Error),
    #[error("ThrottlerException: Too Many Requests")]
    TooMany { retry_after: i64 },
    #[error("Failed to run sql query: {}", sql_text(.0))]
    Sql(#[from] sqlx::Error),
    #[error("the work failed: {0}")]
    Work(#[from] tokio::task::JoinError),
}

/// PostgreSQL's errors begin with `ERROR` and their code, as the real API shows them.
fn sql_text(error: &sqlx::Error) -> String {
    match error.as_database_error() {
        Some(error) => {
            let code = error.code().unwrap_or_default();
            format!("ERROR:  {code}: {}", error.message())
        }
        None => error.to_string(),
    }
}

impl SupabaseError {
    fn status(&self) -> StatusCode {
        match self {
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Body(_) => StatusCode::BAD_REQUEST,
            Self::Sql(error) if error.as_database_error().is_some() => StatusCode::BAD_REQUEST,
            Self::Sql(_) | Self::Work(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for SupabaseError {
    fn into_response(self) -> Response {
        let mut response = (self.status(), Json(json!({ "message": self.to_string() }))).into_response();
        if let Self::TooMany { retry_after } = self {
            response.headers_mut().insert(RETRY_AFTER, retry_after.into());
        }
        response
    }
}
