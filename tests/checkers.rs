//! The programs that generated files are checked with: each lets a good file pass, and says no to a bad one.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::common::github_parser::{Case, GithubParser};
use crate::common::kubectl::Kubectl;
use crate::common::linters::{Finding, Linters};

const GOOD_WORKFLOW: &str = r#"name: nightly
on:
  schedule:
    - cron: "7 3 * * *"
      timezone: Asia/Tokyo
  workflow_dispatch:
    inputs:
      env:
        type: choice
        options: [dev, prod]
        default: dev
permissions: {}
concurrency:
  group: nightly-${{ inputs.env || 'prod' }}
  cancel-in-progress: false
  queue: max
jobs:
  ranking:
    name: ranking
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - run: echo "$JOBNET_ENV"
        env:
          JOBNET_ENV: ${{ inputs.env || 'prod' }}
  item:
    name: item
    needs: ranking
    if: needs.ranking.result == 'success'
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - run: echo item
"#;

/// A job that does not exist, an injection, and a variable that the shell would split.
const BAD_WORKFLOW: &str = "name: bad
on: push
permissions: {}
jobs:
  item:
    name: item
    needs: ranking
    runs-on: ubuntu-24.04
    steps:
      - run: echo ${{ github.head_ref }} $HOME
";

const CRON_JOB: &str = r#"apiVersion: batch/v1
kind: CronJob
metadata:
  name: item
spec:
  schedule: "7 3 * * *"
  timeZone: Asia/Tokyo
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: jobnet
              image: jobnet
"#;

/// A directory with one file, which goes with the first of the two.
fn file(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    (directory, path)
}

#[test]
fn jactionlint_reads_workflows_and_the_shell_in_them() {
    let Some(linters) = Linters::find() else { return };
    let (_directory, good) = file(".github/workflows/good.yml", GOOD_WORKFLOW);
    linters.jactionlint(&[good]).unwrap();
    let (_directory, bad) = file(".github/workflows/bad.yml", BAD_WORKFLOW);
    let objection = linters.jactionlint(&[bad]).unwrap_err();
    assert!(["undefined-job-needs", "template-injection", "SC2086"].iter().all(|rule| objection.names(rule)));
}

#[test]
fn zizmor_names_its_findings_with_their_lines() {
    let Some(linters) = Linters::find() else { return };
    let (_directory, good) = file(".github/workflows/good.yml", GOOD_WORKFLOW);
    assert_eq!(linters.zizmor_pedantic(&[&good]), []);
    let (_directory, bad) = file(".github/workflows/bad.yml", BAD_WORKFLOW);
    let finding = |audit: &str, line| Finding { audit: audit.to_owned(), file: bad.clone(), line };
    let expected = [finding("concurrency-limits", 2), finding("template-injection", 10)];
    assert_eq!(linters.zizmor_pedantic(&[&good, &bad]), expected);
}

#[test]
fn yamllint_allows_what_workflows_need_and_no_more() {
    let Some(linters) = Linters::find() else { return };
    let (_directory, good) = file("good.yml", GOOD_WORKFLOW);
    linters.yamllint(&[good]).unwrap();
    for (text, rule) in [
        ("a: 1\na: 2\n", "key-duplicates"),
        ("a: yes\n", "truthy"),
        ("a:\n   - 1\n", "indentation"),
        ("a: 1 \n", "trailing-spaces"),
    ] {
        let (_directory, bad) = file("bad.yml", text);
        assert!(linters.yamllint(&[bad]).unwrap_err().names(rule), "{rule}");
    }
}

#[test]
fn shellcheck_reads_scripts() {
    let Some(linters) = Linters::find() else { return };
    let (_directory, good) = file("good.sh", "#!/bin/sh\necho \"$HOME\"\n");
    linters.shellcheck(&[good]).unwrap();
    let (_directory, bad) = file("bad.sh", "#!/bin/sh\necho $HOME\n");
    assert!(linters.shellcheck(&[bad]).unwrap_err().names("SC2086"));
}

#[test]
fn kubernetes_validate_takes_what_the_api_has_and_nothing_else() {
    let Some(linters) = Linters::find() else { return };
    linters.kubernetes_validate(CRON_JOB, "1.37").unwrap();
    let misspelt = CRON_JOB.replace("timeZone", "timezone");
    let both = format!("{CRON_JOB}---\n{misspelt}");
    assert!(linters.kubernetes_validate(&both, "1.37").unwrap_err().names("'timezone' was unexpected"));
    let custom = "apiVersion: example.com/v1\nkind: Own\nmetadata:\n  name: own\n";
    assert!(linters.kubernetes_validate(custom, "1.37").unwrap_err().names("Couldn't find schema"));
    linters.kubernetes_validate("", "1.37").unwrap_err();
    linters.kubernetes_validate(CRON_JOB, "1.0").unwrap_err();
}

