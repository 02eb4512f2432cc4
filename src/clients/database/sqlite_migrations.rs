use sqlx::sqlite::{SqliteConnection, SqlitePool};
use sqlx::{AssertSqlSafe, Connection as _, Row as _, Sqlite, Transaction};

use super::error::DatabaseError;
use super::migrations::{Applied, Applier, Migrated, Migration, MigrationError, Record, TABLE};
use super::statements::StatementError;

const CREATE: &str = "create table if not exists main.jobnet_migrations (version text primary key, name text not null, \
     checksum text not null, applied_at text not null, run_id text not null)";

pub(super) async fn applied(pool: &SqlitePool) -> Result<Vec<Applied>, DatabaseError> {
    let there: Option<String> = sqlx::query_scalar("select name from main.sqlite_master where name = $1")
        .bind(TABLE)
        .fetch_optional(pool)
        .await?;
    if there.is_none() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query("select version, checksum from main.jobnet_migrations").fetch_all(pool).await?;
    let rows = rows.iter().map(|row| Ok(Applied { version: row.try_get(0)?, checksum: row.try_get(1)? }));
    Ok(rows.collect::<Result<_, sqlx::Error>>()?)
}

pub(super) async fn migrate(
    pool: &SqlitePool,
    migration: &Migration,
    applier: &Applier<'_>,
) -> Result<Migrated, MigrationError> {
    let mut connection = own_connection(pool).await?;
    let migrated = migrate_on(&mut connection, migration, applier).await;
    // The work is done or not by now, however the connection ends.
    let _ = connection.close().await;
    migrated
}

async fn migrate_on(
    connection: &mut SqliteConnection,
    migration: &Migration,
    applier: &Applier<'_>,
) -> Result<Migrated, MigrationError> {
    let mut transaction = connection.begin_with("begin immediate").await?;
    if let Some(record) = record_of(&mut transaction, migration).await? {
        return Ok(record.says(migration, applier));
    }
    // The record comes first, before the migration makes its session read-only, say.
    record(&mut transaction, migration, applier).await?;
    for (place, statement) in migration.statements.iter().enumerate() {
        let done = sqlx::raw_sql(AssertSqlSafe(statement.as_str())).execute(&mut *transaction).await;
        done.map_err(StatementError::of(place))?;
    }
    transaction.commit().await?;
    Ok(Migrated::Now)
}

/// Nothing keeps another run out while the statements run: SQLite has no lock but those of its transactions.
pub(super) async fn migrate_outside(
    pool: &SqlitePool,
    migration: &Migration,
    applier: &Applier<'_>,
) -> Result<Migrated, MigrationError> {
    let mut transaction = pool.begin_with("begin immediate").await?;
    if let Some(record) = record_of(&mut transaction, migration).await? {
        return Ok(record.says(migration, applier));
    }
    transaction.commit().await?;
    let mut connection = own_connection(pool).await?;
    let done = run(&mut connection, migration).await;
    let closed = connection.close().await;
    done.map_err(|(statement, source)| MigrationError::Partly {
        statement,
        source: source.into(),
        invalid: Vec::new(),
    })?;
    closed.map_err(|error| MigrationError::Unrecorded(error.into()))?;
    let recorded = record_after(pool, migration, applier).await;
    recorded.map_err(|error| MigrationError::Unrecorded(error.into()))
}

/// Carries out the statements; where one fails, the error with its place.
async fn run(connection: &mut SqliteConnection, migration: &Migration) -> Result<(), (usize, sqlx::Error)> {
    for (place, statement) in migration.statements.iter().enumerate() {
        let done = sqlx::raw_sql(AssertSqlSafe(statement.as_str())).execute(&mut *connection).await;
        done.map_err(|error| (place, error))?;
    }
    Ok(())
}

async fn record_after(
    pool: &SqlitePool,
    migration: &Migration,
    applier: &Applier<'_>,
) -> Result<Migrated, sqlx::Error> {
    let mut transaction = pool.begin_with("begin immediate").await?;
    if let Some(record) = record_of(&mut transaction, migration).await? {
        return Ok(record.says(migration, applier));
    }
    record(&mut transaction, migration, applier).await?;
    transaction.commit().await?;
    Ok(Migrated::Now)
}

/// The record of a migration, where it has one. Makes the table of records where it is absent.
async fn record_of(
    transaction: &mut Transaction<'_, Sqlite>,
    migration: &Migration,
) -> Result<Option<Record>, sqlx::Error> {
    sqlx::raw_sql(CREATE).execute(&mut **transaction).await?;
    let recorded = sqlx::query("select checksum, run_id from main.jobnet_migrations where version = $1")
        .bind(&migration.version)
        .fetch_optional(&mut **transaction)
        .await?;
    recorded.map(|row| Ok(Record { checksum: row.try_get(0)?, run_id: row.try_get(1)? })).transpose()
}

/// Records a migration as applied.
async fn record(
    transaction: &mut Transaction<'_, Sqlite>,
    migration: &Migration,
    applier: &Applier<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query("insert into main.jobnet_migrations values ($1, $2, $3, $4, $5)")
        .bind(&migration.version)
        .bind(&migration.name)
        .bind(migration.checksum.recorded())
        .bind(applier.now)
        .bind(applier.run_id)
        .execute(&mut **transaction)
        .await
        .map(drop)
}

/// A connection of the migration's own: what it sets, attaches and makes temporarily ends with it.
async fn own_connection(pool: &SqlitePool) -> Result<SqliteConnection, sqlx::Error> {
    Ok(pool.acquire().await?.detach())
}
