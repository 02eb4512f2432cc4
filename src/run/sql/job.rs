use uuid::Uuid;

use crate::clients::{BigQuery, Job, JobState};
use crate::run::again::Attempts;
use crate::run::context::StageRun;
use crate::run::exchange::Failure;

use super::script::BoundScript;

/// Verbs of which several make a transaction
/// (<https://cloud.google.com/bigquery/docs/transactions#statements_supported_in_transactions>).
const DML: [&str; 4] = ["INSERT", "UPDATE", "DELETE", "MERGE"];

/// Runs a script as one job to its end, and gives the rows that it changed, as far as BigQuery says.
pub(super) async fn run(run: &StageRun, bigquery: &BigQuery, script: &BoundScript) -> Result<u64, Failure> {
    let mut state = begin(run, bigquery, &job(run, script, false), script.name()).await?;
    let mut attempts = Attempts::at(script.name(), run);
    let mut attempt = 1;
    loop {
        let running = match state {
            JobState::Done { affected, .. } => return Ok(affected),
            JobState::Running(running) => running,
        };
        state = match bigquery.poll(&running, &|sent| run.sent(sent, attempt)).await {
            Ok(state) => {
                attempt = 1;
                state
            }
            Err(error) => {
                attempts.again(error).await?;
                attempt += 1;
                JobState::Running(running)
            }
        };
    }
}

/// The bytes that the script would read.
pub(super) async fn rehearse(
    run: &StageRun,
    bigquery: &BigQuery,
    script: &BoundScript,
) -> Result<u64, Failure> {
    match begin(run, bigquery, &job(run, script, true), script.name()).await? {
        JobState::Done { bytes, .. } => Ok(bytes),
        JobState::Running(_) => Err(Failure {
            message: format!("{}: BigQuery runs what it was to check", script.name()),
            temporary: false,
        }),
    }
}

/// Begins the job; however often it is asked for under its id, it is one.
async fn begin(run: &StageRun, bigquery: &BigQuery, job: &Job, name: &str) -> Result<JobState, Failure> {
    let mut attempts = Attempts::at(name, run);
    let mut attempt = 1;
    loop {
        match bigquery.begin(job, &|sent| run.sent(sent, attempt)).await {
            Ok(state) => return Ok(state),
            Err(error) => attempts.again(error).await?,
        }
        attempt += 1;
    }
}

fn job(run: &StageRun, script: &BoundScript, dry_run: bool) -> Job {
    let mut names: Vec<&str> = Vec::new();
    for parameter in script.statements.iter().flat_map(|statement| statement.parameters()) {
        if !names.contains(&parameter.name.as_str()) {
            names.push(&parameter.name);
        }
    }
    Job {
        text: text(script),
        params: names.iter().map(|name| ((*name).to_owned(), script.value(name, run.identity()))).collect(),
        request_id: Uuid::new_v4().to_string(),
        dry_run,
    }
}

/// The whole script; a transaction where it is several statements that can be in one.
fn text(script: &BoundScript) -> String {
    let statements = &script.statements;
    let mut texts: Vec<String> =
        statements.iter().map(|statement| statement.render(|name| format!("@{name}"))).collect();
    if texts.len() > 1 && statements.iter().all(|statement| DML.contains(&statement.verb())) {
        texts.insert(0, "BEGIN TRANSACTION".to_owned());
        texts.push("COMMIT TRANSACTION".to_owned());
    }
    // A statement may end in a comment.
    if texts.len() == 1 { texts.concat() } else { texts.join("\n;\n") + "\n;" }
}
