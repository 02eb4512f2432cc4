//! Creates what the platform lacks; it never drops anything and touches no data.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, SqliteConnection};

use super::installation::Gaps;
use super::tables::TABLES;
use crate::api_error::ApiError;
use crate::command::Command;
use crate::portal::Portal;

#[derive(Debug, Serialize)]
pub(super) struct Status {
    /// Whether there is any table of the platform.
    installed: bool,
    tables_existing: usize,
    tables_expected: usize,
    missing: Vec<&'static str>,
    /// Columns which tables that are there lack, as `table.column`.
    missing_columns: Vec<String>,
}

/// Handler: what of the platform is there.
pub(super) async fn status(State(portal): State<Arc<Portal>>) -> Result<Json<Status>, ApiError> {
    let mut database = portal.pool.acquire().await?;
    let gaps = Gaps::of(&mut database).await?;
    let existing = TABLES.len() - gaps.tables.len();
    Ok(Json(Status {
        installed: existing > 0,
        tables_existing: existing,
        tables_expected: TABLES.len(),
        missing: gaps.table_names(),
        missing_columns: gaps.column_names(),
    }))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mode {
    /// Creates the tables that are missing; those which are there stay as they are.
    Create,
    /// Adds the columns, too, that old tables lack.
    Sync,
}

/// Body of `POST /admin/bootstrap`.
#[derive(Debug, Deserialize)]
pub(super) struct Bootstrap {
    mode: Mode,
}

#[derive(Debug, Default, Serialize)]
pub(super) struct Counts {
    tables_created: u32,
    tables_updated: u32,
}

impl Command for Bootstrap {
    type Answer = Counts;

    async fn run(self, database: &mut SqliteConnection, _now: Timestamp) -> Result<Counts, ApiError> {
        let gaps = Gaps::of(database).await?;
        let mut counts = Counts::default();
        for table in gaps.tables {
            sqlx::raw_sql(AssertSqlSafe(table.create(|_| true))).execute(&mut *database).await?;
            counts.tables_created += 1;
        }
        for (table, columns) in gaps.columns.into_iter().filter(|_| self.mode == Mode::Sync) {
            for (name, definition) in columns {
                let add = format!("ALTER TABLE {} ADD COLUMN {name} {definition}", table.name);
                sqlx::raw_sql(AssertSqlSafe(add)).execute(&mut *database).await?;
            }
            counts.tables_updated += 1;
        }
        Ok(counts)
    }
}
