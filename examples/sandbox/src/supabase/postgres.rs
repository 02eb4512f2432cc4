//! SQL on a real PostgreSQL database.

use serde_json::Value;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Connection, Postgres, Row as _, TypeInfo, ValueRef};

use super::answer::last_rows;
use super::error::SupabaseError;
use super::query::Row;

/// Runs the text as one simple-query message, which is one transaction unless the text says otherwise
/// ([PostgreSQL 53.2.2.1](https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT)).
///
/// The connection is the message's own: what it leaves open ends with it.
pub(super) async fn run(url: &str, text: String) -> Result<Vec<Row>, SupabaseError> {
    let mut database = PgConnection::connect(url).await?;
    let results = sqlx::raw_sql(AssertSqlSafe(text)).fetch_many(&mut database);
    let rows = last_rows::<Postgres>(results, value).await;
    database.close().await?;
    Ok(rows?)
}

/// A value as node-postgres has it: numbers and booleans, JSON and lists of texts; all else is text.
fn value(row: &PgRow, at: usize) -> Result<Value, sqlx::Error> {
    let raw = row.try_get_raw(at)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    let text = raw.as_str().map_err(sqlx::Error::Decode)?;
    Ok(match raw.type_info().name() {
        "BOOL" => Value::Bool(text == "t"),
        "INT2" | "INT4" | "INT8" | "OID" | "FLOAT4" | "FLOAT8" | "JSON" | "JSONB" => {
            serde_json::from_str(text).unwrap_or_else(|_| text.into())
        }
        "TEXT[]" => row.try_get::<Vec<Option<String>>, _>(at)?.into(),
        _ => text.into(),
    })
}
