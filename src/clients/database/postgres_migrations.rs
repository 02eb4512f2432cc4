use std::time::Duration;

use sqlx::Row as _;
use tokio::time::sleep;

use super::error::DatabaseError;
use super::migrations::{Applied, Applier, LOCK, Migrated, Migration, MigrationError, Record, TABLE};
use super::postgres_pool::PostgresPool;
use super::postgres_unit::Unit;
use super::statements::StatementError;

const CREATE: &str = "create table if not exists jobnet_migrations (version text primary key, name text not null, \
     checksum text not null, applied_at timestamptz not null, run_id text not null)";

/// How often one that waits for its turn looks whether it has come.
const LOOK: Duration = Duration::from_millis(200);

pub(super) async fn applied(pool: &PostgresPool) -> Result<Vec<Applied>, DatabaseError> {
    let mut unit = Unit::begin(pool).await?;
    let there = sqlx::query_scalar("select to_regclass($1) is not null").bind(TABLE).persistent(false);
    let there: bool = there.fetch_one(&mut *unit).await?;
    let mut rows = Vec::new();
    if there {
        let applied = sqlx::query("select version, checksum from jobnet_migrations").persistent(false);
        rows = applied.fetch_all(&mut *unit).await?;
    }
    unit.commit().await?;
    let rows = rows.iter().map(|row| Ok(Applied { version: row.try_get(0)?, checksum: row.try_get(1)? }));
    Ok(rows.collect::<Result<_, sqlx::Error>>()?)
}

pub(super) async fn migrate(
    pool: &PostgresPool,
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
    turn.0.reset().await?;
    turn.commit().await?;
    Ok(Migrated::Now)
}

/// A transaction of the only session that migrates.
///
/// It lives as long as the transaction, so that it works through a pooler of transactions too. Others look again and again
/// instead of waiting in a statement: `create index concurrently` waits for all statements that began before it. Between two
/// looks they have no connection, of which there may be few.
pub(super) struct Turn(Unit);

impl Turn {
    /// Waits for the turn.
    pub(super) async fn take(pool: &PostgresPool) -> Result<Self, DatabaseError> {
        loop {
            let mut unit = Unit::begin(pool).await?;
            let ours = sqlx::query_scalar("select pg_try_advisory_xact_lock($1)").bind(LOCK);
            if ours.persistent(false).fetch_one(&mut *unit).await? {
                return Ok(Self(unit));
            }
            unit.roll_back().await?;
            sleep(LOOK).await;
        }
    }

    /// Makes the table of records where it is absent, and tells whether it was.
    pub(super) async fn make_table(&mut self) -> Result<bool, sqlx::Error> {
        let absent = sqlx::query_scalar("select to_regclass($1) is null").bind(TABLE);
        let absent = absent.persistent(false).fetch_one(&mut *self.0).await?;
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
            .fetch_optional(&mut *self.0)
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
            .execute(&mut *self.0)
            .await
            .map(drop)
    }

    pub(super) async fn execute(&mut self, statements: &str) -> Result<(), sqlx::Error> {
        self.0.execute(statements).await
    }

    /// Makes permanent what was done, and ends the turn.
    pub(super) async fn commit(self) -> Result<(), sqlx::Error> {
        self.0.commit().await
    }

    /// Ends the turn without having done anything.
    pub(super) async fn give_up(self) {
        self.0.undo().await;
    }
}