#[test]
fn githubs_parser_says_what_it_reads() {
    let Some(github) = GithubParser::find() else { return };
    let (_directory, good) = file(".github/workflows/good.yml", GOOD_WORKFLOW);
    let (_directory, bad) = file(".github/workflows/bad.yml", BAD_WORKFLOW);
    let checked = github.check(&[&good, &bad]);
    let [read, refused] = &checked[..] else { panic!("two files: {checked:?}") };
    assert_eq!((&read.file, &read.errors[..], &read.warnings[..]), (&good, &[][..], &[][..]));
    let schedule = &read.model["events"]["schedule"];
    assert_eq!(schedule, &json!([{"cron": "7 3 * * *", "timezone": "Asia/Tokyo"}]));
    assert_eq!(read.model["concurrency"]["group"], "${{ format('nightly-{0}', inputs.env || 'prod') }}");
    let item = &read.model["jobs"][1];
    assert_eq!(item["needs"], json!(["ranking"]));
    assert_eq!(item["if"], "success() && (needs.ranking.result == 'success')");
    assert!(refused.errors.iter().any(|error| error.contains("bad.yml:7:12")), "{refused:?}");
}

#[test]
fn a_caller_is_held_to_the_inputs_of_what_it_calls() {
    let Some(github) = GithubParser::find() else { return };
    let Some(linters) = Linters::find() else { return };
    let called = "on:\n  workflow_call:\n    inputs:\n      env: {type: string, required: true}\njobs:\n  \
                  item:\n    runs-on: ubuntu-24.04\n    steps: [{run: echo}]\n";
    let (directory, _) = file(".github/workflows/called.yml", called);
    let caller = directory.path().join(".github/workflows/caller.yml");
    for (with, accepted) in [("env", true), ("environment", false)] {
        let text = format!(
            "on: push\njobs:\n  call:\n    uses: ./.github/workflows/called.yml\n    with: {{{with}: prod}}\n"
        );
        fs::write(&caller, text).unwrap();
        let checked = github.check(&[&caller]);
        assert_eq!(checked[0].errors.is_empty(), accepted, "{checked:?}");
        assert_eq!(linters.jactionlint(&[&caller]).is_ok(), accepted);
    }
}

#[test]
fn githubs_parser_holds_a_step_to_the_inputs_of_its_action() {
    let Some(github) = GithubParser::find() else { return };
    let action = "name: setup\ndescription: sets up\ninputs:\n  version: {description: which}\nruns:\n  \
                  using: composite\n  steps: [{run: echo, shell: sh}]\n";
    let (actions, _) = file("setup/action.yml", action);
    let github = github.repository("your-org/jobnet-action", actions.path());
    for (uses, accepted) in [
        ("{uses: your-org/jobnet-action/setup@v1, with: {version: 1}}", true),
        ("{uses: your-org/jobnet-action/setup@v1, with: {env: dev}}", false),
        ("{uses: your-org/jobnet-action/absent@v1}", false),
        ("{uses: actions/checkout@v5, with: {ref: main}}", true),
    ] {
        let job = format!("on: push\njobs:\n  item:\n    runs-on: ubuntu-24.04\n    steps: [{uses}]\n");
        let (_directory, path) = file(".github/workflows/item.yml", &job);
        let checked = github.check(&[path]);
        assert_eq!(checked[0].errors.is_empty(), accepted, "{uses}: {checked:?}");
    }
}

#[test]
fn githubs_parser_reads_action_files() {
    let Some(github) = GithubParser::find() else { return };
    let action = "name: run\ndescription: runs\nruns:\n  using: composite\n  steps:\n    - run: echo\n      shell: bash\n";
    for (text, accepted) in [(action.to_owned(), true), (action.replace("steps", "step"), false)] {
        let (_directory, path) = file("action.yml", &text);
        let checked = github.check(&[path]);
        assert_eq!(checked[0].errors.is_empty(), accepted, "{checked:?}");
    }
}

#[test]
fn githubs_evaluator_answers_many_cases_at_once() {
    let Some(github) = GithubParser::find() else { return };
    let scheduled = |case: Case| case.context("inputs", json!({}));
    let values = github.evaluate(&[
        scheduled(Case::text("nightly-${{ inputs.env || 'prod' }}-${{ github.run_id }}"))
            .context("github", json!({"run_id": 7})),
        scheduled(Case::text("${{ inputs.env || 'a }} b' }}")),
        scheduled(Case::text("${{ inputs.dry_run || true }}")),
        Case::text("nightly"),
        Case::expression("failure() && needs.item.result == 'Failure'")
            .context("needs", json!({"item": {"result": "failure"}}))
            .status("failure"),
        Case::expression("failure() || success()").status("cancelled"),
        Case::expression("always() && !cancelled()").status("cancelled"),
        Case::expression("hashFiles('**')"),
    ]);
    assert_eq!(json!(values), json!(["nightly-prod-7", "a }} b", true, "nightly", true, false, false, ""]));
    let unknown = github.try_evaluate(&[Case::expression("inputs.env"), Case::text("${{ 1")]);
    assert!(unknown[0].as_ref().unwrap_err().names("Unrecognized named-value: 'inputs'"));
    assert!(unknown[1].is_err());
}

#[test]
fn kubectl_builds_a_kustomization() {
    let Some(kubectl) = Kubectl::find() else { return };
    let (directory, _) = file("cronjob.yaml", CRON_JOB);
    kustomization(directory.path(), "namePrefix: dev-\nresources: [cronjob.yaml]\n");
    assert!(kubectl.kustomize(directory.path()).unwrap().contains("name: dev-item"));
    kustomization(directory.path(), "resources: [missing.yaml]\n");
    assert!(kubectl.kustomize(directory.path()).unwrap_err().names("missing.yaml"));
}

fn kustomization(directory: &Path, text: &str) {
    fs::write(directory.join("kustomization.yaml"), text).unwrap();
}
