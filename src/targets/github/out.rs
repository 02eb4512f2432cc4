use super::problem::GithubProblem;

/// Where a workflow's file lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Out {
    /// The directory of workflows, from the spec's.
    pub(super) directory: String,
}

impl Out {
    /// Reads a path from the spec's directory. GitHub looks into `.github/workflows` at the root of a repository and
    /// nowhere else (<https://docs.github.com/actions/concepts/workflows-and-actions/workflows>), so the root is known
    /// by it.
    pub(super) fn of(out: &str) -> Result<Self, GithubProblem> {
        let refused = || GithubProblem::NotAWorkflow { out: out.to_owned() };
        let (directory, file) = out.rsplit_once('/').ok_or_else(refused)?;
        let above = directory.strip_suffix(".github/workflows").ok_or_else(refused)?;
        let is_yaml = [".yml", ".yaml"].iter().any(|end| file.len() > end.len() && file.ends_with(end));
        // The spec lies at the root or below it, so that only `..` leads there.
        let leads_up = above.is_empty() || above.trim_end_matches('/').split('/').all(|part| part == "..");
        if !is_yaml || !leads_up || !(above.is_empty() || above.ends_with('/')) {
            return Err(refused());
        }
        Ok(Self { directory: directory.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workflow_lies_where_github_looks() {
        for good in
            [".github/workflows/a.yml", "../.github/workflows/a.yaml", "../../.github/workflows/a.yml"]
        {
            assert!(Out::of(good).is_ok(), "{good}");
        }
        for bad in [
            "a.yml",
            ".github/a.yml",
            ".github/workflows/a.txt",
            ".github/workflows/.yml",
            "etl/.github/workflows/a.yml",
            "x.github/workflows/a.yml",
            "/.github/workflows/a.yml",
            ".github/workflows/sub/a.yml",
            "./.github/workflows/a.yml",
        ] {
            assert!(Out::of(bad).is_err(), "{bad}");
        }
    }
}
