//! The tables of a platform that is up to date.

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;

/// A table, and the SQL definitions of its columns.
///
/// All but the first column may be added to an old table: each may be null or has a default.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [Column],
}

/// A column's name and definition.
pub(crate) type Column = (&'static str, &'static str);

const TEXT: &str = "TEXT";
const TIME: &str = "TEXT";
const COUNT: &str = "INTEGER NOT NULL DEFAULT 0";
const KEY: &str = "TEXT PRIMARY KEY";

pub(crate) const TABLES: [Table; 21] = [
    Table {
        name: "organizations",
        columns: &[
            ("org_slug", KEY),
            ("org_name", TEXT),
            ("status", "TEXT NOT NULL DEFAULT 'active'"),
            ("created_at", TIME),
            ("last_synced_at", TIME),
        ],
    },
    Table {
        name: "users",
        columns: &[
            ("user_id", KEY),
            ("org_slug", TEXT),
            ("email", TEXT),
            ("role", TEXT),
            ("locale", "TEXT NOT NULL DEFAULT 'en'"),
        ],
    },
    Table {
        name: "subscriptions",
        columns: &[
            ("subscription_id", KEY),
            ("org_slug", TEXT),
            ("plan", TEXT),
            ("daily_limit", COUNT),
            ("monthly_limit", COUNT),
        ],
    },
    Table {
        name: "usage_quotas",
        columns: &[
            ("org_slug", KEY),
            ("daily_used", COUNT),
            ("monthly_used", COUNT),
            ("running", COUNT),
            ("daily_reset_on", TEXT),
            ("monthly_reset_on", TEXT),
        ],
    },
    Table {
        name: "usage_events",
        columns: &[
            ("event_id", KEY),
            ("org_slug", TEXT),
            ("metric", TEXT),
            ("quantity", COUNT),
            ("created_at", TIME),
        ],
    },
    Table {
        name: "pipelines",
        columns: &[("pipeline_id", KEY), ("org_slug", TEXT), ("name", TEXT), ("schedule", TEXT)],
    },
    Table {
        name: "pipeline_runs",
        columns: &[
            ("run_id", KEY),
            ("org_slug", TEXT),
            ("pipeline_id", TEXT),
            ("status", TEXT),
            ("started_at", TIME),
            ("ended_at", TIME),
        ],
    },
    Table {
        name: "pipeline_steps",
        columns: &[("step_id", KEY), ("run_id", TEXT), ("name", TEXT), ("status", TEXT)],
    },
    Table {
        name: "alerts",
        columns: &[
            ("alert_id", KEY),
            ("org_slug", TEXT),
            ("message", TEXT),
            ("status", "TEXT NOT NULL DEFAULT 'pending'"),
            ("processed_at", TIME),
        ],
    },
    Table {
        name: "alert_history",
        columns: &[
            ("history_id", "INTEGER PRIMARY KEY"),
            ("alert_id", TEXT),
            ("outcome", TEXT),
            ("at", TIME),
        ],
    },
    Table {
        name: "notification_channels",
        columns: &[("channel_id", KEY), ("org_slug", TEXT), ("kind", TEXT), ("target", TEXT)],
    },
    Table {
        name: "api_keys",
        columns: &[("key_id", KEY), ("org_slug", TEXT), ("hash", TEXT), ("expires_at", TIME)],
    },
    Table {
        name: "integrations",
        columns: &[("integration_id", KEY), ("org_slug", TEXT), ("provider", TEXT)],
    },
    Table {
        name: "invitations",
        columns: &[("invitation_id", KEY), ("org_slug", TEXT), ("email", TEXT), ("expires_at", TIME)],
    },
    Table {
        name: "audit_log",
        columns: &[
            ("entry_id", "INTEGER PRIMARY KEY"),
            ("org_slug", TEXT),
            ("actor", TEXT),
            ("action", TEXT),
            ("at", TIME),
        ],
    },
    Table {
        name: "cost_records",
        columns: &[("record_id", KEY), ("org_slug", TEXT), ("amount_cents", COUNT), ("day", TEXT)],
    },
    Table {
        name: "data_checks",
        columns: &[("check_id", KEY), ("org_slug", TEXT), ("rule", TEXT), ("status", TEXT)],
    },
    Table { name: "budgets", columns: &[("budget_id", KEY), ("org_slug", TEXT), ("limit_cents", COUNT)] },
    Table {
        name: "invoices",
        columns: &[("invoice_id", KEY), ("org_slug", TEXT), ("amount_cents", COUNT), ("month", TEXT)],
    },
    Table { name: "feature_flags", columns: &[("flag_id", KEY), ("org_slug", TEXT), ("enabled", COUNT)] },
    Table { name: "webhooks", columns: &[("webhook_id", KEY), ("org_slug", TEXT), ("url", TEXT)] },
];

/// A time as the tables have it: RFC 3339 in UTC with milliseconds, so that texts sort as the times do.
pub(crate) fn time_text(time: Timestamp) -> String {
    DateTimePrinter::new().precision(Some(3)).timestamp_to_string(&time)
}

impl Table {
    /// The statement which creates the table with those of its columns that `wanted` says.
    pub(crate) fn create(&self, wanted: impl Fn(&Column) -> bool) -> String {
        let columns = self.columns.iter().filter(|column| wanted(column));
        let columns: Vec<String> = columns.map(|(name, definition)| format!("{name} {definition}")).collect();
        format!("CREATE TABLE {} ({}) STRICT", self.name, columns.join(", "))
    }
}
