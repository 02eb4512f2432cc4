//! Directories, copied and read whole, and programs in them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// An example's directory, as its users have it.
pub(crate) fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

/// Copies a directory with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a directory");
    for entry in std::fs::read_dir(from).expect("a directory") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// Writes a shell script that can be run. A process of its own writes it: what a test forks at that moment would keep a file
/// of the test's own open, and nobody could start that (`ETXTBSY`,
/// <https://man7.org/linux/man-pages/man2/execve.2.html>).
pub(crate) fn program(directory: &Path, name: &str, script: &str) {
    const WRITE: &str = r#"printf '#!/bin/sh\n%s\n' "$2" >"$1" && chmod 755 "$1""#;
    let written = Command::new("sh").args(["-c", WRITE, "sh"]).arg(directory.join(name)).arg(script).status();
    assert!(written.expect("sh starts").success(), "{name} is not written");
}

/// The files below a directory that anybody would see, by their paths from it.
pub(crate) fn visible(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(root).expect("it is below").to_str().expect("UTF-8").to_owned();
            if path.is_dir() && !name.starts_with('.') {
                open.push(path);
            } else if path.is_file() {
                files.insert(name, std::fs::read(&path).expect("a file"));
            }
        }
    }
    files
}
