//! Counts everything.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::value::RawValue;

use crate::api_error::ApiError;
use crate::portal::Portal;

const SUMMARY: &str = "
SELECT json_object(
    'fields', (SELECT json_object(
        'total', count(*),
        'missing_en', count(*) FILTER (WHERE coalesce(label_ja, '') <> '' AND coalesce(label_en, '') = '')
    ) FROM field),
    'views', (SELECT json_object(
        'total', count(*),
        'missing_en', count(*) FILTER (WHERE
            (coalesce(help_ja, '') <> '' AND coalesce(help_en, '') = '')
            OR (coalesce(purpose_ja, '') <> '' AND coalesce(purpose_en, '') = ''))
    ) FROM view_common),
    'translate', (SELECT json_object(
        'pending', count(*) FILTER (WHERE status = 'pending'),
        'translated', count(*) FILTER (WHERE status = 'translated'),
        'failed', count(*) FILTER (WHERE status = 'failed')
    ) FROM translate),
    'documents', (SELECT json_object(
        'queued', count(*) FILTER (WHERE status = 'queued'),
        'upserted', count(*) FILTER (WHERE status = 'upserted'),
        'failed', count(*) FILTER (WHERE status = 'failed')
    ) FROM document),
    'vectors', (SELECT count(*) FROM vector),
    'idempotency_keys', (SELECT count(*) FROM idempotency))";

/// Handler: the counts, at one moment.
pub(crate) async fn handle(State(portal): State<Arc<Portal>>) -> Result<Json<Box<RawValue>>, ApiError> {
    let summary: String = sqlx::query_scalar(SUMMARY).fetch_one(&portal.pool).await?;
    Ok(Json(RawValue::from_string(summary)?))
}
