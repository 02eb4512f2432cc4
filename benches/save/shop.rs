use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;

use super::product::Product;
use super::{GENRES, PAGE, PRODUCTS};

/// A server that has its pages ready, so that its own work hides little.
pub(crate) struct Shop {
    pub(crate) base: String,
    pub(crate) bytes: usize,
}

impl Shop {
    pub(crate) async fn open(products: &[Product]) -> Self {
        let page = |products: &[Product]| {
            let items: Vec<String> = products.iter().map(Product::json).collect();
            Bytes::from(format!("{{\"items\":[{}]}}", items.join(",")))
        };
        let pages: Arc<Vec<Bytes>> = Arc::new(products.chunks(PAGE).map(page).collect());
        let bytes = pages.iter().map(Bytes::len).sum();
        let router = Router::new().route("/items", get(items)).with_state(pages);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, bytes }
    }

    /// Downloads all pages over one connection and parses each once.
    pub(crate) async fn read(&self) -> Duration {
        // The client wants a provider of TLS even where nothing is encrypted.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let began = Instant::now();
        let client = reqwest::Client::new();
        for (genre, page) in
            (1..=GENRES).flat_map(|genre| (1..=PRODUCTS / GENRES / PAGE).map(move |page| (genre, page)))
        {
            let url = format!("{}/items?genre={genre}&page={page}", self.base);
            let body = client.get(url).send().await.expect("a page").bytes().await.expect("its body");
            let page: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
            assert_eq!(page["items"].as_array().map(Vec::len), Some(PAGE), "a full page");
        }
        began.elapsed()
    }
}

async fn items(
    State(pages): State<Arc<Vec<Bytes>>>,
    Query(query): Query<HashMap<String, usize>>,
) -> impl IntoResponse {
    let page = (query["genre"] - 1) * (pages.len() / GENRES) + query["page"] - 1;
    ([(CONTENT_TYPE, "application/json")], pages[page].clone())
}
