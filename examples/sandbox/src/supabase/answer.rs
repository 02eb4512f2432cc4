//! Which rows a message of several statements is answered with.

use futures_util::TryStreamExt;
use futures_util::stream::BoxStream;
use sqlx::{Column, Database, Either};

use super::query::Row;
use serde_json::Value;

/// What a message is answered with, statement by statement.
type Results<'r, DB> =
    BoxStream<'r, Result<Either<<DB as Database>::QueryResult, <DB as Database>::Row>, sqlx::Error>>;

/// The rows of the last statement that has any, as Supabase's
/// [postgres-meta](https://github.com/supabase/postgres-meta/blob/master/src/lib/db.ts) picks them.
pub(super) async fn last_rows<DB: Database>(
    mut results: Results<'_, DB>,
    value: impl Fn(&DB::Row, usize) -> Result<Value, sqlx::Error>,
) -> Result<Vec<Row>, sqlx::Error> {
    let (mut last, mut current) = (Vec::new(), Vec::new());
    while let Some(result) = results.try_next().await? {
        match result {
            Either::Right(row) => {
                let columns = sqlx::Row::columns(&row).iter().enumerate();
                let row: Result<Row, sqlx::Error> =
                    columns.map(|(at, column)| Ok((column.name().to_owned(), value(&row, at)?))).collect();
                current.push(row?);
            }
            Either::Left(_) if current.is_empty() => {}
            Either::Left(_) => last = std::mem::take(&mut current),
        }
    }
    Ok(last)
}
