use crate::clients::LastRun;

use super::error::DatabaseError;
use super::own_table;
use super::postgres::PostgresSession;
use super::session::{Params, Session};
use super::sqlite::SqliteSession;
use super::{Database, Owner};

/// How the last run of each stage ended, and the one before it: whoever asks again for the same run is told the same.
const TABLE: &str = "(net text not null, env text not null, stage text not null, run text not null, outcome text not null, ended_at text not null, outcome_before text, \
     primary key (net, env, stage))";

impl Database {
    /// Remembers how a run of a stage ended, and gives the outcome of the run before, where there was one.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn remember(&self, owner: &Owner, last: &LastRun) -> Result<Option<String>, DatabaseError> {
        match self {
            Self::Postgres(pool) => remember(PostgresSession::begin(pool).await?, owner, last).await,
            Self::Sqlite(pool) => remember(SqliteSession::begin(pool).await?, owner, last).await,
        }
    }
}

async fn remember<S: Session>(
    mut session: S,
    owner: &Owner,
    last: &LastRun,
) -> Result<Option<String>, DatabaseError> {
    own_table::create(&mut session, "jobnet_outcome", TABLE).await?;
    let Owner { net, env, stage } = owner;
    let ended_at = last.ended_at.to_string();
    // The assignments see the row as it was.
    let sql = "insert into jobnet_outcome (net, env, stage, run, outcome, ended_at) values ($1, $2, $3, $4, $5, $6) \
         on conflict (net, env, stage) do update set run = excluded.run, outcome = excluded.outcome, \
         ended_at = excluded.ended_at, outcome_before = jobnet_outcome.outcome where jobnet_outcome.run <> excluded.run";
    session.execute(sql, &Params::texts([net, env, stage, &last.run, &last.outcome, &ended_at])).await?;
    let look = "select outcome_before from jobnet_outcome where net = $1 and env = $2 and stage = $3";
    let rows = session.rows(look, &Params::texts([net, env, stage])).await?;
    session.commit().await?;
    Ok(rows.into_iter().flatten().flatten().next())
}
