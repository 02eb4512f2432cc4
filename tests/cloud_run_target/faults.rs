//! What Google would refuse is told before a script runs.

use super::rendered;

/// What is against a spec with this target and these stages.
fn faults(stages: &str, target: &str) -> String {
    faults_in("dev", stages, target)
}

/// The same in some of the environments.
fn faults_in(environments: &str, stages: &str, target: &str) -> String {
    let spec = format!(
        "\
jobnet: v1
name: shop
vars: {{REGION: europe-west1, DIR: sql}}
secrets: [TOKEN]
apis: {{shop: {{base_url: https://shop.example, auth: {{bearer: '${{TOKEN}}'}}, headers: {{X: '${{REGION}}${{DIR}}'}}}}}}
databases: {{main: {{url: 'sqlite://shop.db'}}}}
stages:
{stages}
environments: {{dev: {{}}, prod: {{secret_suffix: .prod}}}}
targets: {{cloud_run: {{environments: [{environments}], {target}}}}}
"
    );
    rendered(&spec).expect_err("faults")
}

const LOAD: &str = "  load: {call: {get: /orders}}";

#[test]
fn a_target_has_a_project_and_values_that_google_takes() {
    insta::assert_snapshot!(faults(LOAD, "out: jobs, region: '${REGION}', image: shop"), @"
    error[cloud-run-project]: the Cloud Run target has no project in dev
      --> jobnet.yaml:10:22
       |
    10 | targets: {cloud_run: {environments: [dev], out: jobs, region: '${REGION}', image: shop}}
       |                      ^ expected `project`
       |
       = help: add `project: …`, or a variable `GCP_PROJECT`
    ");
    insta::assert_snapshot!(
        faults(LOAD, "out: ../jobs, region: 'europe west1', image: 'shop:v1', project: Shop, service_account: '${TOKEN}', resources: {cpu: two}, base_image: 'a b'"),
        @r"
    error[cloud-run-out]: `../jobs` cannot be the directory of the scripts: the image is built from the spec's directory
      --> jobnet.yaml:10:49
       |
    10 | ...ments: [dev], out: ../jobs, region: 'europe west1', image: 'shop:v1', project: Shop, service_account: '${TOKEN}', resources: {cpu...
       |                       ^^^^^^^ expected a path below the spec's directory, without `$`, `*`, `?`, `[`, `]` and `\`
       |
       = help: choose a directory such as `deploy/cloud-run`

    error[cloud-run-value]: `region` of the Cloud Run target cannot be `europe west1` in dev
      --> jobnet.yaml:10:66
       |
    10 | targets: {cloud_run: {environments: [dev], out: ../jobs, region: 'europe west1', image: 'shop:v1', project: Shop, service_account: '...
       |                                                                  ^^^^^^^^^^^^^^ expected a region such as `europe-west1`
       |
       = help: change it, or the variable that stands in it

    error[cloud-run-value]: `image` of the Cloud Run target cannot be `shop:v1` in dev
      --> jobnet.yaml:10:89
       |
    10 | ...ion: 'europe west1', image: 'shop:v1', project: Shop, service_account: '${TOKEN}', resources: {cpu: two}, base_image: 'a b'}}
       |                                ^^^^^^^^^ expected an image without a tag: the scripts take it by `--tag`
       |
       = help: change it, or the variable that stands in it

    error[cloud-run-value]: `project` of the Cloud Run target cannot be `Shop` in dev
      --> jobnet.yaml:10:109
       |
    10 | ...st1', image: 'shop:v1', project: Shop, service_account: '${TOKEN}', resources: {cpu: two}, base_image: 'a b'}}
       |                                     ^^^^ expected a project's id: lowercase letters, digits and `-`
       |
       = help: change it, or the variable that stands in it

    error[secret-in-target]: `service_account` of the Cloud Run target needs a secret in dev
      --> jobnet.yaml:10:132
       |
    10 | ...v1', project: Shop, service_account: '${TOKEN}', resources: {cpu: two}, base_image: 'a b'}}
       |                                         ^^^^^^^^^^ expected a value that is known before a run
       |
       = help: write the value, or make it a variable without a secret in it

    error[cloud-run-value]: `cpu` of the Cloud Run target cannot be `two` in dev
      --> jobnet.yaml:10:161
       |
    10 | ...ice_account: '${TOKEN}', resources: {cpu: two}, base_image: 'a b'}}
       |                                              ^^^ expected an amount such as `2` or `512Mi`
       |
       = help: change it, or the variable that stands in it

    error[cloud-run-value]: `base_image` of the Cloud Run target cannot be `a b` in every environment
      --> jobnet.yaml:10:179
       |
    10 | ...'${TOKEN}', resources: {cpu: two}, base_image: 'a b'}}
       |                                                   ^^^^^ expected the name of an image
       |
       = help: change it, or the variable that stands in it
    "
    );
}

#[test]
fn a_job_has_a_name_of_its_own_that_google_takes() {
    let target = "out: jobs, region: europe-west1, image: shop, project: shop-1";
    insta::assert_snapshot!(faults("  load_all: {call: {get: /orders}}", target), @"
    error[cloud-run-name]: `load_all` cannot be the name of a job on Cloud Run
     --> jobnet.yaml:8:3
      |
    8 |   load_all: {call: {get: /orders}}
      |   ^^^^^^^^ expected at most 49 lowercase letters, digits and `-`, a letter first, no `-` last
      |
      = help: rename the stage or the environment, or shorten `name_suffix`
    ");
    let long = "  load-all-orders-of-all-shops-in-all-countries-of-eu: {call: {get: /orders}}";
    insta::assert_snapshot!(faults(long, target), @"
    error[cloud-run-name]: `load-all-orders-of-all-shops-in-all-countries-of-eu` cannot be the name of a job on Cloud Run
     --> jobnet.yaml:8:3
      |
    8 |   load-all-orders-of-all-shops-in-all-countries-of-eu: {call: {get: /orders}}
      |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected at most 49 lowercase letters, digits and `-`, a letter first, no `-` last
      |
      = help: rename the stage or the environment, or shorten `name_suffix`
    ");
    insta::assert_snapshot!(faults_in("dev, prod", LOAD, target), @r#"
    error[cloud-run-same-name]: `load` would be the job of `load` in dev and of `load` in prod
     --> jobnet.yaml:8:3
      |
    8 |   load: {call: {get: /orders}}
      |   ^^^^ expected a name of its own
      |
      = help: let the environment be part of it: `name_suffix: "-{env}"`

    error[cloud-run-secret]: `TOKEN.prod`, where secret `TOKEN` is kept in prod, cannot be a name in Secret Manager
     --> jobnet.yaml:9:25
      |
    9 | environments: {dev: {}, prod: {secret_suffix: .prod}}
      |                         ^^^^ expected at most 255 letters, digits, `-` and `_`
      |
      = help: change `secret_suffix` or `secret_names` of the environment
    "#);
}

#[test]
fn a_trigger_has_an_account() {
    let stage = "  load: {schedule: '0 3 * * *', call: {get: /orders}}";
    insta::assert_snapshot!(faults(stage, "out: jobs, region: europe-west1, image: shop, project: shop-1"), @"
    error[cloud-run-account]: stage `load` has a schedule, and there is no account for its trigger to start it by
     --> jobnet.yaml:8:20
      |
    8 |   load: {schedule: '0 3 * * *', call: {get: /orders}}
      |                    ^^^^^^^^^^^ expected `service_account`
      |
      = help: add `service_account: …` to `targets.cloud_run`
    ");
}

#[test]
fn the_image_holds_what_stages_need() {
    let stages = "  \
  a: {exec: {command: [./report]}}
  b: {sql: {database: main, file: ../b.sql}}
  c: {sql: {database: main, file: 'c[1].sql'}}
  d: {sql: {database: main, file: '${TOKEN}.sql'}}
  e: {call: {get: /orders}}";
    insta::assert_snapshot!(faults(stages, "out: jobs, region: europe-west1, image: shop, project: shop-1"), @r"
    error[cloud-run-command]: stage `a` runs a command, and the image of the jobs holds jobnet alone
     --> jobnet.yaml:8:3
      |
    8 |   a: {exec: {command: [./report]}}
      |   ^ expected `base_image` in `targets.cloud_run`
      |
      = help: add `base_image: …`, the image that holds the command

    error[cloud-run-file]: stage `b` reads `../b.sql`, which cannot be copied into the image of the jobs
     --> jobnet.yaml:9:3
      |
    9 |   b: {sql: {database: main, file: ../b.sql}}
      |   ^ expected a path below the spec's directory, without `$`, `*`, `?`, `[`, `]` and `\`
      |
      = help: move the file, or rename it

    error[cloud-run-file]: stage `c` reads `c[1].sql`, which cannot be copied into the image of the jobs
      --> jobnet.yaml:10:3
       |
    10 |   c: {sql: {database: main, file: 'c[1].sql'}}
       |   ^ expected a path below the spec's directory, without `$`, `*`, `?`, `[`, `]` and `\`
       |
       = help: move the file, or rename it

    error[unknown-path]: stage `d` reads `${TOKEN}.sql`, and Cloud Run must be given the file before a run
      --> jobnet.yaml:11:3
       |
    11 |   d: {sql: {database: main, file: '${TOKEN}.sql'}}
       |   ^ expected a path without secrets
       |
       = help: write the path, or make it a variable
    ");
}

#[test]
fn what_cloud_run_cannot_do_is_an_error_where_it_is_asked_for() {
    let stages = "  \
  a: {overlap: forbid, timeout: 200h, call: {get: /orders}}
  b: {overlap: replace, retries: 11, timeout: 5s, call: {get: /orders}}
  c: {schedule: '0 3 * * *', offset: 10m, call: {get: /orders}}
  d: {schedule: '0 3 * * *', offset: 5m, needs: [c], call: {get: /orders}}";
    let target = "out: jobs, region: europe-west1, image: shop, project: shop-1, service_account: jobs";
    insta::assert_snapshot!(faults(stages, target), @"
    error[impossible-on-target]: Cloud Run cannot do `overlap: forbid`: it starts executions beside each other
     --> jobnet.yaml:8:16
      |
    8 |   a: {overlap: forbid, timeout: 200h, call: {get: /orders}}
      |                ^^^^^^ Cloud Run is a target of this spec
      |
      = help: add `lease:`, by which jobnet does it

    error[impossible-on-target]: Cloud Run cannot do `timeout`: an attempt may take 168 hours at most
     --> jobnet.yaml:8:33
      |
    8 |   a: {overlap: forbid, timeout: 200h, call: {get: /orders}}
      |                                 ^^^^ Cloud Run is a target of this spec
      |
      = help: choose a shorter timeout

    error[impossible-on-target]: Cloud Run cannot do `overlap: replace`: it starts executions beside each other
     --> jobnet.yaml:9:16
      |
    9 |   b: {overlap: replace, retries: 11, timeout: 5s, call: {get: /orders}}
      |                ^^^^^^^ Cloud Run is a target of this spec
      |
      = help: choose `forbid` or `queue`, and add `lease:`

    error[impossible-on-target]: Cloud Run cannot do `retries`: it retries 10 times at most
     --> jobnet.yaml:9:34
      |
    9 |   b: {overlap: replace, retries: 11, timeout: 5s, call: {get: /orders}}
      |                                  ^^ Cloud Run is a target of this spec
      |
      = help: choose `retries: 10` or fewer

    error[impossible-on-target]: Cloud Run cannot do `timeout`: it counts whole seconds for each attempt
     --> jobnet.yaml:9:47
      |
    9 |   b: {overlap: replace, retries: 11, timeout: 5s, call: {get: /orders}}
      |                                               ^^ Cloud Run is a target of this spec
      |
      = help: choose a longer timeout

    error[impossible-on-target]: Cloud Run cannot do `needs: c`: `d` starts 5m before `c` (`5 3 * * *` and `10 3 * * *`), and only times keep the order
      --> jobnet.yaml:11:3
       |
    11 |   d: {schedule: '0 3 * * *', offset: 5m, needs: [c], call: {get: /orders}}
       |   ^ Cloud Run is a target of this spec
       |
       = help: give `d` an offset of more than 10m
    ");
}
