use std::collections::BTreeMap;

use serde::Deserialize;

use super::problem::GithubProblem;
use super::scalar::Scalar;
use super::view::Uses;

/// What jobnet itself knows.
const BUILT_IN: &str = include_str!("../../../templates/github/actions.lock");

/// Which commits the versions of actions mean.
///
/// A tag can be moved to other code, a commit cannot
/// (<https://docs.github.com/actions/reference/security/secure-use#using-third-party-actions>).
#[derive(Debug, Clone)]
pub(super) struct Lock(BTreeMap<String, Locked>);

/// A version of an action.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Locked {
    /// 40 hexadecimal digits.
    commit: String,
    /// Its tag, for people and for programs that look for newer ones.
    version: String,
}

impl Lock {
    /// jobnet's own lines, and before them those of a lock file.
    ///
    /// # Errors
    /// [`GithubProblem::BadLock`].
    pub(super) fn of(text: Option<&str>) -> Result<Self, GithubProblem> {
        let mut lines = read(BUILT_IN)?;
        lines.extend(text.map(read).transpose()?.unwrap_or_default());
        Ok(Self(lines))
    }

    /// An action with its commit in place of its version. What names a commit, a file of the repository or an image's
    /// digest stays as it is.
    ///
    /// # Errors
    /// [`GithubProblem::NotLocked`], [`GithubProblem::NoVersion`].
    pub(super) fn pinned(&self, uses: &str) -> Result<Uses, GithubProblem> {
        if uses.starts_with("./") || uses.starts_with("docker://") && uses.contains("@sha256:") {
            return Ok(Uses::of(Scalar::text(uses)));
        }
        let no_version = || GithubProblem::NoVersion { uses: uses.to_owned() };
        if uses.starts_with("docker://") {
            return Err(no_version());
        }
        let (path, reference) = uses.split_once('@').ok_or_else(no_version)?;
        let repository = path.splitn(3, '/').take(2).collect::<Vec<_>>().join("/");
        let of_repository = self.0.iter().filter(|(name, _)| name.split('@').next() == Some(&repository));
        if is_commit(reference) {
            let known = of_repository.map(|(_, locked)| locked).find(|locked| locked.commit == reference);
            let version = known.map(|locked| locked.version.clone());
            return Ok(Uses { uses: Scalar::text(uses), version });
        }
        let meant = self.0.get(&format!("{repository}@{reference}"));
        let meant = meant
            .or_else(|| of_repository.map(|(_, locked)| locked).find(|locked| locked.version == reference));
        let locked = meant.ok_or_else(|| GithubProblem::NotLocked { uses: uses.to_owned() })?;
        Ok(Uses {
            uses: Scalar::text(&format!("{path}@{}", locked.commit)),
            version: Some(locked.version.clone()),
        })
    }
}

fn read(text: &str) -> Result<BTreeMap<String, Locked>, GithubProblem> {
    let refused = |reason: String| GithubProblem::BadLock { reason };
    // A file of comments is empty, and says nothing.
    let lines: Option<BTreeMap<String, Locked>> = serde_saphyr::from_str(text)
        .map_err(|error| refused(error.to_string().lines().next().unwrap_or_default().to_owned()))?;
    let lines = lines.unwrap_or_default();
    for (name, locked) in &lines {
        if !name.contains('@') {
            return Err(refused(format!("`{name}` has no version after an `@`")));
        }
        if !is_commit(&locked.commit) {
            return Err(refused(format!("`{}` is not a commit of `{name}`", locked.commit)));
        }
        // It stands in a comment.
        if !locked.version.chars().all(|c| c.is_ascii_graphic()) {
            return Err(refused(format!("`{name}` has a version with blanks in it")));
        }
    }
    Ok(lines)
}

fn is_commit(text: &str) -> bool {
    text.len() == 40 && text.chars().all(|c| c.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    fn pinned(uses: &str, lock: &str) -> Result<String, GithubProblem> {
        let uses = Lock::of(Some(lock))?.pinned(uses)?;
        let text = serde_json::to_value(&uses.uses).unwrap();
        let version = uses.version.map(|version| format!(" # {version}")).unwrap_or_default();
        Ok(format!("{}{version}", text.as_str().unwrap()))
    }

    #[test]
    fn a_version_becomes_its_commit() {
        let lock = format!("a/b@v1: {{commit: {COMMIT}, version: v1.2.3}}\n");
        for (uses, expected) in [
            ("a/b@v1", format!("a/b@{COMMIT} # v1.2.3")),
            ("a/b@v1.2.3", format!("a/b@{COMMIT} # v1.2.3")),
            ("a/b/sub/dir@v1", format!("a/b/sub/dir@{COMMIT} # v1.2.3")),
            (&format!("a/b@{COMMIT}"), format!("a/b@{COMMIT} # v1.2.3")),
            (&format!("c/d@{COMMIT}"), format!("c/d@{COMMIT}")),
            ("./.github/actions/x", "\"./.github/actions/x\"".to_owned()),
            ("docker://alpine@sha256:00", "\"docker://alpine@sha256:00\"".to_owned()),
        ] {
            assert_eq!(pinned(uses, &lock), Ok(expected), "{uses}");
        }
    }

    #[test]
    fn no_commit_is_invented() {
        for uses in ["a/b@v1", "a/b@main", "actions/checkout@v3", "actions/checkout", "docker://alpine:3"] {
            assert!(pinned(uses, "").is_err(), "{uses}");
        }
        assert!(pinned("actions/checkout@v7", "# nothing\n").is_ok());
    }

    #[test]
    fn a_line_of_ones_own_comes_first() {
        let own = format!("actions/checkout@v7: {{commit: {COMMIT}, version: v7.9.9}}\n");
        assert_eq!(
            pinned("actions/checkout@v7", &own).unwrap(),
            format!("actions/checkout@{COMMIT} # v7.9.9")
        );
    }

    #[test]
    fn a_lock_file_says_commits() {
        for bad in
            ["- a", "a/b@v1: {commit: abc, version: v1}", "a/b: {}", "a/b@v1: {commit: a, version: b, c: d}"]
        {
            assert!(
                matches!(pinned("actions/checkout@v7", bad), Err(GithubProblem::BadLock { .. })),
                "{bad}"
            );
        }
    }
}
