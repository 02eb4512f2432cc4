use std::collections::BTreeMap;

use crate::digest::sha256;
use crate::targets::{File, FileSet, Origin, Ownership, is_sealed, owned_by, owned_copies};

use super::{Drift, Existing, Kind, Obstacle, Tree};

/// Where the disk is not what the sets say, by path.
///
/// The tree holds what is at the paths of the sets, and what else may have been generated from this spec.
pub fn compare<'a>(sets: &'a [FileSet], tree: &'a Tree, origin: &Origin) -> Vec<Drift<'a>> {
    let wanted: BTreeMap<&str, &File> =
        sets.iter().flat_map(|set| &set.files).map(|(path, file)| (path.as_str(), file)).collect();
    let roots: Vec<&str> = sets.iter().map(|set| set.root.as_str()).collect();
    let owned = Owned::of(tree, |path, text| {
        owned_by(text) == Some(origin.seen_from(path).as_str())
            && (wanted.contains_key(path) || is_sealed(path, text) || is_below(path, &roots))
    });
    let mut drifts = Vec::new();
    for (path, file) in &wanted {
        let there = tree.get(*path);
        if let Some(kind) = kind_of_wanted(path, file, there, &owned) {
            drifts.push(Drift { path, kind, there, wanted: Some(file) });
        }
    }
    for (path, is_as_generated) in owned.0 {
        if !wanted.contains_key(path) {
            let kind = if is_as_generated { Kind::Obsolete } else { Kind::Kept };
            drifts.push(Drift { path, kind, there: tree.get(path), wanted: None });
        }
    }
    drifts.sort_by_key(|drift| drift.path);
    drifts
}

/// True for a path in one of some directories.
fn is_below(path: &str, roots: &[&str]) -> bool {
    roots.iter().any(|root| path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/')))
}

/// The files on disk that were generated from the spec; true for one that is as it was generated.
struct Owned<'a>(BTreeMap<&'a str, bool>);

impl<'a> Owned<'a> {
    fn of(tree: &'a Tree, is_own: impl Fn(&str, &str) -> bool) -> Self {
        let mut owned = BTreeMap::new();
        let texts = tree.iter().filter_map(|(path, there)| Some((path.as_str(), there.text()?)));
        for (path, text) in texts.filter(|(path, text)| is_own(path, text)) {
            owned.insert(path, is_sealed(path, text));
            let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
            for (copy, digest) in owned_copies(text) {
                let copy = if directory.is_empty() { copy.to_owned() } else { format!("{directory}/{copy}") };
                if let Some((copy, Existing::File { bytes, .. })) = tree.get_key_value(&copy) {
                    owned.insert(copy, sha256(bytes) == digest);
                }
            }
        }
        Self(owned)
    }
}

/// What the matter is with a file that should be there; `None` where nothing is.
fn kind_of_wanted(path: &str, file: &File, there: Option<&Existing>, owned: &Owned<'_>) -> Option<Kind> {
    let (bytes, executable) = match there {
        None => return Some(Kind::Missing),
        Some(Existing::Other(what)) => return Some(Kind::InTheWay(Obstacle::NoFile(what))),
        Some(Existing::File { bytes, executable }) => (bytes, *executable),
    };
    if *bytes == file.bytes {
        return (executable != file.executable).then_some(Kind::Mode);
    }
    Some(match owned.0.get(path) {
        Some(true) => Kind::Stale,
        Some(false) => Kind::Edited,
        None => Kind::InTheWay(obstacle(file, bytes)),
    })
}

fn obstacle(file: &File, bytes: &[u8]) -> Obstacle {
    let other = std::str::from_utf8(bytes).ok().and_then(owned_by);
    match (file.ownership, other) {
        (Ownership::Header, Some(spec)) => Obstacle::OtherSpec(spec.to_owned()),
        _ => Obstacle::Foreign,
    }
}
