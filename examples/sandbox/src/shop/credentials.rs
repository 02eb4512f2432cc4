//! Who asks, and with which right.

use axum::http::HeaderMap;
use serde::Deserialize;
use uuid::Uuid;

use super::refusal::Refusal;

/// What every request says of its sender; the access key may be a header instead.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Credentials {
    application_id: Option<String>,
    access_key: Option<String>,
}

impl Credentials {
    /// The application that asks. Any access key will do, as long as there is one.
    pub(super) fn application(&self, headers: &HeaderMap) -> Result<Uuid, Refusal> {
        let id = self.application_id.as_deref().and_then(|id| id.parse().ok());
        let id = id.ok_or(Refusal::ApplicationId)?;
        let in_query = self.access_key.as_ref().is_some_and(|key| !key.is_empty());
        let in_header = headers.get("accesskey").is_some_and(|key| !key.is_empty());
        if in_query || in_header { Ok(id) } else { Err(Refusal::AccessKey) }
    }
}
