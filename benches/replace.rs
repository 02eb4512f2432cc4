//! Scopes of 1,000, 2,000 and 4,000 rows replaced by half of them, with and without `track`: what a row takes must not grow
//! with its scope.
//!
//! `cargo bench --bench replace` prints, for PostgreSQL and for SQLite, the time of a stage by the rows that its tables had,
//! and the largest by the smallest of the three. No table is ever analysed, or all were when other scopes alone were there,
//! so that the planner expects the new ones to be tiny.
#![expect(
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench prints its figures, and what it cannot measure ends it"
)]

#[path = "../tests/common/leash.rs"]
mod leash;
#[path = "measure/mod.rs"]
#[expect(dead_code, reason = "other benches use more of it")]
mod measure;
#[path = "../tests/common/postgres.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod postgres;
#[path = "../tests/common/tools/mod.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod tools;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use axum::Router;
use axum::extract::Path as Segments;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use sqlx::{Connection as _, PgConnection, SqliteConnection};

use measure::{measured, median};
use postgres::Postgres;

const ROWS: [usize; 3] = [1_000, 2_000, 4_000];

/// The rows of all scopes: as many for each size, so that what a run takes beside them is the same.
const TOTAL: usize = 80_000;

const TABLES: &str = "create table item (genre integer not null, code integer not null, name text, content_hash text, \
     saved_at text, run_id text, primary key (genre, code));";

/// What the planner knows.
#[derive(Debug, Clone, Copy)]
enum Statistics {
    Nothing,
    OtherScopes,
}

#[tokio::main]
async fn main() {
    let runs = std::env::var("JOBNET_BENCH_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(5);
    let shop = open_shop().await;
    println!("{TOTAL} rows in scopes, half of which are gone; medians of {runs} runs\n");
    let cluster = Postgres::start("-c autovacuum=off -c shared_buffers=256MB -c max_wal_size=4GB").await;
    if let Err(missing) = &cluster {
        println!("no PostgreSQL: {missing}\n");
    }
    for statistics in [Statistics::Nothing, Statistics::OtherScopes] {
        for track in [false, true] {
            if let Ok(cluster) = &cluster {
                let databases = [(); ROWS.len()].map(|()| cluster.new_database());
                let [one, two, four] = databases;
                let databases = [one.await, two.await, four.await];
                let urls = databases.each_ref().map(|database| database.url().to_owned());
                print("PostgreSQL", track, statistics, times(runs, track, statistics, &urls, &shop).await);
            }
            let homes = [(); ROWS.len()].map(|()| tempfile::tempdir().expect("a directory"));
            let urls =
                homes.each_ref().map(|home| format!("sqlite:{}", home.path().join("items.db").display()));
            print("SQLite", track, statistics, times(runs, track, statistics, &urls, &shop).await);
        }
    }
}

fn print(name: &str, track: bool, statistics: Statistics, times: [Vec<Duration>; ROWS.len()]) {
    let each = times.map(|times| median(times).as_secs_f64() * 1e6 / TOTAL as f64);
    let (least, most) =
        (each.iter().copied().fold(f64::MAX, f64::min), each.iter().copied().fold(0.0, f64::max));
    let track = if track { "with track" } else { "without track" };
    println!("{name}, {track}, statistics of {statistics:?}");
    for (each, rows) in each.iter().zip(ROWS) {
        println!("  {rows:>5} rows a scope  {each:>6.1} µs a row");
    }
    println!("  largest by smallest  {:.2}\n", most / least);
}

/// The times of the stage that removes half of every scope, for each size of scopes in a database of its own.
async fn times(
    runs: usize,
    track: bool,
    statistics: Statistics,
    urls: &[String; ROWS.len()],
    shop: &str,
) -> [Vec<Duration>; ROWS.len()] {
    let home = tempfile::tempdir().expect("a directory");
    for url in urls {
        execute(url, TABLES).await;
        if let Statistics::OtherScopes = statistics {
            // The tables that jobnet makes are there after a run.
            measured(stage(home.path(), url, &format!("{shop}/1"), track, 1_000..1_020));
            execute(url, "analyze").await;
        }
    }
    let mut times = [(); ROWS.len()].map(|()| Vec::new());
    for _ in 0..runs {
        for ((rows, url), times) in ROWS.into_iter().zip(urls).zip(&mut times) {
            let scopes = || 0..TOTAL / rows;
            measured(stage(home.path(), url, &format!("{shop}/{rows}"), track, scopes()));
            let half = stage(home.path(), url, &format!("{shop}/{}", rows / 2), track, scopes());
            times.push(measured(half).time);
        }
    }
    times
}

async fn execute(url: &str, statements: &'static str) {
    if url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(&format!("{url}?mode=rwc")).await.expect("a database");
        sqlx::raw_sql(statements).execute(&mut connection).await.expect("good statements");
        connection.close().await.expect("it closes");
    } else {
        let mut connection = PgConnection::connect(url).await.expect("a database");
        sqlx::raw_sql(statements).execute(&mut connection).await.expect("good statements");
        connection.close().await.expect("it closes");
    }
}

/// A server whose `/ROWS/items` has so many items.
async fn open_shop() -> String {
    let router = Router::new().route("/{rows}/items", get(items));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    base
}

async fn items(Segments(rows): Segments<usize>) -> impl IntoResponse {
    let items: Vec<String> =
        (0..rows).map(|code| format!(r#"{{"code":{code},"name":"item {code}"}}"#)).collect();
    ([(CONTENT_TYPE, "application/json")], format!(r#"{{"items":[{}]}}"#, items.join(",")))
}

/// Collects the scopes.
fn stage(home: &Path, database: &str, shop: &str, track: bool, scopes: std::ops::Range<usize>) -> Child {
    let scopes: Vec<String> = scopes.map(|scope| scope.to_string()).collect();
    let spec = format!(
        "jobnet: v1
name: shop
vars: {{API: '', DATABASE_URL: ''}}
apis: {{shop: {{base_url: '${{API}}'}}}}
databases: {{main: '${{DATABASE_URL}}'}}
stages:
  collect:
    flow:
      for_each: {{values: [{}]}}
      from: {{get: /items, items: .items}}
      to: {{table: item, key: [genre, code], columns: {{genre: $each, code: .code, name: .name}}, replace: [genre], track: {track}}}
environments: {{local: {{}}}}
",
        scopes.join(", ")
    );
    let file = home.join("jobnet.yaml");
    std::fs::write(&file, spec).expect("a spec");
    Command::new(env!("CARGO_BIN_EXE_jobnet"))
        .args(["run", "collect", "--env", "local", "--format", "json", "--spec"])
        .arg(file)
        .current_dir(home)
        .env_clear()
        .env("API", shop)
        .env("DATABASE_URL", database)
        .env("LOG_LEVEL", "error")
        .stdout(Stdio::null())
        .spawn()
        .expect("jobnet starts")
}
