//! Every way in which the shop refuses a request, in the shape of the endpoint's age.

use std::ops::RangeInclusive;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("specify valid applicationId")]
    ApplicationId,
    #[error("specify accessKey")]
    AccessKey,
    #[error("{0}")]
    Parameter(String),
    #[error("not found")]
    NotFound,
    #[error("number of allowed requests has been exceeded for this applicationId")]
    TooManyRequests,
    #[error("the shop was told to fail here: {0}")]
    Told(StatusCode),
}

/// How an endpoint writes its errors.
#[derive(Clone, Copy, Debug)]
pub(super) enum ErrorShape {
    /// `{"error": code, "error_description": text}`, of the endpoints before 2026.
    Described,
    /// `{"errors": {"errorCode": status, "errorMessage": text}}`, of the endpoints of 2026.
    Numbered,
}

impl Refusal {
    /// Refuses a number outside the range.
    pub(super) fn unless_within(name: &str, value: u32, range: RangeInclusive<u32>) -> Result<(), Self> {
        if range.contains(&value) {
            return Ok(());
        }
        let (least, most) = range.into_inner();
        Err(Self::Parameter(format!("{name} must be a number from {least} to {most}")))
    }

    pub(super) fn into_response(self, shape: ErrorShape) -> Response {
        let status = self.status();
        let body = match shape {
            ErrorShape::Described => json!({ "error": self.code(), "error_description": self.to_string() }),
            ErrorShape::Numbered => {
                json!({ "errors": { "errorCode": status.as_u16(), "errorMessage": self.to_string() } })
            }
        };
        (status, Json(body)).into_response()
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::ApplicationId | Self::Parameter(_) => StatusCode::BAD_REQUEST,
            Self::AccessKey => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::Told(status) => *status,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::ApplicationId | Self::Parameter(_) => "wrong_parameter",
            Self::AccessKey => "forbidden",
            Self::NotFound => "not_found",
            Self::TooManyRequests => "too_many_requests",
            Self::Told(_) => "system_error",
        }
    }
}
