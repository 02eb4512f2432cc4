//! Runs what `POST /v1/projects/{ref}/database/query` brings.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::error::SupabaseError;
use super::{postgres, sqlite};
use crate::portal::Portal;

/// A row: values by column.
pub(super) type Row = Map<String, Value>;

#[derive(Debug, Deserialize)]
struct Query {
    query: String,
}

/// Handler: answers 201 with the rows of the last statement that has any.
pub(super) async fn handle(
    State(portal): State<Arc<Portal>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<Vec<Row>>), SupabaseError> {
    let options = &portal.options.supabase;
    let token = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    if token != Some(&options.token) {
        return Err(SupabaseError::Unauthorized);
    }
    if let Some(limit) = options.requests_per_minute {
        portal.supabase.rate.take(limit, portal.now())?;
    }
    let Query { query } = serde_json::from_slice(&body).map_err(SupabaseError::Body)?;
    // A task of its own: this future is dropped when the client hangs up, and the work must go on.
    let work = tokio::spawn(async move {
        match &portal.options.supabase.postgres {
            Some(url) => postgres::run(url, query).await,
            None => {
                let database =
                    portal.supabase.sqlite.get_or_try_init(|| sqlite::open(&portal.options.database)).await?;
                sqlite::run(&mut *database.lock().await, &query).await
            }
        }
    });
    Ok((StatusCode::CREATED, Json(work.await??)))
}
