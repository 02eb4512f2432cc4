use std::path::{Component, Path, PathBuf};

use crate::targets::{FileSet, Origin};

use super::error::CliError;

/// Where the paths of generated files begin.
#[derive(Debug)]
pub(super) struct Place {
    /// The directory that they begin in.
    directory: PathBuf,
    /// The same, as the user knows it.
    shown: PathBuf,
    /// The directory that they may climb to, and not leave.
    root: PathBuf,
}

impl Place {
    /// The directory of a spec.
    pub(super) fn of_spec(spec: &Path, sets: &[FileSet]) -> Result<Self, CliError> {
        let shown = spec.parent().map(Path::to_owned).unwrap_or_default();
        let real = spec.canonicalize().and_then(std::path::absolute);
        let real = real.map_err(|source| CliError::ReadSpec { path: spec.to_owned(), source })?;
        let directory = real.parent().map(Path::to_owned).unwrap_or_default();
        let root = directory.ancestors().nth(climb(sets)).unwrap_or(&directory).to_owned();
        Ok(Self { directory, shown, root })
    }

    /// A directory that takes the place of what the paths climb to, so that files lie to each other as they do there.
    pub(super) fn below(out: &Path, origin: &Origin, sets: &[FileSet]) -> Result<Self, CliError> {
        let root =
            std::path::absolute(out).map_err(|source| CliError::Read { path: out.to_owned(), source })?;
        let skipped = origin.directories.len().saturating_sub(climb(sets));
        let names: PathBuf = origin.directories.iter().skip(skipped).collect();
        Ok(Self { directory: root.join(&names), shown: out.join(names), root })
    }

    /// Where a path leads.
    pub(super) fn path(&self, path: &str) -> PathBuf {
        joined(&self.directory, path)
    }

    /// The path as the user knows it.
    pub(super) fn shown(&self, path: &str) -> String {
        joined(&self.shown, path).display().to_string()
    }

    /// True where symbolic links lead a path to somewhere else altogether.
    pub(super) fn leads_out(&self, path: &Path) -> bool {
        let real = path.ancestors().skip(1).find_map(|above| above.canonicalize().ok());
        let root = self.root.canonicalize();
        matches!((real, root), (Some(real), Ok(root)) if !real.starts_with(&root))
    }

    /// True for a directory that must not be removed, however empty.
    pub(super) fn is_above(&self, directory: &Path) -> bool {
        self.directory.starts_with(directory) || self.root.starts_with(directory)
    }
}

/// How many directories up the paths lead.
fn climb(sets: &[FileSet]) -> usize {
    let paths = sets.iter().flat_map(|set| set.files.keys().chain([&set.root]));
    paths.map(|path| path.split('/').take_while(|part| *part == "..").count()).max().unwrap_or(0)
}

/// A path from a directory, in which `..` takes away the name before it.
fn joined(directory: &Path, path: &str) -> PathBuf {
    let mut joined = directory.to_owned();
    for part in Path::new(path).components() {
        let ends_in_a_name = matches!(joined.components().next_back(), Some(Component::Normal(_)));
        if part == Component::ParentDir && ends_in_a_name {
            joined.pop();
        } else {
            joined.push(part);
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sets(paths: &[&str]) -> Vec<FileSet> {
        let mut set = FileSet::new("k8s");
        paths.iter().for_each(|path| set.add(*path, "jobnet.yaml", ""));
        vec![set]
    }

    #[test]
    fn a_directory_elsewhere_takes_the_place_of_what_paths_climb_to() {
        let directories = ["shop", "etl"].map(str::to_owned).to_vec();
        let origin = Origin { directories, ..Origin::default() };
        let place = Place::below(Path::new("/look"), &origin, &sets(&["k8s/a.yaml"])).unwrap();
        assert_eq!(place.path("k8s/a.yaml"), Path::new("/look/k8s/a.yaml"));
        let up = "../.github/workflows/a.yml";
        let place = Place::below(Path::new("/look"), &origin, &sets(&["k8s/a.yaml", up])).unwrap();
        assert_eq!(place.path("k8s/a.yaml"), Path::new("/look/etl/k8s/a.yaml"));
        assert_eq!(place.path(up), Path::new("/look/.github/workflows/a.yml"));
    }

    #[test]
    fn paths_are_shown_from_where_the_user_is() {
        for (from, path, shown) in [
            ("", "k8s/a.yaml", "k8s/a.yaml"),
            ("", "../k8s/a.yaml", "../k8s/a.yaml"),
            ("etl", "../k8s/a.yaml", "k8s/a.yaml"),
            ("..", "../k8s/a.yaml", "../../k8s/a.yaml"),
        ] {
            assert_eq!(joined(Path::new(from), path), Path::new(shown));
        }
    }
}
