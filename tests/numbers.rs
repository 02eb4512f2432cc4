//! Numbers arrive as they came: digit for digit, or as one failed item that is told.

mod arithmetic;
mod model;
mod read;
mod saved;
mod sent;

use serde_json::Value;

use crate::common::misbehaving::{self, Server};
use crate::common::{Ended, Jobnet};

/// A server that answers with one page, whatever is asked.
async fn page(json: String) -> Server {
    Server::start(move |_| {
        let page = json.clone();
        async move { misbehaving::json(page) }
    })
    .await
}

/// A spec of one stage `s`, which reads the server's page.
fn spec(stage: &str) -> String {
    format!(
        "jobnet: v1
name: numbers
secrets: [DATABASE_URL]
vars: {{API: ''}}
apis: {{a: {{base_url: '${{API}}', retry: {{backoff: [0s]}}}}}}
databases: {{main: '${{DATABASE_URL}}'}}
stages:
  s: {stage}
environments: {{local: {{}}}}
"
    )
}

/// Runs the stage against a server.
fn run(server: &Server, stage: &str) -> Jobnet {
    Jobnet::on_spec(&spec(stage), ["s", "--format", "json"]).env("API", &server.base_url())
}

/// What a run counted.
fn counts(ended: &Ended) -> Value {
    ended.summary("s")["metrics"].clone()
}

/// What a run says went wrong.
fn errors(ended: &Ended) -> Vec<String> {
    let errors = ended.summary("s")["errors"].clone();
    let errors = errors.as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| error["message"].as_str().unwrap_or_default().to_owned()).collect()
}
