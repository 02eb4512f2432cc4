//! What an environment alone has.

use super::faults;

/// A good spec with these keys in its environment `prod`.
async fn faults_of_prod(keys: &str) -> String {
    faults(&format!(
        "\
jobnet: v1
name: net
vars: {{PROJECT: testing, SHARD: 1, LOGIN: '${{TOKEN}}'}}
secrets: [TOKEN]
apis: {{shop: {{base_url: 'https://${{PROJECT}}.example/${{SHARD}}', auth: {{bearer: '${{LOGIN}}'}}}}}}
stages: {{load: {{call: {{get: /orders}}}}}}
environments:
  prod: {{{keys}}}
"
    ))
    .await
}

#[tokio::test]
async fn a_when_names_variables() {
    insta::assert_snapshot!(faults_of_prod("when: {PROJCT: production}").await, @r"
    error[unknown-name]: there is no variable `PROJCT`
     --> jobnet.yaml:8:17
      |
    8 |   prod: {when: {PROJCT: production}}
      |                 ^^^^^^ expected one of `LOG_LEVEL`, `PROJECT`, `SHARD`, `LOGIN`
      |
      = help: did you mean `PROJECT`?
    ");
    insta::assert_snapshot!(faults_of_prod("when: {TOKEN: abc}").await, @r"
    error[secret-in-when]: `TOKEN` is a secret, and `when` compares variables
     --> jobnet.yaml:8:17
      |
    8 |   prod: {when: {TOKEN: abc}}
      |                 ^^^^^ expected a variable
      |
      = help: name a variable that has a value of its own in each environment
    ");
    insta::assert_snapshot!(faults_of_prod("when: {LOGIN: abc}").await, @r"
    error[secret-in-when]: `LOGIN` is a secret, and `when` compares variables
     --> jobnet.yaml:8:17
      |
    8 |   prod: {when: {LOGIN: abc}}
      |                 ^^^^^ expected a variable
      |
      = help: name a variable that has a value of its own in each environment
    ");
}

#[tokio::test]
async fn a_when_has_values_that_its_variables_can_have_and_that_are_known() {
    insta::assert_snapshot!(faults_of_prod("when: {SHARD: first}").await, @r"
    error[variable-type]: variable `SHARD` is a whole number, and never has this value
     --> jobnet.yaml:8:24
      |
    8 |   prod: {when: {SHARD: first}}
      |                        ^^^^^ expected a whole number
      |
      = help: a variable has the type of its default: change one of the two
    ");
    insta::assert_snapshot!(faults_of_prod("when: {PROJECT: [a, b]}").await, @r"
    error[wrong-type]: expected a text, found a list
     --> jobnet.yaml:8:26
      |
    8 |   prod: {when: {PROJECT: [a, b]}}
      |                          ^ expected a text
      |
      = help: write it as a text
    ");
    insta::assert_snapshot!(faults_of_prod("when: {PROJECT: 'a-${TOKEN}'}").await, @r"
    error[secret-in-timing]: `TOKEN` is a secret, and this value must be known before a run
     --> jobnet.yaml:8:31
      |
    8 |   prod: {when: {PROJECT: 'a-${TOKEN}'}}
      |                               ^^^^^ expected a variable
      |
      = help: engines are told it: make it a variable
    ");
}

#[tokio::test]
async fn secret_names_are_of_secrets() {
    insta::assert_snapshot!(faults_of_prod("secret_names: {TOKN: TOKEN_PROD}").await, @r"
    error[unknown-name]: there is no secret `TOKN`
     --> jobnet.yaml:8:25
      |
    8 |   prod: {secret_names: {TOKN: TOKEN_PROD}}
      |                         ^^^^ expected one of `TOKEN`
      |
      = help: did you mean `TOKEN`?
    ");
    insta::assert_snapshot!(faults_of_prod("secret_names: {PROJECT: PROJECT_PROD}").await, @r"
    error[unknown-name]: there is no secret `PROJECT`
     --> jobnet.yaml:8:25
      |
    8 |   prod: {secret_names: {PROJECT: PROJECT_PROD}}
      |                         ^^^^^^^ expected one of `TOKEN`
      |
      = help: name an existing secret, or declare this one
    ");
}

#[tokio::test]
async fn names_and_suffixes_are_what_engines_take() {
    insta::assert_snapshot!(faults_of_prod("secret_suffix: /prod").await, @r"
    error[bad-name]: `/prod` cannot be the name of a secret
     --> jobnet.yaml:8:25
      |
    8 |   prod: {secret_suffix: /prod}
      |                         ^^^^^ expected letters, digits, `-`, `_` and `.`
      |
      = help: choose another name
    ");
    insta::assert_snapshot!(faults_of_prod("secret_names: {TOKEN: TOKEN PROD}").await, @r"
    error[bad-name]: `TOKEN PROD` cannot be the name of a secret
     --> jobnet.yaml:8:32
      |
    8 |   prod: {secret_names: {TOKEN: TOKEN PROD}}
      |                                ^^^^^^^^^^ expected letters, digits, `-`, `_` and `.`
      |
      = help: choose another name
    ");
}

#[tokio::test]
async fn the_keys_have_their_types() {
    insta::assert_snapshot!(faults_of_prod("confirm: yes, secret_suffix: -1, when: PROJECT").await, @r#"
    error[wrong-type]: expected true or false, found the text `yes`
     --> jobnet.yaml:8:19
      |
    8 |   prod: {confirm: yes, secret_suffix: -1, when: PROJECT}
      |                   ^^^ expected true or false
      |
      = help: did you mean `true`?

    error[wrong-type]: expected a text, found the number `-1`
     --> jobnet.yaml:8:39
      |
    8 |   prod: {confirm: yes, secret_suffix: -1, when: PROJECT}
      |                                       ^^ expected a text
      |
      = help: put it in quotes: "-1"

    error[wrong-type]: expected a mapping, found the text `PROJECT`
     --> jobnet.yaml:8:49
      |
    8 |   prod: {confirm: yes, secret_suffix: -1, when: PROJECT}
      |                                                 ^^^^^^^ expected a mapping
      |
      = help: write it as a mapping
    "#);
}

#[tokio::test]
async fn a_key_that_is_misspelt_is_compared_with_them() {
    insta::assert_snapshot!(faults_of_prod("secret_sufix: -prod").await, @"
    error[unknown-key]: unknown key `secret_sufix` in an environment
     --> jobnet.yaml:8:10
      |
    8 |   prod: {secret_sufix: -prod}
      |          ^^^^^^^^^^^^ expected one of `description`, `timezone`, `schedule`, `vars`, `secrets`, `apis`, `databases`, `stores`, `notify`, `defaults`, `groups`, `stages`, `when`, `confirm`, `secret_suffix`, `secret_names`
      |
      = help: did you mean `secret_suffix`?
    ");
}

#[tokio::test]
async fn only_an_environment_has_them() {
    let spec = "jobnet: v1\nname: net\nconfirm: true\nstages: {load: {exec: {command: ls}}}\nenvironments: {local: {}}\n";
    insta::assert_snapshot!(faults(spec).await, @"
    error[unknown-key]: unknown key `confirm` in a jobnet spec
     --> jobnet.yaml:3:1
      |
    3 | confirm: true
      | ^^^^^^^ expected one of `jobnet`, `name`, `stages`, `description`, `timezone`, `schedule`, `vars`, `secrets`, `apis`, `databases`, `stores`, `notify`, `defaults`, `groups`, `environments`, `targets`
      |
      = help: remove the key
    ");
}
