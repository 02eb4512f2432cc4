//! Tests change the shop.

use jobnet_sandbox::{NotInShop, ShopLookup, StatusCode};
use serde_json::json;

use super::{GENRE, ITEM, RANKING, TAG, ask, items, shop};

#[tokio::test]
async fn an_item_gets_another_price_in_the_rankings_and_the_search() {
    let client = shop().await;
    let shop = client.sandbox.shop();
    let code = shop.ranking(100_101).unwrap().remove(0);
    shop.set_price(&code, 1_980).unwrap();
    assert_eq!(items(&ask(&client, RANKING, "genreId=100101").await)[0]["itemPrice"], "1980");
    assert_eq!(items(&ask(&client, ITEM, &format!("itemCode={code}")).await)[0]["itemPrice"], 1_980);

    shop.set_price_text(&code, "時価").unwrap();
    assert_eq!(items(&ask(&client, RANKING, "genreId=100101").await)[0]["itemPrice"], "時価");
    assert_eq!(items(&ask(&client, ITEM, &format!("itemCode={code}")).await)[0]["itemPrice"], "時価");
}

#[tokio::test]
async fn those_behind_an_item_that_ranks_no_more_move_up() {
    let client = shop().await;
    let shop = client.sandbox.shop();
    let before = shop.ranking(100_101).unwrap();
    shop.unrank(100_101, &before[1]).unwrap();

    let page = ask(&client, RANKING, "genreId=100101").await;
    let shown: Vec<_> = items(&page).iter().map(|item| (&item["rank"], &item["itemCode"])).collect();
    assert_eq!(shown.len(), 17);
    assert_eq!(shown[0], (&json!(1), &json!(before[0])));
    assert_eq!(shown[1], (&json!(2), &json!(before[2])));
    let found = ask(&client, ITEM, &format!("itemCode={}", before[1])).await;
    assert_eq!(found.body["count"], 1);
}

#[tokio::test]
async fn an_item_off_sale_still_ranks_but_is_not_found() {
    let client = shop().await;
    let shop = client.sandbox.shop();
    let code = shop.ranking(100_101).unwrap().remove(0);
    shop.delist(&code).unwrap();
    assert_eq!(items(&ask(&client, RANKING, "genreId=100101").await)[0]["itemCode"], code);
    assert_eq!(ask(&client, ITEM, &format!("itemCode={code}")).await.body["count"], 0);
    assert!(!shop.item_codes().contains(&code));
}

#[tokio::test]
async fn a_lookup_fails_until_failures_are_cleared() {
    let client = shop().await;
    let shop = client.sandbox.shop();
    let lookups = [
        (RANKING, "genreId", "100101", ShopLookup::Ranking(100_101)),
        (GENRE, "genreId", "100101", ShopLookup::Genre(100_101)),
        (ITEM, "itemCode", "mise01:10000000", ShopLookup::Item("mise01:10000000".to_owned())),
        (TAG, "tagId", "1000101", ShopLookup::Tag(1_000_101)),
    ];
    for (path, name, value, lookup) in lookups {
        let query = format!("{name}={value}");
        shop.fail(lookup, StatusCode::SERVICE_UNAVAILABLE);
        for _ in 0..2 {
            assert_eq!(ask(&client, path, &query).await.status, 503, "{path}");
        }
        shop.clear_failures();
        assert_eq!(ask(&client, path, &query).await.status, 200, "{path}");
    }
    shop.fail(ShopLookup::Genre(100_101), StatusCode::NOT_FOUND);
    assert_eq!(ask(&client, GENRE, "genreId=100102").await.status, 200);
    assert_eq!(ask(&client, RANKING, "genreId=100101").await.status, 200);
}

#[tokio::test]
async fn what_is_not_in_the_shop_cannot_be_changed() {
    let client = shop().await;
    let shop = client.sandbox.shop();
    assert_eq!(shop.set_price("nobody:1", 5), Err(NotInShop::Item("nobody:1".to_owned())));
    assert_eq!(shop.ranking(42), Err(NotInShop::Ranking(42)));
    let other = shop.ranking(100_203).unwrap().remove(0);
    let error = shop.unrank(100_101, &other).unwrap_err();
    assert_eq!(error.to_string(), format!("the item {other:?} is not in the ranking of the genre 100101"));
}
