//! Polls a job.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;

use super::answer::{Answer, RESULTS};
use super::error::{Error, Reason};
use super::query;
use crate::portal::Portal;

#[derive(Debug, Deserialize)]
pub(super) struct ResultsQuery {
    location: Option<String>,
}

/// Handler: the job as it stands, sooner than `timeoutMs`: the sandbox makes nobody wait.
pub(super) async fn handle(
    State(portal): State<Arc<Portal>>,
    Path((project, job)): Path<(String, String)>,
    Query(asked): Query<ResultsQuery>,
    headers: HeaderMap,
) -> Result<Json<Answer>, Error> {
    query::admit(&portal, &headers)?;
    let location = query::location(asked.location);
    let found = portal.bigquery.jobs.lock().await.poll(&project, &job, &location);
    let missing = || Error::new(Reason::NotFound, format!("Not found: Job {project}:{location}.{job}"));
    Answer::of(RESULTS, found.ok_or_else(missing)?).map(Json)
}
