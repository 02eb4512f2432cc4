//! The search for items.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{ITEM, ask, ask_wrapped, items, numbered, shop};

/// All but the items.
fn numbers(mut body: Value) -> Value {
    body.as_object_mut().unwrap().remove("Items");
    body
}

#[tokio::test]
async fn an_item_is_found_by_its_code_with_its_price_as_a_number() {
    let client = shop().await;
    let answer = ask(&client, ITEM, "itemCode=mise04:10000003").await;
    assert_eq!(answer.status, 200);
    let [item] = items(&answer).as_slice() else { panic!("{}", answer.body) };
    assert_eq!(
        (&item["itemName"], &item["itemPrice"], &item["shopCode"], &item["shopName"]),
        (&json!("緑茶 贈答用 000003"), &json!(4_650), &json!("mise04"), &json!("第4商店"))
    );
    assert_eq!((&item["genreId"], &item["availability"]), (&json!("100101"), &json!(1)));
    assert_eq!(item["tagIds"], json!([1_000_104]));
    assert_eq!(item["itemUrl"], "https://item.example.jp/mise04/3/");

    let wrapped = ask_wrapped(&client, ITEM, "itemCode=mise04:10000003").await;
    assert_eq!(items(&wrapped)[0]["Item"]["itemCode"], "mise04:10000003");
}

#[tokio::test]
async fn no_item_is_an_empty_answer() {
    let client = shop().await;
    let answer = ask(&client, ITEM, "itemCode=nobody:1").await;
    let empty = json!({
        "count": 0, "page": 1, "first": 0, "last": 0, "hits": 0, "pageCount": 0, "Items": [],
    });
    assert_eq!((answer.status, answer.body), (200, empty));
}

#[tokio::test]
async fn items_of_a_genre_come_in_pages() {
    let client = shop().await;
    let mut codes = HashSet::new();
    for page in 1..=7 {
        let answer = ask(&client, ITEM, &format!("genreId=100102&hits=10&page={page}")).await;
        codes.extend(items(&answer).iter().map(|item| item["itemCode"].to_string()));
        let (first, hits) = if page == 7 { (61, 3) } else { (page * 10 - 9, 10) };
        let expected = json!({
            "count": 63, "page": page, "first": first, "last": first + hits - 1, "hits": hits, "pageCount": 7,
        });
        assert_eq!(numbers(answer.body), expected);
    }
    assert_eq!(codes.len(), 63);
    assert_eq!(items(&ask(&client, ITEM, "genreId=100102&hits=10&page=8").await), &Vec::<Value>::new());
}

#[tokio::test]
async fn the_items_of_a_genre_are_those_of_all_below_it() {
    let client = shop().await;
    let count = async |query: &str| ask(&client, ITEM, query).await.body["count"].as_u64();
    assert_eq!(count("genreId=0").await, Some(207));
    assert_eq!(count("genreId=100100").await, Some(16 + 63 + 32));
    assert_eq!(count("genreId=42").await, Some(0));
}

#[tokio::test]
async fn items_are_found_by_all_words_of_their_names() {
    let client = shop().await;
    let answer = ask(&client, ITEM, "keyword=%E7%B7%91%E8%8C%B6+%E5%AE%9A%E7%95%AA").await;
    assert_eq!(answer.body["count"], 4);
    for item in items(&answer) {
        assert!(item["itemName"].as_str().unwrap().starts_with("緑茶 定番"), "{item}");
    }
}

#[tokio::test]
async fn what_is_wrong_in_a_request_is_said() {
    let client = shop().await;
    for (query, text) in [
        ("", "specify itemCode, genreId or keyword"),
        ("genreId=0&hits=31", "hits must be a number from 1 to 30"),
        ("genreId=0&hits=0", "hits must be a number from 1 to 30"),
        ("genreId=0&page=101", "page must be a number from 1 to 100"),
    ] {
        let answer = ask(&client, ITEM, query).await;
        assert_eq!((answer.status, answer.body), (400, numbered(400, text)), "{query}");
    }
}
