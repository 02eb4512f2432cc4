//! Pages kept as they came: compressed, under the hash of their content, never overwritten.

mod faults;
mod file;
mod s3;

use std::collections::BTreeMap;
use std::io::Read as _;

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use crate::common::misbehaving::{self, Server};
use crate::common::{Ended, Jobnet};

/// What the shop answers for each genre: the same bytes each time.
fn page(genre: &str) -> String {
    json!({"items": [{"code": format!("{genre}-1"), "name": "日本酒"}]}).to_string()
}

async fn shop() -> Server {
    Server::start(async |arrival| match arrival.method.as_str() {
        "GET" => misbehaving::json(page(arrival.query.trim_start_matches("key=k&genre="))),
        _ => misbehaving::json("{}"),
    })
    .await
}

/// Reads the pages of genres, keeps them in a store, and sends their items on.
fn collect(server: &Server, genres: &str, store: &str) -> Jobnet {
    let spec = format!(
        "jobnet: v1
name: shop
vars: {{API: '', STORE: ''}}
apis: {{shop: {{base_url: '${{API}}', query: {{key: k}}, retry: {{backoff: [0s]}}}}}}
stores: {{raw: '${{STORE}}'}}
stages:
  collect:
    flow:
      for_each: {{values: {genres}}}
      from:
        get: /items
        query: {{genre: '{{.}}'}}
        items: .items
        keep: {{path: 'ranking/genre={{.}}'}}
      to: {{post: /taken}}
environments: {{local: {{}}}}
"
    );
    Jobnet::on_spec(&spec, ["collect", "--format", "json"]).env("API", &server.base_url()).env("STORE", store)
}

/// The kept pages among objects, by their keys.
fn pages(objects: &BTreeMap<String, Vec<u8>>) -> BTreeMap<&str, String> {
    let kept = objects.iter().filter(|(key, _)| !key.starts_with("_manifests/"));
    kept.map(|(key, bytes)| {
        let mut text = String::new();
        GzDecoder::new(&bytes[..]).read_to_string(&mut text).expect("gzip");
        (key.as_str(), text)
    })
    .collect()
}

/// The manifests among objects, each a list of JSON lines.
fn manifests(objects: &BTreeMap<String, Vec<u8>>) -> Vec<Vec<Value>> {
    let manifests = objects.iter().filter(|(key, _)| key.starts_with("_manifests/collect/"));
    manifests
        .map(|(_, bytes)| {
            let text = std::str::from_utf8(bytes).expect("UTF-8");
            text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
        })
        .collect()
}

/// Where a genre's page is kept.
fn key(genre: &str) -> String {
    format!("ranking/genre={genre}/{}.json.gz", jobnet::digest::sha256(page(genre)))
}

/// What must hold of a store after a first run over genres 1 and 2, and a second over 1, 2 and 3.
fn assert_kept(first: &BTreeMap<String, Vec<u8>>, second: &BTreeMap<String, Vec<u8>>, runs: [&Ended; 2]) {
    assert_eq!(runs.map(|run| run.code), [Some(0), Some(0)], "{}{}", runs[0].stdout, runs[1].stdout);
    let keys = ["1", "2", "3"].map(key);
    let of_first = pages(first);
    assert_eq!(of_first.keys().copied().collect::<Vec<_>>(), keys[..2]);
    assert_eq!(of_first[keys[0].as_str()], page("1"));
    assert_eq!(pages(second).keys().copied().collect::<Vec<_>>(), keys);
    for (key, bytes) in first {
        assert_eq!(second[key], *bytes, "{key} was overwritten");
    }

    let lines = manifests(second);
    assert_eq!(lines.len(), 2, "a manifest a run");
    let mut new: Vec<Vec<(String, String, bool)>> = lines
        .iter()
        .map(|lines| {
            assert_eq!(lines[0]["stage"], "collect");
            let text = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
            let line = |line: &Value| (text(line, "request"), text(line, "object"), line["new"] == true);
            lines[1..].iter().map(line).collect()
        })
        .collect();
    new.sort_by_key(Vec::len);
    let line = |genre: &str, new: bool| (format!("GET /items?genre={genre}"), key(genre), new);
    assert_eq!(new[0], [line("1", true), line("2", true)]);
    assert_eq!(new[1], [line("1", false), line("2", false), line("3", true)]);
}
