//! Opens the database and gives it its tables.

use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::options::Database;

const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
const FILE_CONNECTIONS: u32 = 4;

/// Begins a transaction that will write: SQLite refuses to make a writer of one that only read so far when
/// another wrote in between.
pub(crate) const WRITE: &str = "BEGIN IMMEDIATE";

/// Opens the database, and creates the tables it lacks.
pub(crate) async fn open(database: &Database) -> Result<SqlitePool, sqlx::Error> {
    let pool = match database {
        // A database in memory belongs to its connection: there is one, and it is never closed.
        Database::Memory => {
            SqlitePoolOptions::new()
                .min_connections(1)
                .max_connections(1)
                .idle_timeout(None)
                .max_lifetime(None)
                .test_before_acquire(false)
                .connect_with(SqliteConnectOptions::new().in_memory(true))
                .await?
        }
        Database::File(path) => {
            let options = SqliteConnectOptions::new()
                .filename(path)
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Normal)
                .busy_timeout(BUSY_TIMEOUT);
            SqlitePoolOptions::new().max_connections(FILE_CONNECTIONS).connect_with(options).await?
        }
    };
    sqlx::raw_sql(include_str!("schema.sql")).execute(&pool).await?;
    Ok(pool)
}
