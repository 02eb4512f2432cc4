//! Numbers in the columns of tables.

use super::model::{Exact, numbers, page_of};
use super::{counts, errors, page, run};
use crate::common::base::{Base, on_both};

/// How many numbers a random page has.
const COUNT: usize = 150;

/// A stage that saves each number of the page into a column `n`, by the number of its item.
const SAVE: &str =
    "{flow: {from: {get: /x, items: .}, to: {table: t, key: [id], columns: {id: .id, n: .n}}}}";

/// Makes the table, with this type of `n`, and saves the numbers; gives what is there now, by item.
async fn saved(base: &Base, kind: &str, shown: &str, numbers: &[String]) -> Vec<Option<String>> {
    let own = "content_hash text, saved_at text, run_id text";
    base.execute(&format!("create table t (id integer primary key, n {kind}, {own})")).await;
    let server = page(page_of(numbers)).await;
    let ended = run(&server, SAVE).env("DATABASE_URL", &base.url()).run().await;
    let rows = base.rows(&format!("select cast(id as text), {shown} from t")).await;
    let failed = numbers.len() - rows.len();
    assert_eq!(counts(&ended)["failed"], failed, "{:?}", errors(&ended));
    assert_eq!(counts(&ended)["picked"], numbers.len());
    assert!(
        errors(&ended).iter().all(|error| error.contains("column n: ") || error.starts_with("further")),
        "{:?}",
        errors(&ended)
    );
    let mut saved = vec![None; numbers.len()];
    for row in rows {
        let (id, number) = row.split_once('|').expect("two columns");
        saved[id.parse::<usize>().expect("a number")] = Some(number.to_owned());
    }
    saved
}

on_both! {
    async fn a_column_of_text_has_the_digits_that_came(base: Base) {
        let numbers = numbers(COUNT);
        let saved = saved(&base, "text", "n", &numbers).await;
        let expected: Vec<_> = numbers.into_iter().map(Some).collect();
        assert_eq!(saved, expected);
    }

    async fn ids_beyond_64_bits_are_rows_of_their_own(base: Base) {
        let (kind, own) = match &base {
            Base::Postgres(_) => ("numeric(38)", ""),
            Base::Sqlite { .. } => ("text", ""),
        };
        base.execute(&format!("create table w (id {kind} primary key, v text, content_hash text, saved_at text, run_id text){own}")).await;
        let items = ["3", "4", "5"].map(|last| format!("{{\"id\":3689348814741910323{last},\"v\":\"{last}\"}}"));
        let server = page(format!("[{}]", items.join(","))).await;
        let stage = "{flow: {from: {get: /x, items: .}, to: {table: w, key: [id], columns: {id: .id, v: .v}}}}";
        let run = run(&server, stage).env("DATABASE_URL", &base.url());
        assert_eq!(counts(&run.run().await)["inserted"], 3);
        assert_eq!(counts(&run.run().await)["unchanged"], 3);
        let rows = base.rows("select cast(id as text), v from w order by v").await;
        assert_eq!(rows, ["36893488147419103233|3", "36893488147419103234|4", "36893488147419103235|5"]);
    }

    async fn a_whole_number_that_its_column_has_no_room_for_is_told(base: Base) {
        let numbers = ["1", "9223372036854775807", "9223372036854775808", "1.5", "1.0", "1e1000"].map(str::to_owned);
        let saved = saved(&base, "bigint", "cast(n as text)", &numbers).await;
        let saved: Vec<_> = saved.iter().map(Option::as_deref).collect();
        assert_eq!(saved, [Some("1"), Some("9223372036854775807"), None, None, Some("1"), None]);
    }

    async fn equal_numbers_have_one_hash(base: Base) {
        let numbers = ["1", "1.0", "1.00", "1e0", "10e-1", "0.1e1"].map(str::to_owned);
        saved(&base, "numeric", "cast(n as text)", &numbers).await;
        let hashes = base.rows("select min(content_hash), max(content_hash) from t where id = 0").await;
        base.execute("create table h (id integer primary key, n numeric, content_hash text, saved_at text, run_id text)").await;
        for number in &numbers {
            let server = page(format!("[{{\"id\":0,\"n\":{number}}}]")).await;
            let stage = "{flow: {from: {get: /x, items: .}, to: {table: h, key: [id], columns: {id: .id, n: .n}}}}";
            run(&server, stage).env("DATABASE_URL", &base.url()).run().await;
            assert_eq!(base.rows("select content_hash, content_hash from h").await, hashes, "{number}");
        }
    }
}

