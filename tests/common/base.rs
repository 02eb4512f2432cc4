//! A database of either kind, so that one example holds for both.

use std::path::PathBuf;

use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use sqlx::{AssertSqlSafe, Row as _};

use super::postgres::{Database, Postgres};

/// A fresh database.
pub(crate) enum Base {
    Sqlite { directory: tempfile::TempDir, pool: SqlitePool },
    Postgres(Database),
}

impl Base {
    /// One of SQLite's, in a file.
    pub(crate) async fn sqlite() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let file = SqliteConnectOptions::new().filename(directory.path().join("data.db"));
        let pool = SqlitePool::connect_with(file.create_if_missing(true)).await.expect("a database");
        Self::Sqlite { directory, pool }
    }

    /// One of PostgreSQL's, where there can be one.
    pub(crate) async fn postgres() -> Option<Self> {
        Postgres::database().await.map(Self::Postgres)
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite { directory, .. } => format!("sqlite:{}", file(directory).display()),
            Self::Postgres(database) => database.url().to_owned(),
        }
    }

    /// Runs statements that both understand.
    pub(crate) async fn execute(&self, statements: &str) {
        let done = match self {
            Self::Sqlite { pool, .. } => {
                sqlx::raw_sql(AssertSqlSafe(statements)).execute(pool).await.map(|_| ())
            }
            Self::Postgres(database) => {
                sqlx::raw_sql(AssertSqlSafe(statements)).execute(database.pool()).await.map(|_| ())
            }
        };
        done.unwrap_or_else(|error| panic!("{statements}: {error}"));
    }

    /// The rows of a query of texts, each with bars between its values.
    pub(crate) async fn rows(&self, query: &str) -> Vec<String> {
        let bars = |values: Vec<Option<String>>| {
            values.into_iter().map(|value| value.unwrap_or_default()).collect::<Vec<_>>().join("|")
        };
        match self {
            Self::Sqlite { pool, .. } => {
                let rows = sqlx::query(AssertSqlSafe(query)).fetch_all(pool).await.expect("rows");
                let texts = rows.iter().map(|row| (0..row.len()).map(|column| row.get(column)).collect());
                texts.map(bars).collect()
            }
            Self::Postgres(database) => {
                let rows = sqlx::query(AssertSqlSafe(query)).fetch_all(database.pool()).await.expect("rows");
                let texts = rows.iter().map(|row| (0..row.len()).map(|column| row.get(column)).collect());
                texts.map(bars).collect()
            }
        }
    }
}

impl Base {
    /// The doubles of a query of SQLite's, bit for bit.
    pub(crate) async fn doubles(&self, query: &str) -> Vec<f64> {
        let Self::Sqlite { pool, .. } = self else { panic!("only SQLite is asked for doubles") };
        let rows = sqlx::query(AssertSqlSafe(query)).fetch_all(pool).await.expect("rows");
        rows.iter().map(|row| row.get_unchecked(0)).collect()
    }
}

fn file(directory: &tempfile::TempDir) -> PathBuf {
    directory.path().join("data.db")
}

/// Makes a test of an example for SQLite and one for PostgreSQL.
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($base:ident: Base) $body:block)*) => {
        $(
            mod $name {
                use super::*;

                async fn example($base: Base) $body

                $(#[$meta])*
                #[tokio::test]
                async fn sqlite() {
                    example(Base::sqlite().await).await;
                }

                $(#[$meta])*
                #[tokio::test]
                async fn postgres() {
                    if let Some(base) = Base::postgres().await {
                        example(base).await;
                    }
                }
            }
        )*
    };
}

pub(crate) use on_both;
