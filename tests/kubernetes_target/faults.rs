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
    insta::assert_snapshot!(options("    names: {load: Load_Orders}\n    secret: my_secret\n    service_account: -a\n    namespace: a.b\n    env_from: [{secret: A}, {config_map: B}]\n"), @"
    error[kubernetes-name]: `Load_Orders` cannot be the name of a CronJob
      --> jobnet.yaml:15:19
       |
    15 |     names: {load: Load_Orders}
       |                   ^^^^^^^^^^^ expected at most 52 of a to z, 0 to 9 and `-`, a letter or digit at both ends
       |
       = help: give it a name: `names: {STAGE: NAME}` in the target

    error[kubernetes-name]: `my_secret` cannot be the name of an object
      --> jobnet.yaml:16:13
       |
    16 |     secret: my_secret
       |             ^^^^^^^^^ expected at most 253 of a to z, 0 to 9, `-` and `.`, a letter or digit at both ends
       |
       = help: write the name as `kubectl get` shows it

    error[kubernetes-name]: `-a` cannot be the name of an object
      --> jobnet.yaml:17:22
       |
    17 |     service_account: -a
       |                      ^^ expected at most 253 of a to z, 0 to 9, `-` and `.`, a letter or digit at both ends
       |
       = help: write the name as `kubectl get` shows it

    error[kubernetes-name]: `a.b` cannot be a namespace
      --> jobnet.yaml:18:16
       |
    18 |     namespace: a.b
       |                ^^^ expected at most 63 of a to z, 0 to 9 and `-`, a letter or digit at both ends
       |
       = help: write the name as `kubectl get namespaces` shows it

    error[kubernetes-name]: `A` cannot be the name of an object
      --> jobnet.yaml:19:25
       |
    19 |     env_from: [{secret: A}, {config_map: B}]
       |                         ^ expected at most 253 of a to z, 0 to 9, `-` and `.`, a letter or digit at both ends
       |
       = help: write the name as `kubectl get` shows it

    error[kubernetes-name]: `B` cannot be the name of an object
      --> jobnet.yaml:19:42
       |
    19 |     env_from: [{secret: A}, {config_map: B}]
       |                                          ^ expected at most 253 of a to z, 0 to 9, `-` and `.`, a letter or digit at both ends
       |
       = help: write the name as `kubectl get` shows it
    ");
}

