//! A program in the place of gcloud that writes down what it is told, for what needs no real one.

use std::os::unix::fs::symlink;
use std::path::Path;

use super::document::project;

/// The recording gcloud, before an empty cloud.
pub(crate) struct Recorder {
    directory: tempfile::TempDir,
}

impl Recorder {
    /// It is not written by a test: another test that forks at that moment would keep it open, and nobody could start it.
    pub(crate) fn new() -> Self {
        let recorder = Self { directory: tempfile::tempdir().expect("a temporary directory") };
        std::fs::create_dir(recorder.path().join("calls")).expect("a directory");
        symlink(project("tests/common/gcloud_recorder/gcloud"), recorder.path().join("gcloud"))
            .expect("a link");
        for what in ["triggers", "jobs", "secrets", "failing"] {
            recorder.there(what, "");
        }
        recorder
    }

    /// What gcloud says is there, a line each: `triggers`, `jobs`, `secrets`, and the `failing` jobs.
    pub(crate) fn there(&self, what: &str, lines: &str) {
        std::fs::write(self.path().join(what), lines).expect("a file");
    }

    /// The directory with the program, for `PATH`.
    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// All calls so far, in order.
    pub(crate) fn calls(&self) -> Vec<Vec<String>> {
        let calls = std::fs::read_dir(self.path().join("calls")).expect("a directory");
        let mut paths: Vec<_> = calls.map(|entry| entry.expect("a file").path()).collect();
        paths.sort();
        paths.iter().map(|path| words(path)).collect()
    }
}

fn words(call: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(call).expect("a call");
    text.split_terminator('\0').map(str::to_owned).collect()
}
