//! Rows that need one another where constraints are checked at once, as most tables have them.

use serde_json::{Value, json};

use super::one_page::OnePage;
use super::{ITEM, Shelves, TABLES, collect, counts, items, spec};
use crate::common::Jobnet;
use crate::common::base::{Base, on_both};

const OWN: &str = "content_hash text, saved_at text, run_id text";

const COLUMNS: &str = "{table: item, key: [id], columns: {id: .id, parent: .parent}}";

on_both! {
    async fn a_bad_row_costs_itself_and_none_of_a_tree(base: Base) {
        base.execute(&format!("create table item (id integer primary key, parent integer references item (id), {OWN})"))
            .await;
        let chain = |ids: &mut dyn Iterator<Item = u32>| -> Vec<Value> {
            ids.map(|id| json!({"id": id, "parent": if id > 1 { Some(id - 1) } else { None }})).collect()
        };
        let odd_first = (1..=60).filter(|id| id % 2 == 1).chain((1..=60).filter(|id| id % 2 == 0));
        for (rows, order) in [
            (chain(&mut (1..=60).rev()), "children first"),
            (chain(&mut (1..=60)), "parents first"),
            (chain(&mut odd_first.into_iter()), "mixed"),
        ] {
            base.execute("delete from item").await;
            let bad = [json!({"id": 1000, "parent": 9999}), json!({"id": 1001, "parent": 1000})];
            let rows: Vec<Value> = bad[..1].iter().cloned().chain(rows).chain(bad[1..].iter().cloned()).collect();
            let page = OnePage::of(json!(rows)).await;
            let ended = page.saved(&base, COLUMNS).run().await;
            let expected = json!({"picked": 62, "inserted": 60, "updated": 0, "unchanged": 0, "failed": 2});
            assert_eq!(counts(&ended), expected, "{order}: {}", ended.stdout);
        }
    }

    async fn values_of_a_unique_column_move_up_by_one(base: Base) {
        base.execute(&format!("create table item (id integer primary key, parent integer unique, {OWN})")).await;
        let ranks = |by: u32| json!((1..=20).map(|id| json!({"id": id, "parent": id + by})).collect::<Vec<_>>());
        for by in [0, 1, 0] {
            let ended = OnePage::of(ranks(by)).await.saved(&base, COLUMNS).run().await;
            assert_eq!(counts(&ended)["failed"], 0, "{}", ended.stdout);
        }
    }

    async fn of_a_scope_of_which_a_row_is_refused_nothing_is_deleted(base: Base) {
        base.execute(&TABLES.replace("price integer", "price integer check (price > 0)")).await;
        let shelves = Shelves::default();
        let three = json!([{"code": "a", "price": 1}, {"code": "b", "price": 2}, {"code": "c", "price": 3}]);
        shelves.put(1, three.clone());
        shelves.put(2, three);
        let server = shelves.open().await;
        let to = format!("{{{ITEM}, replace: [genre], track: true}}");
        let run = |id: &'static str| collect(&server, &base, &to).arguments(["--run-id", id]);
        assert_eq!(counts(&run("one").run().await)["inserted"], 6);
        // The second shelf's is all there; of the first a row that is there is refused, and one that is not.
        shelves.put(1, json!([{"code": "a", "price": 9}, {"code": "b", "price": 0}, {"code": "d", "price": 0}]));
        shelves.put(2, json!([{"code": "a", "price": 1}]));
        let ended = run("two").run().await;
        let expected =
            json!({"picked": 4, "inserted": 0, "updated": 1, "unchanged": 1, "deleted": 2, "failed": 2});
        assert_eq!(counts(&ended), expected, "{}", ended.stdout);
        assert_eq!(items(&base).await, ["1|a||9", "1|b||2", "1|c||3", "2|a||1"]);
        let seen = "select cast(genre as text), code, run_id from item_seen order by genre, code";
        assert_eq!(base.rows(seen).await, ["1|a|two", "1|b|two", "1|c|one", "2|a|two"]);
    }

    async fn rows_of_for_each_with_one_scope_delete_nothing_of_each_other(base: Base) {
        base.execute(TABLES).await;
        base.execute("insert into item (genre, code) values (7, 'old')").await;
        let shelves = Shelves::default();
        shelves.put(1, json!([{"code": "a", "price": 1}, {"code": "b", "price": 1}]));
        shelves.put(2, json!([{"code": "b", "price": 2}, {"code": "c", "price": 2}]));
        let server = shelves.open().await;
        let one_scope = ITEM.replace("genre: $each", "genre: '7'");
        let to = spec(&format!("{{{one_scope}, replace: [genre]}}"));
        let jobnet = Jobnet::on_spec(&to, ["collect", "--format", "json"])
            .env("API", &server.base_url())
            .env("DATABASE_URL", &base.url());
        let ended = jobnet.run().await;
        assert_eq!(ended.code, Some(0), "{}", ended.stdout);
        assert_eq!(items(&base).await, ["7|a||1", "7|b||2", "7|c||2"]);
        let warning = ended.summary("collect")["warnings"][0]["message"].as_str().unwrap().to_owned();
        assert!(warning.starts_with("row 2: an earlier row of `for_each` replaced the rows of item where genre = 7 already"), "{warning}");
    }
}
