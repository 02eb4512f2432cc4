//! What users are told to use is what a release of this version pushes.

use std::collections::BTreeSet;
use std::fs;

use crate::common::document::{project, read};
use crate::common::files::visible;

const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The tag that moves within a major version.
const MAJOR: &str = concat!("v", env!("CARGO_PKG_VERSION_MAJOR"));

/// All that is read, rendered or run: files below these directories, and beside them.
fn shown() -> Vec<String> {
    let files = ["README.md", "CHANGELOG.md", "action.yml"].map(|name| fs::read(project(name)).unwrap());
    let directories = [".github", "docs", "examples", "setup", "src", "templates"];
    let below = directories.iter().flat_map(|name| visible(&project(name)).into_values());
    files.into_iter().chain(below).filter_map(|file| String::from_utf8(file).ok()).collect()
}

/// What stands behind a name and a mark, such as `v1` behind `your-org/jobnet-action/setup` and `@`.
fn references(name: &str, mark: char) -> BTreeSet<String> {
    let part_of_name = |char: char| char.is_ascii_alphanumeric() || "/._-".contains(char);
    let after = |rest: &str| {
        let reference = rest.trim_start_matches(part_of_name).strip_prefix(mark)?;
        let end = reference.find(|char| !part_of_name(char)).unwrap_or(reference.len());
        (end > 0).then(|| reference[..end].to_owned())
    };
    shown().iter().flat_map(|text| text.split(name).skip(1).filter_map(after).collect::<Vec<_>>()).collect()
}

#[test]
fn the_action_is_called_by_its_major_version() {
    assert_eq!(references("your-org/jobnet-action", '@'), BTreeSet::from([MAJOR.to_owned()]));
}

#[test]
fn the_image_is_of_this_version() {
    // The documentation leaves open which.
    let named = references("ghcr.io/your-org/jobnet", ':');
    assert_eq!(named, BTreeSet::from([VERSION, "VERSION"].map(str::to_owned)));
    assert!(read("docs/action.md").contains(&format!("`:{MAJOR}` is the newest of a major version")));
    let tags = format!("    tags: {{dev: {VERSION}, prod: {VERSION}}}\n");
    assert!(read("docs/targets/kubernetes.md").contains(&tags));
}
