//! A row that cannot be one costs itself, and is told with its place.

use serde_json::json;

use super::{ITEM, Shelves, TABLES, collect, counts, errors, items};
use crate::common::base::{Base, on_both};

on_both! {
    async fn a_row_with_a_bad_value_costs_itself(base: Base) {
        base.execute(TABLES).await;
        let shelves = Shelves::default();
        shelves.put(1, json!([
            {"code": "a", "name": "sake", "price": 1980},
            {"code": "b", "name": "fish", "price": "時価"},
            {"code": null, "name": "tea", "price": 1},
            {"code": "d", "name": "salt", "price": 99_999_999_999_999_999_999_u128.to_string()},
        ]));
        shelves.put(2, json!([{"code": "e", "name": "soy", "price": 5}]));
        let server = shelves.open().await;
        let ended = collect(&server, &base, &format!("{{{ITEM}}}")).run().await;
        assert_eq!(ended.code, Some(1));
        assert_eq!(counts(&ended), json!({"picked": 5, "inserted": 2, "updated": 0, "unchanged": 0, "failed": 3}));
        assert_eq!(ended.summary("collect")["failure_rate"], 0.6);
        assert_eq!(items(&base).await, ["1|a|sake|1980", "2|e|soy|5"]);
        assert_eq!(errors(&ended), [
            "item 2 of page 1 of row 1, key {\"genre\":1,\"code\":\"b\"}: column price: `時価` is not a number",
            "item 1 of page 2 of row 1, key {\"genre\":1,\"code\":null}: column code is part of the key, and has no value",
            "item 2 of page 2 of row 1, key {\"genre\":1,\"code\":\"d\"}: column price: `99999999999999999999` is a number too large for its column",
        ]);
    }

    async fn an_item_of_which_several_rows_are_bad_failed_once(base: Base) {
        base.execute(TABLES).await;
        let shelves = Shelves::default();
        shelves.put(1, json!([
            {"code": "a", "name": "sake", "price": "時価", "tags": [null, "dry", null]},
            {"code": "b", "name": "tea", "price": 300, "tags": ["green"]},
        ]));
        let server = shelves.open().await;
        let tags = "table: tag, key: [code, tag], rows: '.tags[] as $tag | {code, tag: $tag}'";
        let ended = collect(&server, &base, &format!("[{{{ITEM}}}, {{{tags}}}]")).run().await;
        assert_eq!(counts(&ended), json!({"picked": 2, "inserted": 3, "updated": 0, "unchanged": 0, "failed": 1}));
        assert_eq!(ended.summary("collect")["failure_rate"], 0.5);
        assert_eq!(errors(&ended), ["item 1 of page 1 of row 1, key {\"genre\":1,\"code\":\"a\"}: column price: `時価` is not a number"]);
        assert_eq!(base.rows("select code, tag from tag order by code").await, ["a|dry", "b|green"]);
        let tables = json!({
            "item": {"inserted": 1, "updated": 0, "unchanged": 0},
            "tag": {"inserted": 2, "updated": 0, "unchanged": 0},
        });
        assert_eq!(ended.summary("collect")["tables"], tables);
    }

    async fn a_row_that_the_database_does_not_take_costs_itself(base: Base) {
        base.execute(
            "create table item (genre integer not null, code text not null, name text, price integer check (price < 1000),
             content_hash text, saved_at text, run_id text, primary key (genre, code))",
        )
        .await;
        let shelves = Shelves::default();
        let items_of_shelf: Vec<_> = (0..20)
            .map(|n| json!({"code": format!("{n:02}"), "price": if n % 7 == 3 { 5000 } else { n }}))
            .collect();
        shelves.put(1, json!(items_of_shelf));
        let server = shelves.open().await;
        let ended = collect(&server, &base, &format!("{{{ITEM}}}")).run().await;
        assert_eq!(ended.code, Some(1));
        assert_eq!(counts(&ended), json!({"picked": 20, "inserted": 17, "updated": 0, "unchanged": 0, "failed": 3}));
        assert_eq!(base.rows("select code from item where price >= 1000").await, [""; 0]);
        let errors = errors(&ended);
        assert_eq!(errors.len(), 3);
        for (error, (place, code)) in
            errors.iter().zip([("item 2 of page 2", "03"), ("item 1 of page 6", "10"), ("item 2 of page 9", "17")])
        {
            let start = format!("{place} of row 1, key {{\"genre\":1,\"code\":\"{code}\"}}: ");
            assert!(error.starts_with(&start), "{error}");
            assert!(error.to_lowercase().contains("check constraint"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_key_that_postgresql_cannot_read_costs_its_row_and_nothing_is_deleted() {
    let Some(base) = Base::postgres().await else { return };
    base.execute(
        "create table item (genre integer not null, code uuid not null, name text, price integer,
         content_hash text, saved_at timestamptz, run_id text, primary key (genre, code))",
    )
    .await;
    let code = |n: u32| format!("00000000-0000-4000-8000-{n:012}");
    base.execute(&format!("insert into item (genre, code) values (1, '{}')", code(9))).await;
    let shelves = Shelves::default();
    shelves.put(1, json!([{"code": code(1)}, {"code": "not a uuid"}, {"code": code(2)}]));
    let server = shelves.open().await;
    let ended = collect(&server, &base, &format!("{{{ITEM}, replace: [genre], track: true}}")).run().await;
    assert_eq!(ended.code, Some(1));
    let expected =
        json!({"picked": 3, "inserted": 2, "updated": 0, "unchanged": 0, "deleted": 0, "failed": 1});
    assert_eq!(counts(&ended), expected);
    let errors = errors(&ended);
    let start = "item 2 of page 1 of row 1, key {\"genre\":1,\"code\":\"not a uuid\"}: ";
    assert!(errors[0].starts_with(start), "{errors:?}");
    assert_eq!(base.rows("select cast(count(*) as text) from item").await, ["3"]);
    assert_eq!(base.rows("select cast(count(*) as text) from item_seen").await, ["2"]);
}

#[tokio::test]
async fn an_item_of_which_two_rows_are_rejected_failed_once() {
    let base = Base::sqlite().await;
    base.execute(
        "create table tag (code text not null, tag text not null check (length(tag) < 4),
         content_hash text, saved_at text, run_id text, primary key (code, tag))",
    )
    .await;
    let shelves = Shelves::default();
    shelves.put(
        1,
        json!([{"code": "a", "tags": ["sweet", "dry", "sparkling"]}, {"code": "b", "tags": ["red"]}]),
    );
    let server = shelves.open().await;
    let to = "{table: tag, key: [code, tag], rows: '.tags[] as $tag | {code, tag: $tag}'}";
    let ended = collect(&server, &base, to).run().await;
    let expected = json!({"picked": 2, "inserted": 2, "updated": 0, "unchanged": 0, "failed": 1});
    assert_eq!(counts(&ended), expected);
    assert_eq!(errors(&ended).len(), 2, "each row is named by its key");
    assert_eq!(base.rows("select tag from tag order by tag").await, ["dry", "red"]);
}
