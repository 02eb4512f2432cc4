//! What either method answers.

use serde::Serialize;
use serde_json::Value;

use super::engine::Effect;
use super::error::Error;
use super::jobs::Job;

/// An answer to `jobs.query` or `jobs.getQueryResults`. Numbers of 64 bits are texts.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answer {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_reference: Option<JobReference>,
    job_complete: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_bytes_processed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    num_dml_affected_rows: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_rows: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<Vec<Value>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct JobReference {
    project_id: String,
    job_id: String,
    location: String,
}

pub(super) const QUERY: &str = "bigquery#queryResponse";
pub(super) const RESULTS: &str = "bigquery#getQueryResultsResponse";

impl Answer {
    /// What a dry run is answered: it has no job.
    pub(super) fn dry(bytes: i64) -> Self {
        let bytes = Some(bytes.to_string());
        Self { kind: QUERY, job_complete: true, total_bytes_processed: bytes, ..Self::default() }
    }

    /// The job as it stands; the error that it failed with, once it is complete.
    pub(super) fn of(kind: &'static str, job: Job) -> Result<Self, Error> {
        let Job { project, id, location, polls, outcome } = job;
        let job_reference = Some(JobReference { project_id: project, job_id: id, location });
        let answer = Self { kind, job_reference, job_complete: polls == 0, ..Self::default() };
        if polls > 0 {
            return Ok(answer);
        }
        let outcome = outcome?;
        let answer = Self { total_bytes_processed: Some(outcome.bytes.to_string()), ..answer };
        Ok(match outcome.effect {
            Effect::Changed(rows) => Self { num_dml_affected_rows: Some(rows.to_string()), ..answer },
            Effect::Rows { schema, rows } => Self {
                schema: Some(schema),
                total_rows: Some(rows.len().to_string()),
                rows: Some(rows),
                ..answer
            },
        })
    }
}
