//! What is written, and what is left alone.

use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, SystemTime};

use super::repository::{Repository, SPEC};

/// The last line for people.
fn last(stderr: &str) -> &str {
    stderr.lines().last().unwrap_or_default()
}

#[test]
fn a_first_generation_names_what_it_writes() {
    let repository = Repository::new();
    insta::assert_snapshot!(repository.generate().stderr);
    let mode = std::fs::metadata(repository.at("deploy/run-job.sh")).unwrap().permissions().mode();
    assert_eq!(mode & 0o111, 0o111);
    assert_eq!(repository.jobnet(["generate", "--check"]).code, Some(0));
}

#[test]
fn a_second_generation_touches_nothing() {
    let repository = Repository::new();
    repository.generate();
    let long_ago = SystemTime::now() - Duration::from_hours(1);
    let files = repository.files();
    for path in files.keys() {
        let file = std::fs::File::options().append(true).open(repository.root().join(path)).unwrap();
        file.set_modified(long_ago).unwrap();
    }
    let ended = repository.generate();
    assert!(last(&ended.stderr).ends_with(" unchanged"), "{}", ended.stderr);
    for path in files.keys() {
        let modified = std::fs::metadata(repository.root().join(path)).unwrap().modified().unwrap();
        assert_eq!(modified, long_ago, "{path}");
    }
}

