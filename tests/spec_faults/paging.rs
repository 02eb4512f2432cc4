//! Ways to the next page that contradict themselves.

use super::{faults_below_head, plan};

/// A flow whose source has this `next`.
fn spec(next: &str) -> String {
    format!(
        "\
vars: {{LAST: 3}}
stages:
  load:
    flow:
      from: {{get: /orders, items: .items, query: {{n: '${{LAST}}'}}, next: {next}}}
      to: {{post: /invoices}}
"
    )
}

async fn faults_of(next: &str) -> String {
    faults_below_head(&spec(next)).await
}

#[tokio::test]
async fn a_next_page_is_found_in_one_way() {
    let findings = faults_of("{page: p, link: next, url: .next}");
    insta::assert_snapshot!(findings.await, @r"
    error[not-exactly-one]: the way to the next page has `page` and `link` and `url` at once
     --> jobnet.yaml:9:99
      |
    9 |       from: {get: /orders, items: .items, query: {n: '${LAST}'}, next: {page: p, link: next, url: .next}}
      |                                                                                                   ^^^^^ expected exactly one of `cursor`, `page`, `offset`, `link`, `url`
      |
      = help: keep one of them
    ");
    let findings = faults_of("{max_pages: 3}");
    insta::assert_snapshot!(findings.await, @r"
    error[not-exactly-one]: the way to the next page has none of `cursor`, `page`, `offset`, `link`, `url`
     --> jobnet.yaml:9:72
      |
    9 |       from: {get: /orders, items: .items, query: {n: '${LAST}'}, next: {max_pages: 3}}
      |                                                                        ^ expected exactly one of `cursor`, `page`, `offset`, `link`, `url`
      |
      = help: add one of them
    ");
    let findings = faults_of("{cursor: .next}");
    insta::assert_snapshot!(findings.await, @r"
    error[missing-key]: `cursor` needs `param`
     --> jobnet.yaml:9:72
      |
    9 |       from: {get: /orders, items: .items, query: {n: '${LAST}'}, next: {cursor: .next}}
      |                                                                        ^ expected `param` with a text
      |
      = help: add `param: …`
    ");
}

#[tokio::test]
async fn a_key_of_one_way_is_not_a_key_of_another() {
    let findings = faults_of("{link: next, first: 1, last: 2, limit: 3, param: p}");
    insta::assert_snapshot!(findings.await, @r"
    error[contradiction]: `link` and `first` contradict each other
     --> jobnet.yaml:9:92
      |
    9 |       from: {get: /orders, items: .items, query: {n: '${LAST}'}, next: {link: next, first: 1, last: 2, limit: 3, param: p}}
      |                                                                                            ^ expected one of the two
      |
      = help: `first` and `last` belong to `page`: remove them

    error[contradiction]: `link` and `last` contradict each other
     --> jobnet.yaml:9:101
      |
    9 |       from: {get: /orders, items: .items, query: {n: '${LAST}'}, next: {link: next, first: 1, last: 2, limit: 3, param: p}}
      |                                                                                                     ^ expected one of the two
      |
      = help: `first` and `last` belong to `page`: remove them

    error[contradiction]: `link` and `limit` contradict each other
     --> jobnet.yaml:9:111
      |
    9 |       from: {get: /orders, items: .items, query: {n: '${LAST}'}, next: {link: next, first: 1, last: 2, limit: 3, param: p}}
      |                                                                                                               ^ expected one of the two
      |
      = help: `limit` belongs to `offset`: remove it

    error[contradiction]: `link` and `param` contradict each other
     --> jobnet.yaml:9:121
      |
    9 |       from: {get: /orders, items: .items, query: {n: '${LAST}'}, next: {link: next, first: 1, last: 2, limit: 3, param: p}}
      |                                                                                                                         ^ expected one of the two
      |
      = help: `param` belongs to `cursor`: remove it
    ");
}

#[tokio::test]
async fn the_last_page_is_no_less_than_the_first() {
    let findings = faults_of("{page: p, first: 4, last: '${LAST}'}");
    insta::assert_snapshot!(findings.await, @r"
    error[contradiction]: `first` and `last` contradict each other
     --> jobnet.yaml:9:89
      |
    9 |       from: {get: /orders, items: .items, query: {n: '${LAST}'}, next: {page: p, first: 4, last: '${LAST}'}}
      |                                                                                         ^ expected one of the two
      |
      = help: `last` is the number of the last page: no less than `first`
    ");
}

#[tokio::test]
async fn a_status_that_ends_the_pages_is_an_error_status() {
    let findings = faults_of("{page: p, end_on: [200, '404', 404, 600], max_time: 5}");
    insta::assert_snapshot!(findings.await, @"
    error[wrong-type]: expected an error status such as 404, or 204, found the number `200`
     --> jobnet.yaml:9:91
      |
    9 |       from: {get: /orders, items: .items, query: {n: '${LAST}'}, next: {page: p, end_on: [200, '404', 404, 600], max_time: 5}}
      |                                                                                           ^^^ expected an error status such as 404, or 204
      |
      = help: write it as an error status such as 404, or 204

    error[wrong-type]: expected an error status such as 404, or 204, found the text `404`
     --> jobnet.yaml:9:96
      |
    9 |       from: {get: /orders, items: .items, query: {n: '${LAST}'}, next: {page: p, end_on: [200, '404', 404, 600], max_time: 5}}
      |                                                                                                ^^^^^ expected an error status such as 404, or 204
      |
      = help: write it as an error status such as 404, or 204

    error[wrong-type]: expected an error status such as 404, or 204, found the number `600`
     --> jobnet.yaml:9:108
      |
    9 |       from: {get: /orders, items: .items, query: {n: '${LAST}'}, next: {page: p, end_on: [200, '404', 404, 600], max_time: 5}}
      |                                                                                                            ^^^ expected an error status such as 404, or 204
      |
      = help: write it as an error status such as 404, or 204

    error[wrong-type]: expected a duration such as 500ms, 45s, 15m, 2h or 1h30m, found the number `5`
     --> jobnet.yaml:9:124
      |
    9 |       from: {get: /orders, items: .items, query: {n: '${LAST}'}, next: {page: p, end_on: [200, '404', 404, 600], max_time: 5}}
      |                                                                                                                            ^ expected a duration such as 500ms, 45s, 15m, 2h or 1h30m
      |
      = help: add the unit: `5s`, say
    ");
}

#[tokio::test]
async fn what_a_way_cannot_read_is_told_once() {
    let findings = faults_of("{page: [p], url: {a: b}, last: -1}");
    insta::assert_snapshot!(findings.await, @"
    error[wrong-type]: expected a text, found a list
     --> jobnet.yaml:9:79
      |
    9 |       from: {get: /orders, items: .items, query: {n: '${LAST}'}, next: {page: [p], url: {a: b}, last: -1}}
      |                                                                               ^ expected a text
      |
      = help: write it as a text

    error[wrong-type]: expected a jq expression in quotes, found a mapping
     --> jobnet.yaml:9:89
      |
    9 |       from: {get: /orders, items: .items, query: {n: '${LAST}'}, next: {page: [p], url: {a: b}, last: -1}}
      |                                                                                         ^ expected a jq expression in quotes
      |
      = help: write it as a jq expression in quotes

    error[wrong-type]: expected a whole number such as 3, found the number `-1`
     --> jobnet.yaml:9:103
      |
    9 |       from: {get: /orders, items: .items, query: {n: '${LAST}'}, next: {page: [p], url: {a: b}, last: -1}}
      |                                                                                                       ^^ expected a whole number such as 3
      |
      = help: write it as a whole number such as 3
    ");
    assert_eq!(plan(&format!("{}{}", super::HEAD, spec("{page: p, last: 0, first: 0}"))).await.code, Some(0));
}
