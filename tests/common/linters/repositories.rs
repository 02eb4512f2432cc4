//! Directories that look like git's, since jactionlint looks up what a workflow calls in a repository alone.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// Repositories that stand for directories with a `.github` in them.
#[derive(Default)]
pub(super) struct Repositories {
    by_root: BTreeMap<PathBuf, tempfile::TempDir>,
}

impl Repositories {
    /// Where a file is in a repository: itself where it is in one, or belongs to none.
    pub(super) fn place(&mut self, file: &Path) -> PathBuf {
        let root = file.ancestors().find(|directory| directory.join(".github").is_dir());
        let Some(root) = root.filter(|root| !root.join(".git").exists()) else { return file.to_owned() };
        let repository = self.by_root.entry(root.to_owned()).or_insert_with(|| repository(root));
        repository.path().join(file.strip_prefix(root).expect("it is below"))
    }
}

fn repository(root: &Path) -> tempfile::TempDir {
    let repository = tempfile::tempdir().expect("a temporary directory");
    fs::create_dir(repository.path().join(".git")).expect("a directory");
    let root = root.canonicalize().expect("a directory");
    for entry in fs::read_dir(root).expect("a directory") {
        let entry = entry.expect("an entry");
        symlink(entry.path(), repository.path().join(entry.file_name())).expect("a link");
    }
    repository
}
