use sqlx::sqlite::{SqliteArguments, SqlitePool};
use sqlx::{Arguments as _, AssertSqlSafe, Row as _, Sqlite, Transaction};

use super::TableRef;
use super::cell::Cell;
use super::error::DatabaseError;
use super::kind::ColumnKind;
use super::quoted;
use super::session::{Params, Rows, Session, TypedKeys, Value, texts};
use super::shape::{Column, TableShape, UniqueColumn};
use super::storage::Storage;

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
    let mut primary: Vec<UniqueColumn> = Vec::new();
    for row in &rows {
        let (name, sql_type, in_key): (String, String, i64) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let kind = ColumnKind::of_sqlite(&sql_type);
        if in_key > 0 {
            // Whole numbers are those of the row's own number, which has no index that would tell more.
            let is_exact = matches!(kind, ColumnKind::Integer(_));
            primary.push(UniqueColumn { name: name.clone(), collation: None, is_exact });
        }
        columns.push(Column { name, kind, sql_type, storage: Storage::AsGiven });
    }
    if columns.is_empty() {
        return Ok(None);
    }
    let indexes: Vec<String> = sqlx::query_scalar(
        "select name from pragma_index_list($1, $2) where \"unique\" = 1 and partial = 0 order by origin <> 'pk', seq",
    )
    .bind(&table.name)
    .bind(schema)
    .fetch_all(pool)
    .await?;
    let mut unique = Vec::new();
    for index in indexes {
        let rows =
            sqlx::query("select name, coll from pragma_index_xinfo($1, $2) where key = 1 order by seqno")
                .bind(&index)
                .bind(schema)
                .fetch_all(pool)
                .await?;
        let parts = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
        let parts = parts.collect::<Result<Vec<(Option<String>, String)>, sqlx::Error>>()?;
        // An expression has no name.
        let parts =
            parts.into_iter().map(|(name, collation)| Some(unique_column(&columns, name?, &collation)));
        unique.extend(parts.collect::<Option<Vec<_>>>());
    }
    // A primary key without an index is the row's number.
    unique.push(primary);
    Ok(Some(TableShape { table: table.clone(), columns, unique }))
}

/// A column of an index. The collation is always said: that of the column is not known, and may be another.
fn unique_column(columns: &[Column], name: String, collation: &str) -> UniqueColumn {
    let column = columns.iter().find(|column| column.name == name);
    let is_exact = column.is_some_and(|column| match column.kind {
        ColumnKind::Integer(_) => true,
        ColumnKind::Text => collation.eq_ignore_ascii_case("binary") && has_text_affinity(&column.sql_type),
        _ => false,
    });
    UniqueColumn { name, collation: Some(quoted(collation)), is_exact }
}

/// True where a column keeps a text that looks like a number
/// (<https://www.sqlite.org/datatype3.html#determination_of_column_affinity>).
fn has_text_affinity(declared: &str) -> bool {
    let declared = declared.to_uppercase();
    !declared.contains("INT") && ["CHAR", "CLOB", "TEXT"].iter().any(|word| declared.contains(word))
}

/// So a transaction is the only writer from its beginning on.
const BEGIN: &str = "begin immediate";

/// Foreign keys. Nothing says which of them are checked at the commit.
const LATE_REFERENCES: &str = "select cast(f.id as text), f.\"from\", f.\"table\", coalesce(f.\"to\", p.name) \
     from pragma_foreign_key_list($1, $2) f \
     left join pragma_table_info(f.\"table\", $2) p on f.\"to\" is null and p.pk = f.seq + 1 order by f.id, f.seq";

/// A transaction of SQLite's, which is the only writer from its beginning on.
pub(super) struct SqliteSession(Transaction<'static, Sqlite>);

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
    type Pool = SqlitePool;

    const TIME: &'static str = "text";

    const THERE_AND_TURN: Option<(&'static str, &'static str)> = None;

    const SETTLE: Option<&'static str> = None;

    async fn begin(pool: &SqlitePool) -> Result<Self, DatabaseError> {
        Ok(Self(pool.begin_with(BEGIN).await?))
    }

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

    /// A column makes a number of a text, or a text of a number, by its affinity, which no cast does.
    fn typed_keys(table: &str, columns: &[String]) -> Option<TypedKeys> {
        let named = columns.iter().enumerate().map(|(place, column)| format!("{column} as c{place}"));
        let places: Vec<String> = (0..columns.len()).map(|place| format!("c{place}")).collect();
        let places = places.join(", ");
        Some(TypedKeys {
            create: format!(
                "create temp table jobnet_keys as select {}, 0 as i from {table} where false",
                named.collect::<Vec<_>>().join(", "),
            ),
            fill: format!(
                "insert into jobnet_keys ({places}, i) select {places}, i from {}",
                Self::source(columns.len())
            ),
            source: "jobnet_keys as r",
            drop: "drop table temp.jobnet_keys",
        })
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

    async fn roll_back_to(&mut self, savepoint: &str) -> Result<bool, DatabaseError> {
        match self.execute(&format!("rollback to savepoint {savepoint}"), &Params::none()).await {
            Ok(_) => Ok(true),
            // There is no such savepoint any more: a trigger (`raise(rollback, …)`) or a conflict clause ended the transaction.
            Err(DatabaseError::Statement(_)) => self.execute(BEGIN, &Params::none()).await.map(|_| false),
            Err(error) => Err(error),
        }
    }

    async fn late_references(&mut self, table: &TableRef) -> Result<Vec<Vec<Option<String>>>, DatabaseError> {
        let schema = table.schema.as_deref().unwrap_or("main");
        let params = Params { rows: None, texts: vec![Some(&table.name), Some(schema)] };
        let mut rows = self.rows(LATE_REFERENCES, &params).await?;
        for name in rows.iter_mut().filter_map(|row| row.get_mut(2)?.as_mut()) {
            *name = TableRef { schema: table.schema.clone(), name: std::mem::take(name) }.quoted();
        }
        Ok(rows)
    }

    async fn late_unique(&mut self, _: &TableRef) -> Result<Vec<Vec<Option<String>>>, DatabaseError> {
        Ok(Vec::new())
    }

    async fn check_at_once(&mut self, _: Option<&TableRef>) -> Result<(), DatabaseError> {
        Ok(())
    }

    async fn broken_references(&mut self) -> Result<u64, DatabaseError> {
        let sql = "select cast(count(*) as text) from pragma_foreign_key_check";
        let rows = self.rows(sql, &Params::none()).await?;
        let count = rows.into_iter().flatten().flatten().next();
        Ok(count.and_then(|count| count.parse().ok()).unwrap_or(0))
    }

    async fn commit(self) -> Result<(), DatabaseError> {
        Ok(self.0.commit().await?)
    }
}
