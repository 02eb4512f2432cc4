use std::time::Duration;

use sqlx::postgres::{PgConnection, PgPool};
use sqlx::{AssertSqlSafe, Connection as _, Row as _};
use tokio::time::sleep;

use super::error::DatabaseError;
use super::migrations::{Applied, Applier, LOCK, Migrated, Migration, MigrationError, Record, TABLE};
use super::reset::RESET_SESSION;
use super::statements::StatementError;

const CREATE: &str = "create table if not exists jobnet_migrations (version text primary key, name text not null, \
     checksum text not null, applied_at timestamptz not null, run_id text not null)";

/// How often one that waits for its turn looks whether it has come.
const LOOK: Duration = Duration::from_millis(200);

pub(super) async fn applied(pool: &PgPool) -> Result<Vec<Applied>, DatabaseError> {
    let there: bool =
        sqlx::query_scalar("select to_regclass($1) is not null").bind(TABLE).fetch_one(pool).await?;
    if !there {
        return Ok(Vec::new());
    }
    let rows = sqlx::query("select version, checksum from jobnet_migrations").fetch_all(pool).await?;
    let rows = rows.iter().map(|row| Ok(Applied { version: row.try_get(0)?, checksum: row.try_get(1)? }));
    Ok(rows.collect::<Result<_, sqlx::Error>>()?)
}

pub(super) async fn migrate(
    pool: &PgPool,
    migration: &Migration,
    applier: &Applier<'_>,
) -> Result<Migrated, MigrationError> {
    let mut turn = Turn::take(pool).await?;
    turn.make_table().await?;
    if let Some(record) = turn.record_of(migration).await? {
        turn.give_up().await;
        return Ok(record.says(migration, applier));
    }
    // The record comes first, before the migration sets a search path in which its table would not be found.
    turn.record(migration, applier).await?;
    for (place, statement) in migration.statements.iter().enumerate() {
        turn.execute(statement).await.map_err(StatementError::of(place))?;
    }
    turn.execute(RESET_SESSION).await?;
    turn.commit().await?;
    Ok(Migrated::Now)
}

/// A transaction of the only session that migrates, on a connection of its own.
///
/// It lives as long as the transaction, so that it works through a pooler of transactions too. Others look again and again
/// instead of waiting in a statement: `create index concurrently` waits for all statements that began before it.
pub(super) struct Turn(PgConnection);

impl Turn {
    /// Waits for the turn.
    pub(super) async fn take(pool: &PgPool) -> Result<Self, sqlx::Error> {
        let mut connection = own_connection(pool).await?;
        loop {
            sqlx::raw_sql("begin").execute(&mut connection).await?;
            let ours = sqlx::query_scalar("select pg_try_advisory_xact_lock($1)").bind(LOCK);
            if ours.persistent(false).fetch_one(&mut connection).await? {
                return Ok(Self(connection));
            }
            sqlx::raw_sql("rollback").execute(&mut connection).await?;
            sleep(LOOK).await;
        }
    }

    /// Makes the table of records where it is absent, and tells whether it was.
    pub(super) async fn make_table(&mut self) -> Result<bool, sqlx::Error> {
        let absent = sqlx::query_scalar("select to_regclass($1) is null").bind(TABLE);
        let absent = absent.persistent(false).fetch_one(&mut self.0).await?;
        if absent {
            self.execute(CREATE).await?;
        }
        Ok(absent)
    }

    /// The record of a migration, where it has one.
    pub(super) async fn record_of(&mut self, migration: &Migration) -> Result<Option<Record>, sqlx::Error> {
        let recorded = sqlx::query("select checksum, run_id from jobnet_migrations where version = $1")
            .bind(&migration.version)
            .persistent(false)
            .fetch_optional(&mut self.0)
            .await?;
        recorded.map(|row| Ok(Record { checksum: row.try_get(0)?, run_id: row.try_get(1)? })).transpose()
    }

    /// Records a migration as applied.
    pub(super) async fn record(
        &mut self,
        migration: &Migration,
        applier: &Applier<'_>,
    ) -> Result<(), sqlx::Error> {
        sqlx::query("insert into jobnet_migrations values ($1, $2, $3, cast($4 as timestamptz), $5)")
            .bind(&migration.version)
            .bind(&migration.name)
            .bind(migration.checksum.recorded())
            .bind(applier.now)
            .bind(applier.run_id)
            .persistent(false)
            .execute(&mut self.0)
            .await
            .map(drop)
    }

    pub(super) async fn execute(&mut self, statements: &str) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut self.0).await.map(drop)
    }

    /// Makes permanent what was done, and ends the turn.
    pub(super) async fn commit(mut self) -> Result<(), sqlx::Error> {
        self.execute("commit").await?;
        // The work is done by now, however the connection ends.
        let _ = self.0.close().await;
        Ok(())
    }

    /// Ends the turn without having done anything.
    pub(super) async fn give_up(self) {
        // The server ends the transaction of a connection that ends, however it does.
        let _ = self.0.close().await;
    }
}

/// A connection that is nobody else's, before and after.
pub(super) async fn own_connection(pool: &PgPool) -> Result<PgConnection, sqlx::Error> {
    Ok(pool.acquire().await?.detach())
}
