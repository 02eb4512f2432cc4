use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use thiserror::Error;

use crate::clients::asked_wait::asked_wait;
use crate::clients::http::{Answer, SendError};
use crate::policy::is_transient_status;
use crate::secret::Masker;

/// Reasons that say "not now" (<https://cloud.google.com/bigquery/docs/error-messages>).
const TEMPORARY: [&str; 7] = [
    "backendError",
    "internalError",
    "jobBackendError",
    "jobInternalError",
    "jobRateLimitExceeded",
    "rateLimitExceeded",
    "tableUnavailable",
];

/// BigQuery's texts are shown up to this many characters.
const SHOWN: usize = 500;

/// Why BigQuery did not do what it was asked for.
#[derive(Debug, Error)]
pub enum BigQueryError {
    /// There is no answer.
    #[error("BigQuery: {0}")]
    Send(#[from] SendError),
    /// It refuses, or the job failed.
    #[error("BigQuery says: {message} ({reason})")]
    Refused {
        /// In its own words.
        message: String,
        /// In the words of its table of errors.
        reason: String,
        /// The same may succeed later.
        temporary: bool,
        /// How long it asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// An answer that is not one of BigQuery's.
    #[error("BigQuery's answer cannot be read: {0}")]
    Answer(String),
    /// Nothing gives credentials for Google.
    #[error("there are no credentials for Google: {message}")]
    Credentials {
        /// Why.
        message: String,
        /// The same may succeed later.
        temporary: bool,
    },
}

/// An error of Google's APIs (<https://cloud.google.com/apis/design/errors#http_mapping>).
#[derive(Deserialize)]
struct Fault {
    error: Inner,
}

#[derive(Deserialize)]
struct Inner {
    message: String,
    #[serde(default)]
    errors: Vec<Cause>,
}

#[derive(Deserialize)]
struct Cause {
    reason: String,
}

impl BigQueryError {
    pub(super) fn answered(answer: &Answer, masker: &Masker) -> Self {
        let (message, reason) = match serde_json::from_slice::<Fault>(&answer.body) {
            Ok(Fault { error }) => {
                let reason = error.errors.into_iter().next().map(|cause| cause.reason);
                (error.message, reason.unwrap_or_else(|| format!("status {}", answer.status)))
            }
            Err(_) => (format!("answered {}", answer.status), "no reason is given".to_owned()),
        };
        let temporary = is_transient_status(answer.status) || TEMPORARY.contains(&reason.as_str());
        let retry_after = asked_wait(answer, Timestamp::now());
        Self::Refused { message: masker.excerpt(&message, SHOWN), reason, temporary, retry_after }
    }

    /// The same may succeed later.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Send(error) => error.is_temporary(),
            Self::Answer(_) => false,
            Self::Refused { temporary, .. } | Self::Credentials { temporary, .. } => *temporary,
        }
    }

    /// How long BigQuery asks to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            Self::Send(_) | Self::Answer(_) | Self::Credentials { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

    use super::*;

    fn answered(status: u16, reason: &str) -> BigQueryError {
        let body = format!(
            r#"{{"error": {{"code": {status}, "message": "words", "errors": [{{"reason": "{reason}"}}]}}}}"#
        );
        let answer = Answer { status, headers: HeaderMap::new(), body: body.into() };
        BigQueryError::answered(&answer, &Masker::default())
    }

    #[test]
    fn the_reason_says_whether_to_try_again() {
        for (status, reason, temporary) in [
            (403, "rateLimitExceeded", true),
            (403, "accessDenied", false),
            (403, "quotaExceeded", false),
            (400, "invalidQuery", false),
            (400, "resourcesExceeded", false),
            (400, "jobBackendError", true),
            (404, "notFound", false),
            (500, "internalError", true),
            (503, "backendError", true),
            (429, "unknown", true),
        ] {
            assert_eq!(answered(status, reason).is_temporary(), temporary, "{reason}");
        }
        assert_eq!(answered(400, "invalidQuery").to_string(), "BigQuery says: words (invalidQuery)");
    }
}
