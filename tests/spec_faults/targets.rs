//! What is wrong with a target.

use super::faults_below_head;

#[tokio::test]
async fn a_github_target_names_environments_that_exist() {
    let findings = faults_below_head(
        "\
stages: {load: {call: {get: /orders}}}
targets: {github: {out: net.yml, environments: [loca], default_environment: prod, aws: {region: REGION}}}
",
    );
    insta::assert_snapshot!(findings.await, @"
    error[unknown-name]: there is no environment `loca`
     --> jobnet.yaml:6:49
      |
    6 | targets: {github: {out: net.yml, environments: [loca], default_environment: prod, aws: {region: REGION}}}
      |                                                 ^^^^ expected one of `local`
      |
      = help: did you mean `local`?

    error[unknown-name]: there is no environment `prod`
     --> jobnet.yaml:6:77
      |
    6 | targets: {github: {out: net.yml, environments: [loca], default_environment: prod, aws: {region: REGION}}}
      |                                                                             ^^^^ expected one of `local`
      |
      = help: name an existing environment, or declare this one

    error[not-exactly-one]: `aws` has none of `role_to_assume`, `access_key_id`
     --> jobnet.yaml:6:88
      |
    6 | targets: {github: {out: net.yml, environments: [loca], default_environment: prod, aws: {region: REGION}}}
      |                                                                                        ^ expected exactly one of `role_to_assume`, `access_key_id`
      |
      = help: add one of them
    ");
}

#[tokio::test]
async fn a_workflow_logs_in_to_aws_in_one_way() {
    let findings = async |aws: &str| {
        let rest = format!(
            "stages: {{load: {{call: {{get: /a}}}}}}\n\
             targets: {{github: {{out: a.yml, environments: [local], aws: {{region: R, {aws}}}}}}}\n"
        );
        faults_below_head(&rest).await
    };
    insta::assert_snapshot!(findings("role_to_assume: A, access_key_id: B, secret_access_key: C").await, @"
    error[not-exactly-one]: `aws` has `role_to_assume` and `access_key_id` at once
     --> jobnet.yaml:6:60
      |
    6 | targets: {github: {out: a.yml, environments: [local], aws: {region: R, role_to_assume: A, access_key_id: B, secret_access_key: C}}}
      |                                                            ^ expected exactly one of `role_to_assume`, `access_key_id`
      |
      = help: keep one of them
    ");
    insta::assert_snapshot!(findings("access_key_id: B").await, @"
    error[missing-key]: `aws` needs `secret_access_key`
     --> jobnet.yaml:6:60
      |
    6 | targets: {github: {out: a.yml, environments: [local], aws: {region: R, access_key_id: B}}}
      |                                                            ^ expected `secret_access_key` with a name
      |
      = help: add `secret_access_key: …`
    ");
}

#[tokio::test]
async fn jobs_run_in_environments_that_there_are() {
    let findings = faults_below_head(
        "\
stages: {load: {call: {get: /orders}}}
targets: {cloud_run: {out: jobs, environments: [loca], region: us-central1, image: shop}}
",
    );
    insta::assert_snapshot!(findings.await, @"
    error[unknown-name]: there is no environment `loca`
     --> jobnet.yaml:6:49
      |
    6 | targets: {cloud_run: {out: jobs, environments: [loca], region: us-central1, image: shop}}
      |                                                 ^^^^ expected one of `local`
      |
      = help: did you mean `local`?
    ");
}

#[tokio::test]
async fn a_step_is_a_mapping() {
    let findings = faults_below_head(
        "\
stages: {load: {call: {get: /orders}}}
targets: {github: {out: net.yml, environments: [local], setup: [{run: make}, make]}}
",
    );
    insta::assert_snapshot!(findings.await, @"
    error[wrong-type]: expected a mapping, found the text `make`
     --> jobnet.yaml:6:78
      |
    6 | targets: {github: {out: net.yml, environments: [local], setup: [{run: make}, make]}}
      |                                                                              ^^^^ expected a mapping
      |
      = help: write it as a mapping
    ");
}

#[tokio::test]
async fn a_volume_and_a_source_of_the_environment_are_one_thing() {
    let findings = faults_below_head(
        "\
stages: {load: {call: {get: /orders}}}
targets: {kubernetes: {out: k8s, environments: [local], image: shop,
  env_from: [{secret: a, config_map: b}, {config_map: c}, {}],
  volumes: [{mount: /a}, {claim: a, mount: /b}]}}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[not-exactly-one]: a source of the environment has `secret` and `config_map` at once
     --> jobnet.yaml:7:14
      |
    7 |   env_from: [{secret: a, config_map: b}, {config_map: c}, {}],
      |              ^ expected exactly one of `secret`, `config_map`
      |
      = help: keep one of them

    error[not-exactly-one]: a source of the environment has none of `secret`, `config_map`
     --> jobnet.yaml:7:59
      |
    7 |   env_from: [{secret: a, config_map: b}, {config_map: c}, {}],
      |                                                           ^ expected exactly one of `secret`, `config_map`
      |
      = help: add one of them

    error[not-exactly-one]: a volume has none of `claim`, `config_map`
     --> jobnet.yaml:8:13
      |
    8 |   volumes: [{mount: /a}, {claim: a, mount: /b}]}}
      |             ^ expected exactly one of `claim`, `config_map`
      |
      = help: add one of them
    ");
}

#[tokio::test]
async fn security_is_a_word() {
    let findings = faults_below_head(
        "\
stages: {load: {call: {get: /orders}}}
targets: {kubernetes: {out: k8s, environments: [local], image: shop, security: loose, near: {}}}
",
    );
    insta::assert_snapshot!(findings.await, @"
    error[unknown-word]: `loose` is not a way to secure pods
     --> jobnet.yaml:6:80
      |
    6 | targets: {kubernetes: {out: k8s, environments: [local], image: shop, security: loose, near: {}}}
      |                                                                                ^^^^^ expected one of `strict`, `image`
      |
      = help: write one of these

    error[missing-key]: `near` needs `pods`
     --> jobnet.yaml:6:93
      |
    6 | targets: {kubernetes: {out: k8s, environments: [local], image: shop, security: loose, near: {}}}
      |                                                                                             ^ expected `pods` with a mapping
      |
      = help: add `pods: …`
    ");
}

#[tokio::test]
async fn a_secret_that_a_target_names_is_declared_by_that_and_is_no_variable() {
    let findings = faults_below_head(
        "\
vars: {ROLE: x}
stages: {load: {call: {get: \"/orders/${ROLE}/${REGION}\"}}}
targets: {github: {out: net.yml, environments: [local], aws: {role_to_assume: ROLE, region: REGION}}}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[declared-twice]: `ROLE` is declared as a variable and as a secret
     --> jobnet.yaml:7:79
      |
    7 | targets: {github: {out: net.yml, environments: [local], aws: {role_to_assume: ROLE, region: REGION}}}
      |                                                                               ^^^^ declared as a secret here
      |
      = help: keep one of the two: a secret has no value in the spec
    ");
}
