//! Runs a statement on the platform's tables.

use jiff::Timestamp;
use serde_json::{Value as Json, json};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{AssertSqlSafe, Column, Executor, Row, SqlSafeStr, Sqlite, SqliteConnection, TypeInfo, ValueRef};

use super::error::Error;
use super::parameter::{Parameter, Value};
use super::translate::{Kind, Statement};
use crate::platform::{TABLES, time_text};

/// What a statement came to.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub(super) bytes: i64,
    pub(super) effect: Effect,
}

#[derive(Clone, Debug)]
pub(super) enum Effect {
    /// The columns with their types, and the rows as `{"f": [{"v": …}]}`.
    Rows { schema: Json, rows: Vec<Json> },
    /// How many rows were inserted, updated or deleted.
    Changed(u64),
}

/// Whether the statement could be run, and how many bytes its tables hold.
pub(super) async fn check(database: &mut SqliteConnection, statement: &Statement) -> Result<i64, Error> {
    let sql = AssertSqlSafe(statement.sql.clone()).into_sql_str();
    database.prepare(sql).await.map_err(|error| Error::of_statement(&error))?;
    let mut bytes = 0;
    for table in TABLES.iter().filter(|table| statement.tables.contains(&table.name)) {
        let lengths: Vec<String> =
            table.columns.iter().map(|(name, _)| format!("coalesce(octet_length({name}), 0)")).collect();
        let sum = format!("SELECT coalesce(sum({}), 0) FROM {}", lengths.join(" + "), table.name);
        let sum: i64 = sqlx::query_scalar(AssertSqlSafe(sum))
            .fetch_one(&mut *database)
            .await
            .map_err(|error| Error::of_statement(&error))?;
        bytes += sum;
    }
    Ok(bytes)
}

/// Runs the statement.
pub(super) async fn run(
    database: &mut SqliteConnection,
    statement: &Statement,
    parameters: &[Parameter],
    now: Timestamp,
) -> Result<Outcome, Error> {
    let bytes = check(database, statement).await?;
    let query = parameters
        .iter()
        .fold(sqlx::query(AssertSqlSafe(statement.sql.clone())).bind(time_text(now)), |query, parameter| {
            bind(query, &parameter.value)
        });
    let effect = match statement.kind {
        Kind::Dml => query.execute(database).await.map(|done| Effect::Changed(done.rows_affected())),
        Kind::Select => query.fetch_all(database).await.and_then(|rows| read(&rows)),
    };
    Ok(Outcome { bytes, effect: effect.map_err(|error| Error::of_statement(&error))? })
}

fn bind<'q>(query: Query<'q, Sqlite, SqliteArguments>, value: &Value) -> Query<'q, Sqlite, SqliteArguments> {
    match value {
        Value::Null => query.bind(None::<String>),
        Value::Integer(value) => query.bind(*value),
        Value::Float(value) => query.bind(*value),
        Value::Text(value) => query.bind(value.clone()),
    }
}

/// Columns are of SQLite's types, so that a time is a `STRING`; a type is that of the first row's value.
fn read(rows: &[SqliteRow]) -> Result<Effect, sqlx::Error> {
    let mut fields = Vec::new();
    for column in rows.first().map_or(&[][..], |row| row.columns()) {
        let name = match rows[0].try_get_raw(column.ordinal())?.type_info().name() {
            "INTEGER" => "INTEGER",
            "REAL" => "FLOAT",
            _ => "STRING",
        };
        fields.push(json!({ "name": column.name(), "type": name, "mode": "NULLABLE" }));
    }
    let row = |row: &SqliteRow| {
        let cells: Result<Vec<Json>, sqlx::Error> =
            (0..row.len()).map(|at| Ok(json!({ "v": cell(row, at)? }))).collect();
        Ok(json!({ "f": cells? }))
    };
    let rows: Result<Vec<Json>, sqlx::Error> = rows.iter().map(row).collect();
    Ok(Effect::Rows { schema: json!({ "fields": fields }), rows: rows? })
}

/// BigQuery sends every value as a text.
fn cell(row: &SqliteRow, at: usize) -> Result<Option<String>, sqlx::Error> {
    let raw = row.try_get_raw(at)?;
    if raw.is_null() {
        return Ok(None);
    }
    Ok(Some(match raw.type_info().name() {
        "INTEGER" => row.try_get::<i64, _>(at)?.to_string(),
        "REAL" => row.try_get::<f64, _>(at)?.to_string(),
        _ => row.try_get_unchecked(at)?,
    }))
}
