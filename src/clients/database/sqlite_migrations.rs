use sqlx::sqlite::SqlitePool;
use sqlx::{AssertSqlSafe, Row as _};

use super::error::DatabaseError;
use super::migrations::{Applied, Applier, Migrated, Migration, Record, TABLE};
use super::statements::StatementError;

const CREATE: &str = "create table if not exists jobnet_migrations (version text primary key, name text not null, \
     checksum text not null, applied_at text not null, run_id text not null)";

pub(super) async fn applied(pool: &SqlitePool) -> Result<Vec<Applied>, DatabaseError> {
    let there: Option<String> = sqlx::query_scalar("select name from sqlite_master where name = $1")
        .bind(TABLE)
        .fetch_optional(pool)
        .await?;
    if there.is_none() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query("select version, checksum from jobnet_migrations").fetch_all(pool).await?;
    let rows = rows.iter().map(|row| Ok(Applied { version: row.try_get(0)?, checksum: row.try_get(1)? }));
    Ok(rows.collect::<Result<_, sqlx::Error>>()?)
}

pub(super) async fn migrate(
    pool: &SqlitePool,
    migration: &Migration,
    applier: &Applier<'_>,
) -> Result<Migrated, StatementError> {
    let mut transaction = pool.begin_with("begin immediate").await?;
    sqlx::raw_sql(CREATE).execute(&mut *transaction).await?;
    let recorded = sqlx::query("select checksum, run_id from jobnet_migrations where version = $1")
        .bind(&migration.version)
        .fetch_optional(&mut *transaction)
        .await?;
    if let Some(row) = recorded {
        let record = Record { checksum: row.try_get(0)?, run_id: row.try_get(1)? };
        return Ok(record.says(migration, applier));
    }
    for (place, statement) in migration.statements.iter().enumerate() {
        let done = sqlx::raw_sql(AssertSqlSafe(statement.as_str())).execute(&mut *transaction).await;
        done.map_err(StatementError::of(place))?;
    }
    sqlx::query("insert into jobnet_migrations values ($1, $2, $3, $4, $5)")
        .bind(&migration.version)
        .bind(&migration.name)
        .bind(&migration.checksum)
        .bind(applier.now)
        .bind(applier.run_id)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(Migrated::Now)
}
