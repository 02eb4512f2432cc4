//! The shop below `/rakuten`.

mod admission;
mod changes;
mod genres_and_tags;
mod ranking;
mod search;

use std::collections::HashSet;

use jobnet_sandbox::Options;
use serde_json::{Value, json};

use crate::client::{Answer, Client};

const RANKING: &str = "/rakuten/ichibaranking/api/IchibaItem/Ranking/20220601";
const ITEM: &str = "/rakuten/ichibams/api/IchibaItem/Search/20260401";
const GENRE: &str = "/rakuten/ichibagt/api/IchibaGenre/Search/20260401";
const TAG: &str = "/rakuten/ichibagt/api/IchibaTag/Search/20140222";

const APPLICATION: &str = "applicationId=6f1c0b6e-3d0a-4a52-9f57-6f6f0d5f2a11";

async fn shop() -> Client {
    Client::start(Options::default()).await
}

/// Asks in the plain format, with credentials.
async fn ask(client: &Client, path: &str, query: &str) -> Answer {
    client.get(&format!("{path}?{APPLICATION}&accessKey=k&formatVersion=2&{query}")).await
}

async fn ask_wrapped(client: &Client, path: &str, query: &str) -> Answer {
    client.get(&format!("{path}?{APPLICATION}&accessKey=k&{query}")).await
}

fn items(answer: &Answer) -> &Vec<Value> {
    answer.body["Items"].as_array().expect("items")
}

fn described(code: &str, text: &str) -> Value {
    json!({ "error": code, "error_description": text })
}

fn numbered(status: u16, text: &str) -> Value {
    json!({ "errors": { "errorCode": status, "errorMessage": text } })
}

#[tokio::test]
async fn the_same_options_make_the_same_shop() {
    let (one, other) = (shop().await, shop().await);
    assert_eq!(one.sandbox.shop().item_codes(), other.sandbox.shop().item_codes());
    assert_eq!(
        ask(&one, RANKING, "genreId=100102").await.body,
        ask(&other, RANKING, "genreId=100102").await.body
    );
}

#[tokio::test]
async fn a_small_shop_ranks_two_hundred_items_some_of_them_in_two_genres() {
    let client = shop().await;
    let shop = client.sandbox.shop();
    assert_eq!(shop.genre_ids(), [100_101, 100_102, 100_103, 100_201, 100_202, 100_203]);
    let rankings: Vec<_> = shop.genre_ids().into_iter().map(|id| shop.ranking(id).unwrap()).collect();
    assert_eq!(rankings.iter().map(Vec::len).collect::<Vec<_>>(), [18, 72, 36, 36, 36, 36]);
    for ranking in &rankings {
        assert_eq!(ranking.iter().collect::<HashSet<_>>().len(), ranking.len());
    }
    let ranked: HashSet<_> = rankings.concat().into_iter().collect();
    assert_eq!(ranked.len(), 207);
    assert_eq!(ranked, shop.item_codes().into_iter().collect());
    assert_eq!(shop.tag_ids().len(), 15);
}

#[tokio::test]
async fn a_single_genre_ranks_its_own_items_alone() {
    let client = Client::start(Options { shop_genres: 1, shop_items: 40, ..Options::default() }).await;
    let shop = client.sandbox.shop();
    assert_eq!(shop.ranking(100_101).unwrap(), shop.item_codes());
    assert_eq!(shop.item_codes().len(), 20);
}

#[tokio::test]
async fn a_hundred_thousand_items_are_served() {
    let client = Client::start(Options { shop_genres: 100, shop_items: 1_000, ..Options::default() }).await;
    let last = ask(&client, RANKING, "genreId=100102&page=34").await;
    assert_eq!((last.status, items(&last).len()), (200, 30));
    let found = ask(&client, ITEM, "keyword=%E7%B7%91%E8%8C%B6&page=100").await;
    assert_eq!((&found.body["pageCount"], &found.body["last"]), (&json!(100), &json!(3_000)));
    assert!(found.body["count"].as_u64() > Some(3_000));
}
