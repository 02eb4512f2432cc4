//! A shop's catalogue in an SQLite file, its raw pages in a directory.

use std::error::Error;
use std::path::Path;

use jobnet_sandbox::{Options, Sandbox};
use tokio::runtime::Runtime;

use crate::net::Net;

/// What a table counts as, and its active items by themselves.
const TABLES: [&str; 6] =
    ["stg_ranking", "stg_item", "stg_item where is_active", "stg_item_tag", "stg_genre", "stg_tag"];

pub(crate) fn show() -> Result<u8, Box<dyn Error>> {
    let runtime = Runtime::new()?;
    let sandbox = runtime.block_on(Sandbox::start(Options::default()))?;
    println!("A shop with six rankings listens on {}/rakuten\n", sandbox.base_url());
    let net = Net::copy_of("batch-etl")?
        .env("RAKUTEN_BASE", format!("{}/rakuten", sandbox.base_url()))
        .env("RAKUTEN_APP_ID", "00000000-0000-4000-8000-000000000000")
        .env("RAKUTEN_ACCESS_KEY", "sandbox");

    let first = net.run(&["--all"])?;
    runtime.block_on(net.print_tables("var/batch-etl.db", &TABLES))?;
    let kept = print_pages(&net.directory().join("var/raw"))?;

    println!("\nThe same again: rows are `unchanged`, and no page is kept twice.");
    let second = net.run(&["--all"])?;
    let kept_again = print_pages(&net.directory().join("var/raw"))?;
    runtime.block_on(sandbox.stop());
    Ok(if kept == kept_again { first.max(second) } else { 1 })
}

/// Prints how many pages are kept, apart from the manifests, of which every run writes its own.
fn print_pages(store: &Path) -> std::io::Result<usize> {
    let pages = count(store, ".json.gz")?;
    println!("\nvar/raw holds\n  {pages:>3} pages\n  {:>3} manifests", count(store, ".jsonl")?);
    Ok(pages)
}

/// How many files there are whose names end so.
fn count(directory: &Path, end: &str) -> std::io::Result<usize> {
    let mut files = 0;
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        files += if entry.file_type()?.is_dir() {
            count(&entry.path(), end)?
        } else {
            usize::from(entry.file_name().to_string_lossy().ends_with(end))
        };
    }
    Ok(files)
}
