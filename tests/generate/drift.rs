//! Rendered files against those that are there, without a disk.

use jobnet::diag::{Findings, Source, render};
use jobnet::drift::{self, Existing, Tree};
use jobnet::targets::{FileSet, Origin, owns};

const COPY: &[u8] = b"SELECT 1;\n";

fn origin() -> Origin {
    Origin { file: "jobnet.yaml".to_owned(), ..Origin::default() }
}

/// Two stages as a target may render them, with a copy and a script.
fn rendered(second: &str) -> FileSet {
    let mut set = FileSet::new("k8s");
    set.add("k8s/load.yaml", "jobnet.yaml", "name: load\nschedule: \"0 3 * * *\"\n");
    set.add(format!("k8s/{second}.yaml"), "jobnet.yaml", &format!("name: {second}\n"));
    set.add(
        "k8s/kustomization.yaml",
        "jobnet.yaml",
        &format!("{}\nfiles: [files/a.sql]\n", owns("files/a.sql", COPY)),
    );
    set.add_copy("k8s/files/a.sql", COPY);
    set.add_script("k8s/apply.sh", "jobnet.yaml", "kubectl apply -k k8s\n");
    set
}

/// The disk right after these files were written.
fn written(set: &FileSet) -> Tree {
    let files = set.files.iter();
    files
        .map(|(path, file)| {
            let existing = Existing::File { bytes: file.bytes.clone(), executable: file.executable };
            (path.clone(), existing)
        })
        .collect()
}

fn edit(tree: &mut Tree, path: &str, from: &str, to: &str) {
    let Some(Existing::File { bytes, .. }) = tree.get_mut(path) else { panic!("{path} is no file") };
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(text.contains(from), "{text}");
    *bytes = text.replace(from, to).into_bytes();
}

/// What is reported, as people see it.
fn reported(set: FileSet, tree: &Tree) -> String {
    let sets = [set];
    let mut text = String::new();
    for drift in drift::compare(&sets, tree, &origin()) {
        let mut findings = Findings::default();
        findings.push(drift.finding("jobnet.yaml"));
        text += &render(&Source::new(drift.path, drift.text()), &findings, false);
        text.push('\n');
    }
    text
}

#[test]
fn what_was_just_written_has_not_drifted() {
    assert_eq!(reported(rendered("send"), &written(&rendered("send"))), "");
}

