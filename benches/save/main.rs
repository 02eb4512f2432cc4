//! 200,000 products collected over HTTP into a table, each page kept in a directory: a stage as a process of its own,
//! into an empty table and once more with nothing changed, against the bare work of the database with the same rows.
//!
//! `cargo bench --bench save` prints, for PostgreSQL and for SQLite, both times, their ratio and the stage's peak memory.
//! PostgreSQL has its defaults (`fsync` and `synchronous_commit` on), but 256 MB of shared buffers and 4 GB of log between
//! checkpoints; before each measurement there is a checkpoint. Its bare work is COPY into a temporary table and one
//! statement from there, for the rerun also one by arrays, a batch at a time, and the faster counts. What jobnet does
//! beside it (to read, to keep, to make rows, to hash, to commit in steps that a killed run goes on from) is what the
//! ratio shows. The least that reading takes is printed too: to download the pages one after the other over one keep-alive
//! connection, and to parse each once.
#![expect(
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench prints its figures, and what it cannot measure ends it"
)]

#[path = "../../tests/common/leash.rs"]
mod leash;
#[path = "../measure/mod.rs"]
mod measure;
mod on_postgres;
mod on_sqlite;
#[path = "../../tests/common/postgres.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod postgres;
mod product;
mod shop;
#[path = "../../tests/common/tools/mod.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod tools;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use jobnet::digest::sha256;
use sqlx::Connection as _;

use measure::{measured, median, mib};
use on_postgres::OnPostgres;
use on_sqlite::OnSqlite;
use postgres::Postgres;
use product::{COLUMNS, EXPRESSIONS, Product, TABLE};
use shop::Shop;

const PRODUCTS: usize = 200_000;
const GENRES: usize = 20;
const PAGE: usize = 500;

/// How many rows the bare work sends at once, where not all.
const BATCH: usize = 5_000;

const SETTINGS: &str = "-c shared_buffers=256MB -c max_wal_size=4GB";

/// A row as the bare work has it.
struct Row {
    cells: [String; COLUMNS.len()],
    hash: String,
}

/// All columns of a row, jobnet's own included.
fn columns() -> String {
    format!("{}, content_hash, saved_at, run_id", COLUMNS.join(", "))
}

/// What an upsert sets.
fn set() -> String {
    let columns = COLUMNS.iter().skip(1).chain(&["content_hash", "saved_at", "run_id"]);
    columns.map(|column| format!("{column} = excluded.{column}")).collect::<Vec<_>>().join(", ")
}

