//! A flow over 200,000 fields of which 100,000 are picked, in 500 models: the stage `extract-field` of the portal's
//! pipeline as a process of its own, against a floor. The floor is the least that any runner must do with the same
//! pages: download them one after the other over one keep-alive connection, and parse each once into a JSON value.
//!
//! `cargo bench --bench flow` prints both times, their ratio, and the stage's peak memory at 20,000 and 200,000 rows, for
//! rows that come model by model and for rows of all models mixed, where no batch fills before the end.
#![expect(
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench prints its figures, and what it cannot measure ends it"
)]

mod measure;

use std::collections::HashMap;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::{get, post};

use measure::{measured, median, mib};

const PAGE: usize = 500;
const MODELS: usize = 500;
const RUNS: usize = 7;

/// Names this program to itself: the process that measures the floor.
const FLOOR_OF: &str = "JOBNET_BENCH_FLOOR_OF";

fn main() {
    if let Ok(base) = std::env::var(FLOOR_OF) {
        floor(&base);
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    println!("200,000 fields, 100,000 picked, {MODELS} models, pages of {PAGE}; medians of {RUNS} runs\n");
    for (order, mixed) in [("model by model", false), ("models mixed", true)] {
        let large = runtime.block_on(Server::start(200_000, mixed));
        let small = runtime.block_on(Server::start(20_000, mixed));
        let bytes: usize = large.pages.iter().map(Bytes::len).sum();
        let mut floors = Vec::new();
        let mut stages = Vec::new();
        let mut peak = (0, 0);
        for _ in 0..RUNS {
            floors.push(measured(floor_process(&large.base)).time);
            let stage = measured(stage_process(&large.base));
            stages.push(stage.time);
            peak.1 = peak.1.max(stage.peak);
            peak.0 = peak.0.max(measured(stage_process(&small.base)).peak);
        }
        let (floor, stage) = (median(floors), median(stages));
        println!("{order} ({:.1} MB of pages)", bytes as f64 / 1e6);
        println!("  floor  {:>6.0} ms", floor.as_secs_f64() * 1e3);
        println!(
            "  stage  {:>6.0} ms, {:.2} × the floor",
            stage.as_secs_f64() * 1e3,
            stage.as_secs_f64() / floor.as_secs_f64()
        );
        println!("  peak memory  {:.1} MiB at 20,000 rows, {:.1} MiB at 200,000\n", mib(peak.0), mib(peak.1));
    }
}

fn stage_process(base: &str) -> Child {
    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/portal-pipeline/jobnet.yaml");
    Command::new(env!("CARGO_BIN_EXE_jobnet"))
        .args(["run", "extract-field", "--env", "local", "--format", "json", "--spec", spec])
        .env_clear()
        .env("API_BASE", base)
        .env("LOG_LEVEL", "error")
        .stdout(Stdio::null())
        .spawn()
        .expect("jobnet starts")
}

fn floor_process(base: &str) -> Child {
    Command::new(std::env::current_exe().expect("this program"))
        .env(FLOOR_OF, base)
        .stdout(Stdio::null())
        .spawn()
        .expect("the floor starts")
}

/// Downloads all pages over one connection and parses each once.
fn floor(base: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        // The client wants a provider of TLS even where nothing is encrypted.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::new();
        let mut cursor = String::new();
        loop {
            let url = format!("{base}/portal/field?limit={PAGE}&cursor={cursor}");
            let body = client.get(url).send().await.expect("a page").bytes().await.expect("its body");
            let page: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
            match page["next_cursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
    });
}

/// A server that has its pages ready, so that its own work hides nothing.
struct Server {
    base: String,
    pages: Arc<Vec<Bytes>>,
}

impl Server {
    async fn start(rows: usize, mixed: bool) -> Self {
        let pages = Arc::new(pages(rows, mixed));
        let router = Router::new()
            .route("/portal/field", get(page))
            .route("/extract/field", post(extract))
            .with_state(Arc::clone(&pages));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, pages }
    }
}

fn pages(rows: usize, mixed: bool) -> Vec<Bytes> {
    let rows_a_model = rows / MODELS;
    let items: Vec<String> = (0..rows)
        .map(|row| {
            let model = if mixed { row % MODELS } else { row / rows_a_model };
            // Where models are mixed, both kinds of rows must still come in every model.
            let picked = if mixed { (row / MODELS).is_multiple_of(2) } else { row.is_multiple_of(2) };
            let english = if picked { "null".to_owned() } else { format!("\"Label of the field number {row}\"") };
            format!(
                "{{\"id\":{row},\"model\":\"bench.model_{model:03}\",\"model_label\":\"モデル{model}\",\
                 \"field_name\":\"x_field_{row:06}\",\"ttype\":\"char\",\
                 \"label_i18n\":{{\"ja\":\"項目{row}の名称\",\"en\":{english}}},\"help\":null,\"store\":true}}"
            )
        })
        .collect();
    let count = rows.div_ceil(PAGE);
    items
        .chunks(PAGE)
        .enumerate()
        .map(|(number, items)| {
            let next = if number + 1 < count { format!("\"c{}\"", number + 1) } else { "null".to_owned() };
            Bytes::from(format!("{{\"items\":[{}],\"next_cursor\":{next}}}", items.join(",")))
        })
        .collect()
}

async fn page(
    State(pages): State<Arc<Vec<Bytes>>>,
    Query(query): Query<HashMap<String, String>>,
) -> impl IntoResponse {
    let cursor =
        query.get("cursor").and_then(|cursor| cursor.strip_prefix('c')?.parse::<usize>().ok()).unwrap_or(0);
    ([(CONTENT_TYPE, "application/json")], pages[cursor].clone())
}

async fn extract(body: Bytes) -> impl IntoResponse {
    let body: serde_json::Value = serde_json::from_slice(&body).expect("a JSON body");
    let fields = body["fields"].as_array().map_or(0, Vec::len);
    let counts = format!(
        "{{\"inserted\":{fields},\"updated\":0,\"skipped_no_ja\":0,\"skipped_has_en\":0,\"skipped_not_found\":0}}"
    );
    ([(CONTENT_TYPE, "application/json")], counts)
}
