//! Genres and tags.

use serde_json::json;

use super::{GENRE, TAG, ask, ask_wrapped, described, numbered, shop};

#[tokio::test]
async fn a_genre_is_shown_among_its_relatives_in_both_formats_alike() {
    let client = shop().await;
    let answer = ask(&client, GENRE, "genreId=100102").await;
    let shown = json!({
        "genre": { "genreId": 100_102, "nameJa": "日本酒", "level": 2 },
        "ancestors": [
            { "genreId": 0, "nameJa": "すべてのジャンル", "level": 0 },
            { "genreId": 100_100, "nameJa": "飲み物", "level": 1 },
        ],
        "siblings": [
            { "genreId": 100_101, "nameJa": "緑茶", "level": 2 },
            { "genreId": 100_103, "nameJa": "コーヒー", "level": 2 },
        ],
        "children": [],
    });
    assert_eq!((answer.status, &answer.body), (200, &shown));
    assert_eq!(ask_wrapped(&client, GENRE, "genreId=100102").await.body, shown);
}

#[tokio::test]
async fn the_root_has_all_genres_below_it() {
    let client = shop().await;
    let root = ask(&client, GENRE, "genreId=0").await.body;
    assert_eq!(
        root["children"],
        json!([
            { "genreId": 100_100, "nameJa": "飲み物", "level": 1 },
            { "genreId": 100_200, "nameJa": "お菓子", "level": 1 },
        ])
    );
    assert_eq!((&root["ancestors"], &root["siblings"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn an_unknown_genre_or_tag_is_not_found() {
    let client = shop().await;
    let genre = ask(&client, GENRE, "genreId=42").await;
    assert_eq!((genre.status, genre.body), (404, numbered(404, "not found")));
    let tag = ask(&client, TAG, "tagId=42").await;
    assert_eq!((tag.status, tag.body), (404, described("not_found", "not found")));
    assert_eq!(ask(&client, GENRE, "").await.status, 400);
}

#[tokio::test]
async fn a_tag_is_shown_in_its_group() {
    let client = shop().await;
    let plain = json!({ "tagGroups": [{
        "tagGroupId": 1_000_041,
        "tagGroupName": "カラー",
        "tags": [{ "tagId": 1_000_102, "tagName": "ワインレッド", "parentTagId": 1_000_101 }],
    }] });
    assert_eq!(ask(&client, TAG, "tagId=1000102").await.body, plain);
    let wrapped = json!({ "tagGroups": [{ "tagGroup": {
        "tagGroupId": 1_000_041,
        "tagGroupName": "カラー",
        "tags": [{ "tag": { "tagId": 1_000_102, "tagName": "ワインレッド", "parentTagId": 1_000_101 } }],
    } }] });
    assert_eq!(ask_wrapped(&client, TAG, "tagId=1000102").await.body, wrapped);
}

#[tokio::test]
async fn up_to_ten_tags_are_asked_for_at_once() {
    let client = shop().await;
    let ids: Vec<String> = client.sandbox.shop().tag_ids().iter().map(u64::to_string).collect();
    let ten = ask(&client, TAG, &format!("tagId={}", ids[..10].join(","))).await.body;
    let groups = ten["tagGroups"].as_array().unwrap();
    let counts: Vec<_> = groups.iter().map(|group| group["tags"].as_array().unwrap().len()).collect();
    assert_eq!(counts, [5, 5]);
    for wrong in [ids.join(","), "red".to_owned(), String::new()] {
        let answer = ask(&client, TAG, &format!("tagId={wrong}")).await;
        assert_eq!((answer.status, &answer.body["error"]), (400, &json!("wrong_parameter")), "{wrong}");
    }
}
