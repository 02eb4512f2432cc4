//! Values of the wrong type.

use super::{faults, faults_below_head};

#[tokio::test]
async fn a_value_of_the_wrong_type_is_shown_with_what_can_stand_there() {
    let findings = faults_below_head(
        "\
timezone: [UTC]
description: 5
defaults: 5
stages:
  load: {call: {get: /orders}}
  send: {needs: load, call: {get: {path: /orders}}}
  clean: yes
  empty: {call: []}
",
    );
    insta::assert_snapshot!(findings.await, @r#"
    error[wrong-type]: expected a text, found a list
     --> jobnet.yaml:5:11
      |
    5 | timezone: [UTC]
      |           ^ expected a text
      |
      = help: write it as a text

    error[wrong-type]: expected a text, found the number `5`
     --> jobnet.yaml:6:14
      |
    6 | description: 5
      |              ^ expected a text
      |
      = help: put it in quotes: "5"

    error[wrong-type]: expected `defaults` (a mapping), found the number `5`
     --> jobnet.yaml:7:11
      |
    7 | defaults: 5
      |           ^ expected `defaults` (a mapping)
      |
      = help: write it as `defaults` (a mapping)

    error[wrong-type]: expected a list, found the text `load`
      --> jobnet.yaml:10:17
       |
    10 |   send: {needs: load, call: {get: {path: /orders}}}
       |                 ^^^^ expected a list
       |
       = help: put it in brackets: [load]

    error[wrong-type]: expected a text, found a mapping
      --> jobnet.yaml:10:35
       |
    10 |   send: {needs: load, call: {get: {path: /orders}}}
       |                                   ^ expected a text
       |
       = help: write it as a text

    error[wrong-type]: expected a stage (a mapping), found the text `yes`
      --> jobnet.yaml:11:10
       |
    11 |   clean: yes
       |          ^^^ expected a stage (a mapping)
       |
       = help: write it as a stage (a mapping)

    error[wrong-type]: expected a request, or a list of requests, found an empty list
      --> jobnet.yaml:12:17
       |
    12 |   empty: {call: []}
       |                 ^ expected a request, or a list of requests
       |
       = help: write it as a request, or a list of requests
    "#);
}

#[tokio::test]
async fn a_number_without_its_unit_is_no_duration_and_no_percentage() {
    let findings = faults_below_head(
        "\
stages:
  load: {timeout: 15, fail_above: 5, call: {get: /orders}}
  send: {timeout: soon, fail_above: 120%, call: {get: /orders}}
",
    );
    insta::assert_snapshot!(findings.await, @"
    error[wrong-type]: expected a duration such as 500ms, 45s, 15m, 2h or 1h30m, found the number `15`
     --> jobnet.yaml:6:19
      |
    6 |   load: {timeout: 15, fail_above: 5, call: {get: /orders}}
      |                   ^^ expected a duration such as 500ms, 45s, 15m, 2h or 1h30m
      |
      = help: add the unit: `15s`, say

    error[wrong-type]: expected a percentage from 0% to 100%, such as 5%, found the number `5`
     --> jobnet.yaml:6:35
      |
    6 |   load: {timeout: 15, fail_above: 5, call: {get: /orders}}
      |                                   ^ expected a percentage from 0% to 100%, such as 5%
      |
      = help: add the unit: `5%`, say

    error[wrong-type]: expected a duration such as 500ms, 45s, 15m, 2h or 1h30m, found the text `soon`
     --> jobnet.yaml:7:19
      |
    7 |   send: {timeout: soon, fail_above: 120%, call: {get: /orders}}
      |                   ^^^^ expected a duration such as 500ms, 45s, 15m, 2h or 1h30m
      |
      = help: write it as a duration such as 500ms, 45s, 15m, 2h or 1h30m

    error[wrong-type]: expected a percentage from 0% to 100%, such as 5%, found the text `120%`
     --> jobnet.yaml:7:37
      |
    7 |   send: {timeout: soon, fail_above: 120%, call: {get: /orders}}
      |                                     ^^^^ expected a percentage from 0% to 100%, such as 5%
      |
      = help: write it as a percentage from 0% to 100%, such as 5%
    ");
}

#[tokio::test]
async fn only_true_and_false_are_booleans() {
    let findings = faults_below_head(
        "\
stages:
  load: {flow: {from: {get: /orders, items: .items}, to: {post: /a, each: yes}}}
  send: {flow: {from: {get: /orders, items: .items}, to: {post: /a, each: maybe}}}
",
    );
    insta::assert_snapshot!(findings.await, @"
    error[wrong-type]: expected true or false, found the text `yes`
     --> jobnet.yaml:6:75
      |
    6 |   load: {flow: {from: {get: /orders, items: .items}, to: {post: /a, each: yes}}}
      |                                                                           ^^^ expected true or false
      |
      = help: did you mean `true`?

    error[wrong-type]: expected true or false, found the text `maybe`
     --> jobnet.yaml:7:75
      |
    7 |   send: {flow: {from: {get: /orders, items: .items}, to: {post: /a, each: maybe}}}
      |                                                                           ^^^^^ expected true or false
      |
      = help: write it as true or false
    ");
}

#[tokio::test]
async fn numbers_have_their_least_values() {
    let findings = faults(
        "\
jobnet: v1
name: net
environments: {local: {}}
apis: {shop: {base_url: https://shop.example, retry: {attempts: 0}}}
stages:
  load:
    retries: -1
    flow: {from: {get: /orders, items: .items}, to: {post: /a, batch: 0, concurrency: 1.5}}
",
    );
    insta::assert_snapshot!(findings.await, @"
    error[wrong-type]: expected a whole number of 1 or more, found the number `0`
     --> jobnet.yaml:4:65
      |
    4 | apis: {shop: {base_url: https://shop.example, retry: {attempts: 0}}}
      |                                                                 ^ expected a whole number of 1 or more
      |
      = help: write it as a whole number of 1 or more

    error[wrong-type]: expected a whole number of 0 or more, found the number `-1`
     --> jobnet.yaml:7:14
      |
    7 |     retries: -1
      |              ^^ expected a whole number of 0 or more
      |
      = help: write it as a whole number of 0 or more

    error[wrong-type]: expected a whole number of 1 or more, found the number `0`
     --> jobnet.yaml:8:71
      |
    8 |     flow: {from: {get: /orders, items: .items}, to: {post: /a, batch: 0, concurrency: 1.5}}
      |                                                                       ^ expected a whole number of 1 or more
      |
      = help: write it as a whole number of 1 or more

    error[wrong-type]: expected a whole number of 1 or more, found the number `1.5`
     --> jobnet.yaml:8:87
      |
    8 |     flow: {from: {get: /orders, items: .items}, to: {post: /a, batch: 0, concurrency: 1.5}}
      |                                                                                       ^^^ expected a whole number of 1 or more
      |
      = help: write it as a whole number of 1 or more
    ");
}

#[tokio::test]
async fn a_word_out_of_a_set_is_shown_the_set() {
    let findings = faults(
        "\
jobnet: v2
name: net
environments: {local: {}}
apis: {shop: {base_url: https://shop.example, idempotency: {conflict: ignore}}}
stages: {load: {overlap: forbit, call: {get: /orders}}}
",
    );
    insta::assert_snapshot!(findings.await, @"
    error[unknown-word]: `v2` is not a version of the format
     --> jobnet.yaml:1:9
      |
    1 | jobnet: v2
      |         ^^ expected one of `v1`
      |
      = help: did you mean `v1`?

    error[unknown-word]: `ignore` is not a meaning of 409
     --> jobnet.yaml:4:71
      |
    4 | apis: {shop: {base_url: https://shop.example, idempotency: {conflict: ignore}}}
      |                                                                       ^^^^^^ expected one of `done`, `in_flight`
      |
      = help: write one of these

    error[unknown-word]: `forbit` is not a way to handle overlapping runs
     --> jobnet.yaml:5:26
      |
    5 | stages: {load: {overlap: forbit, call: {get: /orders}}}
      |                          ^^^^^^ expected one of `forbid`, `queue`, `replace`
      |
      = help: did you mean `forbid`?
    ");
}

#[tokio::test]
async fn jq_and_backoff_have_their_shapes() {
    let findings = faults(
        "\
jobnet: v1
name: net
environments: {local: {}}
apis: {shop: {base_url: https://shop.example, retry: {backoff: 2s}, auth: basic, idempotency: maybe}}
stages: {load: {call: {post: /orders, body: {limit: 5}}}}
",
    );
    insta::assert_snapshot!(findings.await, @"
    error[wrong-type]: expected a list of durations such as [2s, 4s, 8s], found the text `2s`
     --> jobnet.yaml:4:64
      |
    4 | apis: {shop: {base_url: https://shop.example, retry: {backoff: 2s}, auth: basic, idempotency: maybe}}
      |                                                                ^^ expected a list of durations such as [2s, 4s, 8s]
      |
      = help: write it as a list of durations such as [2s, 4s, 8s]

    error[wrong-type]: expected a mapping with one of `bearer`, `header`, `basic`, `oauth2`; or `none`, found the text `basic`
     --> jobnet.yaml:4:75
      |
    4 | apis: {shop: {base_url: https://shop.example, retry: {backoff: 2s}, auth: basic, idempotency: maybe}}
      |                                                                           ^^^^^ expected a mapping with one of `bearer`, `header`, `basic`, `oauth2`; or `none`
      |
      = help: write it as a mapping with one of `bearer`, `header`, `basic`, `oauth2`; or `none`

    error[wrong-type]: expected a mapping with `window` and `conflict`, or `none`, found the text `maybe`
     --> jobnet.yaml:4:95
      |
    4 | apis: {shop: {base_url: https://shop.example, retry: {backoff: 2s}, auth: basic, idempotency: maybe}}
      |                                                                                               ^^^^^ expected a mapping with `window` and `conflict`, or `none`
      |
      = help: write it as a mapping with `window` and `conflict`, or `none`

    error[wrong-type]: expected a jq expression in quotes, or `none` for a request without a body, found a mapping
     --> jobnet.yaml:5:45
      |
    5 | stages: {load: {call: {post: /orders, body: {limit: 5}}}}
      |                                             ^ expected a jq expression in quotes, or `none` for a request without a body
      |
      = help: write it as a jq expression in quotes, or `none` for a request without a body
    ");
}

#[tokio::test]
async fn what_could_not_be_read_is_not_reported_a_second_time_where_it_is_used() {
    let findings = faults(
        "\
jobnet: v1
name: net
environments: {local: {}}
vars: {LIMITS: [1], SPARE: 1}
secrets: [TOKEN, 5]
apis: {shop: {auth: {bearer: '${TOKEN}'}}}
stages:
  load: {timeout: '${LIMITS}', call: {get: [/orders], query: {limit: '{$vars.LIMITS}'}}}
  send: {needs: [load], call: 5}
",
    );
    insta::assert_snapshot!(findings.await, @"
    error[wrong-type]: expected a text, a number, true or false, found a list
     --> jobnet.yaml:4:16
      |
    4 | vars: {LIMITS: [1], SPARE: 1}
      |                ^ expected a text, a number, true or false
      |
      = help: write it as a text, a number, true or false

    error[wrong-type]: expected a name, found the number `5`
     --> jobnet.yaml:5:18
      |
    5 | secrets: [TOKEN, 5]
      |                  ^ expected a name
      |
      = help: write it as a name

    error[missing-key]: an API needs `base_url`
     --> jobnet.yaml:6:14
      |
    6 | apis: {shop: {auth: {bearer: '${TOKEN}'}}}
      |              ^ expected `base_url` with a text
      |
      = help: add `base_url: …`

    error[wrong-type]: expected a text, found a list
     --> jobnet.yaml:8:44
      |
    8 |   load: {timeout: '${LIMITS}', call: {get: [/orders], query: {limit: '{$vars.LIMITS}'}}}
      |                                            ^ expected a text
      |
      = help: write it as a text

    error[wrong-type]: expected a request, or a list of requests, found the number `5`
     --> jobnet.yaml:9:31
      |
    9 |   send: {needs: [load], call: 5}
      |                               ^ expected a request, or a list of requests
      |
      = help: write it as a request, or a list of requests
    ");
}
