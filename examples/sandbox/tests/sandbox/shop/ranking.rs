//! Rankings.

use serde_json::{Value, json};

use super::{RANKING, ask, ask_wrapped, described, items, shop};
use crate::client::Client;

async fn ranks(client: &Client, genre_id: u64, page: u32) -> Vec<u64> {
    let answer = ask(client, RANKING, &format!("genreId={genre_id}&page={page}")).await;
    items(&answer).iter().map(|item| item["rank"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn a_ranking_has_thirty_items_a_page_until_it_ends() {
    let client = shop().await;
    let page = ask(&client, RANKING, "genreId=100102").await.body;
    assert_eq!(page["title"], "【ランキング】日本酒");
    assert_eq!(ranks(&client, 100_102, 1).await, (1..=30).collect::<Vec<_>>());
    assert_eq!(ranks(&client, 100_102, 3).await, (61..=72).collect::<Vec<_>>());
    for end in ["genreId=100102&page=4", "genreId=100101&page=2", "genreId=100101&page=34", "genreId=42"] {
        let past = ask(&client, RANKING, end).await;
        assert_eq!((past.status, past.body), (404, described("not_found", "not found")), "{end}");
    }
}

#[tokio::test]
async fn some_pages_are_listed_backwards() {
    let client = shop().await;
    assert_eq!(ranks(&client, 100_102, 2).await, (31..=60).rev().collect::<Vec<_>>());
    assert_eq!(ranks(&client, 100_103, 1).await, (1..=30).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn what_is_wrong_in_a_request_is_said() {
    let client = shop().await;
    let choose = "specify genreId, or age (10, 20, 30, 40 or 50) and sex (0 or 1)";
    for (query, text) in [
        ("", choose),
        ("age=20", choose),
        ("age=25&sex=1", choose),
        ("genreId=100101&age=20&sex=1", choose),
        ("genreId=100101&page=0", "page must be a number from 1 to 34"),
        ("genreId=100101&page=35", "page must be a number from 1 to 34"),
    ] {
        let answer = ask(&client, RANKING, query).await;
        assert_eq!((answer.status, answer.body), (400, described("wrong_parameter", text)), "{query}");
    }
    assert_eq!(ask(&client, RANKING, "genreId=many").await.body["error"], "wrong_parameter");
    assert_eq!(ask_wrapped(&client, RANKING, "genreId=100101&formatVersion=3").await.status, 400);
}

#[tokio::test]
async fn people_of_an_age_and_a_sex_have_a_ranking() {
    let client = shop().await;
    let answer = ask(&client, RANKING, "age=20&sex=1").await;
    assert_eq!((answer.status, items(&answer).len()), (200, 30));
}

#[tokio::test]
async fn an_item_of_a_ranking_has_its_price_as_text() {
    let client = shop().await;
    let page = ask(&client, RANKING, "genreId=100101").await;
    let first = &items(&page)[0];
    assert_eq!(
        (&first["rank"], &first["itemCode"], &first["itemPrice"], &first["genreId"]),
        (&json!(1), &json!("mise01:10000000"), &json!("300"), &json!("100101"))
    );
    assert_eq!(first["itemName"], "緑茶 定番 000000");
    assert_eq!(first["mediumImageUrls"], json!(["https://images.example.jp/mise01/0.jpg"]));
    assert_eq!(first.get("tagIds"), None);

    let wrapped = ask_wrapped(&client, RANKING, "genreId=100101&formatVersion=1").await;
    let first = &items(&wrapped)[0]["Item"];
    assert_eq!(first["itemCode"], "mise01:10000000");
    let images = json!([{ "imageUrl": "https://images.example.jp/mise01/0.jpg" }]);
    assert_eq!(first["mediumImageUrls"], images);
}

#[tokio::test]
async fn some_fields_are_of_another_type_here_and_there() {
    let client = shop().await;
    let page = ask(&client, RANKING, "genreId=100102").await;
    let has = |is: fn(&Value) -> bool| items(&page).iter().any(is);
    assert!(has(|item| item["reviewCount"].is_string()) && has(|item| item["reviewCount"].is_number()));
    assert!(has(|item| item["pointRate"].is_null()) && has(|item| item["pointRate"].is_number()));
    assert!(items(&page).iter().all(|item| item["itemPrice"].as_str().unwrap().parse::<u64>().is_ok()));
}
