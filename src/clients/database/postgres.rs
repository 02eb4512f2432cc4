use sqlx::postgres::PgArguments;
use sqlx::{Arguments as _, AssertSqlSafe, Row as _};

use super::TableRef;
use super::error::DatabaseError;
use super::kind::ColumnKind;
use super::postgres_pool::PostgresPool;
use super::postgres_unit::Unit;
use super::session::{Params, Session, TypedKeys, Value, texts};
use super::shape::{Column, TableShape, UniqueColumn};
use super::storage::Storage;

/// Columns with their types, as a cast writes them: with a precision, to which it rounds as the column does, and without a
/// length, to which it would cut in silence.
const COLUMNS: &str = "select a.attname::text, format_type(b.oid, case when ltrim(b.typname, '_') in \
     ('numeric', 'timestamp', 'timestamptz', 'time', 'timetz', 'interval') then m.modifier else -1 end), \
     b.typname::text, m.modifier, b.typtype = 'e' from pg_attribute a join pg_type t on t.oid = a.atttypid \
     join pg_type b on b.oid = coalesce(nullif(t.typbasetype, 0), t.oid) \
     cross join lateral (select case when t.typbasetype = 0 then a.atttypmod else t.typtypmod end) m (modifier) \
     where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped order by a.attnum";

/// Sets of columns that a whole table is unique in: a row for each column of each.
const UNIQUE: &str = "select i.indexrelid::bigint, a.attname::text, \
     case when c.oid <> a.attcollation or c.collname <> 'default' then format('%I.%I', n.nspname, c.collname) end, \
     coalesce(c.collisdeterministic, true) from pg_index i \
     cross join generate_series(0, i.indnkeyatts - 1) as k \
     left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[k] \
     left join pg_collation c on c.oid = i.indcollation[k] left join pg_namespace n on n.oid = c.collnamespace \
     where i.indrelid = to_regclass($1) and i.indisunique and i.indisvalid and i.indimmediate \
     and i.indpred is null and i.indexprs is null order by i.indisprimary desc, i.indexrelid, k";

/// Foreign keys that may be checked at the commit.
const LATE_REFERENCES: &str = "select c.oid::text, a.attname::text, c.confrelid::regclass::text, b.attname::text \
     from pg_constraint c cross join unnest(c.conkey, c.confkey) as k(own, other) \
     join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.own \
     join pg_attribute b on b.attrelid = c.confrelid and b.attnum = k.other \
     where c.conrelid = to_regclass($1) and c.contype = 'f' and c.condeferrable order by c.oid";

/// Sets of columns whose being unique may be checked at the commit.
const LATE_UNIQUE: &str = "select c.oid::text, a.attname::text from pg_constraint c cross join unnest(c.conkey) k \
     join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k \
     where c.conrelid = to_regclass($1) and c.contype in ('p', 'u') and c.condeferrable order by c.oid";

/// The statement that has a table's exclusions and constraint triggers checked at once; no row where it has none.
const CHECK_AT_ONCE: &str = "select 'set constraints ' || string_agg(format('%I.%I', n.nspname, c.conname), ', ') || \
     ' immediate' from pg_constraint c join pg_namespace n on n.oid = c.connamespace \
     where c.conrelid = to_regclass($1) and c.contype in ('x', 't') and c.condeferrable having count(*) > 0";

/// What a table is like.
pub(super) async fn describe(
    pool: &PostgresPool,
    table: &TableRef,
) -> Result<Option<TableShape>, DatabaseError> {
    let name = table.quoted();
    let mut unit = Unit::begin(pool).await?;
    let columns = sqlx::query(COLUMNS).bind(&name).persistent(false).fetch_all(&mut *unit).await?;
    let sets = sqlx::query(UNIQUE).bind(&name).persistent(false).fetch_all(&mut *unit).await?;
    unit.commit().await?;
    if columns.is_empty() {
        return Ok(None);
    }
    let columns = columns.iter().map(|row| {
        let (kind, modifier, is_enum): (String, i32, bool) =
            (row.try_get(2)?, row.try_get(3)?, row.try_get(4)?);
        let storage = if is_enum { Storage::AsGiven } else { Storage::of_postgres(&kind, modifier) };
        let kind = ColumnKind::of_postgres(&kind);
        Ok(Column { name: row.try_get(0)?, sql_type: row.try_get(1)?, kind, storage })
    });
    let columns: Vec<Column> = columns.collect::<Result<_, sqlx::Error>>()?;
    let mut unique: Vec<(i64, Vec<UniqueColumn>)> = Vec::new();
    for row in sets {
        let (index, is_deterministic): (i64, bool) = (row.try_get(0)?, row.try_get(3)?);
        let (name, collation): (String, Option<String>) = (row.try_get(1)?, row.try_get(2)?);
        let column = columns.iter().find(|column| column.name == name);
        let is_exact = is_deterministic && column.is_some_and(is_exact);
        let column = UniqueColumn { name, collation, is_exact };
        match unique.last_mut() {
            Some((last, columns)) if *last == index => columns.push(column),
            _ => unique.push((index, vec![column])),
        }
    }
    let unique = unique.into_iter().map(|(_, columns)| columns).collect();
    Ok(Some(TableShape { table: table.clone(), columns, unique }))
}

