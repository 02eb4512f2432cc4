use serde::Deserialize;

use super::error::BigQueryError;

/// Where a job is found again.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobRef {
    pub(super) project_id: String,
    pub(super) job_id: String,
    pub(super) location: Option<String>,
}

/// How far a job is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobState {
    /// It still works.
    Running(JobRef),
    /// It is done.
    Done {
        /// The rows that it inserted, updated or deleted, as far as BigQuery says.
        affected: u64,
        /// The bytes that it read; in a dry run, that it would read.
        bytes: u64,
    },
}

/// What both methods answer. Numbers of 64 bits are texts
/// (<https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/query#response-body>).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answer {
    #[serde(default)]
    job_complete: bool,
    job_reference: Option<JobRef>,
    num_dml_affected_rows: Option<String>,
    total_bytes_processed: Option<String>,
}

impl Answer {
    pub(super) fn read(body: &[u8]) -> Result<JobState, BigQueryError> {
        let answer: Self =
            serde_json::from_slice(body).map_err(|error| BigQueryError::Answer(error.to_string()))?;
        if !answer.job_complete {
            let job =
                answer.job_reference.ok_or_else(|| BigQueryError::Answer("it names no job".to_owned()))?;
            return Ok(JobState::Running(job));
        }
        let number = |text: Option<String>| {
            text.map_or(Ok(0), |text| {
                text.parse()
                    .map_err(|_| BigQueryError::Answer(format!("`{text}` is not a number of rows or bytes")))
            })
        };
        Ok(JobState::Done {
            affected: number(answer.num_dml_affected_rows)?,
            bytes: number(answer.total_bytes_processed)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_works_until_it_is_complete() {
        let job = r#"{"projectId": "p", "jobId": "j", "location": "EU"}"#;
        let running = Answer::read(format!("{{\"jobComplete\": false, \"jobReference\": {job}}}").as_bytes());
        let reference =
            JobRef { project_id: "p".to_owned(), job_id: "j".to_owned(), location: Some("EU".to_owned()) };
        assert_eq!(running.unwrap(), JobState::Running(reference));
        let done = Answer::read(
            br#"{"jobComplete": true, "numDmlAffectedRows": "12", "totalBytesProcessed": "345"}"#,
        );
        assert_eq!(done.unwrap(), JobState::Done { affected: 12, bytes: 345 });
        let query = Answer::read(br#"{"jobComplete": true, "rows": []}"#);
        assert_eq!(query.unwrap(), JobState::Done { affected: 0, bytes: 0 });
        assert!(Answer::read(br#"{"jobComplete": false}"#).is_err());
    }
}
