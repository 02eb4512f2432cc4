//! A run that was cut off goes on where it last committed; a finished one starts anew.

use std::sync::Arc;

use serde_json::json;
use tokio::sync::Notify;

use super::{ITEM, Shelves, TABLES, collect, counts, errors, items, spec};
use crate::common::base::{Base, on_both};
use crate::common::misbehaving::{Server, json as answer};
use crate::common::{Ended, Jobnet};

on_both! {
    async fn a_killed_run_is_gone_on_with(base: Base) {
        base.execute(TABLES).await;
        let two = r#"{"items":[{"code":"a","price":1},{"code":"b","price":2}]}"#;
        let (first, reached) =
            holding([("genre=1&page=1", two), ("genre=1&page=2", r#"{"items":[]}"#)]).await;
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

on_both! {
    async fn a_list_without_rows_is_gone_on_with_at_its_page(base: Base) {
        base.execute(TABLES).await;
        let (first, reached) = holding([
            ("", r#"{"items":[{"code":"a"}],"next":"two"}"#),
            ("cursor=two", r#"{"items":[{"code":"b"}],"next":"three"}"#),
        ])
        .await;
        let cut_off = listed(&first, &base);
        let mut child = cut_off.spawn();
        reached.notified().await;
        while base.rows("select code from item").await.len() < 2 {
            tokio::task::yield_now().await;
        }
        child.kill().await.unwrap();

        let second = Server::start(async |_| answer(r#"{"items":[{"code":"c"}]}"#)).await;
        let ended = listed(&second, &base).run().await;
        assert_eq!(ended.code, Some(0), "{}", ended.stdout);
        let asked: Vec<_> = second.arrivals().into_iter().map(|arrival| arrival.query).collect();
        assert_eq!(asked, ["cursor=three"]);
        assert_eq!(counts(&ended)["inserted"], 3);
    }

    async fn who_repeats_on_purpose_begins_anew(base: Base) {
        base.execute(TABLES).await;
        let to = format!("{{{ITEM}}}");
        cut_after_first_row(&base, &to).await;
        let server = Shelves::default().open().await;
        let ended = collect(&server, &base, &to).arguments(["--new-key"]).run().await;
        assert_eq!(ended.code, Some(0), "{}", ended.stdout);
        assert_eq!(server.arrivals()[0].query, "genre=1&page=1");
    }

    async fn other_rows_than_those_of_the_cut_run_are_begun_anew(base: Base) {
        base.execute(TABLES).await;
        // A run of the same stage that came as far as the first row, which was another then.
        let shelves = Shelves::default();
        shelves.put(1, json!([{"code": "a", "price": 1}]));
        let server = shelves.open().await;
        let to = format!("{{{ITEM}}}");
        cut_after_first_row(&base, &to).await;
        base.execute("update jobnet_progress set place = replace(place, '\"last_row\":\"1\"', '\"last_row\":\"7\"')").await;
        let ended = collect(&server, &base, &to).run().await;
        assert_eq!(ended.code, Some(0), "{}", ended.stdout);
        assert_eq!(server.arrivals()[0].query, "genre=1&page=1");
        let expected = json!({"picked": 1, "inserted": 0, "updated": 0, "unchanged": 1, "failed": 0});
        assert_eq!(counts(&ended), expected, "what the cut run counted is forgotten");
    }

    async fn the_counts_of_each_table_are_those_of_both_runs(base: Base) {
        base.execute(TABLES).await;
        let to = format!("[{{{ITEM}}}, {{table: tag, key: [code, tag], rows: '(\"x\", \"y\") as $tag | {{code, tag: $tag}}'}}]");
        cut_after_first_row(&base, &to).await;
        let shelves = Shelves::default();
        shelves.put(2, json!([{"code": "c", "price": 3}]));
        let server = shelves.open().await;
        let ended = collect(&server, &base, &to).run().await;
        assert_eq!(ended.code, Some(0), "{}", ended.stdout);
        assert_eq!(counts(&ended)["inserted"], 6);
        let tables = json!({
            "item": {"inserted": 2, "updated": 0, "unchanged": 0},
            "tag": {"inserted": 4, "updated": 0, "unchanged": 0},
        });
        assert_eq!(ended.summary("collect")["tables"], tables);
    }

    async fn two_runs_without_a_lease_do_not_write_over_each_other(base: Base) {
        base.execute(TABLES).await;
        let to = format!("{{{ITEM}}}");
        cut_after_first_row(&base, &to).await;
        let reached = Arc::new(Notify::new());
        let (hold, go_on) = (Arc::clone(&reached), Arc::new(Notify::new()));
        let held = Arc::clone(&go_on);
        let slow = Server::start(move |_| {
            let (hold, held) = (Arc::clone(&hold), Arc::clone(&held));
            async move {
                hold.notify_one();
                held.notified().await;
                answer(r#"{"items":[]}"#)
            }
        })
        .await;
        let jobnet = collect(&slow, &base, &to);
        let running = jobnet.spawn();
        reached.notified().await;
        let server = Shelves::default().open().await;
        assert_eq!(collect(&server, &base, &to).run().await.code, Some(0));
        cut_after_first_row(&base, &to).await;
        go_on.notify_waiters();
        go_on.notify_one();
        let ended = Ended::from(running.wait_with_output().await.unwrap());
        assert_eq!(ended.code, Some(1), "{}", ended.stdout);
        assert!(errors(&ended)[0].contains("give the stage a `lease`"), "{:?}", errors(&ended));
    }
}

/// A server that answers these queries, and holds any other for ever: it tells when one came.
async fn holding<const N: usize>(pages: [(&'static str, &'static str); N]) -> (Server, Arc<Notify>) {
    let reached = Arc::new(Notify::new());
    let tell = Arc::clone(&reached);
    let server = Server::start(move |arrival| {
        let page = pages.iter().find(|(query, _)| *query == arrival.query).map(|(_, page)| *page);
        let tell = Arc::clone(&tell);
        async move {
            match page {
                Some(page) => answer(page),
                None => {
                    tell.notify_one();
                    std::future::pending().await
                }
            }
        }
    });
    (server.await, reached)
}

/// The items of one list, page by page.
fn listed(server: &Server, base: &Base) -> Jobnet {
    let spec = spec(&format!("{{{}}}", ITEM.replace("$each", "1")))
        .replace("      for_each: {values: [1, 2]}\n", "")
        .replace(", query: {genre: '{.}'}", "")
        .replace("{page: page}", "{cursor: .next, param: cursor}");
    Jobnet::on_spec(&spec, ["collect", "--format", "json"])
        .env("API", &server.base_url())
        .env("DATABASE_URL", &base.url())
}

/// Has a run killed that committed the item of the first row.
async fn cut_after_first_row(base: &Base, to: &str) {
    let one = r#"{"items":[{"code":"a","price":1}]}"#;
    let (server, reached) = holding([("genre=1&page=1", one), ("genre=1&page=2", r#"{"items":[]}"#)]).await;
    let jobnet = collect(&server, base, to);
    let mut child = jobnet.spawn();
    reached.notified().await;
    let of_this_run = "select place from jobnet_progress where place like '%\"rows\":1%'";
    while base.rows(of_this_run).await.is_empty() {
        tokio::task::yield_now().await;
    }
    child.kill().await.unwrap();
}

async fn second_is_finished(server: &Server, base: &Base, to: &str) {
    let before = server.arrivals().len();
    assert_eq!(collect(server, base, to).run().await.code, Some(0));
    assert_eq!(server.arrivals()[before].query, "genre=1&page=1", "a finished run is not gone on with");
    assert_eq!(base.rows("select stage from jobnet_progress").await, [""; 0]);
}
