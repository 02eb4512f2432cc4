//! Which keys a run saw is recorded, changed or not.

use serde_json::json;

use super::{ITEM, Shelves, TABLES, collect};
use crate::common::base::{Base, on_both};

on_both! {
    async fn the_keys_of_unchanged_rows_are_seen_too(base: Base) {
        base.execute(TABLES).await;
        let shelves = Shelves::default();
        shelves.put(1, json!([{"code": "a", "price": 1}, {"code": "b", "price": 2}]));
        let server = shelves.open().await;
        let jobnet = |run| {
            collect(&server, &base, &format!("{{{ITEM}, replace: [genre], track: true}}"))
                .arguments(["--run-id", run])
        };
        jobnet("one").run().await;
        let seen = "select code, run_id from item_seen order by code";
        assert_eq!(base.rows(seen).await, ["a|one", "b|one"]);
        base.execute("insert into item (genre, code) values (7, 'z')").await;
        shelves.put(1, json!([{"code": "a", "price": 1}]));
        jobnet("two").run().await;
        assert_eq!(base.rows(seen).await, ["a|two"]);
        let saved = "select code, run_id from item order by code";
        assert_eq!(base.rows(saved).await, ["a|one", "z|"], "the row itself is not touched");
    }
}
