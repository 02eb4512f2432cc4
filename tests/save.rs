//! Rows saved into tables, on SQLite and on PostgreSQL.

mod bad_rows;
mod deferred;
mod faults;
mod held;
mod keys;
mod linear;
mod model;
mod one_page;
mod refused;
mod replace;
mod resume;
mod together;
mod track;
mod upsert;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use crate::common::base::Base;
use crate::common::misbehaving::{self, Server};
use crate::common::{Ended, Jobnet};

/// A shop whose shelves the test fills: what `/items?genre=G&page=P` gives.
#[derive(Clone, Default)]
struct Shelves(Arc<Mutex<BTreeMap<String, Vec<Value>>>>);

impl Shelves {
    /// Puts items onto a shelf, in place of those that are there.
    fn put(&self, genre: u32, items: Value) {
        let Value::Array(items) = items else { panic!("items are a list") };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(genre.to_string(), items);
    }

    /// Two items a page.
    fn page(&self, genre: &str, page: usize) -> Value {
        let shelves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let items = shelves.get(genre).map_or(&[][..], Vec::as_slice);
        json!({"items": items.iter().skip((page - 1) * 2).take(2).collect::<Vec<_>>()})
    }

    async fn open(&self) -> Server {
        let shelves = self.clone();
        Server::start(move |arrival| {
            let query: BTreeMap<String, String> =
                url::form_urlencoded::parse(arrival.query.as_bytes()).into_owned().collect();
            let page = query.get("page").and_then(|page| page.parse().ok()).unwrap_or(1);
            let genre = query.get("genre").cloned().unwrap_or_default();
            let answer = shelves.page(&genre, page).to_string();
            async move { misbehaving::json(answer) }
        })
        .await
    }
}

/// The tables that the examples save into.
const TABLES: &str = "
    create table item (genre integer not null, code text not null, name text, price integer,
        content_hash text, saved_at text, run_id text, primary key (genre, code));
    create table tag (code text not null, tag text not null,
        content_hash text, saved_at text, run_id text, primary key (code, tag));";

/// The table that most examples save into.
const ITEM: &str =
    "table: item, key: [genre, code], columns: {genre: $each, code: .code, name: .name, price: .price}";

/// A spec that saves what two shelves hold.
fn spec(to: &str) -> String {
    format!(
        "jobnet: v1
name: shop
secrets: [DATABASE_URL]
vars: {{API: ''}}
apis: {{shop: {{base_url: '${{API}}', retry: {{backoff: [0s]}}}}}}
databases: {{main: '${{DATABASE_URL}}'}}
stages:
  collect:
    flow:
      for_each: {{values: [1, 2]}}
      from: {{get: /items, query: {{genre: '{{.}}'}}, items: .items, next: {{page: page}}}}
      to: {to}
environments: {{local: {{}}}}
"
    )
}

/// Collects the shelves into a database.
fn collect(server: &Server, base: &Base, to: &str) -> Jobnet {
    Jobnet::on_spec(&spec(to), ["collect", "--format", "json"])
        .env("API", &server.base_url())
        .env("DATABASE_URL", &base.url())
}

/// What a run counted.
fn counts(ended: &Ended) -> Value {
    ended.summary("collect")["metrics"].clone()
}

/// What a run says went wrong.
fn errors(ended: &Ended) -> Vec<String> {
    let errors = ended.summary("collect")["errors"].clone();
    let errors = errors.as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| error["message"].as_str().unwrap_or_default().to_owned()).collect()
}

/// The items of a database, sorted.
async fn items(base: &Base) -> Vec<String> {
    base.rows("select cast(genre as text), code, name, cast(price as text) from item order by genre, code")
        .await
}
