//! What differs is written, and nothing else.

use serde_json::json;

use super::{ITEM, Shelves, TABLES, collect, counts, items};
use crate::common::base::{Base, on_both};

on_both! {
    async fn rows_are_inserted_then_left_alone_then_updated_where_they_differ(base: Base) {
        base.execute(TABLES).await;
        let shelves = Shelves::default();
        shelves.put(1, json!([
            {"code": "a", "name": "sake", "price": 1980},
            {"code": "b", "name": "酢", "price": 300},
            {"code": "c", "price": null},
        ]));
        shelves.put(2, json!([{"code": "a", "name": "tea", "price": 120}]));
        let server = shelves.open().await;
        let jobnet = collect(&server, &base, &format!("{{{ITEM}}}"));

        let first = jobnet.run().await;
        assert_eq!(first.code, Some(0), "{}", first.stdout);
        assert_eq!(counts(&first), json!({"picked": 4, "inserted": 4, "updated": 0, "unchanged": 0, "failed": 0}));
        assert_eq!(items(&base).await, ["1|a|sake|1980", "1|b|酢|300", "1|c||", "2|a|tea|120"]);

        let stamps = "select code, saved_at, run_id from item order by genre, code";
        let before = base.rows(stamps).await;
        let second = jobnet.run().await;
        assert_eq!(counts(&second), json!({"picked": 4, "inserted": 0, "updated": 0, "unchanged": 4, "failed": 0}));
        assert_eq!(base.rows(stamps).await, before, "an unchanged row was touched");

        shelves.put(2, json!([{"code": "a", "name": "tea", "price": 130}]));
        let third = jobnet.run().await;
        assert_eq!(counts(&third), json!({"picked": 4, "inserted": 0, "updated": 1, "unchanged": 3, "failed": 0}));
        assert_eq!(items(&base).await, ["1|a|sake|1980", "1|b|酢|300", "1|c||", "2|a|tea|130"]);
        let after = base.rows(stamps).await;
        assert_eq!(after[..3], before[..3]);
        assert_ne!(after[3], before[3]);
    }

    async fn a_price_is_one_value_as_text_and_as_number(base: Base) {
        base.execute(TABLES).await;
        let shelves = Shelves::default();
        shelves.put(1, json!([{"code": "a", "name": "sake", "price": "1980"}]));
        let server = shelves.open().await;
        let jobnet = collect(&server, &base, &format!("{{{ITEM}}}"));
        assert_eq!(counts(&jobnet.run().await)["inserted"], 1);
        shelves.put(1, json!([{"code": "a", "name": "sake", "price": 1980.0}]));
        assert_eq!(counts(&jobnet.run().await)["unchanged"], 1);
        assert_eq!(items(&base).await, ["1|a|sake|1980"]);
    }

    async fn of_rows_with_one_key_the_last_is_the_one(base: Base) {
        base.execute(TABLES).await;
        let shelves = Shelves::default();
        let versions = [1, 2, 3].map(|price| json!({"code": "a", "name": "sake", "price": price}));
        shelves.put(1, json!(versions));
        let server = shelves.open().await;
        let jobnet = collect(&server, &base, &format!("{{{ITEM}}}"));
        assert_eq!(jobnet.run().await.code, Some(0));
        assert_eq!(items(&base).await, ["1|a|sake|3"]);
    }

    async fn one_answer_fills_two_tables(base: Base) {
        base.execute(TABLES).await;
        let shelves = Shelves::default();
        shelves.put(1, json!([
            {"code": "a", "name": "sake", "price": 1980, "tags": ["dry", "cold"]},
            {"code": "b", "name": "tea", "price": 300, "tags": []},
        ]));
        let server = shelves.open().await;
        let tags = "table: tag, key: [code, tag], rows: '.tags[] as $tag | {code, tag: $tag}'";
        let ended = collect(&server, &base, &format!("[{{{ITEM}}}, {{{tags}}}]")).run().await;
        assert_eq!(counts(&ended), json!({"picked": 2, "inserted": 4, "updated": 0, "unchanged": 0, "failed": 0}));
        assert_eq!(items(&base).await, ["1|a|sake|1980", "1|b|tea|300"]);
        assert_eq!(base.rows("select code, tag from tag order by tag").await, ["a|cold", "a|dry"]);
    }
}
