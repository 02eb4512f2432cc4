//! Faults inside jq, at their line and column whatever the style of the scalar is.

use super::faults_below_head;

#[tokio::test]
async fn a_fault_in_a_plain_scalar_is_marked_in_it() {
    let findings = faults_below_head(
        "\
stages:
  load:
    call:
      get: /orders
      counts: {orders: .orders + + 1}
      errors: .errors[
",
    );
    insta::assert_snapshot!(findings.await, @"
    error[bad-expression]: `+` cannot stand here
     --> jobnet.yaml:9:34
      |
    9 |       counts: {orders: .orders + + 1}
      |                                  ^ expected a value, a path or a function
      |
      = help: the language is jq: https://jqlang.org/manual/

    error[bad-expression]: the expression ends too early
      --> jobnet.yaml:10:23
       |
    10 |       errors: .errors[
       |                       ^ expected `]`
       |
       = help: the language is jq: https://jqlang.org/manual/
    ");
}

#[tokio::test]
async fn doubled_quotes_of_a_single_quoted_scalar_count_as_they_are_written() {
    let findings = faults_below_head(
        "\
stages:
  load: {call: {post: /orders, body: '{name: \"it''s\", \"l''an\": 1, count: .n |}'}}
",
    );
    insta::assert_snapshot!(findings.await, @r#"
    error[bad-expression]: `}` cannot stand here
     --> jobnet.yaml:6:78
      |
    6 |   load: {call: {post: /orders, body: '{name: "it''s", "l''an": 1, count: .n |}'}}
      |                                                                              ^ expected a value, a path or a function
      |
      = help: the language is jq: https://jqlang.org/manual/
    "#);
}

#[tokio::test]
async fn escapes_of_a_double_quoted_scalar_count_as_they_are_written() {
    let findings = faults_below_head(
        r#"stages:
  load: {call: {post: /orders, body: "{name: \"\u53d6\u5f15\", tab: \"\t\", count: lenght}"}}
"#,
    );
    insta::assert_snapshot!(findings.await, @r#"
    error[bad-expression]: jq has no function `lenght`
     --> jobnet.yaml:6:84
      |
    6 |   load: {call: {post: /orders, body: "{name: \"\u53d6\u5f15\", tab: \"\t\", count: lenght}"}}
      |                                                                                    ^^^^^^ an unknown function
      |
      = help: did you mean `length`?
    "#);
}

#[tokio::test]
async fn a_fault_in_a_folded_block_is_marked_in_its_own_line() {
    let findings = faults_below_head(
        "\
stages:
  load:
    flow:
      from: {get: /orders, items: .items}
      select: >-
        present(.name) and
        (.kind == \"big\"

          or .kind = = \"small\") and
        .open
      to: {post: /invoices}
",
    );
    insta::assert_snapshot!(findings.await, @r#"
    error[bad-expression]: `=` cannot stand here
      --> jobnet.yaml:13:22
       |
    13 |           or .kind = = "small") and
       |                      ^ expected a value, a path or a function
       |
       = help: the language is jq: https://jqlang.org/manual/
    "#);
}

#[tokio::test]
async fn an_expression_that_ends_too_early_is_marked_at_its_end() {
    let findings = faults_below_head(
        "\
stages:
  load:
    flow:
      from: {get: /orders, items: .items}
      select: >-
        present(.name) and (
        .open

      to: {post: /invoices}
",
    );
    insta::assert_snapshot!(findings.await, @"
    error[bad-expression]: the expression ends too early
      --> jobnet.yaml:11:14
       |
    11 |         .open
       |              ^ expected `)`
       |
       = help: the language is jq: https://jqlang.org/manual/
    ");
}

#[tokio::test]
async fn an_unknown_function_is_compared_with_those_that_there_are() {
    let findings = faults_below_head(
        "\
stages:
  load: {call: {post: /orders, body: 'map(selct(.open)) | frobnicate'}}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[bad-expression]: jq has no function `selct` with one argument
     --> jobnet.yaml:6:43
      |
    6 |   load: {call: {post: /orders, body: 'map(selct(.open)) | frobnicate'}}
      |                                           ^^^^^ an unknown function
      |
      = help: did you mean `select`?

    error[bad-expression]: jq has no function `frobnicate`
     --> jobnet.yaml:6:59
      |
    6 |   load: {call: {post: /orders, body: 'map(selct(.open)) | frobnicate'}}
      |                                                           ^^^^^^^^^^ an unknown function
      |
      = help: the functions are those of jq's manual, and present(f)
    ");
}

#[tokio::test]
async fn an_unknown_variable_is_shown_those_that_there_are() {
    let findings = faults_below_head(
        "\
vars: {LIMIT: 5}
stages:
  load:
    call:
      - {get: /orders, as: orders}
      - {post: /invoices, body: '{limit: $LIMIT, orders: $orders}'}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[bad-expression]: variable $LIMIT is not known here
      --> jobnet.yaml:10:42
       |
    10 |       - {post: /invoices, body: '{limit: $LIMIT, orders: $orders}'}
       |                                          ^^^^^^ known here: $each, $vars, $run, $orders
       |
       = help: a variable of the spec is written $vars.LIMIT
    ");
}

#[tokio::test]
async fn the_clock_and_the_environment_are_replaced_by_what_a_run_is_given() {
    let findings = faults_below_head(
        "\
stages:
  load: {call: {post: /orders, body: '{at: now, home: env.HOME, user: $ENV.USER, more: input}'}}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[bad-expression]: jobnet does not have jq's function `now`
     --> jobnet.yaml:6:44
      |
    6 |   load: {call: {post: /orders, body: '{at: now, home: env.HOME, user: $ENV.USER, more: input}'}}
      |                                            ^^^ an unknown function
      |
      = help: use $run.job_start_at: it is the same for every stage and every retry

    error[bad-expression]: jobnet does not have jq's function `env`
     --> jobnet.yaml:6:55
      |
    6 |   load: {call: {post: /orders, body: '{at: now, home: env.HOME, user: $ENV.USER, more: input}'}}
      |                                                       ^^^ an unknown function
      |
      = help: declare the name under `vars` and write $vars.NAME

    error[bad-expression]: variable $ENV is not known here
     --> jobnet.yaml:6:71
      |
    6 |   load: {call: {post: /orders, body: '{at: now, home: env.HOME, user: $ENV.USER, more: input}'}}
      |                                                                       ^^^^ known here: $each, $vars, $run
      |
      = help: declare the name under `vars` and write $vars.NAME

    error[bad-expression]: jobnet does not have jq's function `input`
     --> jobnet.yaml:6:88
      |
    6 |   load: {call: {post: /orders, body: '{at: now, home: env.HOME, user: $ENV.USER, more: input}'}}
      |                                                                                        ^^^^^ an unknown function
      |
      = help: expressions compute from their input only
    ");
}

#[tokio::test]
async fn a_plain_strings_way_to_name_a_variable_is_not_jqs() {
    let findings = faults_below_head(
        "\
vars: {LIMIT: 5}
stages:
  load: {call: {post: /orders, body: '{limit: ${LIMIT}}'}}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[bad-expression]: `${LIMIT}` cannot stand in jq
     --> jobnet.yaml:7:47
      |
    7 |   load: {call: {post: /orders, body: '{limit: ${LIMIT}}'}}
      |                                               ^^^^^^^^ expected $vars.NAME
      |
      = help: inside jq a variable is written $vars.NAME
    ");
}

#[tokio::test]
async fn all_variables_at_once_are_not_to_be_had() {
    let findings = faults_below_head(
        "\
vars: {LIMIT: 5}
stages:
  load: {call: {post: /orders, body: '{limit: $vars.LIMIT, all: $vars}'}}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[bad-expression]: `$vars` stands without the name of a variable
     --> jobnet.yaml:7:65
      |
    7 |   load: {call: {post: /orders, body: '{limit: $vars.LIMIT, all: $vars}'}}
      |                                                                 ^^^^^ expected $vars.NAME
      |
      = help: name the variable: a stage is given those that it names and no others
    ");
}

#[tokio::test]
async fn a_brace_that_is_not_closed_is_marked() {
    let findings = faults_below_head(
        "\
stages:
  load: {call: {get: '/orders/{.id'}}
  send: {call: {get: '/orders/${ID'}}
  tell: {call: {get: '/orders/${1ST}'}}
",
    );
    insta::assert_snapshot!(findings.await, @r#"
    error[bad-expression]: this brace is not closed
     --> jobnet.yaml:6:31
      |
    6 |   load: {call: {get: '/orders/{.id'}}
      |                               ^^^^ expected `}`
      |
      = help: to write a brace itself, put it in jq quotes: {"{"}

    error[bad-expression]: this brace is not closed
     --> jobnet.yaml:7:31
      |
    7 |   send: {call: {get: '/orders/${ID'}}
      |                               ^^^^ expected `}`
      |
      = help: a variable or secret is written ${NAME}

    error[bad-expression]: `1ST` is not a name
     --> jobnet.yaml:8:31
      |
    8 |   tell: {call: {get: '/orders/${1ST}'}}
      |                               ^^^^^^ expected ${NAME} or ${NAME?}
      |
      = help: a name has letters, digits and underscores, and does not start with a digit
    "#);
}
