//! The bare work on PostgreSQL: one connection, one transaction, everything ready in memory.

use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use super::product::COLUMNS;
use super::{BATCH, Row, columns, set};

/// What COPY takes at once.
const CHUNK: usize = 1 << 20;

pub(crate) struct OnPostgres {
    connection: PgConnection,
    /// Whole rows, and keys with hashes, in COPY's text format.
    rows: Vec<u8>,
    hashes: Vec<u8>,
    /// The same keys and hashes as arrays.
    batches: Vec<(Vec<String>, Vec<String>)>,
}

impl OnPostgres {
    pub(crate) async fn new(url: &str, rows: &[Row]) -> Self {
        let lines = |line: fn(&Row) -> String| rows.iter().map(line).collect::<String>().into_bytes();
        let batch = |rows: &[Row]| rows.iter().map(|row| (row.cells[0].clone(), row.hash.clone())).unzip();
        Self {
            connection: PgConnection::connect(url).await.expect("a connection"),
            rows: lines(|row| format!("{}\t{}\n", row.cells.join("\t"), row.hash)),
            hashes: lines(|row| format!("{}\t{}\n", row.cells[0], row.hash)),
            batches: rows.chunks(BATCH).map(batch).collect(),
        }
    }

    pub(crate) async fn first_load(&mut self) -> Duration {
        let Self { connection, rows, .. } = self;
        let began = Instant::now();
        execute(connection, "begin").await;
        execute(connection, "create temporary table incoming (like product) on commit drop").await;
        execute(connection, "alter table incoming alter saved_at drop not null, alter run_id drop not null")
            .await;
        copy(connection, &format!("incoming ({}, content_hash)", COLUMNS.join(", ")), rows).await;
        let columns = columns();
        let insert = format!(
            "insert into product ({columns}) select {}, content_hash, '2026-01-01T00:00:00.000000Z', 'bench' \
             from incoming on conflict (code) do update set {}",
            COLUMNS.join(", "),
            set()
        );
        execute(connection, &insert).await;
        execute(connection, "commit").await;
        began.elapsed()
    }

    /// Finds what differs, by a temporary table.
    pub(crate) async fn rerun_by_copy(&mut self) -> Duration {
        let Self { connection, hashes, .. } = self;
        let began = Instant::now();
        execute(connection, "begin").await;
        execute(connection, "create temporary table incoming (code text, hash text) on commit drop").await;
        copy(connection, "incoming", hashes).await;
        let sql = "select count(*) from incoming i left join product t on t.code = i.code \
                   where t.content_hash is null or t.content_hash <> i.hash";
        let differ: i64 = sqlx::query_scalar(sql).fetch_one(&mut *connection).await.expect("a count");
        execute(connection, "commit").await;
        assert_eq!(differ, 0, "nothing differs");
        began.elapsed()
    }

    /// The same by arrays, a batch at a time.
    pub(crate) async fn rerun_by_unnest(&mut self) -> Duration {
        let Self { connection, batches, .. } = self;
        let began = Instant::now();
        for (codes, hashes) in batches {
            let sql = "select count(*) from unnest($1::text[], $2::text[]) as i (code, hash) left join product t \
                       on t.code = i.code where t.content_hash is null or t.content_hash <> i.hash";
            let differ: i64 = sqlx::query_scalar(sql)
                .bind(&*codes)
                .bind(&*hashes)
                .fetch_one(&mut *connection)
                .await
                .expect("a count");
            assert_eq!(differ, 0, "nothing differs");
        }
        began.elapsed()
    }
}

async fn execute(connection: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.expect("a good statement");
}

async fn copy(connection: &mut PgConnection, into: &str, bytes: &[u8]) {
    let mut copy = connection.copy_in_raw(&format!("copy {into} from stdin")).await.expect("a COPY");
    for chunk in bytes.chunks(CHUNK) {
        copy.send(chunk).await.expect("it is taken");
    }
    copy.finish().await.expect("the rows are good");
}
