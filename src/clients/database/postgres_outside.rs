//! Migrations that run outside a transaction, on PostgreSQL.

use sqlx::Row as _;
use sqlx::postgres::PgConnection;

use super::error::DatabaseError;
use super::migrations::{Applier, Migrated, Migration, MigrationError};
use super::postgres_migrations::Turn;
use super::postgres_pool::{Pooled, PostgresPool, Urgency};
use super::postgres_statements::uncertain;
use super::postgres_unit::Unit;
use super::statements::StatementError;

/// Indexes that are not valid, as `create index concurrently` leaves one that it could not build. That of a partitioned
/// table is not either until all its parts are there, which may well be meant.
const INVALID: &str = "select c.relname::text, t.relname::text from pg_catalog.pg_index i \
     join pg_catalog.pg_class c on c.oid = i.indexrelid join pg_catalog.pg_class t on t.oid = i.indrelid \
     where not i.indisvalid and c.relkind = 'i' order by 1";

/// How many connections it takes at once.
const CONNECTIONS: usize = 2;

/// The statements run on a connection of their own, while another holds the turn in a transaction that does nothing:
/// between its statements it has no snapshot, for which `create index concurrently` would wait.
pub(super) async fn migrate(
    pool: &PostgresPool,
    migration: &Migration,
    applier: &Applier<'_>,
) -> Result<Migrated, MigrationError> {
    if pool.most() < CONNECTIONS {
        return Err(DatabaseError::TooFew(CONNECTIONS).into());
    }
    let _pair = pool.pair().await;
    if let Some(place) = migration.changes_session
        && shares_sessions(pool).await?
    {
        return Err(StatementError { statement: Some(place), source: DatabaseError::SessionShared }.into());
    }
    let mut turn = Turn::take(pool).await?;
    if turn.make_table().await? {
        turn.commit().await?;
        turn = Turn::take(pool).await?;
    }
    if let Some(record) = turn.record_of(migration).await? {
        turn.give_up().await;
        return Ok(record.says(migration, applier));
    }
    turn.execute("set local idle_in_transaction_session_timeout = 0").await?;
    let mut connection = pool.acquire_new(Urgency::Patient).await?;
    connection.set_timezone().await?;
    let done = run(&mut connection, migration).await;
    // What the statements set in their session ends with it.
    connection.close().await;
    let invalid = invalid(pool).await;
    if let Err((statement, source)) = done {
        turn.give_up().await;
        // An index that was given no name is known by its table. The statement's own error is the one that counts.
        let is_left = |(index, table): &(String, String)| {
            [index, table].iter().any(|name| names(&migration.statements[statement], name))
        };
        let invalid = invalid.into_iter().flatten().filter(is_left).map(|(index, _)| index).collect();
        return Err(MigrationError::Partly { statement, source: uncertain(source), invalid });
    }
    let invalid = invalid.map_err(MigrationError::Unrecorded)?.into_iter();
    let is_wanted = |index: &String| migration.statements.iter().any(|text| names(text, index));
    let invalid: Vec<String> = invalid.map(|(index, _)| index).filter(is_wanted).collect();
    if !invalid.is_empty() {
        turn.give_up().await;
        return Err(MigrationError::Invalid(invalid));
    }
    if let Err(error) = record(turn, migration, applier).await {
        tracing::debug!(%error, "the connection that held the turn is gone: another records the migration");
        return record_anew(pool, migration, applier).await.map_err(MigrationError::Unrecorded);
    }
    Ok(Migrated::Now)
}

/// Carries out the statements; where one fails, the error with its place.
async fn run(connection: &mut Pooled, migration: &Migration) -> Result<(), (usize, sqlx::Error)> {
    for (place, statement) in migration.statements.iter().enumerate() {
        connection.execute(statement).await.map_err(|error| (place, error))?;
    }
    Ok(())
}

/// The indexes that are not valid, each with its table.
async fn invalid(pool: &PostgresPool) -> Result<Vec<(String, String)>, DatabaseError> {
    let mut unit = Unit::begin(pool).await?;
    let invalid = sqlx::query_as(INVALID).persistent(false).fetch_all(&mut *unit).await?;
    unit.commit().await?;
    Ok(invalid)
}

/// Tells whether a pooler stands between that gives each transaction another session: of two connections one has the
/// session that the other had, or one has another than before while that is taken. A pooler that others keep busy may
/// hide it for once.
async fn shares_sessions(pool: &PostgresPool) -> Result<bool, DatabaseError> {
    let mut connection = pool.acquire_new(Urgency::Patient).await?;
    let before = session_of(&mut connection).await?;
    let mut unit = Unit::begin(pool).await?;
    let shares = session_of(&mut unit).await? == before || session_of(&mut connection).await? != before;
    unit.roll_back().await?;
    connection.close().await;
    Ok(shares)
}

/// The number of a connection's session, by the simple protocol, which needs no transaction.
async fn session_of(connection: &mut PgConnection) -> Result<String, sqlx::Error> {
    sqlx::raw_sql("select pg_backend_pid()::text").fetch_one(connection).await?.try_get(0)
}

async fn record(mut turn: Turn, migration: &Migration, applier: &Applier<'_>) -> Result<(), sqlx::Error> {
    turn.record(migration, applier).await?;
    turn.commit().await
}

/// Records after the connection that held the turn was lost: an index may take hours to build.
async fn record_anew(
    pool: &PostgresPool,
    migration: &Migration,
    applier: &Applier<'_>,
) -> Result<Migrated, DatabaseError> {
    let mut turn = Turn::take(pool).await?;
    match turn.record_of(migration).await? {
        None => Ok(record(turn, migration, applier).await.map(|()| Migrated::Now)?),
        Some(record) => {
            turn.give_up().await;
            Ok(record.says(migration, applier))
        }
    }
}

/// Tells whether a statement has a name in it, in any letter case.
fn names(statement: &str, name: &str) -> bool {
    let (statement, name) = (statement.to_lowercase(), name.to_lowercase());
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    statement.match_indices(&name).any(|(at, _)| {
        !statement[..at].ends_with(is_part) && !statement[at + name.len()..].starts_with(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_whole_word_of_a_statement() {
        for (statement, expected) in [
            ("create index concurrently Ab on t (a)", true),
            ("create index concurrently \"ab\" on t (a)", true),
            ("drop index s.ab", true),
            ("create index abc on t (a)", false),
            ("create index x_ab on cab (ab1)", false),
        ] {
            assert_eq!(names(statement, "ab"), expected, "{statement}");
        }
    }
}
