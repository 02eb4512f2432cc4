//! The stage kind `migrate`.

mod faults;
mod line_ends;
mod outside;
mod postgres;
mod session;
mod sqlite;
mod supabase;

use crate::common::Jobnet;

/// A net whose stage `work` applies the files in `migrations` to a database at this URL.
fn net(url: &str) -> Jobnet {
    let spec = format!(
        "jobnet: v1\nname: net\nenvironments: {{local: {{}}}}\ndatabases: {{main: \"{url}\"}}\nstages:\n  \
         work: {{migrate: {{dir: migrations}}}}\n"
    );
    let jobnet = Jobnet::on_spec(&spec, ["work"]);
    std::fs::create_dir(jobnet.directory().join("migrations")).unwrap();
    jobnet
}

/// A net with two migrations and a file that is none.
fn two(url: &str) -> Jobnet {
    net(url)
        .file(
            "migrations/2_prices.sql",
            "-- a price\nalter table items add column price integer;\nupdate items set price = 1;",
        )
        .file(
            "migrations/01_items.sql",
            "create table items (id integer primary key);\ninsert into items values (1);\n",
        )
        .file("migrations/README.md", "not SQL")
}