/// True where no two texts are one value, but for a collation.
fn is_exact(column: &Column) -> bool {
    match column.kind {
        ColumnKind::Integer(_) | ColumnKind::Bool => true,
        ColumnKind::Number | ColumnKind::Float(_) => column.storage.is_as_given(),
        ColumnKind::Text => ["text", "character varying"].contains(&&*column.sql_type),
        _ => false,
    }
}

/// A transaction of PostgreSQL's.
pub(super) struct PostgresSession(Unit);

impl PostgresSession {
    /// Begins a transaction that others must not keep waiting until they are done.
    pub(super) async fn begin_urgent(pool: &PostgresPool) -> Result<Self, DatabaseError> {
        Ok(Self(Unit::begin_urgent(pool).await?))
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
    type Pool = PostgresPool;

    const TIME: &'static str = "timestamptz";

    // The number is that of nobody else: the bytes of `jobnet`.
    const THERE_AND_TURN: Option<(&'static str, &'static str)> = Some((
        "select '1' where to_regclass($1) is not null",
        "select pg_advisory_xact_lock(x'6a6f626e6574'::bigint)::text",
    ));

    const SETTLE: Option<&'static str> = Some("set constraints all immediate");

    async fn begin(pool: &PostgresPool) -> Result<Self, DatabaseError> {
        Ok(Self(Unit::begin(pool).await?))
    }

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

    fn typed_keys(_: &str, _: &[String]) -> Option<TypedKeys> {
        None
    }

    fn cast(value: &str, column: &Column) -> String {
        format!("cast({value} as {})", column.sql_type)
    }

    fn time(value: &str) -> String {
        format!("cast({value} as timestamptz)")
    }

    async fn execute(&mut self, sql: &str, params: &Params<'_>) -> Result<u64, DatabaseError> {
        let query = sqlx::query_with(AssertSqlSafe(sql), arguments(params)?).persistent(false);
        Ok(query.execute(&mut *self.0).await?.rows_affected())
    }

    async fn rows(
        &mut self,
        sql: &str,
        params: &Params<'_>,
    ) -> Result<Vec<Vec<Option<String>>>, DatabaseError> {
        let query = sqlx::query_with(AssertSqlSafe(sql), arguments(params)?).persistent(false);
        Ok(texts(&query.fetch_all(&mut *self.0).await?)?)
    }

    async fn roll_back_to(&mut self, savepoint: &str) -> Result<bool, DatabaseError> {
        self.execute(&format!("rollback to savepoint {savepoint}"), &Params::none()).await.map(|_| true)
    }

    async fn late_references(&mut self, table: &TableRef) -> Result<Vec<Vec<Option<String>>>, DatabaseError> {
        self.rows(LATE_REFERENCES, &Params::texts([&table.quoted()])).await
    }

    async fn late_unique(&mut self, table: &TableRef) -> Result<Vec<Vec<Option<String>>>, DatabaseError> {
        self.rows(LATE_UNIQUE, &Params::texts([&table.quoted()])).await
    }

    async fn check_at_once(&mut self, table: Option<&TableRef>) -> Result<(), DatabaseError> {
        let statement = match table {
            None => Some("set constraints all immediate".to_owned()),
            Some(table) => {
                let rows = self.rows(CHECK_AT_ONCE, &Params::texts([&table.quoted()])).await?;
                rows.into_iter().flatten().flatten().next()
            }
        };
        match statement {
            Some(statement) => self.execute(&statement, &Params::none()).await.map(drop),
            None => Ok(()),
        }
    }

    async fn broken_references(&mut self) -> Result<u64, DatabaseError> {
        Ok(0)
    }

    async fn commit(self) -> Result<(), DatabaseError> {
        Ok(self.0.commit().await?)
    }
}
