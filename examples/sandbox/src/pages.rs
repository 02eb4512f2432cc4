//! Lists rows page by page, in the order of their ids.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::Uri;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::api_error::ApiError;
use crate::cursor;
use crate::portal::Portal;

const DEFAULT_LIMIT: u32 = 500;
const MAX_LIMIT: u32 = 1000;

/// A table that is listed.
pub(crate) trait Listed: 'static {
    const TABLE: &'static str;
    /// Whether a row has the id ?1.
    const HAS: &'static str;
    /// Ids and JSON texts of the first ?2 rows after the id ?1.
    const AFTER: &'static str;
}

pub(crate) enum Fields {}

impl Listed for Fields {
    const TABLE: &'static str = "field";
    const HAS: &'static str = "SELECT EXISTS (SELECT 1 FROM field WHERE id = ?1)";
    const AFTER: &'static str = "
        SELECT id, json_object(
            'model', model,
            'model_label', model_label,
            'field_name', field_name,
            'ttype', ttype,
            'label_i18n', json_object('ja', label_ja, 'en', label_en),
            'help', help)
        FROM field WHERE id > ?1 ORDER BY id LIMIT ?2";
}

pub(crate) enum Views {}

impl Listed for Views {
    const TABLE: &'static str = "view_common";
    const HAS: &'static str = "SELECT EXISTS (SELECT 1 FROM view_common WHERE id = ?1)";
    const AFTER: &'static str = "
        SELECT id, json_object(
            'action_xmlid', action_xmlid,
            'model', model,
            'help_ja_text', help_ja,
            'help_en_text', help_en,
            'ai_purpose', purpose_ja,
            'ai_purpose_i18n', json_object('ja', purpose_ja, 'en', purpose_en))
        FROM view_common WHERE id > ?1 ORDER BY id LIMIT ?2";
}

#[derive(Debug, Deserialize)]
pub(crate) struct PageQuery {
    limit: Option<u32>,
    cursor: Option<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Page {
    items: Vec<Box<RawValue>>,
    next_cursor: Option<String>,
}

/// The cursor which a request names.
pub(crate) fn cursor_of(uri: &Uri) -> Option<String> {
    let Query(query) = Query::<PageQuery>::try_from_uri(uri).ok()?;
    query.cursor
}

/// Handler: the page after the cursor.
pub(crate) async fn handle<L: Listed>(
    State(portal): State<Arc<Portal>>,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Json<Page>, ApiError> {
    let Query(query) = query.map_err(|rejection| ApiError::Invalid(rejection.body_text()))?;
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(ApiError::Invalid(format!("limit is {limit}, and must be from 1 to {MAX_LIMIT}")));
    }
    let mut database = portal.pool.acquire().await?;
    let after = match query.cursor {
        None => 0,
        Some(text) => {
            let id = cursor::decode(L::TABLE, &text).ok_or(ApiError::UnknownCursor)?;
            let known: bool = sqlx::query_scalar(L::HAS).bind(id).fetch_one(&mut *database).await?;
            if !known {
                return Err(ApiError::UnknownCursor);
            }
            id
        }
    };
    // One row more than the page takes, to learn whether there is a next one.
    let mut rows: Vec<(i64, String)> =
        sqlx::query_as(L::AFTER).bind(after).bind(limit + 1).fetch_all(&mut *database).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next_cursor = rows.last().filter(|_| more).map(|(id, _)| cursor::encode(L::TABLE, *id));
    let items = rows.into_iter().map(|(_, json)| RawValue::from_string(json)).collect::<Result<_, _>>()?;
    Ok(Json(Page { items, next_cursor }))
}
