//! Lists organizations, and synchronizes one.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use super::installation;
use super::tables::time_text;
use crate::api_error::ApiError;
use crate::command::{Command, Keyed};
use crate::cursor;
use crate::portal::Portal;

const TABLE: &str = "organizations";
/// Small, so that a few organizations are several pages.
const PAGE_SIZE: usize = 3;

#[derive(Debug, Deserialize)]
pub(super) struct ListQuery {
    status: Option<String>,
    cursor: Option<String>,
}

#[derive(Debug, Serialize)]
struct Organization {
    org_slug: String,
    status: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Page {
    organizations: Vec<Organization>,
    next_cursor: Option<String>,
}

/// Handler: three organizations at a time, of any status or of one.
pub(super) async fn list(
    State(portal): State<Arc<Portal>>,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Json<Page>, ApiError> {
    let Query(query) = query.map_err(|rejection| ApiError::Invalid(rejection.body_text()))?;
    let after = query.cursor.map(|text| cursor::decode(TABLE, &text).ok_or(ApiError::UnknownCursor));
    let mut database = portal.pool.acquire().await?;
    if installation::Gaps::of(&mut database).await?.table_names().contains(&TABLE) {
        return Err(ApiError::NotInstalled(format!("the table {TABLE}")));
    }
    // One row more than the page takes, to learn whether there is a next one.
    let mut rows: Vec<(i64, String, String)> = sqlx::query_as(
        "SELECT rowid, org_slug, status FROM organizations
         WHERE rowid > ?1 AND status = coalesce(?2, status) ORDER BY rowid LIMIT 4",
    )
    .bind(after.transpose()?.unwrap_or(0))
    .bind(query.status)
    .fetch_all(&mut *database)
    .await?;
    let more = rows.len() > PAGE_SIZE;
    rows.truncate(PAGE_SIZE);
    let next_cursor = rows.last().filter(|_| more).map(|(id, ..)| cursor::encode(TABLE, *id));
    let organizations = rows.into_iter().map(|(_, org_slug, status)| Organization { org_slug, status });
    Ok(Json(Page { organizations: organizations.collect(), next_cursor }))
}

/// What `POST /admin/organizations/{org_slug}/sync` asks for.
struct Sync {
    org_slug: String,
}

#[derive(Debug, Serialize)]
struct Synced {
    org_slug: String,
    last_synced_at: String,
}

impl Command for Sync {
    type Answer = Synced;

    async fn run(self, database: &mut SqliteConnection, now: Timestamp) -> Result<Synced, ApiError> {
        installation::require(database, &[TABLE]).await?;
        let last_synced_at = time_text(now);
        let done = sqlx::query("UPDATE organizations SET last_synced_at = ? WHERE org_slug = ?")
            .bind(&last_synced_at)
            .bind(&self.org_slug)
            .execute(database)
            .await?;
        if done.rows_affected() == 0 {
            return Err(ApiError::NoSuchOrganization(self.org_slug));
        }
        Ok(Synced { org_slug: self.org_slug, last_synced_at })
    }
}

/// Handler: synchronizes one organization; there is nothing to say in the body.
pub(super) async fn sync(Path(org_slug): Path<String>, request: Keyed) -> Result<Response, ApiError> {
    request.run(move |_| Ok(Sync { org_slug })).await
}
