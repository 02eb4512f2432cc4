use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::drift::{Existing, Tree};
use crate::targets::{FileSet, Origin, owned_by, owned_copies};

use super::error::CliError;
use super::place::Place;

/// How deep below the spec's directory files are looked for.
const DEEPEST: usize = 12;
/// How much of a file is read to find its header.
const HEADER: u64 = 1024;
/// Where workflows lie, which a spec in a directory of its own writes above itself.
const WORKFLOWS: &str = ".github/workflows";
/// Directories that are large and nobody's.
const SKIPPED: [&str; 3] = ["target", "node_modules", "venv"];

/// Where files that were generated once are looked for.
pub(super) enum Search {
    /// Wherever the spec may once have had them.
    Everywhere,
    /// Below the roots of the sets alone, without what is below these paths of other targets.
    Without(Vec<String>),
}

/// Reads what is at the paths of the sets, and what else may have been generated from the spec.
pub(super) fn read(
    place: &Place,
    sets: &[FileSet],
    origin: &Origin,
    search: &Search,
) -> Result<Tree, CliError> {
    let mut reader = TreeReader { place, origin, search, sets, tree: Tree::new(), seen: BTreeSet::new() };
    for path in sets.iter().flat_map(|set| set.files.keys()) {
        reader.add(path)?;
    }
    for set in sets {
        reader.walk(&set.root, 0, true)?;
    }
    if matches!(search, Search::Everywhere) {
        reader.walk("", 0, false)?;
        for up in 1..=origin.directories.len() {
            reader.walk(&format!("{}{WORKFLOWS}", "../".repeat(up)), 0, false)?;
        }
    }
    reader.add_copies()?;
    Ok(reader.tree)
}

struct TreeReader<'a> {
    place: &'a Place,
    origin: &'a Origin,
    search: &'a Search,
    sets: &'a [FileSet],
    tree: Tree,
    /// The directories that were looked into.
    seen: BTreeSet<String>,
}

impl TreeReader<'_> {
    /// Adds what is at a path, if anything is.
    fn add(&mut self, path: &str) -> Result<(), CliError> {
        if self.tree.contains_key(path) {
            return Ok(());
        }
        let at = self.place.path(path);
        let existing = if self.place.leads_out(&at) {
            Ok(Some(Existing::Other("reached by a symbolic link")))
        } else {
            existing(&at)
        };
        if let Some(existing) = existing.map_err(|source| CliError::Read { path: at, source })? {
            self.tree.insert(path.to_owned(), existing);
        }
        Ok(())
    }

    /// Adds the files below a directory whose header names the spec: of any name, or such as are generated.
    fn walk(&mut self, directory: &str, depth: usize, any_name: bool) -> Result<(), CliError> {
        if depth > DEEPEST || !self.seen.insert(directory.to_owned()) {
            return Ok(());
        }
        let at = self.place.path(directory);
        let unreadable = |source| CliError::Read { path: at.clone(), source };
        // What cannot be looked into holds nothing that was written there.
        let Ok(entries) = fs::read_dir(&at) else { return Ok(()) };
        for entry in entries {
            let entry = entry.map_err(unreadable)?;
            // A name that is no text was not written by jobnet.
            let Ok(name) = entry.file_name().into_string() else { continue };
            let path = if directory.is_empty() { name.clone() } else { format!("{directory}/{name}") };
            let kind = entry.file_type().map_err(unreadable)?;
            if kind.is_dir() && is_looked_into(&name) {
                self.walk(&path, depth + 1, any_name)?;
            } else if kind.is_file() && (any_name || is_generated_name(&name)) && self.is_searched(&path) {
                let header = beginning(&entry.path());
                if owned_by(&header) == Some(self.origin.seen_from(&path).as_str()) {
                    self.add(&path)?;
                }
            }
        }
        Ok(())
    }

    /// Adds the copies that the files found say they own.
    fn add_copies(&mut self) -> Result<(), CliError> {
        let mut copies = Vec::new();
        for (path, text) in self.tree.iter().filter_map(|(path, there)| Some((path, there.text()?))) {
            if owned_by(text) == Some(self.origin.seen_from(path).as_str()) {
                let directory = path.rsplit_once('/').map(|(directory, _)| format!("{directory}/"));
                let directory = directory.unwrap_or_default();
                copies.extend(owned_copies(text).map(|(copy, _)| format!("{directory}{copy}")));
            }
        }
        copies.iter().try_for_each(|copy| self.add(copy))
    }

    /// False for what is another target's, whose root is nearer.
    fn is_searched(&self, path: &str) -> bool {
        let Search::Without(others) = self.search else {
            return true;
        };
        let is_at = |root: &&str| {
            path.strip_prefix(*root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let own = self.sets.iter().map(|set| set.root.as_str()).filter(is_at).map(str::len).max();
        let other = others.iter().map(String::as_str).filter(is_at).map(str::len).max();
        own >= other
    }
}

/// What is at a path, without following a link.
fn existing(path: &Path) -> io::Result<Option<Existing>> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Ok(Some(Existing::Other("below something that is no directory")));
        }
        Err(error) => return Err(error),
    };
    Ok(Some(if metadata.is_file() {
        // The owner's bit is the one that git keeps.
        Existing::File { bytes: fs::read(path)?, executable: metadata.permissions().mode() & 0o100 != 0 }
    } else if metadata.is_dir() {
        Existing::Other("a directory")
    } else if metadata.is_symlink() {
        Existing::Other("a symbolic link")
    } else {
        Existing::Other("no file")
    }))
}

/// The beginning of a file, as far as it is text; nothing where it cannot be read.
fn beginning(path: &Path) -> String {
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(HEADER).read_to_end(&mut bytes));
    read.map(|_| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// True for a directory that generated files can be in.
fn is_looked_into(name: &str) -> bool {
    (name == ".github" || !name.starts_with('.')) && !SKIPPED.contains(&name)
}

/// True for a name as those of generated files.
fn is_generated_name(name: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("yml" | "yaml" | "sh")) || name.contains("Dockerfile")
}

#[cfg(test)]
mod tests;
