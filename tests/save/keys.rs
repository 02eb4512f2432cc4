//! Keys are equal where the database says so, and of rows with equal keys the last counts.

use serde_json::{Value, json};

use super::counts;
use super::one_page::OnePage;
use crate::common::base::Base;

const OWN: &str = "content_hash text, saved_at text, run_id text";

/// Saves rows of which the keys are equal, over an empty table, over the same, and over one that has the last already.
async fn are_equal(base: &Base, definition: &str, keys: &[Value], other: Value) {
    base.execute(&format!("create table item (v integer, {OWN}, k {definition})")).await;
    let mut items: Vec<Value> =
        keys.iter().enumerate().map(|(place, key)| json!({"k": key, "v": place})).collect();
    items.push(json!({"k": other, "v": 100}));
    let page = OnePage::of(json!(items)).await;
    let jobnet = page.saved(base, "{table: item, key: [k], columns: {k: .k, v: .v}}");
    let metrics = |inserted: usize, updated: usize| {
        json!({"picked": items.len(), "inserted": inserted, "updated": updated,
               "unchanged": items.len() - inserted - updated, "failed": 0})
    };
    let rows = [(keys.len() - 1).to_string(), "100".to_owned()];
    for (run, (inserted, updated)) in [(2, 0), (0, 0)].into_iter().enumerate() {
        let ended = jobnet.run().await;
        assert_eq!(counts(&ended), metrics(inserted, updated), "{definition}, run {run}: {}", ended.stdout);
        assert_eq!(base.rows("select cast(v as text) from item order by item.v").await, rows, "{definition}");
    }
    // The first alone is another row than the last: it is written, and after it the last once more.
    page.put(json!([items[0]]));
    assert_eq!(counts(&jobnet.run().await)["updated"], 1, "{definition}");
    page.put(json!(items));
    assert_eq!(counts(&jobnet.run().await), metrics(0, 1), "{definition}");
    assert_eq!(base.rows("select cast(v as text) from item order by item.v").await, rows, "{definition}");
}

#[tokio::test]
async fn keys_are_equal_by_the_rules_of_their_columns_on_postgresql() {
    let cases: [(&str, &[&str], &str); 12] = [
        ("citext primary key", &["Foo@x.test", "foo@x.test", "FOO@X.TEST"], "bar@x.test"),
        (
            "uuid primary key",
            &[
                "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
                "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                "{a0eebc999c0b4ef8bb6d6bb9bd380a11}",
            ],
            "b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        ),
        (
            "timestamptz primary key",
            &["2026-01-01T00:00:00Z", "2026-01-01T09:00:00+09:00", "2026-01-01 00:00:00.000+00"],
            "2026-01-02T00:00:00Z",
        ),
        (
            "timestamp(0) primary key",
            &["2026-01-01T00:00:00.4", "2026-01-01T00:00:00"],
            "2026-01-01T00:00:01",
        ),
        ("date primary key", &["2026-01-05", "2026-1-5", "January 5, 2026"], "2026-01-06"),
        ("char(5) primary key", &["ab", "ab  ", "ab"], "abc"),
        ("inet primary key", &["10.0.0.1", "10.0.0.1/32"], "10.0.0.2"),
        ("numeric(10,2) primary key", &["1.005", "1.01", "1.0099"], "1.02"),
        ("interval primary key", &["1 day", "24:00:00", "P1D"], "2 days"),
        ("macaddr primary key", &["08:00:2b:01:02:03", "08-00-2B-01-02-03"], "08:00:2b:01:02:04"),
        ("text collate nocase primary key", &["Foo", "foo"], "bar"),
        ("text not null unique", &["foo", "foo"], "Foo"),
    ];
    for (definition, keys, other) in cases {
        let Some(base) = Base::postgres().await else { return };
        base.execute(
            "create extension if not exists citext;
             create collation nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
        )
        .await;
        let keys: Vec<Value> = keys.iter().map(|key| json!(key)).collect();
        are_equal(&base, definition, &keys, json!(other)).await;
    }
}

#[tokio::test]
async fn keys_are_equal_by_the_rules_of_their_columns_on_sqlite() {
    let cases = [
        ("text collate nocase primary key", vec![json!("Foo"), json!("foo"), json!("FOO")], json!("bar")),
        ("text collate rtrim primary key", vec![json!("ab"), json!("ab  ")], json!(" ab")),
        ("text primary key", vec![json!("1"), json!(1)], json!("01")),
        ("integer primary key", vec![json!(1), json!("1"), json!(1.0)], json!(2)),
        ("numeric primary key", vec![json!(0.5), json!("0.50")], json!(0.25)),
        ("text not null, unique (k collate nocase)", vec![json!("Foo"), json!("foo")], json!("bar")),
    ];
    for (definition, keys, other) in cases {
        are_equal(&Base::sqlite().await, definition, &keys, other).await;
    }
}
