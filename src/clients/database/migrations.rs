use super::error::DatabaseError;
use super::statements::StatementError;
use super::{Database, postgres_migrations, sqlite_migrations};

/// A step of a database's schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// Its place in the order: digits.
    pub version: String,
    /// What it is called beside that.
    pub name: String,
    /// A digest of its text, by which a change of it is noticed.
    pub checksum: String,
    /// Its statements, each without its `;`.
    pub statements: Vec<String>,
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

impl Record {
    pub(super) fn says(&self, migration: &Migration, applier: &Applier<'_>) -> Migrated {
        match (self.checksum == migration.checksum, self.run_id == applier.run_id) {
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

    /// Applies a migration and records it, both or neither, unless it is recorded already. Of several that do so at once
    /// one works and the others wait. To do this twice does no harm.
    ///
    /// # Errors
    /// [`StatementError`].
    pub async fn migrate(
        &self,
        migration: &Migration,
        applier: &Applier<'_>,
    ) -> Result<Migrated, StatementError> {
        match self {
            Self::Postgres(pool) => postgres_migrations::migrate(pool, migration, applier).await,
            Self::Sqlite(pool) => sqlite_migrations::migrate(pool, migration, applier).await,
        }
    }
}
