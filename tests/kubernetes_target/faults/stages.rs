//! What stages ask for, and what they read.

use super::{faults, stages, target};

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