#[tokio::main]
async fn main() {
    let runs = std::env::var("JOBNET_BENCH_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(5);
    let products: Vec<Product> =
        (0..PRODUCTS).map(|number| Product::new(number, 1 + number / (PRODUCTS / GENRES))).collect();
    let shop = Shop::open(&products).await;
    let rows: Vec<Row> = products
        .iter()
        .map(|product| {
            let cells = product.cells();
            let hash = sha256(cells.concat());
            Row { cells, hash }
        })
        .collect();
    println!(
        "{PRODUCTS} products, {:.0} MB in pages of {PAGE}; medians of {runs} runs\n",
        shop.bytes as f64 / 1e6
    );
    let mut readings = Vec::new();
    for _ in 0..runs {
        readings.push(shop.read().await);
    }
    println!("reading alone  {:>6.0} ms\n", median(readings).as_secs_f64() * 1e3);
    on_postgres(&shop, &rows, runs).await;
    on_sqlite(&shop, &rows, runs).await;
}

async fn on_postgres(shop: &Shop, rows: &[Row], runs: usize) {
    let cluster = match Postgres::start(SETTINGS).await {
        Ok(cluster) => cluster,
        Err(missing) => return println!("no PostgreSQL: {missing}"),
    };
    let (bare, saved) = (cluster.new_database().await, cluster.new_database().await);
    for database in [&bare, &saved] {
        database.execute(TABLE).await;
    }
    let mut work = OnPostgres::new(bare.url(), rows).await;
    let (mut first, mut rerun) = (Measurement::default(), Measurement::default());
    for _ in 0..runs {
        let home = tempfile::tempdir().expect("a directory");
        for database in [&bare, &saved] {
            database.execute("truncate product; checkpoint").await;
        }
        first.bare.push(work.first_load().await);
        bare.execute("checkpoint").await;
        first.stage(stage(home.path(), saved.url(), &shop.base));
        assert_eq!(saved.number("select count(*) from product").await, 200_000, "all products are there");
        for database in [&bare, &saved] {
            database.execute("vacuum analyze product").await;
            database.execute("checkpoint").await;
        }
        rerun.bare.push(work.rerun_by_copy().await.min(work.rerun_by_unnest().await));
        rerun.stage(stage(home.path(), saved.url(), &shop.base));
    }
    first.print("PostgreSQL, first load");
    rerun.print("PostgreSQL, unchanged rerun");
}

async fn on_sqlite(shop: &Shop, rows: &[Row], runs: usize) {
    let (mut first, mut rerun) = (Measurement::default(), Measurement::default());
    for _ in 0..runs {
        let home = tempfile::tempdir().expect("a directory");
        let (bare, saved) = (home.path().join("bare.db"), home.path().join("saved.db"));
        for file in [&bare, &saved] {
            let url = format!("sqlite:{}?mode=rwc", file.display());
            let mut connection = sqlx::SqliteConnection::connect(&url).await.expect("a database");
            sqlx::raw_sql(TABLE).execute(&mut connection).await.expect("a table");
            connection.close().await.expect("it closes");
        }
        let mut work = OnSqlite::new(&bare, rows).await;
        let url = format!("sqlite:{}", saved.display());
        first.bare.push(work.first_load().await);
        first.stage(stage(home.path(), &url, &shop.base));
        rerun.bare.push(work.rerun().await);
        rerun.stage(stage(home.path(), &url, &shop.base));
    }
    first.print("SQLite, first load");
    rerun.print("SQLite, unchanged rerun");
}

/// The times of one kind of work.
#[derive(Default)]
struct Measurement {
    bare: Vec<Duration>,
    stages: Vec<Duration>,
    peak: u64,
}

impl Measurement {
    fn stage(&mut self, process: Child) {
        let measured = measured(process);
        self.stages.push(measured.time);
        self.peak = self.peak.max(measured.peak);
    }

    fn print(self, name: &str) {
        let (bare, stage) = (median(self.bare).as_secs_f64(), median(self.stages).as_secs_f64());
        println!("{name}");
        println!("  bare work  {:>6.0} ms", bare * 1e3);
        println!("  stage      {:>6.0} ms, {:.2} × the bare work", stage * 1e3, stage / bare);
        println!("  peak memory  {:.1} MiB\n", mib(self.peak));
    }
}

/// Collects all products.
fn stage(home: &Path, database: &str, shop: &str) -> Child {
    let last = PRODUCTS / GENRES / PAGE;
    let genres: Vec<String> = (1..=GENRES).map(|genre| genre.to_string()).collect();
    let spec = format!(
        "jobnet: v1
name: shop
vars: {{API: '', DATABASE_URL: ''}}
apis: {{shop: {{base_url: '${{API}}'}}}}
databases: {{main: '${{DATABASE_URL}}'}}
stores: {{raw: file:pages}}
stages:
  collect:
    flow:
      for_each: {{values: [{}]}}
      from:
        get: /items
        query: {{genre: '{{.}}'}}
        items: .items
        next: {{page: page, last: {last}}}
        keep: {{path: 'items/genre={{.}}'}}
      to:
        table: product
        key: [code]
        columns: {EXPRESSIONS}
environments: {{local: {{}}}}
",
        genres.join(", ")
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
