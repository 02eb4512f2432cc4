use std::os::unix::fs::symlink;

use crate::drift::{Kind, compare};

use super::*;
use crate::cli::write::{remove, set_executable, write};

/// A spec's directory on a real disk.
struct Disk {
    directory: tempfile::TempDir,
    origin: Origin,
}

impl Disk {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("jobnet.yaml"), "jobnet: v1\n").unwrap();
        Self { directory, origin: Origin { file: "jobnet.yaml".to_owned(), ..Origin::default() } }
    }

    fn at(&self, path: &str) -> std::path::PathBuf {
        self.directory.path().join(path)
    }

    fn place(&self, sets: &[FileSet]) -> Place {
        Place::of_spec(&self.at("jobnet.yaml"), sets).unwrap()
    }

    /// What has drifted, by path.
    fn drift(&self, sets: &[FileSet], search: &Search) -> Vec<(String, Kind)> {
        let tree = read(&self.place(sets), sets, &self.origin, search).unwrap();
        let drifts = compare(sets, &tree, &self.origin);
        drifts.into_iter().map(|drift| (drift.path.to_owned(), drift.kind)).collect()
    }

    /// Mends all that can be.
    fn mend(&self, sets: &[FileSet]) {
        let place = self.place(sets);
        let tree = read(&place, sets, &self.origin, &Search::Everywhere).unwrap();
        for drift in compare(sets, &tree, &self.origin) {
            let path = place.path(drift.path);
            match (drift.kind, drift.wanted) {
                (Kind::Mode, Some(file)) => set_executable(&path, file.executable).unwrap(),
                (_, Some(file)) => write(&path, file).unwrap(),
                (_, None) => remove(&path, &place).unwrap(),
            }
        }
    }
}

fn sets() -> Vec<FileSet> {
    let mut manifests = FileSet::new("deploy/k8s");
    manifests.add("deploy/k8s/base/a.yaml", "jobnet.yaml", "a: 1\n");
    let mut scripts = FileSet::new("deploy");
    scripts.add_script("deploy/run.sh", "jobnet.yaml", "true\n");
    vec![manifests, scripts]
}

fn kinds(drift: Vec<(String, Kind)>) -> String {
    drift.into_iter().fold(String::new(), |text, (path, kind)| text + &format!("{path} {kind:?}\n"))
}

#[test]
fn what_is_written_is_what_is_read_and_what_is_as_it_should_be_stays_untouched() {
    let disk = Disk::new();
    disk.mend(&sets());
    assert_eq!(kinds(disk.drift(&sets(), &Search::Everywhere)), "");
    assert_eq!(fs::read(disk.at("deploy/run.sh")).unwrap(), sets()[1].files["deploy/run.sh"].bytes);
}

#[test]
fn a_script_loses_and_gets_back_that_it_can_be_executed() {
    let disk = Disk::new();
    disk.mend(&sets());
    set_executable(&disk.at("deploy/run.sh"), false).unwrap();
    set_executable(&disk.at("deploy/k8s/base/a.yaml"), true).unwrap();
    let drift = kinds(disk.drift(&sets(), &Search::Everywhere));
    assert_eq!(drift, "deploy/k8s/base/a.yaml Mode\ndeploy/run.sh Mode\n");
    disk.mend(&sets());
    assert_eq!(kinds(disk.drift(&sets(), &Search::Everywhere)), "");
}

#[test]
fn a_target_that_is_gone_leaves_nothing_but_what_others_put_there() {
    let disk = Disk::new();
    disk.mend(&sets());
    fs::write(disk.at("deploy/README.md"), "mine\n").unwrap();
    assert_eq!(
        kinds(disk.drift(&[], &Search::Everywhere)),
        "deploy/k8s/base/a.yaml Obsolete\ndeploy/run.sh Obsolete\n"
    );
    disk.mend(&[]);
    let left: Vec<_> =
        fs::read_dir(disk.at("deploy")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["README.md"]);
}

#[test]
fn one_target_alone_leaves_those_of_the_others_alone() {
    let disk = Disk::new();
    disk.mend(&sets());
    let mut scripts = sets().remove(1);
    scripts.files.clear();
    let without = Search::Without(vec!["deploy/k8s".to_owned()]);
    assert_eq!(kinds(disk.drift(&[scripts], &without)), "deploy/run.sh Obsolete\n");
}

#[test]
fn a_tree_elsewhere_is_for_looking_at_and_belongs_to_nobody() {
    let disk = Disk::new();
    let elsewhere = Place::below(&disk.at("look"), &disk.origin, &sets()).unwrap();
    for (path, file) in sets().iter().flat_map(|set| &set.files) {
        write(&elsewhere.path(path), file).unwrap();
    }
    disk.mend(&sets());
    assert_eq!(kinds(disk.drift(&sets(), &Search::Everywhere)), "");
}

#[test]
fn links_and_directories_are_in_the_way_and_not_followed() {
    let disk = Disk::new();
    let outside = tempfile::tempdir().unwrap();
    fs::create_dir_all(disk.at("deploy/run.sh")).unwrap();
    symlink(outside.path(), disk.at("deploy/k8s")).unwrap();
    assert_eq!(
        kinds(disk.drift(&sets(), &Search::Everywhere)),
        "deploy/k8s/base/a.yaml InTheWay(NoFile(\"reached by a symbolic link\"))\n\
         deploy/run.sh InTheWay(NoFile(\"a directory\"))\n"
    );
    fs::remove_file(disk.at("deploy/k8s")).unwrap();
    fs::write(disk.at("deploy/k8s"), "").unwrap();
    let drift = kinds(disk.drift(&sets()[..1], &Search::Everywhere));
    assert!(drift.contains("below something that is no directory"), "{drift}");
}