#[test]
fn a_name_made_from_the_nets_and_the_stages_may_be_too_long() {
    insta::assert_snapshot!(stages("stages: {load-all-the-orders-of-yesterday-and-of-the-day-before: {call: {api: open, get: /orders}}}\n"), @"
    error[kubernetes-name]: `net-load-all-the-orders-of-yesterday-and-of-the-day-before` cannot be the name of a CronJob
     --> jobnet.yaml:8:10
      |
    8 | stages: {load-all-the-orders-of-yesterday-and-of-the-day-before: {call: {api: open, get: /orders}}}
      |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected at most 52 of a to z, 0 to 9 and `-`, a letter or digit at both ends
      |
      = help: give it a name: `names: {STAGE: NAME}` in the target
    ");
}

#[test]
fn two_stages_are_two_cron_jobs() {
    insta::assert_snapshot!(stages("stages: {a_b: {call: {api: open, get: /orders}}, a-b: {call: {api: open, get: /orders}}}\n"), @"
    error[kubernetes-same-name]: stages `a_b` and `a-b` would both be the CronJob `net-a-b`
     --> jobnet.yaml:8:50
      |
    8 | stages: {a_b: {call: {api: open, get: /orders}}, a-b: {call: {api: open, get: /orders}}}
      |                                                  ^^^ expected another name
      |
      = help: give one a name of its own: `names: {a-b: NAME}` in the target
    ");
}

#[test]
fn images_have_tags_and_nothing_else_has() {
    insta::assert_snapshot!(faults(&target("stages: {load: {call: {api: open, get: /orders}}}\n", "    image: shop:v1\n    jobnet_tag: v1\n"), &[]), @"
    error[kubernetes-no-tag]: environment `prod` has no tag for the image
      --> jobnet.yaml:11:5
       |
    11 |     out: k8s
       |     ^^^ expected `tags` with one for `prod`
       |
       = help: add it, so that pods do not run `latest`: `tags: {prod: …}`

    error[kubernetes-image]: `shop:v1` cannot be an image without a tag
      --> jobnet.yaml:13:12
       |
    13 |     image: shop:v1
       |            ^^^^^^^ expected a name such as `ghcr.io/your-org/shop`
       |
       = help: write the tag into `tags`

    error[kubernetes-image]: `jobnet_tag` needs `jobnet_image`
      --> jobnet.yaml:14:17
       |
    14 |     jobnet_tag: v1
       |                 ^^ expected no tag, or an image that it is of
       |
       = help: remove it, or add `jobnet_image`
    ");
    insta::assert_snapshot!(options("    jobnet_image: shop\n    jobnet_tag: \"v1:2\"\n"), @r#"
    error[kubernetes-image]: `image` and `jobnet_image` are the same
      --> jobnet.yaml:15:19
       |
    15 |     jobnet_image: shop
       |                   ^^^^ expected jobnet's own image
       |
       = help: leave `jobnet_image` out where `image` is jobnet's

    error[kubernetes-image]: `v1:2` cannot be the tag of an image
      --> jobnet.yaml:16:17
       |
    16 |     jobnet_tag: "v1:2"
       |                 ^^^^^^ expected at most 128 letters, digits, `_`, `.` and `-`, or a digest `sha256:…`
       |
       = help: write the tag alone, without the image
    "#);
}

#[test]
fn labels_are_what_the_api_takes_and_not_those_that_pods_are_found_by() {
    insta::assert_snapshot!(options("    labels: {a b: c, team: \"the team\", app.kubernetes.io/name: x}\n    near: {pods: {app: -a}}\n"), @r#"
    error[kubernetes-label]: `a b` cannot be the key of a label
      --> jobnet.yaml:15:14
       |
    15 |     labels: {a b: c, team: "the team", app.kubernetes.io/name: x}
       |              ^^^ expected at most 63 letters, digits, `-`, `_` and `.`, after a domain and `/` if need be
       |
       = help: write it as `team`, say, or `example.com/team`

    error[kubernetes-label]: `the team` cannot be the value of a label
      --> jobnet.yaml:15:28
       |
    15 |     labels: {a b: c, team: "the team", app.kubernetes.io/name: x}
       |                            ^^^^^^^^^^ expected at most 63 letters, digits, `-`, `_` and `.`, a letter or digit at both ends
       |
       = help: shorten it, or leave out what is not allowed

    error[kubernetes-label]: label `app.kubernetes.io/name` is set by jobnet
      --> jobnet.yaml:15:40
       |
    15 |     labels: {a b: c, team: "the team", app.kubernetes.io/name: x}
       |                                        ^^^^^^^^^^^^^^^^^^^^^^ expected another label
       |
       = help: remove it, or choose another key

    error[kubernetes-label]: `-a` cannot be the value of a label
      --> jobnet.yaml:16:24
       |
    16 |     near: {pods: {app: -a}}
       |                        ^^ expected at most 63 letters, digits, `-`, `_` and `.`, a letter or digit at both ends
       |
       = help: shorten it, or leave out what is not allowed
    "#);
}

#[test]
fn resources_are_quantities() {
    insta::assert_snapshot!(options("    resources: {requests: {cpu: half}, limits: {memory: 64MB}}\n"), @"
    error[kubernetes-quantity]: `half` cannot be an amount of a resource
      --> jobnet.yaml:15:33
       |
    15 |     resources: {requests: {cpu: half}, limits: {memory: 64MB}}
       |                                 ^^^^ expected a number with a unit such as `m`, `Mi` or `Gi`
       |
       = help: write 250m for a quarter of a CPU, 128Mi for memory

    error[kubernetes-quantity]: `64MB` cannot be an amount of a resource
      --> jobnet.yaml:15:57
       |
    15 |     resources: {requests: {cpu: half}, limits: {memory: 64MB}}
       |                                                         ^^^^ expected a number with a unit such as `m`, `Mi` or `Gi`
       |
       = help: write 250m for a quarter of a CPU, 128Mi for memory
    ");
}

#[test]
fn a_rule_of_egress_is_about_pods_or_addresses() {
    insta::assert_snapshot!(options("    egress:\n      - {port: 80}\n      - {pods: {a: b}, cidr: 10.0.0.0/8, port: 80}\n"), @"
    error[not-exactly-one]: a rule of egress has none of `pods`, `cidr`
      --> jobnet.yaml:16:9
       |
    16 |       - {port: 80}
       |         ^ expected exactly one of `pods`, `cidr`
       |
       = help: add one of them

    error[not-exactly-one]: a rule of egress has `pods` and `cidr` at once
      --> jobnet.yaml:17:9
       |
    17 |       - {pods: {a: b}, cidr: 10.0.0.0/8, port: 80}
       |         ^ expected exactly one of `pods`, `cidr`
       |
       = help: keep one of them
    ");
    insta::assert_snapshot!(options("    egress:\n      - {cidr: 10.0.0.1/8, port: 0}\n      - {cidr: shop.example, port: 70000}\n"), @"
    error[kubernetes-address]: `10.0.0.1/8` cannot be a range of addresses
      --> jobnet.yaml:16:16
       |
    16 |       - {cidr: 10.0.0.1/8, port: 0}
       |                ^^^^^^^^^^ expected a network and the length of its prefix, such as `10.0.0.0/8`
       |
       = help: write 203.0.113.7/32 for one address; the bits behind the prefix are 0

    error[kubernetes-address]: `0` cannot be a port
      --> jobnet.yaml:16:34
       |
    16 |       - {cidr: 10.0.0.1/8, port: 0}
       |                                  ^ expected 1 to 65535
       |
       = help: write the port of the other side's pods

    error[kubernetes-address]: `shop.example` cannot be a range of addresses
      --> jobnet.yaml:17:16
       |
    17 |       - {cidr: shop.example, port: 70000}
       |                ^^^^^^^^^^^^ expected a network and the length of its prefix, such as `10.0.0.0/8`
       |
       = help: write 203.0.113.7/32 for one address; the bits behind the prefix are 0

    error[kubernetes-address]: `70000` cannot be a port
      --> jobnet.yaml:17:36
       |
    17 |       - {cidr: shop.example, port: 70000}
       |                                    ^^^^^ expected 1 to 65535
       |
       = help: write the port of the other side's pods
    ");
}

#[test]
fn mounts_are_paths_of_their_own() {
    insta::assert_snapshot!(options("    volumes:\n      - {claim: a, mount: data}\n      - {claim: B, mount: /etc/jobnet}\n      - {config_map: c, key: a/b, mount: /c}\n      - {config_map: c, mount: /c}\n"), @"
    error[kubernetes-mount]: `data` cannot be where a volume is mounted
      --> jobnet.yaml:16:27
       |
    16 |       - {claim: a, mount: data}
       |                           ^^^^ expected a path from `/` on, without `:` and `..`
       |
       = help: write it as `/app/data`, say

    error[kubernetes-name]: `B` cannot be the name of an object
      --> jobnet.yaml:17:17
       |
    17 |       - {claim: B, mount: /etc/jobnet}
       |                 ^ expected at most 253 of a to z, 0 to 9, `-` and `.`, a letter or digit at both ends
       |
       = help: write the name as `kubectl get` shows it

    error[kubernetes-mount]: `/etc/jobnet` is taken by the spec
      --> jobnet.yaml:17:27
       |
    17 |       - {claim: B, mount: /etc/jobnet}
       |                           ^^^^^^^^^^^ expected another path
       |
       = help: mount it elsewhere

    error[kubernetes-name]: `a/b` cannot be a key of a ConfigMap or Secret
      --> jobnet.yaml:18:30
       |
    18 |       - {config_map: c, key: a/b, mount: /c}
       |                              ^^^ expected at most 253 letters, digits, `-`, `_` and `.`
       |
       = help: write the key as `kubectl describe` shows it

    error[kubernetes-mount]: `/c` is taken by another volume
      --> jobnet.yaml:19:32
       |
    19 |       - {config_map: c, mount: /c}
       |                                ^^ expected another path
       |
       = help: mount it elsewhere
    ");
}

#[test]
fn secrets_stand_in_a_secret() {
    insta::assert_snapshot!(faults(&target("stages: {load: {call: {api: shop, get: /orders}}}\n", "    image: shop\n    tags: {prod: v1}\n"), &[]), @"
    error[kubernetes-no-secret]: stage `load` uses `TOKEN`, and no Secret holds secrets
      --> jobnet.yaml:11:5
       |
    11 |     out: k8s
       |     ^^^ expected `secret`, or `env_from`
       |
       = help: name the Secret that will hold them: `secret: NAME` in the target
    ");
}

#[test]
fn a_run_must_have_time_to_start() {
    insta::assert_snapshot!(stages("stages: {load: {start_within: 5s, call: {api: open, get: /orders}}}\n"), @"
    error[start-within-too-short]: a run that may start 5 s late at most may never start
     --> jobnet.yaml:8:31
      |
    8 | stages: {load: {start_within: 5s, call: {api: open, get: /orders}}}
      |                               ^^ expected at least 10s
      |
      = help: the controller looks every 10 s: write 1m or more
    ");
}

#[test]
fn the_files_of_stages_must_be_there() {
    insta::assert_snapshot!(stages("stages:\n  a: {sql: {file: sql/a.sql, database: shop}}\n  b: {sql: {file: ../b.sql, database: shop}}\n  c: {migrate: {dir: migrations, database: shop}}\n"), @"
    error[missing-file]: stage `a` reads `sql/a.sql`, which is not there
     --> jobnet.yaml:9:3
      |
    9 |   a: {sql: {file: sql/a.sql, database: shop}}
      |   ^ expected a file beside the spec
      |
      = help: create it, or correct the path

    error[unfit-file]: stage `b` reads `../b.sql`, which cannot be put into a pod: it has `..` in it
      --> jobnet.yaml:10:3
       |
    10 |   b: {sql: {file: ../b.sql, database: shop}}
       |   ^ expected a path below the spec's directory
       |
       = help: move or rename it

    error[missing-file]: stage `c` reads `migrations`, which is not there
      --> jobnet.yaml:11:3
       |
    11 |   c: {migrate: {dir: migrations, database: shop}}
       |   ^ expected a file beside the spec
       |
       = help: create it, or correct the path
    ");
}

#[test]
fn a_path_that_only_a_run_knows_is_no_file_of_a_pods() {
    insta::assert_snapshot!(stages("stages: {a: {sql: {file: \"${TOKEN}.sql\", database: shop}}}\n"), @r#"
    error[unknown-path]: stage `a` reads `${TOKEN}.sql`, and Kubernetes must be given the file before a run
     --> jobnet.yaml:8:10
      |
    8 | stages: {a: {sql: {file: "${TOKEN}.sql", database: shop}}}
      |          ^ expected a path without secrets
      |
      = help: write the path, or make it a variable
    "#);
}

#[test]
fn a_config_map_has_an_end() {
    let large = "x".repeat(1 << 20);
    let spec = target(
        "stages: {a: {sql: {file: a.sql, database: shop}}}\n",
        "    image: shop\n    tags: {prod: v1}\n",
    );
    insta::assert_snapshot!(faults(&spec, &[("a.sql", &large)]), @"
    error[files-too-large]: the spec's files have 1048973 bytes, and a ConfigMap holds 1048576
      --> jobnet.yaml:11:5
       |
    11 |     out: k8s
       |     ^^^ expected less
       |
       = help: put the files into an image of your own, and give their paths from `/` on
    ");
}

#[test]
fn kustomize_reads_an_equals_sign_in_its_own_way() {
    let spec = target(
        "stages: {a: {sql: {file: a=b.sql, database: shop}}}\n",
        "    image: shop\n    tags: {prod: v1}\n",
    );
    insta::assert_snapshot!(faults(&spec, &[("a=b.sql", "")]), @"
    error[unfit-file]: stage `a` reads `a=b.sql`, which cannot be put into a pod: kustomize allows no `=` in its path
     --> jobnet.yaml:8:10
      |
    8 | stages: {a: {sql: {file: a=b.sql, database: shop}}}
      |          ^ expected a path below the spec's directory
      |
      = help: move or rename it
    ");
}

#[test]
fn what_a_pod_writes_beside_the_spec_would_be_lost() {
    insta::assert_snapshot!(stages("stages: {a: {sql: {query: SELECT 1, database: notes}}}\n"), @"
    error[writes-beside-spec]: stage `a` writes into `sqlite:notes.db`, which would be in the pod's read-only copy of the spec's directory
     --> jobnet.yaml:8:10
      |
    8 | stages: {a: {sql: {query: SELECT 1, database: notes}}}
      |          ^ expected a database or store elsewhere
      |
      = help: name a server or bucket, or a path from `/` on that a claim in `volumes` keeps
    ");
}

#[test]
fn a_stage_starts_after_what_it_needs() {
    insta::assert_snapshot!(stages("stages:\n  a: {offset: 5m, call: {api: open, get: /a}}\n  b: {offset: 2m, needs: [a], call: {api: open, get: /b}}\n  c: {needs: [b], offset: 2m, call: {api: open, get: /c}}\n  d: {needs: [a], call: {api: open, get: /d}}\n  e: {needs: [a], schedule: \"5 * * * *\", call: {api: open, get: /e}}\n"), @r#"
    error[impossible-on-target]: Kubernetes cannot do `needs: a`: `b` starts 3m before `a` (`2 3 * * *` and `5 3 * * *`), and only times keep the order
      --> jobnet.yaml:10:15
       |
    10 |   b: {offset: 2m, needs: [a], call: {api: open, get: /b}}
       |               ^^ Kubernetes is a target of this spec
       |
       = help: give `b` an offset of more than 5m

    error[impossible-on-target]: Kubernetes cannot do `needs: b`: `c` starts at the same time as `b` (`2 3 * * *` and `2 3 * * *`), and only times keep the order
      --> jobnet.yaml:11:27
       |
    11 |   c: {needs: [b], offset: 2m, call: {api: open, get: /c}}
       |                           ^^ Kubernetes is a target of this spec
       |
       = help: give `c` an offset of more than 2m

    error[impossible-on-target]: Kubernetes cannot do `needs: a`: `d` starts 5m before `a` (`0 3 * * *` and `5 3 * * *`), and only times keep the order
      --> jobnet.yaml:12:3
       |
    12 |   d: {needs: [a], call: {api: open, get: /d}}
       |   ^ Kubernetes is a target of this spec
       |
       = help: give `d` an offset of more than 5m

    error[impossible-on-target]: Kubernetes cannot do `needs: a`: it sometimes starts at the same time as `a` (`5 * * * *` and `5 3 * * *`), and only times keep the order
      --> jobnet.yaml:13:3
       |
    13 |   e: {needs: [a], schedule: "5 * * * *", call: {api: open, get: /e}}
       |   ^ Kubernetes is a target of this spec
       |
       = help: give it a schedule at other times
    "#);
}

#[test]
fn runs_that_queue_need_a_lease() {
    insta::assert_snapshot!(stages("stages: {a: {overlap: queue, call: {api: open, get: /a}}}\n"), @"
    error[impossible-on-target]: Kubernetes cannot do `overlap: queue`: a CronJob leaves runs out, ends them, or lets them work side by side
     --> jobnet.yaml:8:23
      |
    8 | stages: {a: {overlap: queue, call: {api: open, get: /a}}}
      |                       ^^^^^ Kubernetes is a target of this spec
      |
      = help: give the stage a `lease`, which runs wait for, or choose `overlap: forbid`
    ");
}
