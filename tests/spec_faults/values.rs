//! Values that variables make, and windows of idempotency keys.

use super::{faults, faults_below_head};

#[tokio::test]
async fn a_variable_that_makes_no_good_value_is_named_where_it_is_used() {
    let findings = faults_below_head(
        "\
vars: {WAIT: soon, SIZE: 0}
stages:
  load: {timeout: '${WAIT}', call: {get: /orders}}
  send: {flow: {from: {get: /orders, items: .items}, to: {post: /a, batch: '${SIZE}'}}}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[bad-value]: WAIT makes it `soon`, expected a duration such as 500ms, 45s, 15m, 2h or 1h30m
     --> jobnet.yaml:7:19
      |
    7 |   load: {timeout: '${WAIT}', call: {get: /orders}}
      |                   ^^^^^^^^^ expected a duration such as 500ms, 45s, 15m, 2h or 1h30m
      |
      = help: change the variable's value, or write the value here

    error[bad-value]: SIZE makes it `0`, expected a whole number of 1 or more
     --> jobnet.yaml:8:76
      |
    8 |   send: {flow: {from: {get: /orders, items: .items}, to: {post: /a, batch: '${SIZE}'}}}
      |                                                                            ^^^^^^^^^ expected a whole number of 1 or more
      |
      = help: change the variable's value, or write the value here
    ");
}

#[tokio::test]
async fn a_window_of_keys_is_whole_minutes_up_to_a_day() {
    let spec = |window: &str| {
        format!(
            "\
jobnet: v1
name: net
environments: {{local: {{}}}}
apis: {{shop: {{base_url: https://shop.example, idempotency: {{window: {window}}}}}}}
stages: {{load: {{call: {{get: /orders}}}}}}
"
        )
    };
    insta::assert_snapshot!(faults(&spec("90s")).await, @"
    error[bad-window]: a window of idempotency keys cannot be 1m30s
     --> jobnet.yaml:4:69
      |
    4 | apis: {shop: {base_url: https://shop.example, idempotency: {window: 90s}}}
      |                                                                     ^^^ expected whole minutes, at least 1m and at most 24h
      |
      = help: write 15m, say, or as long as the net's cadence
    ");
    insta::assert_snapshot!(faults(&spec("25h")).await, @"
    error[bad-window]: a window of idempotency keys cannot be 25h
     --> jobnet.yaml:4:69
      |
    4 | apis: {shop: {base_url: https://shop.example, idempotency: {window: 25h}}}
      |                                                                     ^^^ expected whole minutes, at least 1m and at most 24h
      |
      = help: write 15m, say, or as long as the net's cadence
    ");
}

#[tokio::test]
async fn a_fault_in_one_key_hides_no_other() {
    let findings = faults_below_head(
        "\
stages:
  load: {timeout: soon}
  send: {call: {query: [a], timeout: {read: 5}}}
",
    );
    insta::assert_snapshot!(findings.await, @"
    error[not-exactly-one]: a stage has none of `call`, `flow`, `sql`, `migrate`, `exec`
     --> jobnet.yaml:6:9
      |
    6 |   load: {timeout: soon}
      |         ^ expected exactly one of `call`, `flow`, `sql`, `migrate`, `exec`
      |
      = help: add one of them

    error[wrong-type]: expected a duration such as 500ms, 45s, 15m, 2h or 1h30m, found the text `soon`
     --> jobnet.yaml:6:19
      |
    6 |   load: {timeout: soon}
      |                   ^^^^ expected a duration such as 500ms, 45s, 15m, 2h or 1h30m
      |
      = help: write it as a duration such as 500ms, 45s, 15m, 2h or 1h30m

    error[not-exactly-one]: a request has none of `get`, `post`, `put`, `patch`, `delete`
     --> jobnet.yaml:7:16
      |
    7 |   send: {call: {query: [a], timeout: {read: 5}}}
      |                ^ expected exactly one of `get`, `post`, `put`, `patch`, `delete`
      |
      = help: add one of them

    error[wrong-type]: expected a mapping, found a list
     --> jobnet.yaml:7:24
      |
    7 |   send: {call: {query: [a], timeout: {read: 5}}}
      |                        ^ expected a mapping
      |
      = help: write it as a mapping

    error[wrong-type]: expected a duration such as 500ms, 45s, 15m, 2h or 1h30m, found the number `5`
     --> jobnet.yaml:7:45
      |
    7 |   send: {call: {query: [a], timeout: {read: 5}}}
      |                                             ^ expected a duration such as 500ms, 45s, 15m, 2h or 1h30m
      |
      = help: add the unit: `5s`, say
    ");
}

#[tokio::test]
async fn a_rate_is_a_number_of_requests_in_a_time() {
    let spec = |rate: &str| {
        format!(
            "\
jobnet: v1
name: net
vars: {{OFTEN: 0/s}}
environments: {{local: {{}}}}
apis: {{shop: {{base_url: https://shop.example, rate: {rate}}}}}
stages: {{load: {{call: {{get: /orders, query: {{often: '${{OFTEN}}'}}}}}}}}
"
        )
    };
    insta::assert_snapshot!(faults(&spec("5")).await, @r"
    error[wrong-type]: expected a rate such as 1/s, 10/m or 5/2s, found the number `5`
     --> jobnet.yaml:5:53
      |
    5 | apis: {shop: {base_url: https://shop.example, rate: 5}}
      |                                                     ^ expected a rate such as 1/s, 10/m or 5/2s
      |
      = help: add the unit: `5/s`, say
    ");
    insta::assert_snapshot!(faults(&spec("'${OFTEN}'")).await, @r"
    error[bad-value]: OFTEN makes it `0/s`, expected a rate such as 1/s, 10/m or 5/2s
     --> jobnet.yaml:5:53
      |
    5 | apis: {shop: {base_url: https://shop.example, rate: '${OFTEN}'}}
      |                                                     ^^^^^^^^^^ expected a rate such as 1/s, 10/m or 5/2s
      |
      = help: change the variable's value, or write the value here
    ");
}
