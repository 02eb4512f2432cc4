//! `content_hash` is of what a column holds, however its value is written.

use jobnet::digest::sha256;
use serde_json::{Value, json};

use super::counts;
use super::one_page::OnePage;
use crate::common::base::Base;

const OWN: &str = "content_hash text, saved_at text, run_id text";

/// A type with ways to write one value, the first as the column holds it.
type Case = (&'static str, &'static str, Vec<Value>);

fn cases() -> Vec<Case> {
    vec![
        ("numeric(10,2)", "1.01", vec![json!("1.01"), json!("1.005"), json!("1.010"), json!("1.0149")]),
        ("numeric(10,2)", "-0.13", vec![json!("-0.13"), json!("-0.125"), json!("-0.1299")]),
        ("numeric(3,-2)", "200", vec![json!(200), json!(150), json!(249)]),
        ("numeric", "1.005", vec![json!("1.005"), json!("1.0050")]),
        ("real", "0.1", vec![json!(0.1), json!("0.10000000149011612"), json!("0.1000000001")]),
        ("double precision", "0.1", vec![json!(0.1), json!("0.1000000000000000055511151231257827")]),
        ("char(5)", "ab", vec![json!("ab"), json!("ab   "), json!("ab        ")]),
        ("varchar(4)", "ab  ", vec![json!("ab  "), json!("ab       ")]),
        (
            "timestamptz",
            "2026-01-01T00:00:00Z",
            vec![
                json!("2026-01-01T00:00:00Z"),
                json!("2026-01-01T09:00:00+09:00"),
                json!("2026-01-01 00:00:00.000+00"),
            ],
        ),
        (
            "timestamptz(0)",
            "2026-01-01T00:00:01Z",
            vec![json!("2026-01-01T00:00:01Z"), json!("2026-01-01T00:00:00.7Z")],
        ),
        (
            "timestamp",
            "2026-01-01T00:00:00.5",
            vec![
                json!("2026-01-01T00:00:00.5"),
                json!("2026-01-01 00:00:00.500"),
                json!("Jan 1 2026 00:00:00.5"),
            ],
        ),
        ("timestamptz", "infinity", vec![json!("infinity"), json!("Infinity")]),
        (
            "date",
            "2026-01-05",
            vec![json!("2026-01-05"), json!("2026-1-5"), json!("20260105"), json!("Jan 5, 2026")],
        ),
        (
            "uuid",
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
            vec![json!("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"), json!("{A0EEBC999C0B4EF8BB6D6BB9BD380A11}")],
        ),
        ("inet", "10.0.0.1", vec![json!("10.0.0.1"), json!("10.0.0.1/32")]),
        ("interval", "1 day", vec![json!("1 day"), json!("P1D"), json!("1 days")]),
        ("money_amount", "1.01", vec![json!("1.01"), json!("1.005")]),
        ("text", " As it is ", vec![json!(" As it is ")]),
        ("citext", "Foo", vec![json!("Foo")]),
        (
            "uuid[]",
            "{\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\"}",
            vec![json!(["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"])],
        ),
        ("numeric(10,2)[]", "{1.01,2.00}", vec![json!([1.01, 2]), json!([1.005, "2.0"])]),
        ("list_of_numbers", "{1.01}", vec![json!([1.01]), json!([1.005])]),
        (
            "timestamp(0)[]",
            "{\"2026-01-01 00:00:01\"}",
            vec![json!(["2026-01-01T00:00:00.7"]), json!(["2026-01-01 00:00:01"])],
        ),
        ("boolean[]", "{t,f}", vec![json!([true, false]), json!(["true", "f"]), json!([1, 0])]),
        ("text[]", "{\"a\",NULL}", vec![json!(["a", null])]),
    ]
}

#[tokio::test]
async fn one_value_has_one_hash_however_it_is_written() {
    let Some(base) = Base::postgres().await else { return };
    base.execute("create extension if not exists citext; create domain money_amount as numeric(10,2); create domain list_of_numbers as numeric(10,2)[]").await;
    for (place, (sql_type, held, given)) in cases().into_iter().enumerate() {
        base.execute(&format!("create table t{place} (id integer primary key, v {sql_type}, {OWN})")).await;
        let page = OnePage::of(json!([])).await;
        let jobnet =
            page.saved(&base, &format!("{{table: t{place}, key: [id], columns: {{id: .id, v: .v}}}}"));
        let is_number = ["numeric", "real", "double", "money"].iter().any(|name| sql_type.starts_with(name))
            && !sql_type.ends_with(']');
        let value = if is_number { held.to_owned() } else { json!(held).to_string() };
        let hash = sha256(format!("{{\"id\":1,\"v\":{value}}}"));
        for (number, value) in given.iter().enumerate() {
            page.put(json!([{"id": 1, "v": value}]));
            let ended = jobnet.run().await;
            let count = if number == 0 { "inserted" } else { "unchanged" };
            assert_eq!(counts(&ended)[count], 1, "{sql_type} {value}: {}", ended.stdout);
            let stored = base.rows(&format!("select content_hash from t{place}")).await;
            assert_eq!(stored, [hash.as_str()], "{sql_type} {value}");
        }
    }
}

#[tokio::test]
async fn a_value_that_is_another_when_it_is_rounded_is_written_and_another_that_is_not_one_fails() {
    let Some(base) = Base::postgres().await else { return };
    base.execute(&format!("create table item (id integer primary key, v numeric(4,2), {OWN})")).await;
    let page =
        OnePage::of(json!([{"id": 1, "v": "1.004"}, {"id": 2, "v": "99.996"}, {"id": 3, "v": "2"}])).await;
    let jobnet = page.saved(&base, "{table: item, key: [id], columns: {id: .id, v: .v}}");
    let expected = json!({"picked": 3, "inserted": 2, "updated": 0, "unchanged": 0, "failed": 1});
    let ended = jobnet.run().await;
    assert_eq!(counts(&ended), expected, "{}", ended.stdout);
    page.put(json!([{"id": 1, "v": "1.0051"}, {"id": 3, "v": "2.004"}]));
    let expected = json!({"picked": 2, "inserted": 0, "updated": 1, "unchanged": 1, "failed": 0});
    assert_eq!(counts(&jobnet.run().await), expected);
    assert_eq!(base.rows("select cast(v as text) from item order by id").await, ["1.01", "2.00"]);
}
