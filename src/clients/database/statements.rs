use thiserror::Error;

use super::bound::Bound;
use super::error::DatabaseError;
use super::{Database, postgres_statements, sqlite_statements};

/// Why statements were not carried out, and which of them failed.
#[derive(Debug, Error)]
#[error("{source}")]
pub struct StatementError {
    /// The statement's place, from 0; `None` where the transaction around them failed.
    pub statement: Option<usize>,
    /// Why.
    pub source: DatabaseError,
}

impl StatementError {
    pub(super) fn of(statement: usize) -> impl Fn(sqlx::Error) -> Self {
        move |error| Self { statement: Some(statement), source: error.into() }
    }
}

impl From<DatabaseError> for StatementError {
    fn from(source: DatabaseError) -> Self {
        Self { statement: None, source }
    }
}

impl From<sqlx::Error> for StatementError {
    fn from(error: sqlx::Error) -> Self {
        DatabaseError::from(error).into()
    }
}

impl Database {
    /// The rows of a query, each as the text of a JSON object with a key a column.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn query(&self, query: &Bound) -> Result<Vec<String>, DatabaseError> {
        match self {
            Self::Postgres(pool) => postgres_statements::query(pool, query).await,
            Self::Sqlite(pool) => sqlite_statements::query(pool, query).await,
        }
    }

    /// Carries out statements and gives how many rows each affected: several in one transaction, a single one in none
    /// but its own, since there are some that want it so (`VACUUM`, `CREATE INDEX CONCURRENTLY`).
    ///
    /// # Errors
    /// [`StatementError`]. Nothing was changed then, unless its source is [`DatabaseError::Uncertain`].
    pub async fn execute(&self, statements: &[Bound]) -> Result<Vec<u64>, StatementError> {
        match self {
            Self::Postgres(pool) => postgres_statements::execute(pool, statements).await,
            Self::Sqlite(pool) => sqlite_statements::execute(pool, statements).await,
        }
    }

    /// Lets the database read statements, without carrying them out. One that builds on what another before it creates
    /// cannot be read so.
    ///
    /// # Errors
    /// [`StatementError`].
    pub async fn prepare(&self, statements: &[Bound]) -> Result<(), StatementError> {
        match self {
            Self::Postgres(pool) => postgres_statements::prepare(pool, statements).await,
            Self::Sqlite(pool) => sqlite_statements::prepare(pool, statements).await,
        }
    }
}
