use sqlx::postgres::{PgArguments, PgPool};
use sqlx::{Arguments as _, AssertSqlSafe, Postgres, Row as _, Transaction};

use super::TableRef;
use super::error::DatabaseError;
use super::kind::ColumnKind;
use super::session::{Params, Session, Value, texts};
use super::shape::{Column, TableShape};

/// Columns with their types, as a cast writes them: without a length, which a cast would cut to in silence.
const COLUMNS: &str = "select a.attname::text, format_type(coalesce(nullif(t.typbasetype, 0), t.oid), -1), \
     coalesce(b.typname, t.typname)::text from pg_attribute a join pg_type t on t.oid = a.atttypid \
     left join pg_type b on b.oid = t.typbasetype where a.attrelid = to_regclass($1) and a.attnum > 0 \
     and not a.attisdropped order by a.attnum";

/// Sets of columns that a whole table is unique in.
const UNIQUE: &str = "select array(select a.attname::text from unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) k \
     join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k) from pg_index i \
     where i.indrelid = to_regclass($1) and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null";

/// What a table is like.
pub(super) async fn describe(pool: &PgPool, table: &TableRef) -> Result<Option<TableShape>, DatabaseError> {
    let name = table.quoted();
    let columns = sqlx::query(COLUMNS).bind(&name).fetch_all(pool).await?;
    if columns.is_empty() {
        return Ok(None);
    }
    let columns = columns.iter().map(|row| {
        let kind: String = row.try_get(2)?;
        Ok(Column { name: row.try_get(0)?, sql_type: row.try_get(1)?, kind: ColumnKind::of_postgres(&kind) })
    });
    let columns = columns.collect::<Result<_, sqlx::Error>>()?;
    let unique = sqlx::query_scalar(UNIQUE).bind(&name).fetch_all(pool).await?;
    Ok(Some(TableShape { table: table.clone(), columns, unique }))
}

/// A transaction of PostgreSQL's.
pub(super) struct PostgresSession(Transaction<'static, Postgres>);

impl PostgresSession {
    pub(super) async fn begin(pool: &PgPool) -> Result<Self, DatabaseError> {
        Ok(Self(pool.begin().await?))
    }
}

/// Rows go as an array a column, which costs what a COPY does and needs no table of its own.
fn arguments(params: &Params<'_>) -> Result<PgArguments, DatabaseError> {
    let mut arguments = PgArguments::default();
    let unencodable = |error| DatabaseError::from(sqlx::Error::Encode(error));
    if let Some(rows) = &params.rows {
        for column in 0..rows.width {
            let values = rows.values.iter().skip(column).step_by(rows.width);
            let values: Vec<Option<&str>> = values
                .map(|value| match *value {
                    Value::Cell(cell) => cell.as_text(),
                    Value::Text(text) => Some(text),
                })
                .collect();
            arguments.add(values).map_err(unencodable)?;
        }
    }
    for text in &params.texts {
        arguments.add(*text).map_err(unencodable)?;
    }
    Ok(arguments)
}

impl Session for PostgresSession {
    const TIME: &'static str = "timestamptz";

    // The number is that of nobody else: the bytes of `jobnet`.
    const THERE_AND_TURN: Option<(&'static str, &'static str)> = Some((
        "select '1' where to_regclass($1) is not null",
        "select pg_advisory_xact_lock(x'6a6f626e6574'::bigint)::text",
    ));

    fn taken(width: usize) -> usize {
        width
    }

    fn source(width: usize) -> String {
        let arrays: Vec<String> = (1..=width).map(|number| format!("${number}::text[]")).collect();
        let columns: Vec<String> = (0..width).map(|column| format!("c{column}")).collect();
        let from_zero = "with ordinality as r_";
        // `i` counts from 1 there, and from 0 here.
        format!(
            "(select {columns}, i - 1 as i from unnest({}) {from_zero}({columns}, i)) as r",
            arrays.join(", "),
            columns = columns.join(", ")
        )
    }

    fn source_of_any_length(width: usize) -> String {
        // The planner knows the length of a parameter, and not that of a subquery's result.
        let arrays: Vec<String> = (1..=width).map(|number| format!("(select ${number}::text[])")).collect();
        let columns: Vec<String> = (0..width).map(|column| format!("c{column}")).collect();
        format!("unnest({}) as r({})", arrays.join(", "), columns.join(", "))
    }

    fn cast(value: &str, column: &Column) -> String {
        format!("cast({value} as {})", column.sql_type)
    }

    fn time(value: &str) -> String {
        format!("cast({value} as timestamptz)")
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
