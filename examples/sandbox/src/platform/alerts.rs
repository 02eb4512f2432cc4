//! Sends the alerts that wait.

use jiff::Timestamp;
use serde::Serialize;
use sqlx::SqliteConnection;

use super::installation;
use super::tables::time_text;
use crate::api_error::ApiError;
use crate::command::Command;

/// What `POST /admin/alerts/process-all` asks for: every alert sent that was not.
pub(super) struct ProcessAll;

#[derive(Debug, Default, Serialize)]
pub(super) struct Counts {
    /// Alerts which went to a channel of their organization.
    processed: u32,
    /// Alerts whose organization has no channel; they are tried again the next time.
    failed: u32,
}

impl Command for ProcessAll {
    type Answer = Counts;

    async fn run(self, database: &mut SqliteConnection, now: Timestamp) -> Result<Counts, ApiError> {
        installation::require(database, &["alerts", "alert_history", "notification_channels"]).await?;
        let waiting: Vec<(String, bool)> = sqlx::query_as(
            "SELECT alert_id,
                 EXISTS (SELECT 1 FROM notification_channels c WHERE c.org_slug = alerts.org_slug)
             FROM alerts WHERE status <> 'sent' ORDER BY alert_id",
        )
        .fetch_all(&mut *database)
        .await?;
        let mut counts = Counts::default();
        for (alert, has_channel) in waiting {
            let (outcome, count) =
                if has_channel { ("sent", &mut counts.processed) } else { ("failed", &mut counts.failed) };
            *count += 1;
            sqlx::query("UPDATE alerts SET status = ?, processed_at = ? WHERE alert_id = ?")
                .bind(outcome)
                .bind(time_text(now))
                .bind(&alert)
                .execute(&mut *database)
                .await?;
            sqlx::query("INSERT INTO alert_history (alert_id, outcome, at) VALUES (?, ?, ?)")
                .bind(alert)
                .bind(outcome)
                .bind(time_text(now))
                .execute(&mut *database)
                .await?;
        }
        Ok(counts)
    }
}
