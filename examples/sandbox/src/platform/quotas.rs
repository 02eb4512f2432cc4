//! Keeps the usage quotas in order.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use sqlx::SqliteConnection;

use super::installation;
use super::tables::time_text;
use crate::api_error::ApiError;
use crate::command::Command;

const TABLE: &str = "usage_quotas";
/// A run that began longer ago than this and did not end is taken for dead.
const STALE_HOURS: i64 = 24;

/// What `POST /admin/quota/reset-daily` asks for: no quota used since midnight, in UTC.
pub(super) struct ResetDaily;

/// What `POST /admin/quota/reset-monthly` asks for: no quota used since the month began, in UTC.
pub(super) struct ResetMonthly;

#[derive(Debug, Serialize)]
pub(super) struct Updated {
    /// How many quotas were not yet reset in this day or month.
    updated: u64,
}

impl Command for ResetDaily {
    type Answer = Updated;

    async fn run(self, database: &mut SqliteConnection, now: Timestamp) -> Result<Updated, ApiError> {
        installation::require(database, &[TABLE]).await?;
        let done = sqlx::query(
            "UPDATE usage_quotas SET daily_used = 0, daily_reset_on = ?1
             WHERE coalesce(daily_reset_on, '') < ?1",
        )
        .bind(today(now).to_string())
        .execute(database)
        .await?;
        Ok(Updated { updated: done.rows_affected() })
    }
}

impl Command for ResetMonthly {
    type Answer = Updated;

    async fn run(self, database: &mut SqliteConnection, now: Timestamp) -> Result<Updated, ApiError> {
        installation::require(database, &[TABLE]).await?;
        let done = sqlx::query(
            "UPDATE usage_quotas SET monthly_used = 0, monthly_reset_on = ?1
             WHERE coalesce(monthly_reset_on, '') < ?1",
        )
        .bind(today(now).first_of_month().to_string())
        .execute(database)
        .await?;
        Ok(Updated { updated: done.rows_affected() })
    }
}

fn today(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

/// What `POST /admin/quota/cleanup-stale` asks for: no dead run counts as running.
pub(super) struct CleanupStale;

#[derive(Debug, Serialize)]
pub(super) struct Fixed {
    /// How many runs were taken for dead.
    fixed: u64,
}

impl Command for CleanupStale {
    type Answer = Fixed;

    async fn run(self, database: &mut SqliteConnection, now: Timestamp) -> Result<Fixed, ApiError> {
        installation::require(database, &[TABLE, "pipeline_runs"]).await?;
        let stale = now - jiff::SignedDuration::from_hours(STALE_HOURS);
        let done = sqlx::query(
            "UPDATE pipeline_runs SET status = 'failed', ended_at = ?
             WHERE status = 'running' AND started_at < ?",
        )
        .bind(time_text(now))
        .bind(time_text(stale))
        .execute(&mut *database)
        .await?;
        sqlx::query(
            "UPDATE usage_quotas SET running =
                 (SELECT count(*) FROM pipeline_runs r
                  WHERE r.org_slug = usage_quotas.org_slug AND r.status = 'running')",
        )
        .execute(database)
        .await?;
        Ok(Fixed { fixed: done.rows_affected() })
    }
}
