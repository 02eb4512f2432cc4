use sqlx::postgres::{PgConnection, PgPool};
use sqlx::{AssertSqlSafe, Connection as _, Row as _};

use super::error::DatabaseError;
use super::migrations::{Applied, Applier, LOCK, Migrated, Migration, Record, TABLE};
use super::statements::StatementError;

const CREATE: &str = "create table if not exists jobnet_migrations (version text primary key, name text not null, \
     checksum text not null, applied_at timestamptz not null, run_id text not null)";

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
) -> Result<Migrated, StatementError> {
    // What a migration sets in its session, a search path say, must not reach the next one.
    let mut connection = pool.acquire().await?.detach();
    let migrated = migrate_on(&mut connection, migration, applier).await;
    // The work is done or not by now, however the connection ends.
    let _ = connection.close().await;
    migrated
}

async fn migrate_on(
    connection: &mut PgConnection,
    migration: &Migration,
    applier: &Applier<'_>,
) -> Result<Migrated, StatementError> {
    let mut transaction = connection.begin().await?;
    // It lives as long as the transaction, so that it works through a pooler of transactions too.
    sqlx::query("select pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *transaction).await?;
    sqlx::raw_sql(CREATE).execute(&mut *transaction).await?;
    let recorded = sqlx::query("select checksum, run_id from jobnet_migrations where version = $1")
        .bind(&migration.version)
        .fetch_optional(&mut *transaction)
        .await?;
    if let Some(row) = recorded {
        let record = Record { checksum: row.try_get(0)?, run_id: row.try_get(1)? };
        return Ok(record.says(migration, applier));
    }
    // The record comes first, before the migration sets a search path in which its table would not be found.
    sqlx::query("insert into jobnet_migrations values ($1, $2, $3, cast($4 as timestamptz), $5)")
        .bind(&migration.version)
        .bind(&migration.name)
        .bind(&migration.checksum)
        .bind(applier.now)
        .bind(applier.run_id)
        .execute(&mut *transaction)
        .await?;
    for (place, statement) in migration.statements.iter().enumerate() {
        let done = sqlx::raw_sql(AssertSqlSafe(statement.as_str())).execute(&mut *transaction).await;
        done.map_err(StatementError::of(place))?;
    }
    transaction.commit().await?;
    Ok(Migrated::Now)
}
