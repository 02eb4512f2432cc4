//! What an environment cannot change.

use crate::spec_faults::faults;

/// A good spec with these changes in its environment `dev`.
async fn faults_of_dev(changes: &str) -> String {
    faults(&format!(
        "\
jobnet: v1
name: net
vars: {{LIMIT: 5}}
apis: {{shop: {{base_url: https://shop.example}}}}
stages: {{load: {{call: {{get: '/orders/${{LIMIT}}'}}}}}}
environments:
  local: {{}}
  dev: {changes}
"
    ))
    .await
}

#[tokio::test]
async fn an_environment_changes_stages_that_are_there() {
    insta::assert_snapshot!(faults_of_dev("{stages: {laod: {offset: 5m}}}").await, @r"
    error[overlays-nothing]: environment `dev` changes stage `laod`, which does not exist
     --> jobnet.yaml:8:18
      |
    8 |   dev: {stages: {laod: {offset: 5m}}}
      |                  ^^^^ expected one of `load`
      |
      = help: did you mean `load`?
    ");
    insta::assert_snapshot!(faults_of_dev("{stages: {archive: {call: {get: /old}}}}").await, @r"
    error[overlays-nothing]: environment `dev` changes stage `archive`, which does not exist
     --> jobnet.yaml:8:18
      |
    8 |   dev: {stages: {archive: {call: {get: /old}}}}
      |                  ^^^^^^^ expected one of `load`
      |
      = help: declare the stage above, or remove it from the environment
    ");
}

#[tokio::test]
async fn an_environment_changes_apis_that_are_there() {
    insta::assert_snapshot!(faults_of_dev("{apis: {shpo: {base_url: https://dev.example}}}").await, @r"
    error[overlays-nothing]: environment `dev` changes API `shpo`, which does not exist
     --> jobnet.yaml:8:16
      |
    8 |   dev: {apis: {shpo: {base_url: https://dev.example}}}
      |                ^^^^ expected one of `shop`
      |
      = help: did you mean `shop`?
    ");
}

#[tokio::test]
async fn an_environment_changes_variables_that_are_there() {
    insta::assert_snapshot!(faults_of_dev("{vars: {LIMITS: 3}}").await, @r"
    error[overlays-nothing]: environment `dev` changes variable `LIMITS`, which does not exist
     --> jobnet.yaml:8:16
      |
    8 |   dev: {vars: {LIMITS: 3}}
      |                ^^^^^^ expected one of `LIMIT`
      |
      = help: did you mean `LIMIT`?
    ");
}

#[tokio::test]
async fn a_variable_keeps_the_type_of_its_default() {
    insta::assert_snapshot!(faults_of_dev("{vars: {LIMIT: none}}").await, @r"
    error[variable-type]: variable `LIMIT` is a whole number, environment `dev` makes it a text
     --> jobnet.yaml:8:23
      |
    8 |   dev: {vars: {LIMIT: none}}
      |                       ^^^^ expected a whole number
      |
      = help: a variable has the type of its default: change one of the two
    ");
}

#[tokio::test]
async fn the_name_of_the_net_is_the_same_everywhere() {
    insta::assert_snapshot!(faults_of_dev("{name: net-of-dev}").await, @"
    error[unknown-key]: unknown key `name` in an environment
     --> jobnet.yaml:8:9
      |
    8 |   dev: {name: net-of-dev}
      |         ^^^^ expected one of `description`, `timezone`, `schedule`, `vars`, `secrets`, `apis`, `databases`, `stores`, `notify`, `defaults`, `groups`, `stages`, `when`, `confirm`, `secret_suffix`, `secret_names`
      |
      = help: remove the key
    ");
}

#[tokio::test]
async fn an_unknown_key_is_shown_those_that_an_environment_can_change() {
    insta::assert_snapshot!(faults_of_dev("{shcedule: manual}").await, @"
    error[unknown-key]: unknown key `shcedule` in an environment
     --> jobnet.yaml:8:9
      |
    8 |   dev: {shcedule: manual}
      |         ^^^^^^^^ expected one of `description`, `timezone`, `schedule`, `vars`, `secrets`, `apis`, `databases`, `stores`, `notify`, `defaults`, `groups`, `stages`, `when`, `confirm`, `secret_suffix`, `secret_names`
      |
      = help: did you mean `schedule`?
    ");
}

#[tokio::test]
async fn a_fault_in_an_environment_stands_where_the_environment_is() {
    insta::assert_snapshot!(faults_of_dev("{stages: {load: {timeout: 5, call: {get: /a, put: /b}}}}").await, @r"
    error[wrong-type]: expected a duration such as 500ms, 45s, 15m, 2h or 1h30m, found the number `5`
     --> jobnet.yaml:8:34
      |
    8 |   dev: {stages: {load: {timeout: 5, call: {get: /a, put: /b}}}}
      |                                  ^ expected a duration such as 500ms, 45s, 15m, 2h or 1h30m
      |
      = help: add the unit: `5s`, say

    error[not-exactly-one]: a request has `get` and `put` at once
     --> jobnet.yaml:8:58
      |
    8 |   dev: {stages: {load: {timeout: 5, call: {get: /a, put: /b}}}}
      |                                                          ^^ expected exactly one of `get`, `post`, `put`, `patch`, `delete`
      |
      = help: keep one of them
    ");
}

#[tokio::test]
async fn an_environment_is_a_mapping() {
    insta::assert_snapshot!(faults_of_dev("production").await, @"
    error[wrong-type]: expected a mapping of what the environment changes, found the text `production`
     --> jobnet.yaml:8:8
      |
    8 |   dev: production
      |        ^^^^^^^^^^ expected a mapping of what the environment changes
      |
      = help: write it as a mapping of what the environment changes
    ");
}
