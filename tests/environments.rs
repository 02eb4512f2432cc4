//! Environments that are known by the variables around, and those that ask before they run.

mod choice;
mod confirmation;
mod shown;

use crate::common::{Ended, Jobnet};
use crate::exec::PATH;

/// Jobs of a platform: two environments share a project, and the third asks first.
const SPEC: &str = "\
jobnet: v1
name: jobs
vars: {PROJECT: testing-1}
secrets: [KEY, TOKEN]
stages:
  migrate: {exec: {command: touch ran, secrets: ['KEY?'], vars: [PROJECT]}}
  bootstrap: {needs: [migrate], exec: {command: 'true', secrets: ['TOKEN?']}}
  alerts: {exec: {command: touch alerted}}
groups: {release: [migrate, bootstrap]}
environments:
  test: {when: {PROJECT: testing-1}, secret_suffix: -test}
  stage: {secret_suffix: -test}
  prod:
    confirm: true
    when: {PROJECT: production}
    secret_suffix: -prod
    secret_names: {TOKEN: PLATFORM_TOKEN}
    vars: {PROJECT: production}
";

/// `jobnet run release` with further arguments.
fn release<const N: usize>(arguments: [&str; N]) -> Jobnet {
    Jobnet::new(["run", "release"]).arguments(arguments).file("jobnet.yaml", SPEC).env("PATH", PATH)
}

/// The stages that ran, each with its environment.
fn ran(ended: &Ended) -> Vec<String> {
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let summaries = ended.events("summary").into_iter();
    let shown = summaries.map(|summary| format!("{} in {}", summary["stage"], summary["env"]));
    shown.map(|text| text.replace('"', "")).collect()
}

/// What is said of a run that is refused before anything is done.
async fn refusal(jobnet: &Jobnet) -> String {
    let ended = jobnet.run().await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{}", ended.stderr);
    assert!(!jobnet.directory().join("ran").exists(), "a stage ran");
    ended.stderr
}
