use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use sqlx::error::BoxDynError;
use sqlx::sqlite::{SqliteArguments, SqlitePool, SqliteRow};
use sqlx::{
    Arguments as _, AssertSqlSafe, Column as _, Executor as _, Row as _, SqlSafeStr as _, SqliteConnection,
    TypeInfo as _, ValueRef as _,
};

use crate::decimal::Decimal;

use super::bound::{Bound, Param};
use super::cell::Cell;
use super::error::DatabaseError;
use super::float::Float;
use super::kind::ColumnKind;
use super::statements::StatementError;

pub(super) async fn query(pool: &SqlitePool, query: &Bound) -> Result<Vec<String>, DatabaseError> {
    let (text, arguments) = numbered(query)?;
    let rows = sqlx::query_with(AssertSqlSafe(text), arguments).fetch_all(pool).await?;
    Ok(rows.iter().map(object).collect::<Result<_, _>>()?)
}

pub(super) async fn execute(pool: &SqlitePool, statements: &[Bound]) -> Result<Vec<u64>, StatementError> {
    if let [statement] = statements {
        let mut connection = pool.acquire().await?;
        return Ok(vec![run(&mut connection, statement).await.map_err(StatementError::of(0))?]);
    }
    // From its beginning the only writer: one that reads first and then writes may be refused in the middle.
    let mut transaction = pool.begin_with("begin immediate").await?;
    let mut affected = Vec::new();
    for (place, statement) in statements.iter().enumerate() {
        affected.push(run(&mut transaction, statement).await.map_err(StatementError::of(place))?);
    }
    transaction.commit().await?;
    Ok(affected)
}

pub(super) async fn prepare(pool: &SqlitePool, statements: &[Bound]) -> Result<(), StatementError> {
    let mut connection = pool.acquire().await?;
    for (place, statement) in statements.iter().enumerate() {
        let (text, _) = numbered(statement).map_err(StatementError::of(place))?;
        connection.prepare(AssertSqlSafe(text).into_sql_str()).await.map_err(StatementError::of(place))?;
    }
    Ok(())
}

async fn run(connection: &mut SqliteConnection, statement: &Bound) -> Result<u64, sqlx::Error> {
    let (text, arguments) = numbered(statement)?;
    let query = sqlx::query_with(AssertSqlSafe(text), arguments).persistent(false);
    Ok(query.execute(connection).await?.rows_affected())
}

