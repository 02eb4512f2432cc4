//! Texts that YAML takes for something else.

use jobnet::plan::Work;

use super::resolved;

#[test]
fn a_number_in_place_of_a_text_stays_as_it_is_written() {
    let plans = resolved(
        "\
jobnet: v1
name: net
environments: {local: {}}
apis: {shop: {base_url: https://shop.example}}
stages:
  load: {call: {get: /orders, query: {version: &version 1.10, again: *version, size: 100, all: true}}}
",
    );
    let Work::Call(requests) = &plans.environments["local"].stages[0].work else { panic!("a call") };
    let sent: Vec<_> =
        requests[0].query.iter().map(|(_, text)| text.as_constant().expect("a text")).collect();
    assert_eq!(sent, ["1.10", "1.10", "100", "true"]);
}
