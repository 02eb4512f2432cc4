//! Deletes rows of a scope in a time that grows with their number alone, whatever the planner knows of the tables.
//!
//! Joined, the rows of the table and the keys that stay would be compared each with each where the planner expects few of
//! either, as it does where a table was not analysed since its scope came. An `in` that is not a condition by itself is
//! no join: both databases put the keys that stay into a table of hashes or an index, and look each row up in it. `case`
//! takes a comparison with null for false, so that SQLite need not look through all keys for a null.

use crate::clients::database::changes::Removal;
use crate::clients::database::error::DatabaseError;
use crate::clients::database::quoted;
use crate::clients::database::session::{Params, Rows, Session, Value};

use super::target::Target;

/// Deletes the rows of a scope that are not among those that stay, and their traces among the seen. Gives how many rows.
pub(super) async fn delete<S: Session>(
    session: &mut S,
    target: Target<'_>,
    removal: &Removal,
) -> Result<u64, DatabaseError> {
    let keep = removal.keep.iter().flatten().map(Value::Cell).collect();
    let params = Params {
        rows: Some(Rows { width: target.0.key.len(), values: keep }),
        texts: removal.scope.iter().map(|(_, value)| value.as_text()).collect(),
    };
    if target.0.track {
        session.execute(&unsee_sql::<S>(target, removal), &params).await?;
    }
    session.execute(&delete_sql::<S>(target, removal), &params).await
}

fn delete_sql<S: Session>(target: Target<'_>, removal: &Removal) -> String {
    format!("delete {}", gone::<S>(target, removal))
}

/// The rows are found before their traces: one statement would look for both by the scope, and compare each with each.
fn unsee_sql<S: Session>(target: Target<'_>, removal: &Removal) -> String {
    format!(
        "with gone as materialized (select {} {}) delete from {} as s where ({}) in (select {} from gone)",
        target.key_of("t"),
        gone::<S>(target, removal),
        target.seen_table(),
        target.compared_key_of("s"),
        target.key_of("gone"),
    )
}

/// The rows of a scope that are not among those that stay, from `from` on.
fn gone<S: Session>(target: Target<'_>, removal: &Removal) -> String {
    let first = S::taken(target.0.key.len()) + 1;
    let scope: Vec<String> = removal
        .scope
        .iter()
        .enumerate()
        .map(|(place, (column, _))| {
            let column = &target.0.shape.columns[*column];
            let value = S::cast(&format!("${}", first + place), column);
            format!("t.{} = {value}", quoted(&column.name))
        })
        .collect();
    format!(
        "from {} as t where {} and case when ({}) in (select {} from {}) then false else true end",
        target.table(),
        scope.join(" and "),
        target.compared_key_of("t"),
        target.key_values::<S>().join(", "),
        S::source_of_any_length(target.0.key.len()),
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use sqlx::AssertSqlSafe;
    use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};

    use crate::clients::database::changes::TableChanges;
    use crate::clients::database::sqlite::{SqliteSession, describe};
    use crate::clients::{Cell, TableRef};

    use super::*;

    /// A database that counts the hundreds of steps that its virtual machine takes.
    async fn counting() -> (SqlitePool, Arc<AtomicU64>) {
        let steps = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&steps);
        let pool = SqlitePoolOptions::new().max_connections(1).after_connect(move |connection, _| {
            let counted = Arc::clone(&counted);
            Box::pin(async move {
                connection.lock_handle().await?.set_progress_handler(100, move || {
                    counted.fetch_add(1, Ordering::Relaxed);
                    true
                });
                Ok(())
            })
        });
        (pool.connect("sqlite::memory:").await.unwrap(), steps)
    }

    /// The steps that it takes to remove what is gone of a scope of so many rows, of which every so manieth stays. Another
    /// scope has as many.
    async fn steps(count: usize, stays: usize, analyzed: bool) -> u64 {
        let (pool, steps) = counting().await;
        let tables = "create table item (g text, id integer, content_hash text, primary key (id, g)); \
             create table item_seen (g text, id integer, primary key (g, id));";
        let rows = |scope: &str| {
            format!(
                "insert into item with recursive n(id) as (values (1) union all select id + 1 from n where id < {count}) \
                 select '{scope}', id, 'h' from n; insert into item_seen select g, id from item where g = '{scope}';"
            )
        };
        let analyze = if analyzed { "analyze;" } else { "" };
        let script = format!("{tables}{}{analyze}{}", rows("a"), rows("b"));
        sqlx::raw_sql(AssertSqlSafe(script)).execute(&pool).await.unwrap();
        let table = TableRef { schema: None, name: "item".to_owned() };
        let shape = Arc::new(describe(&pool, &table).await.unwrap().unwrap());
        let changes = TableChanges {
            shape,
            columns: vec![0, 1],
            key: vec![0, 1],
            rows: vec![],
            removals: vec![],
            track: true,
        };
        let key = |id: usize| vec![Cell::Text("b".to_owned()), Cell::Number(id.to_string())];
        let keep: Vec<_> = (1..=count).filter(|id| id % stays == 0).map(key).collect();
        let kept = keep.len() as u64;
        let removal = Removal { scope: vec![(0, Cell::Text("b".to_owned()))], keep, row: 0 };
        let mut session = SqliteSession::begin(&pool).await.unwrap();
        let before = steps.load(Ordering::Relaxed);
        let removed = delete(&mut session, Target(&changes), &removal).await.unwrap();
        let taken = steps.load(Ordering::Relaxed) - before;
        session.commit().await.unwrap();
        assert_eq!(removed, count as u64 - kept);
        for table in ["item", "item_seen"] {
            let count_sql = format!("select count(*) from {table}");
            let left: i64 = sqlx::query_scalar(AssertSqlSafe(count_sql)).fetch_one(&pool).await.unwrap();
            assert_eq!(u64::try_from(left).unwrap(), count as u64 + kept, "{table}");
        }
        taken
    }

    #[tokio::test]
    async fn twice_the_rows_take_twice_the_steps_in_sqlite() {
        for analyzed in [false, true] {
            for stays in [1, 2, usize::MAX] {
                let (some, twice) = (steps(1000, stays, analyzed).await, steps(2000, stays, analyzed).await);
                assert!(twice * 2 <= some * 5, "{some} {twice}, every {stays}, analyzed: {analyzed}");
            }
        }
    }
}
