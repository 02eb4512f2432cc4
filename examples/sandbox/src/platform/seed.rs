//! What an empty platform is given.

use jiff::SignedDuration;
use sqlx::{AssertSqlSafe, SqlitePool};

use super::installation::Gaps;
use super::options::Installation;
use super::tables::{TABLES, time_text};
use crate::database::WRITE;
use crate::options::Options;

const OLD_LACKS_TABLES: [&str; 4] = ["budgets", "feature_flags", "invoices", "webhooks"];
const OLD_LACKS_COLUMNS: [(&str, &str); 2] = [("organizations", "last_synced_at"), ("users", "locale")];

// ?1 is now; seven active organizations, and one that is not.
const DATA: [&str; 7] = [
    "INSERT INTO organizations (org_slug, org_name, status, created_at)
     SELECT value, upper(value), iif(value = 'hooli', 'suspended', 'active'), ?1
     FROM json_each('[\"acme\",\"globex\",\"hooli\",\"initech\",\"stark\",\"umbrella\",\"wayne\",\"wonka\"]')",
    "INSERT INTO users (user_id, org_slug, email, role)
     SELECT 'u-' || org_slug, org_slug, 'owner@' || org_slug || '.example', 'owner' FROM organizations",
    "INSERT INTO subscriptions (subscription_id, org_slug, plan, daily_limit, monthly_limit)
     SELECT 's-' || org_slug, org_slug, 'starter', 100, 3000 FROM organizations",
    // Used yesterday and last month.
    "INSERT INTO usage_quotas (org_slug, daily_used, monthly_used, running, daily_reset_on, monthly_reset_on)
     SELECT org_slug, 40, 900, iif(org_slug = 'acme', 3, 0),
         date(?1, '-1 day'), date(?1, 'start of month', '-1 month')
     FROM organizations WHERE status = 'active'",
    // Two of these are stale.
    "INSERT INTO pipeline_runs (run_id, org_slug, pipeline_id, status, started_at)
     SELECT 'r-' || value, 'acme', 'p-1', 'running',
         strftime('%Y-%m-%dT%H:%M:%fZ', ?1, '-' || value || ' hours')
     FROM json_each('[1, 30, 50]')",
    "INSERT INTO notification_channels (channel_id, org_slug, kind, target)
     SELECT 'c-' || org_slug, org_slug, 'email', 'owner@' || org_slug || '.example' FROM organizations",
    "INSERT INTO alerts (alert_id, org_slug, message)
     SELECT 'a-' || org_slug, org_slug, 'four fifths of the quota are used'
     FROM organizations WHERE org_slug IN ('acme', 'globex', 'stark', 'wayne')",
];

// Five of these ten are older than 90 days.
const EVENT_AGES_IN_DAYS: [i64; 10] = [0, 10, 30, 60, 89, 91, 100, 120, 180, 365];

/// Gives a database without any table of the platform those of the installation, and data.
pub(crate) async fn seed(pool: &SqlitePool, options: &Options) -> Result<(), sqlx::Error> {
    if options.platform.installation == Installation::Fresh {
        return Ok(());
    }
    let mut transaction = pool.begin_with(WRITE).await?;
    if Gaps::of(&mut transaction).await?.tables.len() < TABLES.len() {
        return Ok(());
    }
    let is_old = options.platform.installation == Installation::Old;
    for table in TABLES.iter().filter(|table| !is_old || !OLD_LACKS_TABLES.contains(&table.name)) {
        let create =
            table.create(|(column, _)| !is_old || !OLD_LACKS_COLUMNS.contains(&(table.name, column)));
        sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut *transaction).await?;
    }
    let now = (options.clock)();
    for insert in DATA {
        sqlx::query(insert).bind(time_text(now)).execute(&mut *transaction).await?;
    }
    for days in EVENT_AGES_IN_DAYS {
        sqlx::query(
            "INSERT INTO usage_events (event_id, org_slug, metric, quantity, created_at)
             VALUES ('e-' || ?1, 'acme', 'api_calls', 1, ?2)",
        )
        .bind(days)
        .bind(time_text(now - SignedDuration::from_hours(24 * days)))
        .execute(&mut *transaction)
        .await?;
    }
    transaction.commit().await?;
    Ok(())
}
