//! Connections that do not come about, and those that do: who is trusted, what is tried again, and what is said.

mod certificates;
mod parameters;
mod refused;
mod zones;

use crate::common::Jobnet;

/// A net whose stage `work` runs a statement in a database at this URL, with more keys of the database.
fn net(url: &str, keys: &str, query: &str) -> Jobnet {
    let spec = format!(
        "jobnet: v1\nname: net\nsecrets: [URL]\nenvironments: {{local: {{}}}}\n\
         databases: {{main: {{url: \"${{URL}}\"{keys}}}}}\nstages: {{work: {{timeout: 10s, sql: {{query: \"{query}\"}}}}}}\n"
    );
    Jobnet::on_spec(&spec, ["work", "--format", "json"]).env("URL", url)
}
