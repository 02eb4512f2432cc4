//! What GitHub would refuse, or understand otherwise than the spec, is an error at its place.

use super::Rendering;

fn faults(rest: &str) -> String {
    Rendering::below_head(rest).faults()
}

#[test]
fn a_workflow_lies_where_github_looks() {
    insta::assert_snapshot!(faults("\
stages: {load: {call: {get: /a}}}
environments: {dev: {}}
targets: {github: {out: deploy/net.yml, environments: [dev]}}
"), @"
    error[github-not-a-workflow]: `deploy/net.yml` is no file of a workflow
     --> jobnet.yaml:6:25
      |
    6 | targets: {github: {out: deploy/net.yml, environments: [dev]}}
      |                         ^^^^^^^^^^^^^^ expected `.github/workflows/NAME.yml`
      |
      = help: give the path from here to `.github/workflows` at the root of the repository, `../.github/workflows/NAME.yml` say
    ");
}

#[test]
fn names_differ_by_more_than_case() {
    insta::assert_snapshot!(faults("\
stages: {load: {call: {get: /a}}, Load: {call: {get: /b}}, all: {call: {get: /c}}}
environments: {dev: {}, DEV: {}, test: {}}
targets: {github: {out: .github/workflows/net.yml, environments: [dev, DEV], default_environment: test}}
"), @"
    error[github-name]: `load` and `Load` are the same stage to GitHub, where case does not count
     --> jobnet.yaml:4:35
      |
    4 | stages: {load: {call: {get: /a}}, Load: {call: {get: /b}}, all: {call: {get: /c}}}
      |                                   ^^^^ expected stages that differ by more than case
      |
      = help: rename it

    error[github-name]: `all` is every stage on GitHub, and cannot be the name of one
     --> jobnet.yaml:4:60
      |
    4 | stages: {load: {call: {get: /a}}, Load: {call: {get: /b}}, all: {call: {get: /c}}}
      |                                                            ^^^ expected another name
      |
      = help: rename it

    error[github-name]: `dev` and `DEV` are the same environment to GitHub, where case does not count
     --> jobnet.yaml:5:25
      |
    5 | environments: {dev: {}, DEV: {}, test: {}}
      |                         ^^^ expected environments that differ by more than case
      |
      = help: rename it

    error[github-environment]: `test` is not among the environments of this target
     --> jobnet.yaml:6:99
      |
    6 | targets: {github: {out: .github/workflows/net.yml, environments: [dev, DEV], default_environment: test}}
      |                                                                                                   ^^^^ expected one of `dev`, `DEV`
      |
      = help: name one of them, or add it to `environments`
    ");
}

#[test]
fn a_secret_has_a_name_that_github_can_keep() {
    insta::assert_snapshot!(faults("\
secrets: [TOKEN]
stages: {load: {call: {get: '/a/${TOKEN}'}}}
environments: {dev: {secret_suffix: -dev}, prod: {secret_names: {TOKEN: GITHUB_TOKEN}}}
targets: {github: {out: .github/workflows/net.yml, environments: [dev, prod]}}
"), @"
    error[github-secret-name]: GitHub cannot keep a secret called `TOKEN-dev`
     --> jobnet.yaml:6:16
      |
    6 | environments: {dev: {secret_suffix: -dev}, prod: {secret_names: {TOKEN: GITHUB_TOKEN}}}
      |                ^^^ expected letters, digits and underscores, no digit and no `GITHUB_` first
      |
      = help: say what it is called there, by `secret_names` or another `secret_suffix`

    error[github-secret-name]: GitHub cannot keep a secret called `GITHUB_TOKEN`
     --> jobnet.yaml:6:44
      |
    6 | environments: {dev: {secret_suffix: -dev}, prod: {secret_names: {TOKEN: GITHUB_TOKEN}}}
      |                                            ^^^^ expected letters, digits and underscores, no digit and no `GITHUB_` first
      |
      = help: say what it is called there, by `secret_names` or another `secret_suffix`
    ");
}

#[test]
fn what_the_lock_file_does_not_have_is_looked_up_by_people() {
    insta::assert_snapshot!(faults("\
stages: {load: {exec: {command: make}}}
environments: {dev: {}}
targets:
  github:
    out: .github/workflows/net.yml
    environments: [dev]
    setup:
      - {uses: actions/setup-go@v6}
      - {uses: docker://alpine:3}
      - {uses: actions/checkout}
      - {name: nothing}
"), @"
    error[github-not-pinned]: `actions/setup-go@v6` is not in the lock file
      --> jobnet.yaml:11:9
       |
    11 |       - {uses: actions/setup-go@v6}
       |         ^ expected an action that the lock file has
       |
       = help: add to jobnet.lock: `actions/setup-go@v6: {commit: …, version: …}`; look it up with `git ls-remote --tags https://github.com/actions/setup-go`

    error[github-not-pinned]: `docker://alpine:3` does not say which version it means
      --> jobnet.yaml:12:9
       |
    12 |       - {uses: docker://alpine:3}
       |         ^ expected a version after the name
       |
       = help: add its digest: `docker://alpine:3@sha256:…`

    error[github-not-pinned]: `actions/checkout` does not say which version it means
      --> jobnet.yaml:13:9
       |
    13 |       - {uses: actions/checkout}
       |         ^ expected a version after the name
       |
       = help: add it: `actions/checkout@v1`

    error[github-not-a-step]: a step has `uses` or `run`, with a text
      --> jobnet.yaml:14:9
       |
    14 |       - {name: nothing}
       |         ^ expected one of `uses`, `run`
       |
       = help: <https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idsteps> says what can stand in one
    ");
}

#[test]
fn a_lock_file_is_read_or_refused() {
    let rendering = Rendering::below_head(
        "\
stages: {load: {call: {get: /a}}}
environments: {dev: {}}
targets: {github: {out: .github/workflows/net.yml, environments: [dev]}}
",
    );
    insta::assert_snapshot!(rendering.lock("actions/checkout@v7: {commit: v7.0.1, version: v7.0.1}\n").faults(), @"
    error[github-lock]: the lock file cannot be read: `v7.0.1` is not a commit of `actions/checkout@v7`
     --> jobnet.yaml:6:19
      |
    6 | targets: {github: {out: .github/workflows/net.yml, environments: [dev]}}
      |                   ^ `jobnet.lock` says which commits are meant
      |
      = help: a line has the form `OWNER/NAME@v1: {commit: 40 hexadecimal digits, version: v1.2.3}`
    ");
}

#[test]
fn the_job_of_a_stage_runs_no_group() {
    insta::assert_snapshot!(faults("\
stages: {load: {call: {get: /a}}, tell: {call: {get: /b}}}
groups: {load: [tell]}
environments: {dev: {}}
targets: {github: {out: .github/workflows/net.yml, environments: [dev]}}
"), @"
    error[github-name]: `load` is a group too, and the job of the stage would run the group
     --> jobnet.yaml:4:10
      |
    4 | stages: {load: {call: {get: /a}}, tell: {call: {get: /b}}}
      |          ^^^^ expected another name
      |
      = help: rename it
    ");
}

#[test]
fn runners_have_a_label() {
    insta::assert_snapshot!(faults("\
stages: {load: {call: {get: /a}}}
environments: {dev: {}}
targets: {github: {out: .github/workflows/net.yml, environments: [dev], runner: ' '}}
"), @"
    error[github-runner]: the label of the runners is empty
     --> jobnet.yaml:6:81
      |
    6 | targets: {github: {out: .github/workflows/net.yml, environments: [dev], runner: ' '}}
      |                                                                                 ^^^ expected a label
      |
      = help: name one, or remove `runner` for GitHub's own
    ");
}

#[test]
fn what_a_workflow_cannot_do_is_said_where_the_spec_asks_for_it() {
    insta::assert_snapshot!(faults("\
stages:
  load: {call: {get: /a}, start_within: 5m}
  tell: {call: {get: /b}, needs: [load], overlap: replace}
environments:
  dev: {}
  prod: {stages: {tell: {needs: []}}}
targets: {github: {out: .github/workflows/net.yml, environments: [dev, prod]}}
"), @"
    error[impossible-on-target]: GitHub Actions cannot do `start_within: 5m`: a run that GitHub starts late cannot be told from one in time
     --> jobnet.yaml:5:41
      |
    5 |   load: {call: {get: /a}, start_within: 5m}
      |                                         ^^ GitHub Actions is a target of this spec
      |
      = help: remove it for this target, or give the stage a `lease`

    error[impossible-on-target]: GitHub Actions cannot do `overlap: replace`: a workflow runs as a whole, and other stages of it say otherwise
     --> jobnet.yaml:6:51
      |
    6 |   tell: {call: {get: /b}, needs: [load], overlap: replace}
      |                                                   ^^^^^^^ GitHub Actions is a target of this spec
      |
      = help: let all stages say the same, by `defaults.overlap`

    error[impossible-on-target]: GitHub Actions cannot do `needs`: the order of jobs is the same in all environments of a workflow, and `prod` has another
     --> jobnet.yaml:9:19
      |
    9 |   prod: {stages: {tell: {needs: []}}}
      |                   ^^^^ GitHub Actions is a target of this spec
      |
      = help: let it be the same, or give the environment a spec of its own
    ");
}

#[test]
fn a_condition_has_so_many_characters() {
    let names: Vec<String> = (100..300).map(|number| format!("{}{number}", "s".repeat(90))).collect();
    let stages: Vec<String> = names.iter().map(|name| format!("  {name}: {{call: {{get: /a}}}}")).collect();
    let spec = format!(
        "stages:\n{}\n  last: {{call: {{get: /b}}, needs: [{}]}}\nenvironments: {{dev: {{}}}}\n\
         targets: {{github: {{out: .github/workflows/net.yml, environments: [dev]}}}}\n",
        stages.join("\n"),
        names.join(", ")
    );
    let faults = faults(&spec);
    assert!(faults.contains("error[github-long-expression]: the condition of stage `last`"), "{faults}");
}

#[test]
fn secrets_of_a_stage_that_calls_a_workflow_have_so_many_characters() {
    let names: Vec<String> = (10..99).map(|number| format!("{}{number}", "S".repeat(90))).collect();
    let path = names.iter().map(|name| format!("${{{name}}}")).collect::<Vec<_>>().join("/");
    let spec = format!(
        "secrets: [{}]\nstages: {{load: {{call: {{get: '/{path}'}}}}}}\n\
         environments: {{dev: {{secret_suffix: _DEV}}, prod: {{}}}}\ntargets: {{github: {{\
         out: .github/workflows/net.yml, environments: [dev, prod], reusable_workflow: true}}}}\n",
        names.join(", ")
    );
    let faults = faults(&spec);
    assert!(faults.contains("error[github-long-expression]: the secrets of stage `load`"), "{faults}");
}

#[test]
fn what_stages_call_is_a_workflow_of_a_repository() {
    insta::assert_snapshot!(faults("\
stages: {load: {call: {get: /a}}}
environments: {dev: {}}
targets: {github: {out: .github/workflows/net.yml, environments: [dev], reusable_workflow: true, action: ./own}}
"), @"
    error[github-no-reusable]: `./own` is no repository with a workflow that stages could call
     --> jobnet.yaml:6:106
      |
    6 | targets: {github: {out: .github/workflows/net.yml, environments: [dev], reusable_workflow: true, action: ./own}}
      |                                                                                                          ^^^^^ expected `OWNER/NAME@VERSION`
      |
      = help: name a repository that is a copy of jobnet's, or remove `reusable_workflow`
    ");
}
