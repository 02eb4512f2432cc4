//! What a check says of files that are not what the spec says.

use super::repository::Repository;

fn generated() -> Repository {
    let repository = Repository::new();
    repository.generate();
    repository
}

#[test]
fn a_hand_edit() {
    let repository = generated();
    repository.edit("k8s/overlays/dev/cronjob-send.yaml", "30 3", "45 3");
    insta::assert_snapshot!(repository.drift(), @r#"
    error[drift]: this file was generated, and changed by hand
     --> k8s/overlays/dev/cronjob-send.yaml:8:3
      |
    8 |   schedule: "45 3 * * *"
      |   ^^^^^^^^^^^^^^^^^^^^^^ expected `schedule: "30 3 * * *"`
      |
      = help: make the change in jobnet.yaml and run `jobnet generate`, which undoes it here; `--diff` shows all of it

    error: a file is not what jobnet.yaml says
      help: run `jobnet generate` and commit what it writes, unless a finding says otherwise
    "#);
    repository.generate();
    assert_eq!(repository.jobnet(["generate", "--check"]).code, Some(0));
}

#[test]
fn a_spec_that_changed() {
    let repository = generated();
    repository.edit("jobnet.yaml", "offset: 30m", "offset: 45m");
    insta::assert_snapshot!(repository.drift(), @r#"
    error[drift]: this file is older than what jobnet.yaml generates now
       --> deploy/create-all-jobs.sh:182:5
        |
    182 |     trigger send '30 3 * * *' 0s
        |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected `trigger send '45 3 * * *' 0s`
        |
        = help: run `jobnet generate`

    error[drift]: this copy is older than what it was copied from
     --> k8s/base/files/jobnet.yaml:9:3
      |
    9 |   send: {needs: [load], offset: 30m, timeout: 20m, call: {post: /send, body: '{limit: 200}'}}
      |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected `send: {needs: [load], offset: 45m, timeout: 20m, call: {post: /send, body: '{limit: 200}'}}`
      |
      = help: run `jobnet generate`

    error[drift]: this file is older than what jobnet.yaml generates now
     --> k8s/base/kustomization.yaml:3:1
      |
    3 | # owns files/jobnet.yaml sha256:f606166a21554afdaa710922c0ae3164ba447259792d691cef177b3232f934e0
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected `# owns files/jobnet.yaml sha256:5f5f6f45282e79cd4941897996df89ce0d8f8642244b2207101fd8ebe1c3d8d4`
      |
      = help: run `jobnet generate`

    error[drift]: this file is older than what jobnet.yaml generates now
     --> k8s/overlays/dev/cronjob-send.yaml:8:3
      |
    8 |   schedule: "30 3 * * *"
      |   ^^^^^^^^^^^^^^^^^^^^^^ expected `schedule: "45 3 * * *"`
      |
      = help: run `jobnet generate`

    error: 4 files are not what jobnet.yaml says
      help: run `jobnet generate` and commit what it writes, unless a finding says otherwise
    "#);
}

#[test]
fn a_file_that_a_stage_reads_changed() {
    let repository = generated();
    repository.write("sql/load.sql", "insert into orders select * from staged where good;\n");
    insta::assert_snapshot!(repository.drift(), @"
    error[drift]: this copy is older than what it was copied from
     --> k8s/base/files/sql/load.sql:1:1
      |
    1 | insert into orders select * from staged;
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected `insert into orders select * from staged where good;`
      |
      = help: run `jobnet generate`

    error[drift]: this file is older than what jobnet.yaml generates now
     --> k8s/base/kustomization.yaml:4:1
      |
    4 | # owns files/sql/load.sql sha256:52310bf9b82b91d41c5ccc7acbcc3c9007adda1b090e8a40f10f8aa72fbfa1d8
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected `# owns files/sql/load.sql sha256:e670e0e3ec789f9896f5de6881cf54c15ae0de40c6eb0d41df072c74fc35a45f`
      |
      = help: run `jobnet generate`

    error: 2 files are not what jobnet.yaml says
      help: run `jobnet generate` and commit what it writes, unless a finding says otherwise
    ");
}

#[test]
fn a_file_deleted() {
    let repository = generated();
    repository.remove("deploy/list-jobs.sh");
    insta::assert_snapshot!(repository.drift(), @"
    error[drift]: jobnet.yaml generates this file, and it is missing
    --> deploy/list-jobs.sh
     = help: run `jobnet generate`

    error: a file is not what jobnet.yaml says
      help: run `jobnet generate` and commit what it writes, unless a finding says otherwise
    ");
}

#[test]
fn a_stage_renamed() {
    let repository = generated();
    repository.edit("jobnet.yaml", "send:", "deliver:");
    let ended = repository.jobnet(["generate", "--check", "--format", "json", "--target", "kubernetes"]);
    assert_eq!(ended.code, Some(3));
    let findings = ended.events("finding").into_iter();
    let told = findings.map(|finding| {
        format!("{}: {}", finding["file"].as_str().unwrap(), finding["message"].as_str().unwrap())
    });
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @"
    k8s/base/cronjob-deliver.yaml: jobnet.yaml generates this file, and it is missing
    k8s/base/cronjob-send.yaml: jobnet.yaml no longer generates this file
    k8s/base/files/jobnet.yaml: this copy is older than what it was copied from
    k8s/base/kustomization.yaml: this file is older than what jobnet.yaml generates now
    k8s/overlays/dev/cronjob-deliver.yaml: jobnet.yaml generates this file, and it is missing
    k8s/overlays/dev/cronjob-send.yaml: jobnet.yaml no longer generates this file
    k8s/overlays/dev/kustomization.yaml: this file is older than what jobnet.yaml generates now
    ");
}

#[test]
fn a_script_that_cannot_be_executed() {
    let repository = generated();
    repository.set_mode("deploy/run-job.sh", 0o644);
    insta::assert_snapshot!(repository.drift(), @"
    error[drift]: this script cannot be executed
    --> deploy/run-job.sh
     = help: run `jobnet generate`

    error: a file is not what jobnet.yaml says
      help: run `jobnet generate` and commit what it writes, unless a finding says otherwise
    ");
}

#[test]
fn somebody_elses_file_in_the_way() {
    let repository = Repository::new();
    repository.generate();
    repository.write("deploy/Dockerfile", "FROM scratch\n");
    repository.edit("deploy/pause.sh", "from jobnet.yaml", "from other.yaml");
    insta::assert_snapshot!(repository.drift(), @"
    error[drift]: jobnet.yaml generates a file here, and this one is not jobnet's
    --> deploy/Dockerfile
     = help: move it away, or give the target another `out`

    error[drift]: jobnet.yaml generates a file here, and this one is generated from other.yaml
    --> deploy/pause.sh
     = help: move it away, or give the target another `out`

    error: 2 files are not what jobnet.yaml says
      help: run `jobnet generate` and commit what it writes, unless a finding says otherwise
    ");
}

#[test]
fn a_target_taken_out() {
    let repository = generated();
    let spec = repository.read("jobnet.yaml");
    let kept: Vec<&str> = spec.lines().filter(|line| !line.contains("cloud_run")).collect();
    repository.write("jobnet.yaml", &format!("{}\n", kept.join("\n")));
    let told = repository.drift();
    let told: Vec<&str> =
        told.lines().filter(|line| line.contains("deploy/") || line.contains("no longer")).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    error[drift]: jobnet.yaml no longer generates this file
    --> deploy/Dockerfile
    error[drift]: jobnet.yaml no longer generates this file
    --> deploy/cloudbuild-jobs.yaml
    error[drift]: jobnet.yaml no longer generates this file
    --> deploy/create-all-jobs.sh
    error[drift]: jobnet.yaml no longer generates this file
    --> deploy/list-jobs.sh
    error[drift]: jobnet.yaml no longer generates this file
    --> deploy/pause.sh
    error[drift]: jobnet.yaml no longer generates this file
    --> deploy/resume.sh
    error[drift]: jobnet.yaml no longer generates this file
    --> deploy/run-job.sh
    ");
}

#[test]
fn a_diff_changes_nothing_and_can_be_applied() {
    let repository = generated();
    repository.edit("k8s/overlays/dev/cronjob-send.yaml", "30 3", "45 3");
    repository.set_mode("deploy/run-job.sh", 0o644);
    let ended = repository.jobnet(["generate", "--diff"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    insta::assert_snapshot!(ended.stdout, @r#"
    diff --git a/deploy/run-job.sh b/deploy/run-job.sh
    old mode 100644
    new mode 100755
    diff --git a/k8s/overlays/dev/cronjob-send.yaml b/k8s/overlays/dev/cronjob-send.yaml
    --- a/k8s/overlays/dev/cronjob-send.yaml
    +++ b/k8s/overlays/dev/cronjob-send.yaml
    @@ -5,7 +5,7 @@
     metadata:
       name: net-send
     spec:
    -  schedule: "45 3 * * *"
    +  schedule: "30 3 * * *"
       timeZone: UTC
       jobTemplate:
         spec:
    "#);
    let colored = repository.jobnet(["generate", "--diff", "--color", "always"]).stdout;
    assert!(colored.contains("\u{1b}[32m+"), "{colored}");
}

#[test]
fn annotations_stand_at_the_lines_that_were_edited() {
    let repository = generated();
    repository.edit("k8s/overlays/dev/cronjob-send.yaml", "30 3", "45 3");
    let ended = repository.jobnet(["generate", "--check", "--format", "github"]);
    assert_eq!(ended.code, Some(3));
    let annotation = ended.stderr.lines().find(|line| line.starts_with("::error")).unwrap();
    insta::assert_snapshot!(annotation, @r#"::error file=k8s/overlays/dev/cronjob-send.yaml,line=8,col=3,title=drift::this file was generated, and changed by hand%0Aexpected `schedule: "30 3 * * *"`%0Amake the change in jobnet.yaml and run `jobnet generate`, which undoes it here; `--diff` shows all of it"#);
}
