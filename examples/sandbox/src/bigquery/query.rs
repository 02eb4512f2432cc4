//! Begins a job, or finds the one that the same request began before.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use serde::Deserialize;
use uuid::Uuid;

use super::answer::{Answer, QUERY};
use super::engine;
use super::error::{Error, Reason};
use super::jobs::Job;
use super::parameter::{Parameter, SentParameter};
use super::translate::{DATASET, translate};
use crate::digest::sha256_text;
use crate::portal::Portal;

const DEFAULT_LOCATION: &str = "US";
const MAX_REQUEST_ID: usize = 36;

/// Body of `jobs.query`, as far as the sandbox reads it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct QueryRequest {
    query: String,
    /// True unless told, as in the real API.
    #[serde(default = "yes")]
    use_legacy_sql: bool,
    request_id: Option<String>,
    #[serde(default)]
    dry_run: bool,
    parameter_mode: Option<String>,
    #[serde(default)]
    query_parameters: Vec<SentParameter>,
    default_dataset: Option<Dataset>,
    location: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Dataset {
    dataset_id: String,
}

fn yes() -> bool {
    true
}

impl QueryRequest {
    fn check(&self) -> Result<(), Error> {
        let invalid = |message: &str| Err(Error::new(Reason::Invalid, message));
        if self.use_legacy_sql {
            return invalid("the sandbox speaks no legacy SQL: useLegacySql must be false");
        }
        if !self.query_parameters.is_empty() && self.parameter_mode.as_deref() != Some("NAMED") {
            return invalid("parameterMode must be NAMED where there are parameters");
        }
        if self.request_id.as_ref().is_some_and(|id| id.len() > MAX_REQUEST_ID || !id.is_ascii()) {
            return invalid("requestId must be of up to 36 ASCII characters");
        }
        match &self.default_dataset {
            Some(dataset) if dataset.dataset_id != DATASET => {
                Err(Error::new(Reason::NotFound, format!("Not found: Dataset {}", dataset.dataset_id)))
            }
            _ => Ok(()),
        }
    }

    fn location(&self) -> &str {
        self.location.as_deref().unwrap_or(DEFAULT_LOCATION)
    }

    /// What makes two requests one: the id, and all that the result depends on.
    fn digest(&self, project: &str) -> Result<Option<String>, Error> {
        let Some(id) = &self.request_id else { return Ok(None) };
        let parameters = serde_json::to_vec(&self.query_parameters)
            .map_err(|error| Error::new(Reason::InternalError, error.to_string()))?;
        let parts = [project, id, self.location(), &self.query].map(str::as_bytes);
        Ok(Some(sha256_text(&[&parts[..], &[&parameters]].concat())))
    }
}

/// Refuses a request without the right token, or whose turn it is.
pub(super) fn admit(portal: &Portal, headers: &HeaderMap) -> Result<(), Error> {
    let shown = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    match &portal.options.bigquery.token {
        Some(token) if shown != Some(token) => {
            Err(Error::new(Reason::AuthError, "Request had invalid authentication credentials."))
        }
        _ => portal.bigquery.settings.admit(),
    }
}

/// The location of a job whose request names none.
pub(super) fn location(named: Option<String>) -> String {
    named.unwrap_or_else(|| DEFAULT_LOCATION.to_owned())
}

/// Handler: runs the statement at once; a slow job is only answered as if it still ran.
pub(super) async fn handle(
    State(portal): State<Arc<Portal>>,
    Path(project): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Answer>, Error> {
    admit(&portal, &headers)?;
    let request: QueryRequest =
        serde_json::from_slice(&body).map_err(|error| Error::new(Reason::Invalid, error.to_string()))?;
    request.check()?;
    // A task of its own: this future is dropped when the client hangs up, and the work must go on.
    let work = tokio::spawn(async move { begin(&portal, project, &request).await });
    work.await.map_err(|error| Error::new(Reason::InternalError, error.to_string()))?.map(Json)
}

async fn begin(portal: &Portal, project: String, request: &QueryRequest) -> Result<Answer, Error> {
    let parameters: Result<Vec<_>, _> = request.query_parameters.iter().map(Parameter::try_from).collect();
    let parameters = parameters?;
    let statement = translate(&request.query, &parameters)?;
    let now = portal.now();
    if request.dry_run {
        let mut database = portal.pool.acquire().await.map_err(|error| Error::from(&error))?;
        return engine::check(&mut database, &statement).await.map(Answer::dry);
    }
    // Held until the job is known, so that a repeated request waits and finds it.
    let mut jobs = portal.bigquery.jobs.lock().await;
    let digest = request.digest(&project)?;
    if let Some(job) = digest.as_ref().and_then(|digest| jobs.begun_by(digest, now)) {
        return Answer::of(QUERY, job.clone());
    }
    let mut database = portal.pool.acquire().await.map_err(|error| Error::from(&error))?;
    let outcome = if portal.bigquery.settings.fails() {
        Err(Error::new(Reason::ResourcesExceeded, "Resources exceeded during query execution"))
    } else {
        Ok(engine::run(&mut database, &statement, &parameters, now).await?)
    };
    let job = Job {
        project,
        id: format!("job_{}", Uuid::new_v4().simple()),
        location: request.location().to_owned(),
        polls: portal.bigquery.settings.polls(),
        outcome,
    };
    jobs.begin(job.clone(), digest, now);
    Answer::of(QUERY, job)
}
