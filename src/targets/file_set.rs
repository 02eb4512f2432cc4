use std::collections::BTreeMap;

use crate::digest::sha256;

/// Files of one target, by their paths from the spec's directory, with `/` between the parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSet {
    /// The directory below which all of them lie, and where files that are no longer written are looked for.
    pub root: String,
    /// The files.
    pub files: BTreeMap<String, File>,
}

/// A rendered file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// What is in it.
    pub bytes: Vec<u8>,
    /// True for a script that can be started.
    pub executable: bool,
    /// How it is told from a file of somebody else's.
    pub ownership: Ownership,
}

/// How a rendered file is told from somebody else's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    /// By the header that it begins with.
    Header,
    /// By a line `owns` in a file that has a header: a copy, equal to what it was copied from byte for byte.
    Listed,
}

/// What stands between the source's name and the rest of a header.
const BY: &str = " by `jobnet generate`";
const FROM: &str = "Generated from ";

impl FileSet {
    /// No files, below a directory.
    pub fn new(root: impl Into<String>) -> Self {
        Self { root: root.into(), files: BTreeMap::new() }
    }

    /// Adds a file in which `#` begins a comment, under a header; `source` is the spec as seen from there.
    pub fn add(&mut self, path: impl Into<String>, source: &str, text: &str) {
        let file = File {
            bytes: format!("{}{text}", header(source)).into_bytes(),
            executable: false,
            ownership: Ownership::Header,
        };
        self.files.insert(path.into(), file);
    }

    /// Adds a script for bash, with the line that names it before the header.
    pub fn add_script(&mut self, path: impl Into<String>, source: &str, text: &str) {
        let file = File {
            bytes: format!("#!/usr/bin/env bash\n{}{text}", header(source)).into_bytes(),
            executable: true,
            ownership: Ownership::Header,
        };
        self.files.insert(path.into(), file);
    }

    /// Adds a copy. The line that [`owns`] makes must stand in a file with a header.
    pub fn add_copy(&mut self, path: impl Into<String>, bytes: &[u8]) {
        let file = File { bytes: bytes.to_vec(), executable: false, ownership: Ownership::Listed };
        self.files.insert(path.into(), file);
    }
}

/// The header of a rendered file.
fn header(source: &str) -> String {
    format!(
        "# {FROM}{source}{BY}: change that file, and generate again.\n\
         # `jobnet generate --check` and `jobnet lint` report what is changed here.\n"
    )
}

/// The spec that a file was rendered from, by its header, which stands among its first lines.
pub fn owned_by(text: &str) -> Option<&str> {
    let line = text.lines().take(2).find_map(|line| line.strip_prefix("# ")?.strip_prefix(FROM))?;
    line.split_once(BY).map(|(source, _)| source)
}

/// The comment by which a file with a header owns a copy beside or below it.
pub fn owns(path: &str, bytes: &[u8]) -> String {
    format!("# owns {path} sha256:{}", sha256(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_tells_whose_a_file_is() {
        let mut files = FileSet::new("k8s");
        files.add("k8s/a.yaml", "etl/jobnet.yaml", "a: 1\n");
        files.add_script("k8s/b.sh", "jobnet.yaml", "true\n");
        let owner =
            |path: &str| owned_by(std::str::from_utf8(&files.files[path].bytes).unwrap()).map(str::to_owned);
        assert_eq!(owner("k8s/a.yaml").as_deref(), Some("etl/jobnet.yaml"));
        assert_eq!(owner("k8s/b.sh").as_deref(), Some("jobnet.yaml"));
        assert_eq!(owned_by("# made by hand\n"), None);
        assert_eq!(owned_by("a\nb\n# Generated from x by `jobnet generate`\n"), None);
    }
}
