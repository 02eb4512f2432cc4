//! A platform's maintenance: the jobs of a release, in their order, and then those of a day and of a month.

use std::error::Error;

use jobnet_sandbox::{Installation, Options, PlatformOptions, Sandbox};
use tokio::runtime::Runtime;

use crate::net::Net;

/// The jobs of a day and of a month, which their schedules start one by one.
const SCHEDULED: [&str; 5] = ["quota-reset", "quota-cleanup", "stale-cleanup", "alerts", "quota-monthly"];

pub(crate) fn show() -> Result<u8, Box<dyn Error>> {
    let runtime = Runtime::new()?;
    let platform = PlatformOptions { installation: Installation::Old, ..PlatformOptions::default() };
    let sandbox = runtime.block_on(Sandbox::start(Options { platform, ..Options::default() }))?;
    println!("A platform that lacks tables, Supabase and BigQuery listen on {}\n", sandbox.base_url());
    let at = |path| format!("{}/{path}", sandbox.base_url());
    let net = Net::copy_of("scheduler-jobs")?
        .env("API_BASE", at("admin"))
        .env("SUPABASE_API", at("supabase"))
        .env("BIGQUERY_API", at("bigquery"))
        .env("CA_ROOT_API_KEY", "sandbox-root-key")
        .env("SUPABASE_ACCESS_TOKEN", "sandbox-supabase-token");

    let mut worst = 0;
    for title in ["", "\nThe same again: what was done is not done twice.\n"] {
        print!("{title}");
        worst = worst.max(net.run(&["release"])?).max(net.run(&SCHEDULED)?);
        println!("\nThe platform holds\n{}", runtime.block_on(holdings(&sandbox))?);
    }
    runtime.block_on(sandbox.stop());
    Ok(worst)
}

/// What the platform's database says of itself.
async fn holdings(sandbox: &Sandbox) -> Result<String, sqlx::Error> {
    let mut shown = Vec::new();
    for (what, query) in [
        (
            "organizations that were synced",
            "select count(*) from organizations where last_synced_at is not null",
        ),
        ("usage events of the last 90 days", "select count(*) from usage_events"),
    ] {
        let count: i64 = sqlx::query_scalar(query).fetch_one(sandbox.pool()).await?;
        shown.push(format!("  {count:>3} {what}"));
    }
    Ok(shown.join("\n"))
}
