//! PostgreSQL behind a pooler, where sessions are others' before and after.

mod few;
mod kinds;
mod outside;
mod session;

use crate::common::Jobnet;

/// A net on a database at this URL, with these keys of the spec.
fn net(url: &str, spec: &str) -> Jobnet {
    let spec = format!(
        "jobnet: v1\nname: net\nenvironments: {{local: {{}}}}\ndatabases: {{main: \"{url}\"}}\n{spec}"
    );
    Jobnet::on_spec(&spec, ["--all", "--format", "json"])
}
