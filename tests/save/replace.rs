//! What a scope's complete answer does not hold is deleted.

use serde_json::json;

use super::{ITEM, Shelves, TABLES, collect, counts, items};
use crate::common::base::{Base, on_both};
use crate::common::misbehaving::{Server, json as answer, status};

on_both! {
    async fn a_row_that_is_gone_is_deleted_in_its_scope_alone(base: Base) {
        base.execute(TABLES).await;
        let shelves = Shelves::default();
        let three = json!([{"code": "a", "price": 1}, {"code": "b", "price": 2}, {"code": "c", "price": 3}]);
        shelves.put(1, three.clone());
        shelves.put(2, three);
        let server = shelves.open().await;
        let jobnet = collect(&server, &base, &format!("{{{ITEM}, replace: [genre]}}"));
        assert_eq!(counts(&jobnet.run().await)["inserted"], 6);
        shelves.put(1, json!([{"code": "c", "price": 3}, {"code": "a", "price": 9}]));
        let again = jobnet.run().await;
        let expected =
            json!({"picked": 5, "inserted": 0, "updated": 1, "unchanged": 4, "deleted": 1, "failed": 0});
        assert_eq!(counts(&again), expected);
        assert_eq!(items(&base).await, ["1|a||9", "1|c||3", "2|a||1", "2|b||2", "2|c||3"]);
        shelves.put(2, json!([]));
        assert_eq!(counts(&jobnet.run().await)["deleted"], 3);
        assert_eq!(items(&base).await, ["1|a||9", "1|c||3"]);
    }

    async fn of_an_answer_that_is_not_complete_nothing_is_deleted(base: Base) {
        base.execute(TABLES).await;
        base.execute("insert into item (genre, code) values (1, 'x'), (2, 'y')").await;
        // The second page of the first shelf fails, and an item of the second shelf is no row.
        let server = Server::start(async |arrival| match arrival.query.as_str() {
            "genre=1&page=1" => answer(r#"{"items":[{"code":"a","price":1}]}"#),
            "genre=2&page=1" => answer(r#"{"items":[{"code":"b","price":1},{"price":2}]}"#),
            "genre=2&page=2" => answer(r#"{"items":[]}"#),
            _ => status(404),
        })
        .await;
        let ended = collect(&server, &base, &format!("{{{ITEM}, replace: [genre]}}")).run().await;
        assert_eq!(ended.code, Some(1));
        assert_eq!(counts(&ended)["deleted"], 0);
        assert_eq!(items(&base).await, ["1|a||1", "1|x||", "2|b||1", "2|y||"]);
    }
}

/// Saves keys in other letters than those that are there, into a table whose key is unique by an index.
async fn keys_in_other_letters_stay(base: Base, before: &str, column: &str, unique: &str) {
    base.execute(&format!(
        "{before} create table item (genre integer not null, code {column} not null, name text, price integer,
            content_hash text, saved_at text, run_id text);
         create unique index item_key on item (genre, code {unique});"
    ))
    .await;
    let shelves = Shelves::default();
    shelves.put(1, json!([{"code": "a", "price": 1}, {"code": "b", "price": 2}, {"code": "c", "price": 3}]));
    shelves.put(2, json!([{"code": "b", "price": 2}]));
    let server = shelves.open().await;
    let jobnet = collect(&server, &base, &format!("{{{ITEM}, replace: [genre], track: true}}"));
    assert_eq!(counts(&jobnet.run().await)["inserted"], 4);
    shelves.put(1, json!([{"code": "A", "price": 1}, {"code": "C", "price": 9}]));
    let again = jobnet.run().await;
    assert_eq!((again.code, &counts(&again)["deleted"]), (Some(0), &json!(1)), "{}", again.stdout);
    assert_eq!(items(&base).await, ["1|A||1", "1|C||9", "2|b||2"], "{column} {unique}");
    let seen =
        "select cast(genre as text), lower(cast(code as text)) from item_seen group by 1, 2 order by 1, 2";
    assert_eq!(base.rows(seen).await, ["1|a", "1|c", "2|b"], "{column} {unique}");
}

#[tokio::test]
async fn keys_that_are_equal_to_sqlite_stay() {
    for (column, unique) in [("text", "collate nocase"), ("text collate nocase", "")] {
        keys_in_other_letters_stay(Base::sqlite().await, "", column, unique).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_are_equal_to_postgresql_stay() {
    let ci = "create collation ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);";
    for (before, column, unique) in
        [("create extension citext;", "citext", ""), (ci, "text collate ci", ""), (ci, "text", "collate ci")]
    {
        let Some(base) = Base::postgres().await else { return };
        keys_in_other_letters_stay(base, before, column, unique).await;
    }
}
