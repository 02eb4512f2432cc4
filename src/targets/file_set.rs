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
/// What stands before the seal, at the end of a header.
const SEAL: &str = "# `jobnet generate --check` and `jobnet lint` report what is changed here, by sha256:";
/// How many digits of the digest make a seal: enough for what happens by accident.
const SEAL_DIGITS: usize = 16;
/// What a line that lists a copy begins with.
pub const OWNS: &str = "# owns ";
/// What stands between a copy's path and its digest.
const DIGEST: &str = " sha256:";

impl FileSet {
    /// No files, below a directory.
    pub fn new(root: impl Into<String>) -> Self {
        Self { root: root.into(), files: BTreeMap::new() }
    }

    /// Adds a file in which `#` begins a comment, under a header; `source` is the spec as seen from there.
    pub fn add(&mut self, path: impl Into<String>, source: &str, text: &str) {
        self.add_under_header(path.into(), "", source, text, false);
    }

    /// Adds a script for bash, with the line that names it before the header.
    pub fn add_script(&mut self, path: impl Into<String>, source: &str, text: &str) {
        self.add_under_header(path.into(), "#!/usr/bin/env bash\n", source, text, true);
    }

    fn add_under_header(&mut self, path: String, first: &str, source: &str, text: &str, executable: bool) {
        let before = format!("{first}# {FROM}{source}{BY}: change that file, and generate again.\n{SEAL}");
        let after = format!("\n{text}");
        let seal = seal(&path, &before, &after);
        let bytes = format!("{before}{seal}{after}").into_bytes();
        self.files.insert(path, File { bytes, executable, ownership: Ownership::Header });
    }

    /// Adds a copy. The line that [`owns`] makes must stand in a file with a header.
    pub fn add_copy(&mut self, path: impl Into<String>, bytes: &[u8]) {
        let file = File { bytes: bytes.to_vec(), executable: false, ownership: Ownership::Listed };
        self.files.insert(path.into(), file);
    }
}

/// The seal of a file: the same text elsewhere, or another one there, has another.
fn seal(path: &str, before: &str, after: &str) -> String {
    let mut digest = sha256(format!("{path}\n{before}{after}"));
    digest.truncate(SEAL_DIGITS);
    digest
}

/// True for a file with a header that is as it was rendered for this path: neither edited, nor copied or moved there.
pub fn is_sealed(path: &str, text: &str) -> bool {
    let whole =
        text.split_once(SEAL).and_then(|(before, rest)| Some((before, rest.split_at_checked(SEAL_DIGITS)?)));
    whole.is_some_and(|(before, (found, after))| found == seal(path, &format!("{before}{SEAL}"), after))
}

/// True for the line of a header that holds the seal.
pub fn is_seal(line: &str) -> bool {
    line.starts_with(SEAL)
}

/// The spec that a file was rendered from, by its header, which stands among its first lines.
pub fn owned_by(text: &str) -> Option<&str> {
    let line = text.lines().take(2).find_map(|line| line.strip_prefix("# ")?.strip_prefix(FROM))?;
    line.split_once(BY).map(|(source, _)| source)
}

/// The comment by which a file with a header owns a copy beside or below it; the path is from its directory.
pub fn owns(path: &str, bytes: &[u8]) -> String {
    format!("{OWNS}{path}{DIGEST}{}", sha256(bytes))
}

/// The copies that a file owns by such comments: their paths from its directory, and their digests.
pub fn owned_copies(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let listed = text.lines().filter_map(|line| line.trim_start().strip_prefix(OWNS)?.rsplit_once(DIGEST));
    listed.filter(|(path, _)| path.split('/').all(|part| !matches!(part, "" | "." | "..")))
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

    #[test]
    fn a_seal_breaks_where_a_file_is_edited_or_moved() {
        let mut files = FileSet::new("k8s");
        files.add("k8s/a.yaml", "jobnet.yaml", "a: 1\n");
        files.add_script("k8s/b.sh", "jobnet.yaml", "true\n");
        for (path, file) in &files.files {
            let text = std::str::from_utf8(&file.bytes).unwrap();
            assert!(is_sealed(path, text), "{text}");
            assert!(!is_sealed("docs/a.yaml", text));
            assert!(!is_sealed(path, &format!("{text}\n")));
            assert!(!is_sealed(path, &text.replace("again", "")));
        }
        assert!(!is_sealed("k8s/a.yaml", "a: 1\n"));
    }

    #[test]
    fn copies_are_listed_below_the_file_that_owns_them() {
        let text = format!("a: 1\n  {}\n{}\n", owns("files/a b.sql", b"x"), owns("../secret", b"x"));
        assert_eq!(owned_copies(&text).collect::<Vec<_>>(), [("files/a b.sql", sha256("x").as_str())]);
    }
}
