//! Keys that are unknown, missing, or there too often.

use super::{faults, faults_below_head};

#[tokio::test]
async fn an_unknown_key_is_pointed_at_with_the_keys_that_may_stand_there() {
    let findings = faults_below_head(
        "\
colour: red
stages:
  load:
    neds: []
    call: {get: /orders, coutns: {n: .n}}
",
    );
    insta::assert_snapshot!(findings.await, @"
    error[unknown-key]: unknown key `colour` in a jobnet spec
     --> jobnet.yaml:5:1
      |
    5 | colour: red
      | ^^^^^^ expected one of `jobnet`, `name`, `stages`, `description`, `timezone`, `schedule`, `vars`, `secrets`, `apis`, `databases`, `stores`, `notify`, `defaults`, `groups`, `environments`, `targets`
      |
      = help: remove the key

    error[unknown-key]: unknown key `neds` in a stage
     --> jobnet.yaml:8:5
      |
    8 |     neds: []
      |     ^^^^ expected one of `description`, `needs`, `continues`, `schedule`, `offset`, `timeout`, `start_within`, `retries`, `overlap`, `history`, `suspend`, `fail_above`, `lease`, `call`, `flow`, `sql`, `migrate`, `exec`
      |
      = help: did you mean `needs`?

    error[unknown-key]: unknown key `coutns` in a request
     --> jobnet.yaml:9:26
      |
    9 |     call: {get: /orders, coutns: {n: .n}}
      |                          ^^^^^^ expected one of `get`, `post`, `put`, `patch`, `delete`, `api`, `query`, `body`, `counts`, `missing_counts`, `errors`, `as`, `timeout`
      |
      = help: did you mean `counts`?
    ");
}

#[tokio::test]
async fn an_unknown_key_of_an_api_is_pointed_at() {
    let findings = faults(
        "\
jobnet: v1
name: net
environments: {local: {}}
apis:
  shop:
    base_url: https://shop.example
    timeout: {total: 3s}
    retry: {atempts: 3}
    auth: {baerer: x}
stages: {load: {call: {get: /orders}}}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[unknown-key]: unknown key `total` in `timeout`
     --> jobnet.yaml:7:15
      |
    7 |     timeout: {total: 3s}
      |               ^^^^^ expected one of `connect`, `read`
      |
      = help: remove the key

    error[unknown-key]: unknown key `atempts` in `retry`
     --> jobnet.yaml:8:13
      |
    8 |     retry: {atempts: 3}
      |             ^^^^^^^ expected one of `attempts`, `backoff`
      |
      = help: did you mean `attempts`?

    error[unknown-key]: unknown key `baerer` in `auth`
     --> jobnet.yaml:9:12
      |
    9 |     auth: {baerer: x}
      |            ^^^^^^ expected one of `bearer`, `header`, `basic`, `oauth2`
      |
      = help: did you mean `bearer`?
    ");
}

#[tokio::test]
async fn the_second_of_two_equal_keys_is_pointed_at() {
    let findings = faults_below_head(
        "\
stages:
  load:
    needs: []
    call: {get: /orders, get: /invoices}
    needs: []
  load: {call: {get: /orders}}
name: other
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[duplicate-key]: key `get` stands here twice
     --> jobnet.yaml:8:26
      |
    8 |     call: {get: /orders, get: /invoices}
      |                          ^^^ the second time
      |
      = help: keep one of the two

    error[duplicate-key]: key `needs` stands here twice
     --> jobnet.yaml:9:5
      |
    9 |     needs: []
      |     ^^^^^ the second time
      |
      = help: keep one of the two

    error[duplicate-key]: key `load` stands here twice
      --> jobnet.yaml:10:3
       |
    10 |   load: {call: {get: /orders}}
       |   ^^^^ the second time
       |
       = help: keep one of the two

    error[duplicate-key]: key `name` stands here twice
      --> jobnet.yaml:11:1
       |
    11 | name: other
       | ^^^^ the second time
       |
       = help: keep one of the two
    ");
}

#[tokio::test]
async fn a_missing_key_is_asked_for_where_it_should_stand() {
    let findings = faults(
        "\
name: net
environments: {local: {}}
apis: {shop: {auth: {basic: {username: me}}}}
stages:
  load:
    flow:
      from: {get: /orders}
",
    );
    insta::assert_snapshot!(findings.await, @"
    error[missing-key]: a jobnet spec needs `jobnet`
     --> jobnet.yaml:1:1
      |
    1 | name: net
      | ^^^^ expected `jobnet` with a version of the format
      |
      = help: begin with `jobnet: v1`

    error[missing-key]: an API needs `base_url`
     --> jobnet.yaml:3:14
      |
    3 | apis: {shop: {auth: {basic: {username: me}}}}
      |              ^ expected `base_url` with a text
      |
      = help: add `base_url: …`

    error[missing-key]: `basic` needs `password`
     --> jobnet.yaml:3:29
      |
    3 | apis: {shop: {auth: {basic: {username: me}}}}
      |                             ^ expected `password` with a text
      |
      = help: add `password: …`

    error[missing-key]: a flow needs `to`
     --> jobnet.yaml:7:7
      |
    7 |       from: {get: /orders}
      |       ^^^^ expected `to` with the target of a flow (a request, a table, or a list of tables)
      |
      = help: add `to: …`

    error[missing-key]: the source of a flow needs `items`
     --> jobnet.yaml:7:13
      |
    7 |       from: {get: /orders}
      |             ^ expected `items` with a jq expression
      |
      = help: add `items: …`
    ");
}

#[tokio::test]
async fn a_stage_does_exactly_one_kind_of_work() {
    let findings = faults_below_head(
        "\
stages:
  nothing: {description: does nothing}
  both:
    call: {get: /orders}
    flow: {from: {get: /orders, items: .items}, to: {post: /invoices}}
",
    );
    insta::assert_snapshot!(findings.await, @"
    error[not-exactly-one]: a stage has none of `call`, `flow`, `sql`, `migrate`, `exec`
     --> jobnet.yaml:6:12
      |
    6 |   nothing: {description: does nothing}
      |            ^ expected exactly one of `call`, `flow`, `sql`, `migrate`, `exec`
      |
      = help: add one of them

    error[not-exactly-one]: a stage has `call` and `flow` at once
     --> jobnet.yaml:8:5
      |
    8 |     call: {get: /orders}
      |     ^^^^ expected exactly one of `call`, `flow`, `sql`, `migrate`, `exec`
      |
      = help: keep one of them
    ");
}

#[tokio::test]
async fn a_request_has_exactly_one_method() {
    let findings = faults_below_head(
        "\
stages:
  none: {call: {query: {page: 1}}}
  two: {call: {get: /orders, post: /orders}}
  target: {flow: {from: {get: /orders, items: .items}, to: {batch: 10}}}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[not-exactly-one]: a request has none of `get`, `post`, `put`, `patch`, `delete`
     --> jobnet.yaml:6:16
      |
    6 |   none: {call: {query: {page: 1}}}
      |                ^ expected exactly one of `get`, `post`, `put`, `patch`, `delete`
      |
      = help: add one of them

    error[not-exactly-one]: a request has `get` and `post` at once
     --> jobnet.yaml:7:36
      |
    7 |   two: {call: {get: /orders, post: /orders}}
      |                                    ^^^^^^^ expected exactly one of `get`, `post`, `put`, `patch`, `delete`
      |
      = help: keep one of them

    error[not-exactly-one]: the target of a flow has none of `post`, `put`, `patch`
     --> jobnet.yaml:8:60
      |
    8 |   target: {flow: {from: {get: /orders, items: .items}, to: {batch: 10}}}
      |                                                            ^ expected exactly one of `post`, `put`, `patch`
      |
      = help: add one of them
    ");
}

#[tokio::test]
async fn an_auth_is_of_exactly_one_kind() {
    let findings = faults(
        "\
jobnet: v1
name: net
environments: {local: {}}
secrets: [TOKEN, PASSWORD]
apis:
  shop:
    base_url: https://shop.example
    auth: {bearer: '${TOKEN}', basic: {username: me, password: '${PASSWORD}'}}
stages: {load: {call: {get: /orders}}}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[not-exactly-one]: `auth` has `bearer` and `basic` at once
     --> jobnet.yaml:8:11
      |
    8 |     auth: {bearer: '${TOKEN}', basic: {username: me, password: '${PASSWORD}'}}
      |           ^ expected exactly one of `bearer`, `header`, `basic`, `oauth2`
      |
      = help: keep one of them
    ");
}
