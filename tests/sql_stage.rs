//! The stage kind `sql`, and rows of a flow that a query gives.

mod bigquery;
mod faults;
mod postgres;
mod rows;
mod sqlite;

use crate::common::Jobnet;

/// A net with a database at this URL, variables, and one stage `work`.
fn net(url: &str, vars: &str, stage: &str) -> Jobnet {
    let spec = format!(
        "jobnet: v1\nname: net\nenvironments: {{local: {{}}}}\ndatabases: {{main: \"{url}\"}}\n{vars}stages:\n  \
         work: {stage}\n"
    );
    Jobnet::on_spec(&spec, ["work"])
}
