use thiserror::Error;

use super::checksum::Checksum;
use super::error::DatabaseError;
use super::statements::StatementError;
use super::{Database, postgres_migrations, postgres_outside, sqlite_migrations};

/// A step of a database's schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// Its place in the order: digits.
    pub version: String,
    /// What it is called beside that.
    pub name: String,
    /// The checksum of its text, by which a change of it is noticed.
    pub checksum: Checksum,
    /// Its statements, each without its `;`.
    pub statements: Vec<String>,
    /// What its statements run in.
    pub enclosure: Enclosure,
    /// The place of the first statement, from 0, that changes the session of those after it, where they run outside a
    /// transaction.
    pub changes_session: Option<usize>,
}

/// What the statements of a migration run in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enclosure {
    /// One transaction together with the record.
    Transaction,
    /// None: each is carried out by itself, and the record follows the last.
    Nothing,
}

/// A migration that a database has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Its version.
    pub version: String,
    /// The digest of its text; `None` where whoever applied it kept none.
    pub checksum: Option<String>,
}

/// Who applies migrations, and when.
#[derive(Debug, Clone)]
pub struct Applier<'a> {
    /// The run.
    pub run_id: &'a str,
    /// The time, as RFC 3339 writes it.
    pub now: &'a str,
}

/// What became of a migration that was to be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Migrated {
    /// It was applied.
    Now,
    /// This very run had applied it, without hearing so.
    Unheard,
    /// Another run had applied it.
    Before,
    /// Another run had applied it, with another text.
    Otherwise,
}

/// What the record of a migration says.
pub(super) struct Record {
    pub(super) checksum: String,
    pub(super) run_id: String,
}

/// Why a migration was not applied, or not recorded.
#[derive(Debug, Error)]
pub enum MigrationError {
    /// Nothing of it was done, or all of it was undone.
    #[error(transparent)]
    Undone(#[from] StatementError),
    /// A statement outside a transaction failed. Those before it are done and stay.
    #[error("{source}")]
    Partly {
        /// The statement's place, from 0.
        statement: usize,
        /// Why.
        source: DatabaseError,
        /// Indexes that the migration names and that are not valid.
        invalid: Vec<String>,
    },
    /// All statements outside a transaction were carried out, and indexes that they name are not valid.
    #[error("the indexes {} are not valid", .0.join(", "))]
    Invalid(Vec<String>),
    /// All statements outside a transaction were carried out, and this is not recorded.
    #[error("{0}")]
    Unrecorded(DatabaseError),
}

impl From<DatabaseError> for MigrationError {
    fn from(error: DatabaseError) -> Self {
        Self::Undone(error.into())
    }
}

impl From<sqlx::Error> for MigrationError {
    fn from(error: sqlx::Error) -> Self {
        Self::Undone(error.into())
    }
}

impl Record {
    pub(super) fn says(&self, migration: &Migration, applier: &Applier<'_>) -> Migrated {
        match (migration.checksum.matches(&self.checksum), self.run_id == applier.run_id) {
            (false, _) => Migrated::Otherwise,
            (true, true) => Migrated::Unheard,
            (true, false) => Migrated::Before,
        }
    }
}

/// Where applied migrations are recorded.
pub(super) const TABLE: &str = "jobnet_migrations";

/// The advisory lock of PostgreSQL's that whoever migrates holds: `jobnet` in ASCII.
pub(in crate::clients) const LOCK: i64 = 117_026_625_316_212;

impl Database {
    /// The migrations that the database has, in no order. Creates nothing.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn migrations(&self) -> Result<Vec<Applied>, DatabaseError> {
        match self {
            Self::Postgres(pool) => postgres_migrations::applied(pool).await,
            Self::Sqlite(pool) => sqlite_migrations::applied(pool).await,
        }
    }

    /// Applies a migration and records it, unless it is recorded already. In a transaction both are done or neither, and
    /// to do this twice does no harm. Outside one the record follows the last statement. What it sets in its session ends
    /// with it.
    ///
    /// Of several that do so at once one works and the others wait; but on SQLite not outside a transaction.
    ///
    /// # Errors
    /// [`MigrationError`].
    pub async fn migrate(
        &self,
        migration: &Migration,
        applier: &Applier<'_>,
    ) -> Result<Migrated, MigrationError> {
        match (self, migration.enclosure) {
            (Self::Postgres(pool), Enclosure::Transaction) => {
                postgres_migrations::migrate(pool, migration, applier).await
            }
            (Self::Postgres(pool), Enclosure::Nothing) => {
                postgres_outside::migrate(pool, migration, applier).await
            }
            (Self::Sqlite(pool), Enclosure::Transaction) => {
                sqlite_migrations::migrate(pool, migration, applier).await
            }
            (Self::Sqlite(pool), Enclosure::Nothing) => {
                sqlite_migrations::migrate_outside(pool, migration, applier).await
            }
        }
    }
}
