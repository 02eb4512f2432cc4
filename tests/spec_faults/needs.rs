//! Needs that no order can meet.

use super::faults_below_head;

#[tokio::test]
async fn stages_that_need_each_other_are_shown_as_the_circle_that_they_are() {
    let findings = faults_below_head(
        "\
stages:
  load: {call: {get: /orders}}
  sort: {needs: [load, send], call: {get: /orders}}
  pack: {needs: [sort], call: {get: /orders}}
  send: {needs: [pack], call: {get: /orders}}
  tell: {needs: [send], call: {get: /orders}}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[cyclic-needs]: these stages need each other in a circle: sort → send → pack → sort
     --> jobnet.yaml:7:24
      |
    7 |   sort: {needs: [load, send], call: {get: /orders}}
      |                        ^^^^ this need closes the circle
      |
      = help: remove one of the needs in the circle
    ");
}

#[tokio::test]
async fn a_stage_cannot_need_itself() {
    let findings = faults_below_head("stages: {load: {needs: [load], call: {get: /orders}}}\n");
    insta::assert_snapshot!(findings.await, @r"
    error[cyclic-needs]: stage `load` needs itself
     --> jobnet.yaml:5:25
      |
    5 | stages: {load: {needs: [load], call: {get: /orders}}}
      |                         ^^^^ expected another stage
      |
      = help: remove this need
    ");
}

#[tokio::test]
async fn a_need_is_a_stage() {
    let findings = faults_below_head(
        "\
stages:
  load: {call: {get: /orders}}
  send: {needs: [laod], call: {get: /orders}}
  tell: {needs: [everything], call: {get: /orders}}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[unknown-need]: stage `send` needs `laod`, which is not a stage
     --> jobnet.yaml:7:18
      |
    7 |   send: {needs: [laod], call: {get: /orders}}
      |                  ^^^^ expected one of `load`, `send`, `tell`
      |
      = help: did you mean `load`?

    error[unknown-need]: stage `tell` needs `everything`, which is not a stage
     --> jobnet.yaml:8:18
      |
    8 |   tell: {needs: [everything], call: {get: /orders}}
      |                  ^^^^^^^^^^ expected one of `load`, `send`, `tell`
      |
      = help: add the stage, or remove this need
    ");
}
