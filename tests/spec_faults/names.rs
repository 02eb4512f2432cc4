//! Variables and secrets: declared, used, and kept apart.

use super::{HEAD, faults, faults_below_head, plan};

#[tokio::test]
async fn a_name_that_is_used_and_not_declared_is_marked_wherever_it_stands() {
    let findings = faults(
        "\
jobnet: v1
name: net
environments: {local: {}}
vars: {URL: 'https://${HOST}/api', LIMIT: 5}
secrets: [TOKEN]
apis: {shop: {base_url: '${URL}', auth: {bearer: '${TOKN}'}}}
stages:
  load:
    timeout: ${MINUTES}m
    call: {post: '/orders/${SHOP}/{$vars.YEAR}', body: '{limit: $vars.LIMTI}'}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[undeclared-name]: `HOST` is used and not declared
     --> jobnet.yaml:4:24
      |
    4 | vars: {URL: 'https://${HOST}/api', LIMIT: 5}
      |                        ^^^^ expected the name of a variable or secret
      |
      = help: declare it: `vars: {HOST: …}` or `secrets: [HOST]`

    error[undeclared-name]: `TOKN` is used and not declared
     --> jobnet.yaml:6:53
      |
    6 | apis: {shop: {base_url: '${URL}', auth: {bearer: '${TOKN}'}}}
      |                                                     ^^^^ expected the name of a variable or secret
      |
      = help: did you mean `TOKEN`?

    error[undeclared-name]: `MINUTES` is used and not declared
     --> jobnet.yaml:9:16
      |
    9 |     timeout: ${MINUTES}m
      |                ^^^^^^^ expected the name of a variable or secret
      |
      = help: declare it: `vars: {MINUTES: …}` or `secrets: [MINUTES]`

    error[undeclared-name]: `SHOP` is used and not declared
      --> jobnet.yaml:10:29
       |
    10 |     call: {post: '/orders/${SHOP}/{$vars.YEAR}', body: '{limit: $vars.LIMTI}'}
       |                             ^^^^ expected the name of a variable or secret
       |
       = help: declare it: `vars: {SHOP: …}` or `secrets: [SHOP]`

    error[undeclared-name]: `YEAR` is used and not declared
      --> jobnet.yaml:10:42
       |
    10 |     call: {post: '/orders/${SHOP}/{$vars.YEAR}', body: '{limit: $vars.LIMTI}'}
       |                                          ^^^^ expected the name of a variable or secret
       |
       = help: declare it: `vars: {YEAR: …}` or `secrets: [YEAR]`

    error[undeclared-name]: `LIMTI` is used and not declared
      --> jobnet.yaml:10:71
       |
    10 |     call: {post: '/orders/${SHOP}/{$vars.YEAR}', body: '{limit: $vars.LIMTI}'}
       |                                                                       ^^^^^ expected the name of a variable or secret
       |
       = help: did you mean `LIMIT`?
    ");
}

#[tokio::test]
async fn what_is_declared_and_not_used_is_a_warning() {
    let ended = plan(&format!(
        "{HEAD}\
vars: {{LIMIT: 5, SPARE: 1}}
secrets: [FORGOTTEN]
stages: {{load: {{call: {{get: '/orders/${{LIMIT}}'}}}}}}
"
    ))
    .await;
    assert_eq!(ended.code, Some(0));
    insta::assert_snapshot!(ended.stderr, @r"
    warning[unused-name]: variable `SPARE` is declared and never used
     --> jobnet.yaml:5:18
      |
    5 | vars: {LIMIT: 5, SPARE: 1}
      |                  ^^^^^
      |
      = help: remove it, or use it

    warning[unused-name]: secret `FORGOTTEN` is declared and never used
     --> jobnet.yaml:6:11
      |
    6 | secrets: [FORGOTTEN]
      |           ^^^^^^^^^
      |
      = help: remove it, or use it
    ");
}

#[tokio::test]
async fn a_name_is_a_variable_or_a_secret_and_not_both() {
    let findings = faults_below_head(
        "\
vars: {TOKEN: abc}
secrets: [TOKEN]
stages: {load: {call: {get: '/orders/${TOKEN}'}}}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[declared-twice]: `TOKEN` is declared as a variable and as a secret
     --> jobnet.yaml:6:11
      |
    6 | secrets: [TOKEN]
      |           ^^^^^ declared as a secret here
      |
      = help: keep one of the two: a secret has no value in the spec
    ");
}

#[tokio::test]
async fn a_variable_cannot_lead_back_to_itself() {
    let findings = faults_below_head(
        "\
vars: {BASE: '${ROOT}/v1', ROOT: '${BASE}', PATH_: '${BASE}/orders'}
stages: {load: {call: {get: '${PATH_}'}}}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[variable-cycle]: the value of variable `BASE` leads back to itself
     --> jobnet.yaml:5:14
      |
    5 | vars: {BASE: '${ROOT}/v1', ROOT: '${BASE}', PATH_: '${BASE}/orders'}
      |              ^^^^^^^^^^^^ this value needs itself
      |
      = help: give one of the variables a plain value

    error[variable-cycle]: the value of variable `ROOT` leads back to itself
     --> jobnet.yaml:5:34
      |
    5 | vars: {BASE: '${ROOT}/v1', ROOT: '${BASE}', PATH_: '${BASE}/orders'}
      |                                  ^^^^^^^^^ this value needs itself
      |
      = help: give one of the variables a plain value
    ");
}

#[tokio::test]
async fn jq_never_sees_a_secret_nor_what_is_made_from_one() {
    let findings = faults_below_head(
        "\
vars: {GREETING: 'hello ${TOKEN}'}
secrets: [TOKEN]
stages:
  load: {call: {post: '/orders/{$vars.TOKEN}', body: '{greeting: $vars.GREETING}'}}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[secret-in-jq]: `TOKEN` is a secret, and jq sees variables only
     --> jobnet.yaml:8:39
      |
    8 |   load: {call: {post: '/orders/{$vars.TOKEN}', body: '{greeting: $vars.GREETING}'}}
      |                                       ^^^^^ expected a variable
      |
      = help: put a secret into a header or `auth` by ${NAME}

    error[secret-in-jq]: `GREETING` is a secret, and jq sees variables only
     --> jobnet.yaml:8:72
      |
    8 |   load: {call: {post: '/orders/{$vars.TOKEN}', body: '{greeting: $vars.GREETING}'}}
      |                                                                        ^^^^^^^^ expected a variable
      |
      = help: put a secret into a header or `auth` by ${NAME}
    ");
}

#[tokio::test]
async fn what_engines_are_told_cannot_be_a_secret() {
    let findings = faults_below_head(
        "\
secrets: [MINUTES]
stages: {load: {timeout: '${MINUTES}m', call: {get: /orders}}}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[secret-in-timing]: `MINUTES` is a secret, and this value must be known before a run
     --> jobnet.yaml:6:29
      |
    6 | stages: {load: {timeout: '${MINUTES}m', call: {get: /orders}}}
      |                             ^^^^^^^ expected a variable
      |
      = help: engines are told it: make it a variable
    ");
}

#[tokio::test]
async fn names_are_made_of_what_every_engine_takes() {
    let findings = faults_below_head(
        "\
vars: {page-size: 5}
secrets: [1TOKEN]
groups: {all of it: [load]}
stages: {load: {call: {get: /orders}}, 2nd: {call: {get: /orders}}}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[bad-name]: `page-size` cannot be the name of a variable
     --> jobnet.yaml:5:8
      |
    5 | vars: {page-size: 5}
      |        ^^^^^^^^^ expected letters, digits and underscores, not a digit first
      |
      = help: choose another name

    error[bad-name]: `1TOKEN` cannot be the name of a secret
     --> jobnet.yaml:6:11
      |
    6 | secrets: [1TOKEN]
      |           ^^^^^^ expected letters, digits and underscores, not a digit first
      |
      = help: choose another name

    error[bad-name]: `all of it` cannot be the name of a group
     --> jobnet.yaml:7:10
      |
    7 | groups: {all of it: [load]}
      |          ^^^^^^^^^ expected letters, digits, `-` and `_`, a letter first
      |
      = help: choose another name

    error[bad-name]: `2nd` cannot be the name of a stage
     --> jobnet.yaml:8:40
      |
    8 | stages: {load: {call: {get: /orders}}, 2nd: {call: {get: /orders}}}
      |                                        ^^^ expected letters, digits, `-` and `_`, a letter first
      |
      = help: choose another name
    ");
}

#[tokio::test]
async fn groups_and_targets_name_what_exists() {
    let findings = faults_below_head(
        "\
groups: {night: [load, sned]}
stages: {load: {call: {get: /orders}}, send: {call: {get: /orders}}}
targets:
  kubernetes:
    out: k8s
    image: jobnet
    environments: [locl]
    tags: {prod: '1.0'}
    names: {laod: cj-load}
    egress: [{cidr: 0.0.0.0/0, port: 443, environments: [staging]}]
",
    );
    insta::assert_snapshot!(findings.await, @"
    error[unknown-name]: there is no stage `sned`
     --> jobnet.yaml:5:24
      |
    5 | groups: {night: [load, sned]}
      |                        ^^^^ expected one of `load`, `send`
      |
      = help: did you mean `send`?

    error[unknown-name]: there is no environment `locl`
      --> jobnet.yaml:11:20
       |
    11 |     environments: [locl]
       |                    ^^^^ expected one of `local`
       |
       = help: did you mean `local`?

    error[unknown-name]: there is no environment `prod`
      --> jobnet.yaml:12:12
       |
    12 |     tags: {prod: '1.0'}
       |            ^^^^ expected one of `local`
       |
       = help: name an existing environment, or declare this one

    error[unknown-name]: there is no stage `laod`
      --> jobnet.yaml:13:13
       |
    13 |     names: {laod: cj-load}
       |             ^^^^ expected one of `load`, `send`
       |
       = help: did you mean `load`?

    error[unknown-name]: there is no environment `staging`
      --> jobnet.yaml:14:58
       |
    14 |     egress: [{cidr: 0.0.0.0/0, port: 443, environments: [staging]}]
       |                                                          ^^^^^^^ expected one of `local`
       |
       = help: name an existing environment, or declare this one
    ");
}