#[test]
fn a_hand_edit_is_told_from_a_spec_that_changed() {
    let mut tree = written(&rendered("send"));
    edit(&mut tree, "k8s/load.yaml", "0 3", "0 4");
    insta::assert_snapshot!(reported(rendered("send"), &tree), @r#"
    error[drift]: this file was generated, and changed by hand
     --> k8s/load.yaml:4:1
      |
    4 | schedule: "0 4 * * *"
      | ^^^^^^^^^^^^^^^^^^^^^ expected `schedule: "0 3 * * *"`
      |
      = help: make the change in jobnet.yaml and run `jobnet generate`, which undoes it here; `--diff` shows all of it
    "#);
    let mut changed = rendered("send");
    changed.add("k8s/load.yaml", "jobnet.yaml", "name: load\nschedule: \"0 5 * * *\"\n");
    insta::assert_snapshot!(reported(changed, &written(&rendered("send"))), @r#"
    error[drift]: this file is older than what jobnet.yaml generates now
     --> k8s/load.yaml:4:1
      |
    4 | schedule: "0 3 * * *"
      | ^^^^^^^^^^^^^^^^^^^^^ expected `schedule: "0 5 * * *"`
      |
      = help: run `jobnet generate`
    "#);
}

#[test]
fn a_line_that_was_taken_away_is_marked_where_it_was() {
    let mut tree = written(&rendered("send"));
    edit(&mut tree, "k8s/load.yaml", "schedule: \"0 3 * * *\"\n", "");
    insta::assert_snapshot!(reported(rendered("send"), &tree), @r#"
    error[drift]: this file was generated, and changed by hand
     --> k8s/load.yaml:3:12
      |
    3 | name: load
      |           ^ expected `schedule: "0 3 * * *"`
      |
      = help: make the change in jobnet.yaml and run `jobnet generate`, which undoes it here; `--diff` shows all of it
    "#);
}

#[test]
fn a_renamed_stage_is_a_file_too_many_and_one_too_few() {
    insta::assert_snapshot!(reported(rendered("deliver"), &written(&rendered("send"))), @"
    error[drift]: jobnet.yaml generates this file, and it is missing
    --> k8s/deliver.yaml
     = help: run `jobnet generate`

    error[drift]: jobnet.yaml no longer generates this file
    --> k8s/send.yaml
     = help: run `jobnet generate`, which removes it
    ");
}

#[test]
fn a_file_that_is_gone_and_a_script_that_cannot_be_executed() {
    let mut tree = written(&rendered("send"));
    tree.remove("k8s/send.yaml");
    let Some(Existing::File { executable, .. }) = tree.get_mut("k8s/apply.sh") else { panic!("no script") };
    *executable = false;
    insta::assert_snapshot!(reported(rendered("send"), &tree), @"
    error[drift]: this script cannot be executed
    --> k8s/apply.sh
     = help: run `jobnet generate`

    error[drift]: jobnet.yaml generates this file, and it is missing
    --> k8s/send.yaml
     = help: run `jobnet generate`
    ");
}

#[test]
fn what_is_somebody_elses_is_in_the_way() {
    let mut tree = written(&rendered("send"));
    edit(&mut tree, "k8s/load.yaml", "jobnet.yaml", "etl/jobnet.yaml");
    tree.insert(
        "k8s/send.yaml".to_owned(),
        Existing::File { bytes: b"name: mine\n".to_vec(), executable: false },
    );
    tree.insert("k8s/apply.sh".to_owned(), Existing::Other("a symbolic link"));
    insta::assert_snapshot!(reported(rendered("send"), &tree), @"
    error[drift]: jobnet.yaml generates a file here, and this is a symbolic link
    --> k8s/apply.sh
     = help: move it away, or give the target another `out`

    error[drift]: jobnet.yaml generates a file here, and this one is generated from etl/jobnet.yaml
    --> k8s/load.yaml
     = help: move it away, or give the target another `out`

    error[drift]: jobnet.yaml generates a file here, and this one is not jobnet's
    --> k8s/send.yaml
     = help: move it away, or give the target another `out`
    ");
}

#[test]
fn a_copy_is_known_by_the_file_that_lists_it() {
    let mut changed = rendered("send");
    changed.add_copy("k8s/files/a.sql", b"SELECT 2;\n");
    let mut tree = written(&rendered("send"));
    insta::assert_snapshot!(reported(changed.clone(), &tree), @"
    error[drift]: this copy is older than what it was copied from
     --> k8s/files/a.sql:1:1
      |
    1 | SELECT 1;
      | ^^^^^^^^^ expected `SELECT 2;`
      |
      = help: run `jobnet generate`
    ");
    edit(&mut tree, "k8s/files/a.sql", "1", "3");
    insta::assert_snapshot!(reported(changed.clone(), &tree), @"
    error[drift]: this copy was changed by hand
     --> k8s/files/a.sql:1:1
      |
    1 | SELECT 3;
      | ^^^^^^^^^ expected `SELECT 2;`
      |
      = help: make the change in what it is a copy of and run `jobnet generate`, which undoes it here
    ");
    // Nobody lists it: a file of that name was there before.
    tree.remove("k8s/kustomization.yaml");
    insta::assert_snapshot!(reported(changed, &tree), @"
    error[drift]: jobnet.yaml generates a file here, and this one is not jobnet's
    --> k8s/files/a.sql
     = help: move it away, or give the target another `out`

    error[drift]: jobnet.yaml generates this file, and it is missing
    --> k8s/kustomization.yaml
     = help: run `jobnet generate`
    ");
}

#[test]
fn a_copy_that_is_no_longer_needed_goes_unless_it_was_edited() {
    let without = |set: &FileSet| {
        let mut without = set.clone();
        without.files.remove("k8s/files/a.sql");
        without.add("k8s/kustomization.yaml", "jobnet.yaml", "files: []\n");
        without
    };
    let mut tree = written(&rendered("send"));
    insta::assert_snapshot!(reported(without(&rendered("send")), &tree), @"
    error[drift]: jobnet.yaml no longer generates this file
    --> k8s/files/a.sql
     = help: run `jobnet generate`, which removes it

    error[drift]: this file is older than what jobnet.yaml generates now
     --> k8s/kustomization.yaml:3:1
      |
    3 | # owns files/a.sql sha256:b4e0497804e46e0a0b0b8c31975b062152d551bac49c3c2e80932567b4085dcd
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected `files: []`
      |
      = help: run `jobnet generate`
    ");
    edit(&mut tree, "k8s/files/a.sql", "1", "3");
    insta::assert_snapshot!(reported(without(&rendered("send")), &tree), @"
    error[drift]: jobnet.yaml no longer generates this file, which was changed by hand
    --> k8s/files/a.sql
     = help: remove it, unless somebody needs it

    error[drift]: this file is older than what jobnet.yaml generates now
     --> k8s/kustomization.yaml:3:1
      |
    3 | # owns files/a.sql sha256:b4e0497804e46e0a0b0b8c31975b062152d551bac49c3c2e80932567b4085dcd
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected `files: []`
      |
      = help: run `jobnet generate`
    ");
}

#[test]
fn a_copy_of_a_generated_file_elsewhere_is_its_owners() {
    let mut tree = written(&rendered("send"));
    let load = tree["k8s/load.yaml"].clone();
    tree.insert("docs/load.yaml".to_owned(), load);
    assert_eq!(reported(rendered("send"), &tree), "");
}

#[test]
fn files_of_a_target_that_is_gone_are_known_by_their_seals() {
    let nothing = FileSet::new("deploy");
    let mut tree = written(&rendered("send"));
    edit(&mut tree, "k8s/send.yaml", "send", "mine");
    insta::assert_snapshot!(reported(nothing, &tree), @"
    error[drift]: jobnet.yaml no longer generates this file
    --> k8s/apply.sh
     = help: run `jobnet generate`, which removes it

    error[drift]: jobnet.yaml no longer generates this file
    --> k8s/files/a.sql
     = help: run `jobnet generate`, which removes it

    error[drift]: jobnet.yaml no longer generates this file
    --> k8s/kustomization.yaml
     = help: run `jobnet generate`, which removes it

    error[drift]: jobnet.yaml no longer generates this file
    --> k8s/load.yaml
     = help: run `jobnet generate`, which removes it
    ");
}

#[test]
fn a_diff_says_what_writing_would_change() {
    let mut tree = written(&rendered("send"));
    edit(&mut tree, "k8s/load.yaml", "0 3", "0 4");
    let Some(Existing::File { executable, .. }) = tree.get_mut("k8s/apply.sh") else { panic!("no script") };
    *executable = false;
    let sets = [rendered("deliver")];
    let drifts = drift::compare(&sets, &tree, &origin());
    let diffs: Vec<_> = drifts.iter().filter_map(|drift| drift.diff(drift.path)).collect();
    insta::assert_snapshot!(diffs.concat(), @r#"
    diff --git a/k8s/apply.sh b/k8s/apply.sh
    old mode 100644
    new mode 100755
    diff --git a/k8s/deliver.yaml b/k8s/deliver.yaml
    new file mode 100644
    --- /dev/null
    +++ b/k8s/deliver.yaml
    @@ -0,0 +1,3 @@
    +# Generated from jobnet.yaml by `jobnet generate`: change that file, and generate again.
    +# `jobnet generate --check` and `jobnet lint` report what is changed here, by sha256:05d2947fca71d13b
    +name: deliver
    diff --git a/k8s/load.yaml b/k8s/load.yaml
    --- a/k8s/load.yaml
    +++ b/k8s/load.yaml
    @@ -1,4 +1,4 @@
     # Generated from jobnet.yaml by `jobnet generate`: change that file, and generate again.
     # `jobnet generate --check` and `jobnet lint` report what is changed here, by sha256:64873c1c932f4891
     name: load
    -schedule: "0 4 * * *"
    +schedule: "0 3 * * *"
    diff --git a/k8s/send.yaml b/k8s/send.yaml
    deleted file mode 100644
    --- a/k8s/send.yaml
    +++ /dev/null
    @@ -1,3 +0,0 @@
    -# Generated from jobnet.yaml by `jobnet generate`: change that file, and generate again.
    -# `jobnet generate --check` and `jobnet lint` report what is changed here, by sha256:7f4a365dae240db1
    -name: send
    "#);
}
