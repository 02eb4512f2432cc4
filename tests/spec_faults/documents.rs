//! Texts that are no spec at all.

use super::{faults, faults_below_head};

#[tokio::test]
async fn a_fault_in_the_yaml_is_shown_where_the_parser_stopped() {
    insta::assert_snapshot!(faults("jobnet: v1\nname: net\n environments: {local: {}}\n").await, @r"
    error[yaml-syntax]: this is not YAML: mapping values are not allowed in this context
     --> jobnet.yaml:3:14
      |
    3 |  environments: {local: {}}
      |              ^ the parser stopped here
      |
      = help: check the indentation and the quotes at this place
    ");
    insta::assert_snapshot!(faults("jobnet: v1\nname: \"net\nstages: {}\n").await, @r"
    error[yaml-syntax]: this is not YAML: invalid indentation in multiline quoted scalar
     --> jobnet.yaml:3:1
      |
    3 | stages: {}
      | ^ the parser stopped here
      |
      = help: check the indentation and the quotes at this place
    ");
}

#[tokio::test]
async fn a_name_in_braces_within_braces_needs_quotes() {
    insta::assert_snapshot!(faults("jobnet: v1\napis: {shop: {base_url: ${URL}}}\n").await, @r#"
    error[yaml-syntax]: this is not YAML: while parsing a flow mapping, did not find expected ',' or '}'
     --> jobnet.yaml:2:26
      |
    2 | apis: {shop: {base_url: ${URL}}}
      |                          ^ the parser stopped here
      |
      = help: inside [ ] and { } a text with braces needs quotes: "${NAME}"
    "#);
}

#[tokio::test]
async fn a_spec_is_one_document() {
    insta::assert_snapshot!(faults("jobnet: v1\n---\nname: net\n").await, @r"
    error[yaml-syntax]: this is a second document
     --> jobnet.yaml:3:1
      |
    3 | name: net
      | ^ the parser stopped here
      |
      = help: a spec is one document: remove the line `---`
    ");
}

#[tokio::test]
async fn an_empty_file_is_no_spec() {
    insta::assert_snapshot!(faults("").await, @r"
    error[wrong-type]: expected a jobnet spec (a mapping), found nothing
     --> jobnet.yaml:1:1
      |
    1 |
      | ^ expected a jobnet spec (a mapping)
      |
      = help: begin with `jobnet: v1`
    ");
}

#[tokio::test]
async fn a_list_is_no_spec() {
    insta::assert_snapshot!(faults("- load\n- send\n").await, @r"
    error[wrong-type]: expected a jobnet spec (a mapping), found a list
     --> jobnet.yaml:1:1
      |
    1 | - load
      | ^ expected a jobnet spec (a mapping)
      |
      = help: begin with `jobnet: v1`
    ");
}

#[tokio::test]
async fn a_spec_has_environments() {
    let spec = "\
jobnet: v1
name: net
apis: {shop: {base_url: https://shop.example}}
stages: {load: {call: {get: /orders}}}
";
    insta::assert_snapshot!(faults(spec).await, @r"
    error[no-environments]: the spec has no environments
     --> jobnet.yaml:1:1
      |
    1 | jobnet: v1
      | ^^^^^^ expected `environments` with at least one
      |
      = help: add one, if only `environments: {local: {}}`
    ");
    insta::assert_snapshot!(faults(&format!("{spec}environments: [dev, prod]\n")).await, @"
    error[wrong-type]: expected a mapping, found a list
     --> jobnet.yaml:5:15
      |
    5 | environments: [dev, prod]
      |               ^ expected a mapping
      |
      = help: write it as a mapping
    ");
}

#[tokio::test]
async fn a_spec_has_stages() {
    insta::assert_snapshot!(faults_below_head("stages: {}\n").await, @r"
    error[no-stages]: the spec has no stages
     --> jobnet.yaml:5:1
      |
    5 | stages: {}
      | ^^^^^^ expected at least one
      |
      = help: add one: `NAME: {call: {get: /path}}`
    ");
}
