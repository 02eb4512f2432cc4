//! Rows of a `for_each` that are none.

use super::faults_below_head;

#[tokio::test]
async fn a_row_is_a_value_without_secrets() {
    let findings = faults_below_head(
        "\
secrets: [TOKEN]
stages:
  load:
    flow:
      for_each: {values: [a, ~, {id: '${TOKEN}'}, '${NAME}'], lins: x}
      from: {get: '/orders/{.}', items: .items}
      to: {post: /invoices}
  send:
    flow:
      for_each: [a]
      from: {get: '/orders/{.}', items: .items}
      to: {post: /invoices}
  fill:
    flow:
      for_each: {values: [a], lines: b}
      from: {get: '/orders/{.}', items: .items}
      to: {post: /invoices}
  none:
    flow:
      for_each: {}
      from: {get: '/orders/{.}', items: .items}
      to: {post: /invoices}
  keep:
    flow:
      for_each: {values: a}
      from: {get: '/orders/{.}', items: .items}
      to: {post: /invoices}
",
    );
    insta::assert_snapshot!(findings.await, @"
    error[wrong-type]: expected a row such as `shoes`, 42 or {id: 42}, found nothing
     --> jobnet.yaml:9:30
      |
    9 |       for_each: {values: [a, ~, {id: '${TOKEN}'}, '${NAME}'], lins: x}
      |                              ^ expected a row such as `shoes`, 42 or {id: 42}
      |
      = help: write it as a row such as `shoes`, 42 or {id: 42}

    error[secret-in-jq]: `TOKEN` is a secret, and jq sees variables only
     --> jobnet.yaml:9:41
      |
    9 |       for_each: {values: [a, ~, {id: '${TOKEN}'}, '${NAME}'], lins: x}
      |                                         ^^^^^ expected a variable
      |
      = help: put a secret into a header or `auth` by ${NAME}

    error[undeclared-name]: `NAME` is used and not declared
     --> jobnet.yaml:9:54
      |
    9 |       for_each: {values: [a, ~, {id: '${TOKEN}'}, '${NAME}'], lins: x}
      |                                                      ^^^^ expected the name of a variable or secret
      |
      = help: declare it: `vars: {NAME: …}` or `secrets: [NAME]`

    error[unknown-key]: unknown key `lins` in `for_each`
     --> jobnet.yaml:9:63
      |
    9 |       for_each: {values: [a, ~, {id: '${TOKEN}'}, '${NAME}'], lins: x}
      |                                                               ^^^^ expected one of `values`, `lines`, `sql`, `database`
      |
      = help: did you mean `lines`?

    error[wrong-type]: expected `for_each` (a mapping), found a list
      --> jobnet.yaml:14:17
       |
    14 |       for_each: [a]
       |                 ^ expected `for_each` (a mapping)
       |
       = help: write it as `for_each` (a mapping)

    error[not-exactly-one]: `for_each` has `values` and `lines` at once
      --> jobnet.yaml:19:38
       |
    19 |       for_each: {values: [a], lines: b}
       |                                      ^ expected exactly one of `values`, `lines`, `sql`
       |
       = help: keep one of them

    error[not-exactly-one]: `for_each` has none of `values`, `lines`, `sql`
      --> jobnet.yaml:24:17
       |
    24 |       for_each: {}
       |                 ^ expected exactly one of `values`, `lines`, `sql`
       |
       = help: add one of them

    error[wrong-type]: expected a list, found the text `a`
      --> jobnet.yaml:29:26
       |
    29 |       for_each: {values: a}
       |                          ^ expected a list
       |
       = help: put it in brackets: [a]
    ");
}
