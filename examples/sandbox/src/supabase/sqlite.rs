//! SQL on SQLite, which takes what of PostgreSQL's is written portably.

use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Row as _, Sqlite, SqliteConnection, TypeInfo, ValueRef};
use tokio::sync::Mutex;

use super::answer::last_rows;
use super::error::SupabaseError;
use super::query::Row;
use super::statements::Statements;
use crate::options::Database;

/// Opens the project's database, and a second one under the name of the schema `supabase_migrations`: both in
/// memory, or in files beside the portal's.
pub(super) async fn open(database: &Database) -> Result<Mutex<SqliteConnection>, sqlx::Error> {
    let beside = |name: &str| match database {
        Database::Memory => ":memory:".into(),
        Database::File(path) => {
            let mut path = path.clone().into_os_string();
            path.push(name);
            path.to_string_lossy().into_owned()
        }
    };
    let options = SqliteConnectOptions::new().filename(beside("-supabase")).create_if_missing(true);
    let mut connection = options.connect().await?;
    sqlx::query("ATTACH DATABASE ? AS supabase_migrations")
        .bind(beside("-supabase_migrations"))
        .execute(&mut connection)
        .await?;
    Ok(Mutex::new(connection))
}

/// Runs the text as PostgreSQL runs a simple-query message: as one transaction, unless the text has its own.
pub(super) async fn run(database: &mut SqliteConnection, text: &str) -> Result<Vec<Row>, SupabaseError> {
    let statements = Statements::of(text);
    let text = if statements.have_transaction() {
        statements.portable()
    } else {
        format!("BEGIN;{}\n;COMMIT", statements.portable())
    };
    let results = sqlx::raw_sql(AssertSqlSafe(text)).fetch_many(&mut *database);
    let rows = last_rows::<Sqlite>(results, value).await;
    // What a message leaves open ends with it; it is an error where there is nothing to end.
    let _ = sqlx::raw_sql("ROLLBACK").execute(database).await;
    Ok(rows?)
}

fn value(row: &SqliteRow, at: usize) -> Result<Value, sqlx::Error> {
    let raw = row.try_get_raw(at)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    Ok(match raw.type_info().name() {
        "INTEGER" => row.try_get::<i64, _>(at)?.into(),
        "REAL" => row.try_get::<f64, _>(at)?.into(),
        _ => row.try_get_unchecked::<String, _>(at)?.into(),
    })
}
