//! What Kubernetes or kustomize would refuse is said at its place in the spec.

use super::faults;

/// A spec with a target that has these keys beside those that it must have.
fn target(stages: &str, keys: &str) -> String {
    format!(
        "jobnet: v1
name: net
schedule: \"0 3 * * *\"
secrets: [TOKEN]
databases: {{shop: \"postgres://db/shop\", notes: \"sqlite:notes.db\"}}
apis: {{shop: {{base_url: \"https://shop.example/${{TOKEN}}\"}}, open: {{base_url: https://open.example}}}}
environments: {{prod: {{}}}}
{stages}targets:
  kubernetes:
    out: k8s
    environments: [prod]
{keys}"
    )
}

fn options(keys: &str) -> String {
    let stages = "stages: {load: {call: {api: open, get: /orders}}}\n";
    faults(&target(stages, &format!("    image: shop\n    tags: {{prod: v1}}\n{keys}")), &[])
}

fn stages(stages: &str) -> String {
    faults(&target(stages, "    image: shop\n    tags: {prod: v1}\n    secret: shop\n"), &[])
}

#[test]
fn names_are_what_the_api_takes() {
    insta::assert_snapshot!(options("    names: {load: Load_Orders}\n    secret: my_secret\n    service_account: -a\n    namespace: a.b\n    env_from: [{secret: A}, {config_map: B}]\n"), @"");
}

#[test]
fn a_name_made_from_the_nets_and_the_stages_may_be_too_long() {
    insta::assert_snapshot!(stages("stages: {load-all-the-orders-of-yesterday-and-of-the-day-before: {call: {api: open, get: /orders}}}\n"), @"");
}

#[test]
fn two_stages_are_two_cron_jobs() {
    insta::assert_snapshot!(stages("stages: {a_b: {call: {api: open, get: /orders}}, a-b: {call: {api: open, get: /orders}}}\n"), @"");
}

#[test]
fn images_have_tags_and_nothing_else_has() {
    insta::assert_snapshot!(faults(&target("stages: {load: {call: {api: open, get: /orders}}}\n", "    image: shop:v1\n    jobnet_tag: v1\n"), &[]), @"");
    insta::assert_snapshot!(options("    jobnet_image: shop\n    jobnet_tag: \"v1:2\"\n"), @"");
}

#[test]
fn labels_are_what_the_api_takes_and_not_those_that_pods_are_found_by() {
    insta::assert_snapshot!(options("    labels: {a b: c, team: \"the team\", app.kubernetes.io/name: x}\n    near: {pods: {app: -}}\n"), @"");
}

#[test]
fn resources_are_quantities() {
    insta::assert_snapshot!(options("    resources: {requests: {cpu: half}, limits: {memory: 64MB}}\n"), @"");
}

#[test]
fn a_rule_of_egress_is_about_pods_or_addresses() {
    insta::assert_snapshot!(options("    egress:\n      - {port: 80}\n      - {pods: {a: b}, cidr: 10.0.0.0/8, port: 80}\n"), @"");
    insta::assert_snapshot!(options("    egress:\n      - {cidr: 10.0.0.1/8, port: 0}\n      - {cidr: shop.example, port: 70000}\n"), @"");
}

#[test]
fn mounts_are_paths_of_their_own() {
    insta::assert_snapshot!(options("    volumes:\n      - {claim: a, mount: data}\n      - {claim: B, mount: /etc/jobnet}\n      - {config_map: c, key: a/b, mount: /c}\n      - {config_map: c, mount: /c}\n"), @"");
}

#[test]
fn secrets_stand_in_a_secret() {
    insta::assert_snapshot!(faults(&target("stages: {load: {call: {api: shop, get: /orders}}}\n", "    image: shop\n    tags: {prod: v1}\n"), &[]), @"");
}

#[test]
fn a_run_must_have_time_to_start() {
    insta::assert_snapshot!(stages("stages: {load: {start_within: 5s, call: {api: open, get: /orders}}}\n"), @"");
}

#[test]
fn the_files_of_stages_must_be_there() {
    insta::assert_snapshot!(stages("stages:\n  a: {sql: {file: sql/a.sql, database: shop}}\n  b: {sql: {file: ../b.sql, database: shop}}\n  c: {migrate: {dir: migrations, database: shop}}\n"), @"");
}

#[test]
fn a_path_that_only_a_run_knows_is_no_file_of_a_pods() {
    insta::assert_snapshot!(stages("stages: {a: {sql: {file: \"${TOKEN}.sql\", database: shop}}}\n"), @"");
}

#[test]
fn a_config_map_has_an_end() {
    let large = "x".repeat(1 << 20);
    let spec = target("stages: {a: {sql: {file: a.sql, database: shop}}}\n", "    image: shop\n    tags: {prod: v1}\n");
    insta::assert_snapshot!(faults(&spec, &[("a.sql", &large)]), @"");
}

#[test]
fn kustomize_reads_an_equals_sign_in_its_own_way() {
    let spec = target("stages: {a: {sql: {file: a=b.sql, database: shop}}}\n", "    image: shop\n    tags: {prod: v1}\n");
    insta::assert_snapshot!(faults(&spec, &[("a=b.sql", "")]), @"");
}

#[test]
fn what_a_pod_writes_beside_the_spec_would_be_lost() {
    insta::assert_snapshot!(stages("stages: {a: {sql: {query: SELECT 1, database: notes}}}\n"), @"");
}

#[test]
fn a_stage_starts_after_what_it_needs() {
    insta::assert_snapshot!(stages("stages:\n  a: {offset: 5m, call: {api: open, get: /a}}\n  b: {offset: 2m, needs: [a], call: {api: open, get: /b}}\n  c: {needs: [b], offset: 2m, call: {api: open, get: /c}}\n  d: {needs: [a], call: {api: open, get: /d}}\n  e: {needs: [a], schedule: \"5 * * * *\", call: {api: open, get: /e}}\n"), @"");
}

#[test]
fn runs_that_queue_need_a_lease() {
    insta::assert_snapshot!(stages("stages: {a: {overlap: queue, call: {api: open, get: /a}}}\n"), @"");
}
