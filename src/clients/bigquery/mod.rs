//! BigQuery's REST API: queries as jobs (<https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/query>).

mod answer;
mod error;
mod token;

use serde_json::{Value, json};
use url::Url;

use crate::secret::{Masker, Redacted};

use self::answer::Answer;
use self::token::Tokens;
use super::database::Param;
use super::http::HttpClient;
use super::json_api::{JsonApi, Observer};

pub use answer::{JobRef, JobState};
pub use error::BigQueryError;

/// How long an answer may be held back until the job is done, in milliseconds.
const HOLD_MS: u32 = 10_000;

/// A dataset of BigQuery's, and the project that pays for jobs.
#[derive(Debug, Clone)]
pub struct BigQuery {
    api: JsonApi,
    project: String,
    dataset: String,
    tokens: Tokens,
    masker: Masker,
}

/// A query with the values of its parameters.
#[derive(Debug, Clone)]
pub struct Job {
    /// The text, with `@name` where a value is wanted.
    pub text: String,
    /// The values, by name.
    pub params: Vec<(String, Param)>,
    /// What makes two requests one for 15 minutes: up to 36 ASCII characters.
    pub request_id: String,
    /// Only check it, and say what it would read.
    pub dry_run: bool,
}

impl BigQuery {
    /// Where Google's own API begins.
    pub const API: &'static str = "https://bigquery.googleapis.com/bigquery/v2";

    /// A dataset, by its project and its name, behind an API. A token that is given is the one that is sent; without one
    /// the credentials of the environment are used at Google, and none elsewhere.
    pub fn new(
        client: HttpClient,
        (project, dataset): (String, String),
        api: Url,
        token: Option<Redacted<String>>,
        masker: Masker,
    ) -> Self {
        let tokens = Tokens::new(token, &api);
        Self { api: JsonApi::new(client, api), project, dataset, tokens, masker }
    }

    /// Begins a job, or finds the one that an equal request with the same id began.
    ///
    /// # Errors
    /// [`BigQueryError`].
    pub async fn begin(&self, job: &Job, observe: Observer<'_>) -> Result<JobState, BigQueryError> {
        let params: Vec<Value> = job.params.iter().map(|(name, param)| parameter(name, param)).collect();
        let body = json!({
            "query": job.text, "useLegacySql": false, "parameterMode": "NAMED", "queryParameters": params,
            "defaultDataset": {"projectId": self.project, "datasetId": self.dataset},
            "requestId": job.request_id, "timeoutMs": HOLD_MS, "dryRun": job.dry_run,
        });
        self.send(&format!("/projects/{}/queries", self.project), &[], Some(&body), observe).await
    }

    /// Asks for a job's end, for a while
    /// (<https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/getQueryResults>).
    ///
    /// # Errors
    /// [`BigQueryError`].
    pub async fn poll(&self, job: &JobRef, observe: Observer<'_>) -> Result<JobState, BigQueryError> {
        let hold = HOLD_MS.to_string();
        let mut query = vec![("timeoutMs", hold.as_str()), ("maxResults", "0")];
        if let Some(location) = &job.location {
            query.push(("location", location));
        }
        let path = format!("/projects/{}/queries/{}", job.project_id, job.job_id);
        self.send(&path, &query, None, observe).await
    }

    async fn send(
        &self,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
        observe: Observer<'_>,
    ) -> Result<JobState, BigQueryError> {
        let token = self.tokens.token(&self.masker).await?;
        let answer = self.api.send(path, query, body, token.as_ref(), observe).await?;
        if answer.status >= 400 {
            return Err(BigQueryError::answered(&answer, &self.masker));
        }
        Answer::read(&answer.body)
    }
}

/// A parameter with its type (<https://cloud.google.com/bigquery/docs/reference/rest/v2/QueryParameter>): every value is
/// sent as a text.
fn parameter(name: &str, param: &Param) -> Value {
    let kind = match param {
        Param::Text(_) => "STRING",
        Param::Int(_) => "INT64",
        Param::Number(_) => "FLOAT64",
        Param::Bool(_) => "BOOL",
        Param::Time(_) => "TIMESTAMP",
    };
    json!({"name": name, "parameterType": {"type": kind}, "parameterValue": {"value": param.text()}})
}
