//! SQL databases: PostgreSQL and SQLite behind one interface, and the places of those that are reached over HTTP.
//!
//! Invariant: values are bound or, where a name must stand in the text, quoted; nothing is pasted in.

mod bound;
mod cell;
mod changes;
mod checksum;
mod commit;
mod error;
mod float;
mod hash;
mod kind;
mod last;
mod lease;
mod migrations;
mod own_table;
mod postgres;
mod postgres_migrations;
mod postgres_options;
mod postgres_outside;
mod postgres_parameters;
mod postgres_pool;
mod postgres_refusal;
mod postgres_statements;
mod postgres_unit;
mod postgres_url;
mod progress;
mod reset;
mod saved;
mod session;
mod shape;
mod sqlite;
mod sqlite_migrations;
mod sqlite_statements;
mod statements;
mod storage;
mod url;

use std::fmt;
use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};

use self::postgres::PostgresSession;
use self::postgres_pool::PostgresPool;
use self::session::Session as _;
use self::sqlite::SqliteSession;

pub use bound::{Bound, Param};
pub use cell::{Cell, NormalError};
pub use changes::{Change, Changes, Committed, Counts, Rejected, Removal, TableChanges, TableCounts};
pub use checksum::Checksum;
pub use error::DatabaseError;
pub use float::Float;
pub use hash::hash;
pub use kind::{ColumnKind, Loose};
pub(super) use migrations::LOCK as MIGRATIONS_LOCK;
pub use migrations::{Applied, Applier, Enclosure, Migrated, Migration, MigrationError};
pub use postgres_url::PostgresUrl;
pub use progress::{Beginning, Mark, Owner, Progress, RunEnd};
pub(super) use reset::RESET_SESSION;
pub use saved::{LastSaved, NetRun};
pub use shape::{Column, TableShape, UniqueColumn};
pub use statements::StatementError;
pub use storage::Storage;
pub use url::{DatabaseUrl, DatabaseUrlError};

/// How long a statement on SQLite waits for another writer.
const BUSY: Duration = Duration::from_mins(1);

/// How many connections to a file of SQLite's one run may have: each stage that works has one.
const MOST: u32 = 16;

/// A database that speaks SQL over a connection. Clones share their connections.
#[derive(Debug, Clone)]
pub enum Database {
    /// PostgreSQL.
    Postgres(PostgresPool),
    /// SQLite.
    Sqlite(SqlitePool),
}

/// A table by the names that a spec gives it: the schema, where there is one, and the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRef {
    /// The schema.
    pub schema: Option<String>,
    /// The table.
    pub name: String,
}

impl Database {
    /// A database that is connected to when it is first used. A relative path of SQLite's is below `base`; its file and
    /// directories are made where they are absent.
    ///
    /// # Errors
    /// A URL of a database that is reached over HTTP.
    pub fn open(url: &DatabaseUrl, base: &Path) -> Result<Self, DatabaseError> {
        match url {
            DatabaseUrl::Postgres(url) => Ok(Self::Postgres(PostgresPool::new(url))),
            DatabaseUrl::Sqlite(path) => {
                let path = base.join(path);
                if let Some(directory) = path.parent() {
                    std::fs::create_dir_all(directory)
                        .map_err(|source| DatabaseError::Directory { path: path.clone(), source })?;
                }
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .create_if_missing(true)
                    .foreign_keys(true)
                    .busy_timeout(BUSY);
                let pool = SqlitePoolOptions::new().max_connections(MOST).acquire_timeout(BUSY);
                Ok(Self::Sqlite(pool.connect_lazy_with(options)))
            }
            DatabaseUrl::BigQuery { .. } | DatabaseUrl::Supabase { .. } => {
                Err(DatabaseError::NoConnection { scheme: url.scheme() })
            }
        }
    }

    /// Begins a run of a stage that saves rows: takes over what the run before committed, where that did not finish and is
    /// acceptable.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn begin(
        &self,
        beginning: &Beginning<'_>,
        accept: impl Fn(&Progress) -> bool + Send,
    ) -> Result<Option<Progress>, DatabaseError> {
        match self {
            Self::Postgres(pool) => {
                progress::begin(PostgresSession::begin(pool).await?, beginning, accept).await
            }
            Self::Sqlite(pool) => progress::begin(SqliteSession::begin(pool).await?, beginning, accept).await,
        }
    }

    /// Ends a run of a stage: its progress is forgotten, so that the next begins anew, and a success is recorded.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn finish(&self, end: &RunEnd<'_>) -> Result<(), DatabaseError> {
        match self {
            Self::Postgres(pool) => progress::finish(PostgresSession::begin(pool).await?, end).await,
            Self::Sqlite(pool) => progress::finish(SqliteSession::begin(pool).await?, end).await,
        }
    }

    /// Carries out changes, all or nothing but for the rows that the database does not take.
    ///
    /// # Errors
    /// [`DatabaseError`]; then nothing was changed, unless the connection broke during the commit: [`Database::counted`]
    /// tells.
    pub async fn commit(&self, changes: &Changes) -> Result<Committed, DatabaseError> {
        match self {
            Self::Postgres(pool) => commit::commit::<PostgresSession>(pool, changes).await,
            Self::Sqlite(pool) => commit::commit::<SqliteSession>(pool, changes).await,
        }
    }

    /// The counts after a commit whose answer was lost; `None` where it did not come about.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn counted(&self, mark: &Mark) -> Result<Option<Counts>, DatabaseError> {
        match self {
            Self::Postgres(pool) => progress::counted(&mut PostgresSession::begin(pool).await?, mark).await,
            Self::Sqlite(pool) => progress::counted(&mut SqliteSession::begin(pool).await?, mark).await,
        }
    }

    /// What a table is like; `None` where there is none of that name.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn describe(&self, table: &TableRef) -> Result<Option<TableShape>, DatabaseError> {
        match self {
            Self::Postgres(pool) => postgres::describe(pool, table).await,
            Self::Sqlite(pool) => sqlite::describe(pool, table).await,
        }
    }
}

/// A name in quotes, as both databases write them.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The name as a spec has it.
impl fmt::Display for TableRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

impl TableRef {
    /// The name as it stands in a statement.
    pub(crate) fn quoted(&self) -> String {
        match &self.schema {
            Some(schema) => format!("{}.{}", quoted(schema), quoted(&self.name)),
            None => quoted(&self.name),
        }
    }

    /// The table in which the keys that runs saw are recorded.
    pub(crate) fn seen(&self) -> Self {
        Self { schema: self.schema.clone(), name: format!("{}_seen", self.name) }
    }
}
