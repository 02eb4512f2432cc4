//! A run that was cut off goes on where it last committed; a finished one starts anew.

use std::sync::Arc;

use serde_json::json;
use tokio::sync::Notify;

use super::{ITEM, Shelves, TABLES, collect, counts, items};
use crate::common::base::{Base, on_both};
use crate::common::misbehaving::{Server, json as answer};

on_both! {
    async fn a_killed_run_is_gone_on_with(base: Base) {
        base.execute(TABLES).await;
        let reached = Arc::new(Notify::new());
        let hold = Arc::clone(&reached);
        let first = Server::start(move |arrival| {
            let hold = Arc::clone(&hold);
            async move {
                match arrival.query.as_str() {
                    "genre=1&page=1" => answer(r#"{"items":[{"code":"a","price":1},{"code":"b","price":2}]}"#),
                    "genre=1&page=2" => answer(r#"{"items":[]}"#),
                    _ => {
                        hold.notify_one();
                        std::future::pending().await
                    }
                }
            }
        })
        .await;
        let to = format!("{{{ITEM}, track: true}}");
        let cut_off = collect(&first, &base, &to).arguments(["--run-id", "one"]);
        let mut child = cut_off.spawn();
        reached.notified().await;
        // What is not many is committed before long.
        while base.rows("select code from item").await.len() < 2 {
            tokio::task::yield_now().await;
        }
        child.kill().await.unwrap();

        let shelves = Shelves::default();
        shelves.put(2, json!([{"code": "c", "price": 3}]));
        let second = shelves.open().await;
        let ended = collect(&second, &base, &to).arguments(["--run-id", "two"]).run().await;
        assert_eq!(ended.code, Some(0), "{}", ended.stdout);
        let asked: Vec<_> = second.arrivals().into_iter().map(|arrival| arrival.query).collect();
        assert_eq!(asked, ["genre=2&page=1", "genre=2&page=2"]);
        let expected = json!({"picked": 3, "inserted": 3, "updated": 0, "unchanged": 0, "failed": 0});
        assert_eq!(counts(&ended), expected);
        assert_eq!(items(&base).await, ["1|a||1", "1|b||2", "2|c||3"]);
        let seen = base.rows("select code, run_id from item_seen order by code").await;
        assert_eq!(seen, ["a|two", "b|two", "c|two"], "what the cut run saw, this one saw");

        second_is_finished(&second, &base, &to).await;
    }
}

async fn second_is_finished(server: &Server, base: &Base, to: &str) {
    let before = server.arrivals().len();
    assert_eq!(collect(server, base, to).run().await.code, Some(0));
    assert_eq!(server.arrivals()[before].query, "genre=1&page=1", "a finished run is not gone on with");
    assert_eq!(base.rows("select stage from jobnet_progress").await, [""; 0]);
}