#[test]
fn every_machine_writes_the_same_bytes() {
    let here = Repository::new();
    let there =
        Repository::new().env("TZ", "Pacific/Chatham").env("LANG", "ja_JP.UTF-8").env("API_BASE", "x");
    here.generate();
    let ended = there.jobnet_in("sql", ["generate"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(here.files(), there.files());
}

#[test]
fn a_stage_that_is_renamed_leaves_nothing_of_its_old_name() {
    let repository = Repository::new();
    repository.generate();
    repository.edit("jobnet.yaml", "send:", "deliver:");
    repository.generate();
    let fresh = Repository::with(&SPEC.replace("send:", "deliver:"), "");
    fresh.generate();
    assert_eq!(repository.files(), fresh.files());
}

#[test]
fn another_out_moves_the_files_and_leaves_no_empty_directory() {
    let repository = Repository::new();
    repository.generate();
    repository.write("deploy/README.md", "Ours.\n");
    repository.edit("jobnet.yaml", "out: k8s", "out: infra/k8s");
    repository.edit("jobnet.yaml", "out: deploy", "out: infra/run");
    repository.generate();
    assert!(!repository.at("k8s").exists());
    let left: Vec<_> = std::fs::read_dir(repository.at("deploy")).unwrap().collect();
    assert_eq!(left.len(), 1);
    assert_eq!(repository.jobnet(["generate", "--check"]).code, Some(0));
}

#[test]
fn a_target_that_is_taken_out_takes_its_files_along() {
    let repository = Repository::new();
    let before = repository.files();
    repository.generate();
    let targets = SPEC.find("targets:").unwrap();
    repository.write("jobnet.yaml", &SPEC[..targets]);
    let ended = repository.generate();
    assert!(last(&ended.stderr).starts_with("0 files: "), "{}", ended.stderr);
    let paths = |files: std::collections::BTreeMap<String, Vec<u8>>| files.into_keys().collect::<Vec<_>>();
    assert_eq!(paths(repository.files()), paths(before));
}

#[test]
fn somebody_elses_file_stops_everything() {
    let repository = Repository::new();
    repository.write("deploy/run-job.sh", "#!/bin/sh\necho mine\n");
    let before = repository.files();
    let ended = repository.jobnet(["generate"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    assert_eq!(repository.files(), before);
    insta::assert_snapshot!(ended.stderr, @"
    error[drift]: jobnet.yaml generates a file here, and this one is not jobnet's
    --> deploy/run-job.sh
     = help: move it away, or give the target another `out`

    error: a file is in the way; nothing was written
    ");
}

#[test]
fn one_target_alone_leaves_the_others_as_they_are() {
    let repository = Repository::new();
    repository.generate();
    repository.edit("deploy/run-job.sh", "set -", "set  -");
    repository.edit("jobnet.yaml", "send:", "deliver:");
    let edited = repository.read("deploy/run-job.sh");
    let ended = repository.jobnet(["generate", "--target", "kubernetes"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(repository.read("deploy/run-job.sh"), edited);
    assert_eq!(repository.jobnet(["generate", "--check", "--target", "kubernetes"]).code, Some(0));
    assert_eq!(repository.jobnet(["generate", "--check"]).code, Some(3));
    let ended = repository.jobnet(["generate", "--target", "github"]);
    assert_eq!(ended.code, Some(2));
    insta::assert_snapshot!(ended.stderr, @"
    error: the spec has no target `github`
      help: there are: kubernetes, cloud_run
    ");
}

#[test]
fn a_look_elsewhere_has_the_same_files_and_does_not_become_the_specs() {
    let repository = Repository::new();
    let ended = repository.jobnet(["generate", "--out", "look"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let looked = repository.read("look/deploy/run-job.sh");
    repository.generate();
    assert_eq!(repository.read("deploy/run-job.sh"), looked);
    assert!(repository.at("look/deploy/run-job.sh").exists());
    assert_eq!(repository.jobnet(["generate", "--check"]).code, Some(0));
}

#[test]
fn a_spec_in_a_directory_of_its_own_writes_above_itself_within_the_repository() {
    let spec = SPEC.replace("out: k8s", "out: ../k8s");
    let repository = Repository::with(&spec, "etl");
    repository.generate();
    assert!(repository.root().join("k8s").is_dir());
    assert_eq!(repository.jobnet(["generate", "--check"]).code, Some(0));
    repository.edit("jobnet.yaml", "out: ../k8s", "out: ../../k8s");
    let ended = repository.jobnet(["generate"]);
    assert_eq!(ended.code, Some(2));
    insta::assert_snapshot!(ended.stderr, @r#"
    error[bad-out]: the files of Kubernetes would be written to `../../k8s`, which is outside of the repository
      --> jobnet.yaml:12:21
       |
    12 |   kubernetes: {out: ../../k8s, environments: [dev], image: ghcr.io/your-org/net, tags: {dev: "1.0.0"}, secret: net}
       |                     ^^^^^^^^^ expected a path from the spec's directory
       |
       = help: keep generated files in the repository of the spec
    error: jobnet.yaml cannot be generated from: it has an error; nothing was written
    "#);
}

#[test]
fn a_path_of_the_machine_is_refused() {
    let repository = Repository::with(
        &SPEC.replace("out: k8s", "out: /srv/k8s").replace("out: deploy", "out: ./deploy"),
        "",
    );
    let ended = repository.jobnet(["generate"]);
    assert_eq!(ended.code, Some(2));
    insta::assert_snapshot!(ended.stderr, @r#"
    error[bad-out]: the files of Kubernetes would be written to `/srv/k8s`, which is an absolute path
      --> jobnet.yaml:12:21
       |
    12 |   kubernetes: {out: /srv/k8s, environments: [dev], image: ghcr.io/your-org/net, tags: {dev: "1.0.0"}, secret: net}
       |                     ^^^^^^^^ expected a path from the spec's directory
       |
       = help: write it from the directory of the spec, so that it holds on every machine

    error[bad-out]: the files of Cloud Run would be written to `./deploy`, which is no plain path
      --> jobnet.yaml:13:20
       |
    13 |   cloud_run: {out: ./deploy, environments: [dev], project: shop, service_account: net, region: us-central1, image: gcr.io/shop/net}
       |                    ^^^^^^^^ expected a path from the spec's directory
       |
       = help: write names with `/` between them: `..` only at the beginning, no `.`
    error: jobnet.yaml cannot be generated from: it has 2 errors; nothing was written
    "#);
}

#[test]
fn a_file_that_a_stage_reads_must_be_there() {
    let repository = Repository::new();
    repository.remove("sql/load.sql");
    let ended = repository.jobnet(["generate"]);
    assert_eq!(ended.code, Some(2));
    insta::assert_snapshot!(ended.stderr, @"
    error[missing-file]: stage `load` reads `sql/load.sql`, which cannot be read here: No such file or directory (os error 2)
     --> jobnet.yaml:8:3
      |
    8 |   load: {sql: {database: main, file: sql/load.sql}}
      |   ^^^^ its files go where it runs
      |
      = help: paths begin in the directory of the spec
    error: jobnet.yaml cannot be generated from: it has an error; nothing was written
    ");
}

#[test]
fn machines_are_told_in_lines() {
    let repository = Repository::new();
    let target = ["generate", "--format", "json", "--target", "cloud_run"];
    let ended = repository.jobnet(target);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    insta::assert_snapshot!(ended.stdout, @r#"
    {"event":"file","path":"deploy/Dockerfile","change":"created"}
    {"event":"file","path":"deploy/cloudbuild-jobs.yaml","change":"created"}
    {"event":"file","path":"deploy/create-all-jobs.sh","change":"created"}
    {"event":"file","path":"deploy/list-jobs.sh","change":"created"}
    {"event":"file","path":"deploy/pause.sh","change":"created"}
    {"event":"file","path":"deploy/resume.sh","change":"created"}
    {"event":"file","path":"deploy/run-job.sh","change":"created"}
    {"event":"generated","files":7,"created":7,"updated":0,"removed":0,"unchanged":0}
    "#);
    repository.edit("deploy/run-job.sh", "set -", "set  -");
    repository.remove("deploy/Dockerfile");
    let ended = repository.jobnet(["generate", "--format", "json", "--check"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(3), ""));
}
