//! Constraints that are checked at the commit: rows that are valid together are saved, and the bad ones among them cost
//! themselves.

use serde_json::{Value, json};

use super::one_page::OnePage;
use super::{counts, errors};
use crate::common::base::{Base, on_both};

const OWN: &str = "content_hash text, saved_at text, run_id text";

/// A table of rows that refer to one another.
const TREE: &str = "create table item (id integer primary key,
    parent integer references item (id) deferrable initially deferred, OWN)";

const COLUMNS: &str = "{table: item, key: [id], columns: {id: .id, parent: .parent}}";

on_both! {
    async fn rows_that_refer_to_one_another_are_saved_and_those_that_refer_to_nothing_are_not(base: Base) {
        base.execute(&TREE.replace("OWN", OWN)).await;
        let page = OnePage::of(json!([
            {"id": 1, "parent": 2}, {"id": 2, "parent": 1}, {"id": 3, "parent": 3}, {"id": 4, "parent": 99},
            {"id": 5, "parent": 4}, {"id": 6, "parent": 5}, {"id": 7, "parent": null}, {"id": 8, "parent": 9},
            {"id": 9, "parent": 7},
        ]))
        .await;
        let ended = page.saved(&base, COLUMNS).run().await;
        let expected = json!({"picked": 9, "inserted": 6, "updated": 0, "unchanged": 0, "failed": 3});
        assert_eq!(counts(&ended), expected, "{}", ended.stdout);
        let rows = base.rows("select cast(id as text), cast(parent as text) from item order by item.id").await;
        assert_eq!(rows, ["1|2", "2|1", "3|3", "7|", "8|9", "9|7"]);
        let errors = errors(&ended);
        for (error, id) in errors.iter().zip(4..) {
            assert!(error.starts_with(&format!("item {id} of page 1, key {{\"id\":{id}}}: the foreign key (parent)")), "{error}");
        }
    }

    async fn two_tables_that_refer_to_each_other_are_saved_together(base: Base) {
        base.execute(&format!(
            "create table maker (name text primary key, best integer, {OWN});
             create table item (id integer primary key,
                maker text references maker (name) deferrable initially deferred, {OWN});"
        ))
        .await;
        let page = OnePage::of(json!([
            {"id": 1, "maker": "a", "by": "a"}, {"id": 2, "maker": "nobody", "by": "b"}, {"id": 3, "maker": "b", "by": "c"},
        ]))
        .await;
        let to = "[{table: item, key: [id], columns: {id: .id, maker: .maker}},
                   {table: maker, key: [name], columns: {name: .by, best: .id}}]";
        let ended = page.saved(&base, to).run().await;
        let expected = json!({"picked": 3, "inserted": 5, "updated": 0, "unchanged": 0, "failed": 1});
        assert_eq!(counts(&ended), expected, "{}", ended.stdout);
        assert_eq!(base.rows("select maker from item order by item.id").await, ["a", "b"]);
    }

    async fn a_row_that_others_refer_to_stays_as_it_is(base: Base) {
        base.execute(&format!(
            "create table item (id integer primary key, code text unique, {OWN});
             create table used (code text references item (code) deferrable initially deferred);"
            )
        )
        .await;
        let page = OnePage::of(json!((0..20).map(|id| json!({"id": id, "code": format!("c{id}")})).collect::<Vec<Value>>())).await;
        let to = "{table: item, key: [id], columns: {id: .id, code: .code}}";
        assert_eq!(counts(&page.saved(&base, to).run().await)["inserted"], 20);
        base.execute("insert into used values ('c5')").await;
        page.put(json!((0..20).map(|id| json!({"id": id, "code": format!("d{id}")})).collect::<Vec<Value>>()));
        let ended = page.saved(&base, to).run().await;
        let expected = json!({"picked": 20, "inserted": 0, "updated": 19, "unchanged": 0, "failed": 1});
        assert_eq!(counts(&ended), expected, "{}", ended.stdout);
        assert!(errors(&ended)[0].starts_with("item 6 of page 1, key {\"id\":5}: "), "{:?}", errors(&ended));
        assert_eq!(base.rows("select cast(id as text) from item where code like 'c%'").await, ["5"]);
    }

    async fn rows_that_cannot_be_deleted_are_told(base: Base) {
        base.execute(&format!(
            "create table item (shop integer not null, id integer not null unique, {OWN}, primary key (shop, id));
             create table used (id integer references item (id) deferrable initially deferred);"
        ))
        .await;
        let page = OnePage::of(json!([{"id": 1}, {"id": 2}, {"id": 3}])).await;
        let to = "{table: item, key: [shop, id], replace: [shop], columns: {shop: '1', id: .id}}";
        assert_eq!(counts(&page.saved(&base, to).run().await)["inserted"], 3);
        base.execute("insert into used values (2)").await;
        page.put(json!([{"id": 1}, {"id": 4}]));
        let ended = page.saved(&base, to).run().await;
        assert_eq!(ended.code, Some(1), "{}", ended.stdout);
        let expected = json!({"picked": 2, "inserted": 1, "updated": 0, "unchanged": 1, "deleted": 0, "failed": 1});
        assert_eq!(counts(&ended), expected, "{}", ended.stdout);
        let start = "rows of \"item\" that the responses no longer hold cannot be deleted where {\"shop\":1}: ";
        assert!(errors(&ended)[0].starts_with(start), "{:?}", errors(&ended));
        assert_eq!(base.rows("select cast(id as text) from item order by item.id").await, ["1", "2", "3", "4"]);
    }
}

#[tokio::test]
async fn rows_that_swap_unique_values_are_saved_beside_rows_that_are_refused_at_the_commit() {
    let Some(base) = Base::postgres().await else { return };
    base.execute(&format!(
        "create table item (id integer primary key, place integer unique deferrable initially deferred, {OWN});
         insert into item (id, place) values (100, 100)"
    ))
    .await;
    let to = "{table: item, key: [id], columns: {id: .id, place: .place}}";
    let page =
        OnePage::of(json!((1..=20).map(|id| json!({"id": id, "place": id})).collect::<Vec<Value>>())).await;
    assert_eq!(counts(&page.saved(&base, to).run().await)["inserted"], 20);
    // Each takes the place of the next one, the last that of the first.
    let mut items: Vec<Value> = (1..=20).map(|id| json!({"id": id, "place": id % 20 + 1})).collect();
    page.put(json!(items));
    let ended = page.saved(&base, to).run().await;
    assert_eq!(counts(&ended)["updated"], 20, "{}", ended.stdout);
    // The same once more, with rows that collide with one that is there already, and with each other.
    items = (1..=20).map(|id| json!({"id": id, "place": (id + 1) % 20 + 1})).collect();
    items.extend([
        json!({"id": 21, "place": 100}),
        json!({"id": 22, "place": 50}),
        json!({"id": 23, "place": 50}),
    ]);
    page.put(json!(items));
    let ended = page.saved(&base, to).run().await;
    let expected = json!({"picked": 23, "inserted": 1, "updated": 20, "unchanged": 0, "failed": 2});
    assert_eq!(counts(&ended), expected, "{}", ended.stdout);
    let left = base.rows("select cast(id as text) from item where id > 20 order by item.id").await;
    assert_eq!(left, ["22", "100"]);
}
