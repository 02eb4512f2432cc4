//! BigQuery's `jobs.query` and `jobs.getQueryResults` at `/bigquery`, over the platform's tables.
//!
//! [jobs.query](https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/query),
//! [jobs.getQueryResults](https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/getQueryResults)

mod answer;
mod engine;
mod error;
mod jobs;
mod parameter;
mod query;
mod results;
mod settings;
mod tokens;
mod translate;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

pub use settings::{BigQueryHandle, BigQueryOptions, Refusal};

use crate::portal::Portal;

/// What requests to BigQuery share.
#[derive(Default)]
pub(crate) struct BigQuery {
    settings: settings::Settings,
    jobs: tokio::sync::Mutex<jobs::Jobs>,
}

impl BigQuery {
    pub(crate) fn handle(&self) -> BigQueryHandle<'_> {
        BigQueryHandle::new(&self.settings)
    }
}

pub(crate) fn routes() -> Router<Arc<Portal>> {
    Router::new()
        .route("/bigquery/projects/{project}/queries", post(query::handle))
        .route("/bigquery/projects/{project}/queries/{job}", get(results::handle))
}
