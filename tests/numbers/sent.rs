//! Numbers in requests.

use jobnet::expr::{Value, canonical_json, exact_json, key_json, parse_json};
use proptest::prelude::*;

use super::model::{Exact, number, numbers, page_of};
use super::{page, run};
use crate::common::misbehaving::{self, Server};

/// The requests that a stage sends when it reads a page.
async fn sent(json: String, stage: &str) -> Vec<misbehaving::Arrival> {
    let server = page(json).await;
    let ended = run(&server, stage).run().await;
    assert_eq!(ended.code, Some(0), "{} {}", ended.stdout, ended.stderr);
    server.arrivals().into_iter().filter(|arrival| arrival.method == "POST").collect()
}

#[tokio::test]
async fn a_body_has_the_digits_that_came() {
    let page = page_of(&numbers(200));
    let sent =
        sent(page.clone(), "{flow: {from: {get: /x, items: .}, to: {post: /sink, body: ., batch: 1000}}}")
            .await;
    assert_eq!(sent.iter().map(|arrival| arrival.body.as_str()).collect::<Vec<_>>(), [page]);
}

#[tokio::test]
async fn a_path_and_a_query_have_the_digits_that_came() {
    for number in ["9007199254740993", "36893488147419103233", "1.10", "12345678901234567.89", "1e2", "-0"] {
        let stage = "{flow: {from: {get: /x, items: .}, to: {post: '/sink/{.n}', query: {n: '{.n}'}, each: true, body: .}}}";
        let sent = sent(page_of(&[number.to_owned()]), stage).await;
        assert_eq!(
            (sent[0].path.as_str(), sent[0].query.as_str()),
            (format!("/sink/{number}").as_str(), format!("n={number}").as_str())
        );
    }
}

#[tokio::test]
async fn ids_beyond_64_bits_are_groups_of_their_own() {
    // The first and the last are one number; 2⁶⁵ and the shortest text of its double are two.
    let page = r#"[{"g":36893488147419103233},{"g":36893488147419103234},{"g":36893488147419103232},
        {"g":36893488147419103000},{"g":36893488147419103233.0}]"#;
    let stage =
        "{flow: {from: {get: /x, items: .}, to: {post: /sink, batch: 10, group_by: .g, body: length}}}";
    let mut bodies: Vec<String> =
        sent(page.to_owned(), stage).await.into_iter().map(|arrival| arrival.body).collect();
    bodies.sort();
    assert_eq!(bodies, ["1", "1", "1", "2"]);
}

#[tokio::test]
async fn a_cursor_goes_back_as_it_came() {
    for cursor in ["9007199254740993", "36893488147419103233", "1.10", "1700000000.000100"] {
        let server = Server::start(move |arrival| async move {
            let next = if arrival.query.is_empty() { cursor } else { "null" };
            misbehaving::json(format!("{{\"items\":[],\"next\":{next}}}"))
        })
        .await;
        let stage = "{flow: {from: {get: /x, items: .items, next: {cursor: .next, param: c}}, to: {post: /sink, body: .}}}";
        run(&server, stage).run().await;
        let queries: Vec<_> = server.arrivals().into_iter().map(|arrival| arrival.query).collect();
        assert_eq!(queries, [String::new(), format!("c={cursor}")]);
    }
}

#[tokio::test]
async fn keys_of_an_object_keep_their_order_until_they_are_sent() {
    let stage = "{flow: {from: {get: /x, items: .}, to: {post: /sink, each: true, body: '{first: to_entries[0].key, keys: keys_unsorted, item: .}'}}}";
    let sent = sent(r#"[{"b":1,"a":{"d":2,"c":3}}]"#.to_owned(), stage).await;
    assert_eq!(sent[0].body, r#"{"first":"b","item":{"a":{"c":3,"d":2},"b":1},"keys":["b","a"]}"#);
}

#[tokio::test]
async fn values_and_variables_of_a_spec_keep_their_digits() {
    let server = page("[1]".to_owned()).await;
    let stage = "{flow: {for_each: {values: [12345678901234567890123, 1.10, 18446744073709551615]}, from: {get: /x, items: .}, to: {post: /sink, body: '{row: $each, big: $vars.BIG}'}}}";
    let spec = super::spec(stage).replace("vars: {", "vars: {BIG: 12345678901234567.89, ");
    let run = crate::common::Jobnet::on_spec(&spec, ["s", "--format", "json"]).env("API", &server.base_url());
    let ended = run.run().await;
    assert_eq!(ended.code, Some(0), "{} {}", ended.stdout, ended.stderr);
    let mut bodies: Vec<_> = server
        .arrivals()
        .into_iter()
        .filter(|arrival| arrival.method == "POST")
        .map(|arrival| arrival.body)
        .collect();
    // They are sent side by side.
    bodies.sort();
    let expected = ["1.10", "12345678901234567890123", "18446744073709551615"];
    assert_eq!(bodies, expected.map(|row| format!("{{\"big\":12345678901234567.89,\"row\":{row}}}")));
}

proptest! {
    /// A key has the number that came, or that of the double which holds it exactly; groups tell all numbers apart.
    #[test]
    fn keys_and_groups_have_the_number_that_came(left in number(), right in number()) {
        for text in [&left, &right] {
            let (value, exact) = (read(text), Exact::of(text));
            let key = key_json(&value).unwrap_or_else(|| canonical_json(&value));
            prop_assert_eq!(canonical_json(&value), text.as_str());
            prop_assert!(Exact::of(&key) == exact || exact.is_written_by_its_double(text), "{} became {}", text, key);
            if exact.is_written_by_its_double(text) && text.parse::<i128>().is_err() {
                let double: f64 = text.parse().unwrap();
                prop_assert_eq!(key, serde_json::Number::from_f64(double).unwrap().to_string());
            }
        }
        let is_one_group = exact_json(&read(&left)) == exact_json(&read(&right));
        prop_assert_eq!(is_one_group, Exact::of(&left) == Exact::of(&right));
    }

    #[test]
    fn a_number_is_in_one_group_however_it_is_written(text in number(), zeros in 0usize..3) {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
        let point = if mantissa.contains('.') { "" } else { "." };
        let other = format!("{mantissa}{point}0{}e{exponent}", "0".repeat(zeros));
        prop_assert_eq!(exact_json(&read(&text)), exact_json(&read(&other)), "{} {}", text, other);
    }
}

fn read(json: &str) -> Value {
    parse_json(json.as_bytes(), None).unwrap()
}
