//! The bare work on SQLite: one connection, one transaction, everything ready in memory, as JSON, which SQLite takes apart
//! faster than a driver runs a statement a row.

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, SqliteConnection};

use super::product::COLUMNS;
use super::{BATCH, Row, columns, set};

pub(crate) struct OnSqlite {
    connection: SqliteConnection,
    rows: Vec<String>,
    hashes: Vec<String>,
}

impl OnSqlite {
    pub(crate) async fn new(file: &Path, rows: &[Row]) -> Self {
        let batches = |values: fn(&Row) -> Vec<&String>| {
            let batch = |rows: &[Row]| {
                let rows: Vec<_> = rows.iter().map(values).collect();
                serde_json::to_string(&rows).expect("texts serialise")
            };
            rows.chunks(BATCH).map(batch).collect()
        };
        Self {
            connection: SqliteConnectOptions::new().filename(file).connect().await.expect("a connection"),
            rows: batches(|row| row.cells.iter().chain([&row.hash]).collect()),
            hashes: batches(|row| vec![&row.cells[0], &row.hash]),
        }
    }

    pub(crate) async fn first_load(&mut self) -> Duration {
        let values: Vec<String> = (0..=COLUMNS.len()).map(|place| format!("value ->> {place}")).collect();
        let insert = format!(
            "insert into product ({}) select {}, '2026-01-01T00:00:00.000000Z', 'bench' from json_each($1) where true \
             on conflict (code) do update set {}",
            columns(),
            values.join(", "),
            set()
        );
        let began = Instant::now();
        self.execute("begin immediate").await;
        for rows in &self.rows {
            let insert = sqlx::query(AssertSqlSafe(insert.as_str())).bind(rows);
            insert.execute(&mut self.connection).await.expect("the rows are good");
        }
        self.execute("commit").await;
        began.elapsed()
    }

    /// Finds what differs.
    pub(crate) async fn rerun(&mut self) -> Duration {
        let began = Instant::now();
        for hashes in &self.hashes {
            let sql = "select count(*) from json_each($1) left join product t on t.code = value ->> 0 \
                       where t.content_hash is null or t.content_hash <> value ->> 1";
            let differ: i64 =
                sqlx::query_scalar(sql).bind(hashes).fetch_one(&mut self.connection).await.expect("a count");
            assert_eq!(differ, 0, "nothing differs");
        }
        began.elapsed()
    }

    async fn execute(&mut self, sql: &'static str) {
        sqlx::raw_sql(sql).execute(&mut self.connection).await.expect("a good statement");
    }
}