fn numbered(statement: &Bound) -> Result<(String, SqliteArguments), sqlx::Error> {
    let mut arguments = SqliteArguments::default();
    for param in &statement.params {
        let added = match param {
            Param::Text(text) | Param::Time(text) => arguments.add(text.clone()),
            Param::Int(value) => arguments.add(*value),
            Param::Number(text) => add_number(&mut arguments, text),
            Param::Bool(value) => arguments.add(*value),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok((statement.text(|place, _| format!("?{}", place + 1)), arguments))
}

/// Adds a number as a double where that keeps it, else as a whole number: what neither keeps is an error.
fn add_number(arguments: &mut SqliteArguments, text: &str) -> Result<(), BoxDynError> {
    let normal = |text: &str| Decimal::parse(text).map(|number| number.normal());
    let double: f64 = text.parse()?;
    // The second knows the doubles that have two texts as short.
    let is_kept = normal(&format!("{double:e}")) == normal(text)
        || ColumnKind::Float(Float::SqliteReal).number(text).is_ok();
    if double.is_finite() && is_kept {
        return arguments.add(double);
    }
    if let Ok(Cell::Number(whole)) = ColumnKind::Integer(8).number(text) {
        return arguments.add(whole.parse::<i64>()?);
    }
    Err(format!("the parameter {text} is a number of which SQLite cannot keep every digit").into())
}

/// A row with the values as SQLite keeps them; bytes as Base64.
fn object(row: &SqliteRow) -> Result<String, sqlx::Error> {
    let mut text = String::from("{");
    for column in row.columns() {
        if column.ordinal() > 0 {
            text.push(',');
        }
        let value = value(row, column.ordinal())?;
        text.push_str(&format!("{}:{value}", Value::from(column.name())));
    }
    text.push('}');
    Ok(text)
}

fn value(row: &SqliteRow, place: usize) -> Result<Value, sqlx::Error> {
    let raw = row.try_get_raw(place)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    Ok(match raw.type_info().name() {
        "INTEGER" => row.try_get_unchecked::<i64, _>(place)?.into(),
        "REAL" => number(row.try_get_unchecked(place)?).ok_or_else(|| sqlx::Error::ColumnDecode {
            index: row.column(place).name().to_owned(),
            source: "the value is infinite, and JSON has no such number".into(),
        })?,
        "BLOB" => BASE64_STANDARD.encode(row.try_get_unchecked::<Vec<u8>, _>(place)?).into(),
        _ => row.try_get_unchecked::<String, _>(place)?.into(),
    })
}

fn number(value: f64) -> Option<Value> {
    serde_json::Number::from_f64(value).map(Value::Number)
}

#[cfg(test)]
mod tests {
    use super::super::{Database, DatabaseUrl};
    use super::*;

    fn bound(pieces: &[&str], params: &[Param]) -> Bound {
        Bound { pieces: pieces.iter().map(|piece| (*piece).to_owned()).collect(), params: params.to_vec() }
    }

    fn database(directory: &tempfile::TempDir) -> Database {
        Database::open(&DatabaseUrl::Sqlite("test.db".into()), directory.path()).unwrap()
    }

    #[tokio::test]
    async fn rows_keep_their_order_their_columns_and_the_kinds_of_their_values() {
        let directory = tempfile::tempdir().unwrap();
        let query = bound(
            &[
                "select 2 as \"b\"\"c\", ",
                " as a, 1.5 as f, null as n, x'01ff' as x union all select 1, ",
                ", 0.1, 'é', '' -- end",
            ],
            &[Param::Text("o'clock".to_owned()), Param::Bool(true)],
        );
        assert_eq!(
            database(&directory).query(&query).await.unwrap(),
            [
                r#"{"b\"c":2,"a":"o'clock","f":1.5,"n":null,"x":"Af8="}"#,
                r#"{"b\"c":1,"a":1,"f":0.1,"n":"é","x":""}"#,
            ],
        );
    }

    #[tokio::test]
    async fn a_value_that_json_has_no_number_for_is_told_with_its_column() {
        let directory = tempfile::tempdir().unwrap();
        let error = database(&directory).query(&bound(&["select 9e999 as big"], &[])).await.unwrap_err();
        assert!(error.to_string().contains("big"), "{error}");
    }

    #[tokio::test]
    async fn several_statements_are_done_together_or_not_at_all() {
        let directory = tempfile::tempdir().unwrap();
        let database = database(&directory);
        let create = bound(&["create table t (a integer primary key)"], &[]);
        database.execute(&[create]).await.unwrap();
        let insert = |value| {
            bound(&["insert into t values (", "), (", " + 10)"], &[Param::Int(value), Param::Int(value)])
        };
        let failed = database.execute(&[insert(1), insert(2), insert(2)]).await.unwrap_err();
        assert_eq!(failed.statement, Some(2));
        assert!(matches!(failed.source, DatabaseError::Values(_)), "{failed}");
        assert_eq!(database.execute(&[insert(1), insert(2)]).await.unwrap(), [2, 2]);
        let count = bound(&["select count(*) as n from t"], &[]);
        assert_eq!(database.query(&count).await.unwrap(), [r#"{"n":4}"#]);
    }

    #[tokio::test]
    async fn a_number_that_sqlite_would_round_is_no_parameter() {
        let directory = tempfile::tempdir().unwrap();
        let database = database(&directory);
        let number = |text: &str| {
            bound(
                &["select ", " as n, typeof(", ") as t"],
                &[text, text].map(|text| Param::Number(text.to_owned())),
            )
        };
        for (text, row) in [
            ("1.5", r#"{"n":1.5,"t":"real"}"#),
            ("5", r#"{"n":5.0,"t":"real"}"#),
            ("1e-120", r#"{"n":1e-120,"t":"real"}"#),
            ("2237049362626951.3", r#"{"n":2237049362626951.2,"t":"real"}"#),
            ("9007199254740993", r#"{"n":9007199254740993,"t":"integer"}"#),
        ] {
            assert_eq!(database.query(&number(text)).await.unwrap(), [row]);
        }
        for text in ["12345678901234567.89", "9223372036854775809", "1e400"] {
            let error = database.query(&number(text)).await.unwrap_err().to_string();
            assert!(error.contains(text), "{error}");
        }
    }

    #[tokio::test]
    async fn a_single_statement_has_no_transaction_around_it() {
        let directory = tempfile::tempdir().unwrap();
        database(&directory).execute(&[bound(&["vacuum"], &[])]).await.unwrap();
    }

    #[tokio::test]
    async fn preparing_finds_faults_and_changes_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let database = database(&directory);
        let create = bound(&["create table t (a)"], &[]);
        database.prepare(std::slice::from_ref(&create)).await.unwrap();
        let failed =
            database.prepare(&[create, bound(&["insert into t values (1)"], &[])]).await.unwrap_err();
        assert_eq!(
            (failed.statement, failed.to_string().contains("no such table")),
            (Some(1), true),
            "{failed}"
        );
    }
}
