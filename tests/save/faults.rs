//! A table that cannot be saved into is told before anything is read.

use serde_json::json;

use super::{ITEM, Shelves, collect, errors};
use crate::common::base::{Base, on_both};

on_both! {
    async fn a_table_is_missed_with_the_columns_that_it_should_have(base: Base) {
        let server = Shelves::default().open().await;
        let ended = collect(&server, &base, &format!("{{{ITEM}}}")).run().await;
        assert_eq!(ended.code, Some(1));
        assert_eq!(errors(&ended), [
            "there is no table item; make it, with the columns genre, code, name, price, content_hash, saved_at, run_id",
        ]);
        assert!(server.arrivals().is_empty());
    }

    async fn a_column_is_missed_by_its_name(base: Base) {
        base.execute("create table item (genre integer, code text, name text, price integer, content_hash text,
            saved_at text, primary key (genre, code))").await;
        let server = Shelves::default().open().await;
        let ended = collect(&server, &base, &format!("{{{ITEM}}}")).run().await;
        assert_eq!(errors(&ended), ["table item has no column run_id, which jobnet keeps for every row"]);
    }

    async fn a_key_must_be_one(base: Base) {
        base.execute("create table item (genre integer, code text, name text, price integer, content_hash text,
            saved_at text, run_id text, primary key (code))").await;
        let shelves = Shelves::default();
        shelves.put(1, json!([{"code": "a"}]));
        let server = shelves.open().await;
        let ended = collect(&server, &base, &format!("{{{ITEM}}}")).run().await;
        assert_eq!(ended.code, Some(1));
        let expected = "table item may have two rows with the same genre, code; give it `primary key (genre, code)`";
        assert_eq!(errors(&ended), [expected]);
    }
}

#[tokio::test]
async fn a_database_that_is_not_there_is_temporary() {
    let server = Shelves::default().open().await;
    let base = Base::sqlite().await;
    let jobnet = collect(&server, &base, &format!("{{{ITEM}}}"));
    // Nobody listens there.
    let ended = jobnet.env("DATABASE_URL", "postgres://me@127.0.0.1:1/none?connect_timeout=1").run().await;
    assert_eq!(ended.code, Some(75), "{}", ended.stdout);
    assert!(errors(&ended)[0].contains("the database is unavailable"), "{:?}", errors(&ended));
}
