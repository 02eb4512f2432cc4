//! The workflows that others call, called by one under act, with the image built here.

mod check;
mod net;
mod rerun;
mod stage;

use std::fs;

use crate::common::act::{Act, Ran};
use crate::common::docker::Docker;
use crate::common::document::project;

/// What stands for GitHub's artifacts: it tells what it would keep.
const UPLOAD: &str = r#"
name: upload
description: tells what it would keep
inputs:
  name: {required: true}
  path: {required: true}
  retention-days: {}
  if-no-files-found: {}
runs:
  using: composite
  steps:
    - shell: bash
      env:
        NAME: ${{ inputs.name }}
        FILE: ${{ inputs.path }}
      run: |
        echo "artifact $NAME"
        if test -e "$FILE"; then sed 's/^.*"event":"\([a-z]*\)".*$/\1/' "$FILE"; fi
"#;

/// What stands for an action that logs in to a cloud: it tells where.
const LOGIN: &str = r#"
name: login
description: tells where it would log in
inputs:
  aws-region: {}
  role-to-assume: {}
  role-duration-seconds: {}
  aws-access-key-id: {}
  aws-secret-access-key: {}
  workload_identity_provider: {}
  service_account: {}
runs:
  using: composite
  steps:
    - shell: bash
      env:
        AWS: ${{ inputs.aws-region }} for ${{ inputs.role-duration-seconds }} s
        GOOGLE: ${{ inputs.workload_identity_provider }}
      run: 'echo "logged in: ${GOOGLE:-$AWS}"'
"#;

/// What stands for code scanning: it tells what it would show.
const SCANNING: &str = r#"
name: upload
description: tells what it would show
inputs:
  sarif_file: {required: true}
  category: {required: true}
runs:
  using: composite
  steps:
    - shell: bash
      env:
        FILE: ${{ inputs.sarif_file }}
        CATEGORY: ${{ inputs.category }}
      run: |
        echo "scanning by $CATEGORY"
        grep --only-matching '"ruleId": *"[a-z-]*"' "$FILE" || echo nothing
"#;

/// A repository with a workflow `caller.yml` that calls one of ours.
struct Called {
    act: Act,
    _directory: tempfile::TempDir,
}

/// With these files in the repository; `None` where there is no engine.
async fn called(workflow: &str, caller: &str, tree: &[(&str, &str)]) -> Option<Called> {
    let (repository, directory) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (file, text) in [&[(".github/workflows/caller.yml", caller)], tree].concat() {
        let path = repository.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    Docker::engine().await?.image().await;
    let ours = project(".github/workflows");
    let mut act = Act::on(repository.path()).await?.in_containers().await?;
    let text = fs::read_to_string(ours.join(workflow)).unwrap();
    let workflows = directory.path().join("jobnet/.github/workflows");
    fs::create_dir_all(&workflows).unwrap();
    // act has node look for files, and there is none in its containers.
    fs::write(workflows.join(workflow), text.replace("hashFiles('jobnet.sarif') != ''", "true")).unwrap();
    act = act.action("your-org/jobnet-action", "v1", &directory.path().join("jobnet"));
    let uses = text.lines().filter_map(|line| line.trim_start_matches([' ', '-']).strip_prefix("uses: "));
    for (action, reference) in uses.filter_map(|uses| uses.split(' ').next()?.split_once('@')) {
        let (repository, text) = match action {
            "actions/checkout" => continue,
            "actions/upload-artifact" => (action, UPLOAD),
            "github/codeql-action/upload-sarif" => ("github/codeql-action", SCANNING),
            login => (login, LOGIN),
        };
        let path = directory.path().join(action);
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("action.yml"), text).unwrap();
        act = act.action(repository, reference, &directory.path().join(repository));
    }
    Some(Called { act, _directory: directory })
}

impl Called {
    fn with(mut self, change: impl FnOnce(Act) -> Act) -> Self {
        self.act = change(self.act);
        self
    }

    async fn run(&self) -> Ran {
        self.act.run("workflow_dispatch", "caller.yml").await
    }
}
