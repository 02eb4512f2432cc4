//! The real checkers of workflows have nothing against what is rendered.

use std::path::PathBuf;

use crate::common::github_parser::GithubParser;
use crate::common::linters::Linters;

use super::{Rendering, file};

/// Everything that a target can say, beside what the examples have.
const OPTIONS: [&str; 7] = [
    // Keys of AWS, Google by OIDC, environments of GitHub's, a timeout over an hour, secrets with a suffix.
    "\
databases: {main: 'bigquery://project/data'}
stores: {raw: 's3://bucket/raw'}
stages:
  load:
    timeout: 2h
    flow: {from: {get: /a, items: '.[]', keep: {store: raw, path: a}}, to: {table: t, key: [id], columns: {id: .id}}}
environments: {dev: {secret_suffix: _DEV, schedule: '3 3 * * 7'}, prod: {confirm: true}}
targets:
  github:
    out: ../../.github/workflows/net.yml
    environments: [dev, prod]
    github_environments: true
    aws: {access_key_id: AWS_KEY_ID, secret_access_key: AWS_KEY, region: AWS_REGION}
    google: {workload_identity_provider: GCP_PROVIDER, service_account: GCP_ACCOUNT}
",
    // A role for longer than an hour, in one environment alone, and another timeout and other retries in each.
    "\
vars: {RAW: 'file:var'}
stores: {raw: '${RAW}'}
stages:
  load:
    timeout: 2h
    retries: 1
    flow:
      from: {get: /a, items: '.[]', keep: {store: raw, path: a}}
      to: {post: /b, each: true}
environments:
  dev: {}
  prod: {vars: {RAW: 's3://bucket'}, stages: {load: {timeout: 3h, retries: 2}}}
targets:
  github:
    out: .github/workflows/net.yml
    environments: [dev, prod]
    aws: {role_to_assume: AWS_ROLE, region: AWS_REGION}
",
    // A server of one's own, with a runner of one's own and runs that wait.
    "\
timezone: Asia/Tokyo
schedule: '30 0 * * 1'
defaults: {overlap: queue, timeout: 10h}
stages: {load: {call: {get: /a}}}
environments: {dev: {}}
targets:
  github: {out: .github/workflows/net.yml, environments: [dev], enterprise_server: true, runner: self-hosted}
",
    // Schedules of stages' own in zones of environments' own, and all runs wait for their turn.
    "\
defaults: {overlap: queue}
stages:
  load: {call: {get: /a}, schedule: '*/20 * * * *'}
  tell: {call: {get: /b}, schedule: '7 * * * *', needs: [load]}
  stop: {call: {get: /c}, schedule: '*/20 * * * *', needs: [tell]}
environments: {dev: {timezone: Europe/Berlin}, prod: {schedule: manual, stages: {load: {schedule: manual}, tell: {schedule: manual}, stop: {schedule: '9 9 * * *'}}}}
targets: {github: {out: .github/workflows/net.yml, environments: [dev, prod]}}
",
    // A later run ends the one before, stages are called as our own jobs, and nothing has a default.
    "\
defaults: {overlap: replace}
stages: {start: {call: {get: /a}}, summary: {call: {get: /b}, needs: [start]}}
environments: {dev: {}, prod: {}}
targets: {github: {out: .github/workflows/net.yml, environments: [dev, prod]}}
",
    // An author's steps, with expressions, scripts and all that YAML has.
    "\
stages: {make: {exec: {command: make}}}
environments: {dev: {}}
targets:
  github:
    out: ../.github/workflows/net.yml
    environments: [dev]
    setup:
      - name: \"with: a colon # and a hash\"
        if: ${{ needs.start.outputs.env == 'dev' }}
        uses: actions/setup-node@v7
        with: {node-version: 24, check-latest: true}
      - run: |
          set -e

          make --version
        env: {MODE: '${{ vars.MODE }}', \"on\": \"yes\"}
        shell: bash
",
    // Stages call jobnet's workflow with all that it takes, but for commands, which cannot.
    "\
secrets: [TOKEN]
vars: {RAW: 'file:var'}
databases: {main: 'bigquery://project/data'}
stores: {raw: '${RAW}'}
stages:
  load:
    timeout: 2h
    retries: 1
    flow:
      from: {get: '/a/${TOKEN}', items: '.[]', keep: {store: raw, path: a}}
      to: {table: t, key: [id], columns: {id: .id}}
  tell: {needs: [load], call: {get: /b}}
  make: {needs: [load], exec: {command: make}}
environments:
  dev: {secret_suffix: _DEV}
  prod: {confirm: true, vars: {RAW: 's3://bucket'}, stages: {load: {timeout: 3h, retries: 2}}}
targets:
  github:
    out: ../../.github/workflows/net.yml
    environments: [dev, prod]
    reusable_workflow: true
    github_environments: true
    runner: self-hosted
    aws: {role_to_assume: AWS_ROLE, region: AWS_REGION}
    google: {workload_identity_provider: GCP_PROVIDER, service_account: GCP_ACCOUNT}
",
];

fn workflows() -> Vec<(tempfile::TempDir, PathBuf)> {
    let examples = ["batch-etl", "batch-etl-commands"].map(Rendering::example);
    let options = OPTIONS.map(|spec| Rendering::below_head(spec).in_directories(["shop", "etl"]));
    examples.iter().chain(&options).map(|rendering| file(&rendering.workflow())).collect()
}

fn paths(workflows: &[(tempfile::TempDir, PathBuf)]) -> Vec<&PathBuf> {
    workflows.iter().map(|(_, path)| path).collect()
}

#[test]
fn jactionlint_and_yamllint_say_nothing() {
    let Some(linters) = Linters::find() else { return };
    let workflows = workflows();
    linters.jactionlint(&paths(&workflows)).unwrap();
    linters.yamllint(&paths(&workflows)).unwrap();
}

#[test]
fn githubs_own_parser_says_nothing() {
    let Some(github) = GithubParser::find() else { return };
    for checked in github.check(&paths(&workflows())) {
        assert_eq!(
            (checked.errors, checked.warnings),
            (Vec::new(), Vec::new()),
            "{}",
            checked.file.display()
        );
    }
}

/// zizmor wants every action pinned by its commit. jobnet's own is not published, so that it has none: a user's lock file
/// pins it, as `pinned.rs` shows.
#[test]
fn zizmor_names_jobnets_own_action_and_nothing_else() {
    let Some(linters) = Linters::find() else { return };
    let workflows = workflows();
    let findings = linters.zizmor_pedantic(&paths(&workflows));
    assert!(!findings.is_empty());
    for finding in findings {
        let text = std::fs::read_to_string(&finding.file).unwrap();
        let line = text.lines().nth(usize::try_from(finding.line).unwrap() - 1).unwrap();
        assert_eq!(finding.audit, "unpinned-uses", "{line}");
        assert!(line.contains("uses: your-org/jobnet-action"), "{line}");
    }
}

#[test]
fn with_its_commit_in_the_lock_file_zizmor_says_nothing() {
    let Some(linters) = Linters::find() else { return };
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let lock = format!("your-org/jobnet-action@v1: {{commit: {commit}, version: v1.0.0}}\n");
    for name in ["batch-etl", "batch-etl-commands"] {
        let (_directory, path) = file(&Rendering::example(name).lock(&lock).workflow());
        assert_eq!(linters.zizmor_pedantic(&[path]), []);
    }
}

#[test]
fn what_options_render_is_read_by_people_too() {
    let shown = |number: usize, from: &str, to: &str| {
        let workflow = Rendering::below_head(OPTIONS[number]).in_directories(["shop", "etl"]).workflow();
        let start = workflow.find(from).unwrap();
        let end = workflow[start..].find(to).unwrap();
        workflow[start..start + end].to_owned()
    };
    insta::assert_snapshot!("the_job_of_a_stage_on_two_clouds", shown(0, "  load:", "  summary:"));
    insta::assert_snapshot!("what_environments_have_different", shown(1, "  load:", "  summary:"));
    insta::assert_snapshot!("the_schedule_of_a_server_of_ones_own", shown(2, "on:", "jobs:"));
    insta::assert_snapshot!("schedules_of_stages_own", shown(3, "on:", "    outputs:"));
    insta::assert_snapshot!("a_condition_that_asks_beyond_its_needs", shown(3, "  stop:", "    runs-on:"));
    insta::assert_snapshot!("stages_called_as_our_own_jobs", shown(4, "jobs:", "    permissions:"));
    insta::assert_snapshot!(
        "the_jobs_of_stages_that_call_a_workflow",
        shown(6, "    permissions:", "  summary:")
    );
    insta::assert_snapshot!("the_steps_of_a_command_below_the_root", shown(5, "  make:", "  summary:"));
}
