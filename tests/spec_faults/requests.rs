//! Requests that contradict themselves or name what is not there.

use super::{faults, faults_below_head};

#[tokio::test]
async fn a_request_says_which_of_several_apis_it_goes_to() {
    let findings = faults(
        "\
jobnet: v1
name: net
environments: {local: {}}
apis: {shop: {base_url: https://shop.example}, bank: {base_url: https://bank.example}}
stages:
  load: {call: {get: /orders}}
  pay: {call: {api: bnak, post: /payments}}
  send: {flow: {from: {api: shop, get: /orders, items: .items}, to: {api: post_office, post: /parcels}}}
",
    );
    insta::assert_snapshot!(findings.await, @"
    error[which-api]: this does not say which API it means
     --> jobnet.yaml:6:16
      |
    6 |   load: {call: {get: /orders}}
      |                ^ expected `api:` with one of `shop`, `bank`
      |
      = help: add `api: NAME`

    error[unknown-name]: there is no API `bnak`
     --> jobnet.yaml:7:21
      |
    7 |   pay: {call: {api: bnak, post: /payments}}
      |                     ^^^^ expected one of `shop`, `bank`
      |
      = help: did you mean `bank`?

    error[unknown-name]: there is no API `post_office`
     --> jobnet.yaml:8:75
      |
    8 |   send: {flow: {from: {api: shop, get: /orders, items: .items}, to: {api: post_office, post: /parcels}}}
      |                                                                           ^^^^^^^^^^^ expected one of `shop`, `bank`
      |
      = help: name an existing API, or declare this one
    ");
}

#[tokio::test]
async fn a_request_needs_an_api() {
    let findings = faults(
        "\
jobnet: v1
name: net
environments: {local: {}}
stages: {load: {call: {get: /orders}}}
",
    );
    insta::assert_snapshot!(findings.await, @"
    error[which-api]: this does not say which API it means
     --> jobnet.yaml:4:23
      |
    4 | stages: {load: {call: {get: /orders}}}
      |                       ^ there is no API
      |
      = help: declare one: `apis: {NAME: {base_url: …}}`
    ");
}

#[tokio::test]
async fn a_request_an_item_has_no_batches() {
    let findings = faults_below_head(
        "\
stages:
  load:
    flow:
      from: {get: /orders, items: .items}
      to: {post: /invoices, each: true, batch: 5, group_by: .customer}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[contradiction]: `each` and `batch` contradict each other
     --> jobnet.yaml:9:48
      |
    9 |       to: {post: /invoices, each: true, batch: 5, group_by: .customer}
      |                                                ^ expected one of the two
      |
      = help: with `each: true` a request carries one item: remove the other key, or `each`

    error[contradiction]: `each` and `group_by` contradict each other
     --> jobnet.yaml:9:61
      |
    9 |       to: {post: /invoices, each: true, batch: 5, group_by: .customer}
      |                                                             ^^^^^^^^^ expected one of the two
      |
      = help: with `each: true` a request carries one item: remove the other key, or `each`
    ");
}

#[tokio::test]
async fn an_answer_has_a_name_of_its_own() {
    let findings = faults_below_head(
        "\
stages:
  load:
    call:
      - {get: /orders, as: run}
      - {get: /orders, as: Orders}
      - {get: /orders, as: orders}
      - {get: /orders, as: orders}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[answer-name]: `run` cannot name an answer
     --> jobnet.yaml:8:28
      |
    8 |       - {get: /orders, as: run}
      |                            ^^^ this variable has a meaning of its own
      |
      = help: choose another name

    error[answer-name]: `Orders` cannot name an answer
     --> jobnet.yaml:9:28
      |
    9 |       - {get: /orders, as: Orders}
      |                            ^^^^^^ expected a small letter, then letters, digits and underscores
      |
      = help: choose another name

    error[answer-name]: `orders` cannot name an answer
      --> jobnet.yaml:11:28
       |
    11 |       - {get: /orders, as: orders}
       |                            ^^^^^^ an earlier answer has this name
       |
       = help: choose another name
    ");
}

#[tokio::test]
async fn a_header_that_cannot_be_set_is_refused() {
    let spec = |api: &str| {
        format!(
            "\
jobnet: v1
name: net
environments: {{local: {{}}}}
apis: {{shop: {{base_url: https://shop.example, {api}}}}}
stages: {{load: {{call: {{get: /orders}}}}}}
"
        )
    };
    insta::assert_snapshot!(
        faults(&spec("headers: {Content-Length: 12, 'X Y': 1, accept: a, Accept: b, Idempotency-Key: k}"))
            .await
    );
    insta::assert_snapshot!(
        faults(&spec("auth: {basic: {username: a, password: b}}, headers: {authorization: c}")).await
    );
    insta::assert_snapshot!(faults(&spec("auth: {header: {X-Key: a, x-key: b}}, headers: {X-KEY: c}")).await);
}

#[tokio::test]
async fn a_path_that_would_be_changed_is_refused() {
    let spec = |path: &str| {
        format!(
            "\
jobnet: v1
name: net
environments: {{local: {{}}}}
apis: {{shop: {{base_url: https://shop.example}}}}
stages: {{load: {{call: {{get: \"{path}\"}}}}}}
"
        )
    };
    insta::assert_snapshot!(faults(&spec("/items?name=a b")).await);
    insta::assert_snapshot!(faults(&spec("items")).await);
    insta::assert_snapshot!(faults(&spec("/a/../b")).await);
    insta::assert_snapshot!(faults(&spec("/100%")).await);
}
