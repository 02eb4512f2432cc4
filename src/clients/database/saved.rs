use super::Database;
use super::error::DatabaseError;
use super::own_table;
use super::postgres::PostgresSession;
use super::progress::Owner;
use super::session::{Params, Session};
use super::sqlite::SqliteSession;

/// The table of the last run of each stage that saved rows. `succeeded_at` is null from the first rows that a run commits
/// until it succeeds, so that rows of two runs are never taken for those of one.
pub(super) const NAME: &str = "jobnet_saved";
pub(super) const DEFINITION: &str = "(net text not null, env text not null, stage text not null, run_id text not null, \
     job_start_at text not null, succeeded_at text, primary key (net, env, stage))";

/// A run of the net, as the databases that its stages save into record it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetRun {
    /// Its id.
    pub run_id: String,
    /// When it began, as RFC 3339 writes it with milliseconds.
    pub job_start_at: String,
}

/// The last run of a stage that saved rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LastSaved {
    /// There was none.
    Never,
    /// It committed rows and did not succeed, or goes on.
    Unfinished(NetRun),
    /// It succeeded, and no other run has committed rows since.
    Succeeded(NetRun),
}

impl Database {
    /// The last run of a stage that saved rows here.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn last_saved(&self, owner: &Owner) -> Result<LastSaved, DatabaseError> {
        match self {
            Self::Postgres(pool) => last(PostgresSession::begin(pool).await?, owner).await,
            Self::Sqlite(pool) => last(SqliteSession::begin(pool).await?, owner).await,
        }
    }
}

/// Records that a run commits rows: until it succeeds nothing is known of what the table holds.
pub(super) async fn begun<S: Session>(
    session: &mut S,
    owner: &Owner,
    run: &NetRun,
) -> Result<(), DatabaseError> {
    let Owner { net, env, stage } = owner;
    let sql = "insert into jobnet_saved (net, env, stage, run_id, job_start_at) values ($1, $2, $3, $4, $5) \
         on conflict (net, env, stage) do update set run_id = excluded.run_id, job_start_at = excluded.job_start_at, \
         succeeded_at = null where jobnet_saved.run_id <> excluded.run_id or jobnet_saved.succeeded_at is not null";
    session.execute(sql, &Params::texts([net, env, stage, &run.run_id, &run.job_start_at])).await.map(drop)
}

/// Records that a run succeeded.
pub(super) async fn succeeded<S: Session>(
    session: &mut S,
    owner: &Owner,
    run: &NetRun,
    at: &String,
) -> Result<(), DatabaseError> {
    let Owner { net, env, stage } = owner;
    let sql = "insert into jobnet_saved (net, env, stage, run_id, job_start_at, succeeded_at) \
         values ($1, $2, $3, $4, $5, $6) on conflict (net, env, stage) do update set run_id = excluded.run_id, \
         job_start_at = excluded.job_start_at, succeeded_at = excluded.succeeded_at";
    session
        .execute(sql, &Params::texts([net, env, stage, &run.run_id, &run.job_start_at, at]))
        .await
        .map(drop)
}

async fn last<S: Session>(mut session: S, owner: &Owner) -> Result<LastSaved, DatabaseError> {
    if !own_table::is_there(&mut session, NAME).await? {
        return Ok(LastSaved::Never);
    }
    let Owner { net, env, stage } = owner;
    let sql = "select run_id, job_start_at, succeeded_at from jobnet_saved \
         where net = $1 and env = $2 and stage = $3";
    let rows = session.rows(sql, &Params::texts([net, env, stage])).await?;
    Ok(match rows.into_iter().next().and_then(|row| <[Option<String>; 3]>::try_from(row).ok()) {
        Some([Some(run_id), Some(job_start_at), succeeded_at]) => {
            let run = NetRun { run_id, job_start_at };
            if succeeded_at.is_some() { LastSaved::Succeeded(run) } else { LastSaved::Unfinished(run) }
        }
        // Neither column holds a null.
        Some(_) | None => LastSaved::Never,
    })
}