/// What PostgreSQL makes of a text by itself.
async fn cast(base: &Base, texts: &[String], kind: &str) -> Vec<String> {
    let values: Vec<_> =
        texts.iter().enumerate().map(|(id, text)| format!("({id}, cast('{text}' as {kind}))")).collect();
    base.rows(&format!("select cast(v as text) from (values {}) as x(i, v) order by i", values.join(", ")))
        .await
}

#[tokio::test]
async fn numeric_and_jsonb_of_postgresql_have_every_digit() {
    for kind in ["numeric", "jsonb"] {
        let Some(base) = Base::postgres().await else { return };
        let numbers = numbers(COUNT);
        let saved = saved(&base, kind, "cast(n as text)", &numbers).await;
        for ((number, saved), expected) in numbers.iter().zip(saved).zip(cast(&base, &numbers, kind).await) {
            let saved = saved.expect(number);
            match kind {
                "jsonb" => assert_eq!(saved, expected, "{number}"),
                _ => assert_eq!(Exact::of(&saved), Exact::of(number)),
            }
        }
    }
}

#[tokio::test]
async fn a_double_of_postgresql_rounds_fractions_and_no_whole_number() {
    let Some(base) = Base::postgres().await else { return };
    let numbers = numbers(COUNT);
    let saved = saved(&base, "double precision", "cast(n as text)", &numbers).await;
    for (number, saved) in numbers.iter().zip(saved) {
        let (exact, double) = (Exact::of(number), number.parse::<f64>().unwrap());
        let is_lost = double.is_infinite() || (double == 0.0 && exact != Exact::of("0"));
        let is_kept = !is_lost && (!exact.is_whole() || exact.is_double(number));
        assert_eq!(saved.map(|saved| saved.parse()), is_kept.then_some(Ok(double + 0.0)), "{number}");
    }
}

#[tokio::test]
async fn what_sqlite_would_round_is_told_and_all_else_is_kept() {
    for (kind, holds_whole) in
        [("real", false), ("numeric", true), ("decimal(10,2)", true), ("", true), ("money", true)]
    {
        let base = Base::sqlite().await;
        let numbers = numbers(COUNT);
        let shown = "case typeof(n) when 'integer' then cast(n as text) else 'double' end";
        let saved = saved(&base, kind, shown, &numbers).await;
        let doubles = base.doubles("select n from t where typeof(n) = 'real' order by id").await;
        let mut doubles = doubles.into_iter();
        for (number, saved) in numbers.iter().zip(saved) {
            let exact = Exact::of(number);
            let is_kept = (exact.is_double(number) && exact.is_near()) || (holds_whole && exact.is_i64());
            assert_eq!(saved.is_some(), is_kept, "{number} in {kind}");
            match saved.as_deref() {
                None => {}
                // SQLite's own texts of doubles are off by a bit now and then.
                Some("double") => assert_eq!(doubles.next(), number.parse().ok(), "{number} in {kind}"),
                Some(whole) => assert_eq!(Exact::of(whole), exact, "{number} in {kind}"),
            }
        }
    }
}

#[tokio::test]
async fn a_text_that_sqlite_would_keep_as_another_number_is_told() {
    let base = Base::sqlite().await;
    base.execute(
        "create table t (id integer primary key, n date, content_hash text, saved_at text, run_id text)",
    )
    .await;
    let texts = ["2024-06-01", "20240601", "007", "12345678901234567890123", "1e5"];
    let items: Vec<_> =
        texts.iter().enumerate().map(|(id, text)| format!("{{\"id\":{id},\"n\":\"{text}\"}}")).collect();
    let server = page(format!("[{}]", items.join(","))).await;
    let ended = run(&server, SAVE).env("DATABASE_URL", &base.url()).run().await;
    assert_eq!(
        base.rows("select cast(n as text), 'kept' from t order by id").await,
        ["2024-06-01|kept", "20240601|kept"]
    );
    assert_eq!(
        errors(&ended)[0],
        "item 3 of page 1, key {\"id\":2}: column n: `007` is a text that its column would keep as a number"
    );
}
