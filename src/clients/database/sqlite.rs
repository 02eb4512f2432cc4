use sqlx::sqlite::{SqliteArguments, SqlitePool};
use sqlx::{Arguments as _, AssertSqlSafe, Row as _, Sqlite, Transaction};

use super::TableRef;
use super::cell::Cell;
use super::error::DatabaseError;
use super::kind::ColumnKind;
use super::session::{Params, Rows, Session, Value, texts};
use super::shape::{Column, TableShape};

/// What a table is like.
pub(super) async fn describe(
    pool: &SqlitePool,
    table: &TableRef,
) -> Result<Option<TableShape>, DatabaseError> {
    let schema = table.schema.as_deref().unwrap_or("main");
    let rows = sqlx::query("select name, type, pk from pragma_table_info($1, $2) order by cid")
        .bind(&table.name)
        .bind(schema)
        .fetch_all(pool)
        .await?;
    let mut columns = Vec::new();
    let mut primary: Vec<String> = Vec::new();
    for row in &rows {
        let (name, sql_type, in_key): (String, String, i64) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        if in_key > 0 {
            primary.push(name.clone());
        }
        columns.push(Column { name, kind: ColumnKind::of_sqlite(&sql_type), sql_type });
    }
    if columns.is_empty() {
        return Ok(None);
    }
    let indexes: Vec<String> =
        sqlx::query_scalar("select name from pragma_index_list($1, $2) where \"unique\" = 1 and partial = 0")
            .bind(&table.name)
            .bind(schema)
            .fetch_all(pool)
            .await?;
    let mut unique = vec![primary];
    for index in indexes {
        let columns: Vec<Option<String>> = sqlx::query_scalar("select name from pragma_index_info($1, $2)")
            .bind(&index)
            .bind(schema)
            .fetch_all(pool)
            .await?;
        // An expression has no name.
        unique.extend(columns.into_iter().collect::<Option<Vec<String>>>());
    }
    Ok(Some(TableShape { table: table.clone(), columns, unique }))
}

/// A transaction of SQLite's, which is the only writer from its beginning on.
pub(super) struct SqliteSession(Transaction<'static, Sqlite>);

impl SqliteSession {
    pub(super) async fn begin(pool: &SqlitePool) -> Result<Self, DatabaseError> {
        Ok(Self(pool.begin_with("begin immediate").await?))
    }
}

fn arguments(params: &Params<'_>) -> Result<SqliteArguments, DatabaseError> {
    let mut arguments = SqliteArguments::default();
    let rows = params.rows.as_ref().map(json);
    for text in rows.into_iter().map(Some).chain(params.texts.iter().map(|text| text.map(str::to_owned))) {
        arguments.add(text).map_err(|error| DatabaseError::from(sqlx::Error::Encode(error)))?;
    }
    Ok(arguments)
}

/// Rows go as one JSON text: SQLite takes it apart faster than a statement a row.
fn json(rows: &Rows<'_>) -> String {
    let mut text = String::from("[");
    for (place, value) in rows.values.iter().enumerate() {
        if place % rows.width == 0 {
            text.push_str(if place == 0 { "[" } else { "],[" });
        } else {
            text.push(',');
        }
        match value {
            Value::Cell(Cell::Null) => text.push_str("null"),
            Value::Cell(Cell::Bool(value)) => text.push_str(if *value { "1" } else { "0" }),
            Value::Cell(Cell::Number(number)) => text.push_str(number),
            Value::Cell(Cell::Text(string)) => push_string(&mut text, string),
            Value::Text(string) => push_string(&mut text, string),
        }
    }
    text.push_str(if rows.values.is_empty() { "]" } else { "]]" });
    text
}

fn push_string(text: &mut String, string: &str) {
    // A string always serialises.
    text.push_str(&serde_json::to_string(string).unwrap_or_default());
}

impl Session for SqliteSession {
    const TIME: &'static str = "text";

    const THERE_AND_TURN: Option<(&'static str, &'static str)> = None;

    fn taken(_: usize) -> usize {
        1
    }

    fn source(width: usize) -> String {
        let columns: Vec<String> =
            (0..width).map(|column| format!("value ->> {column} as c{column}")).collect();
        format!("(select {}, key as i from json_each($1)) as r", columns.join(", "))
    }

    fn source_of_any_length(width: usize) -> String {
        Self::source(width)
    }

    fn cast(value: &str, _: &Column) -> String {
        value.to_owned()
    }

    fn time(value: &str) -> String {
        value.to_owned()
    }

    async fn execute(&mut self, sql: &str, params: &Params<'_>) -> Result<u64, DatabaseError> {
        let query = sqlx::query_with(AssertSqlSafe(sql), arguments(params)?);
        Ok(query.execute(&mut *self.0).await?.rows_affected())
    }

    async fn rows(
        &mut self,
        sql: &str,
        params: &Params<'_>,
    ) -> Result<Vec<Vec<Option<String>>>, DatabaseError> {
        let query = sqlx::query_with(AssertSqlSafe(sql), arguments(params)?);
        Ok(texts(&query.fetch_all(&mut *self.0).await?)?)
    }

    async fn commit(self) -> Result<(), DatabaseError> {
        Ok(self.0.commit().await?)
    }
}
