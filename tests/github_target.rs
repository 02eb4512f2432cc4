//! The workflow that is rendered for GitHub Actions, and what GitHub makes of it.

mod checked;
mod closing;
mod evaluated;
mod examples;
mod faults;
mod ledger;
mod pinned;
mod ran;
mod random;
mod schedules;
mod selected;
mod simulated;

use std::path::PathBuf;

use jobnet::diag::{self, Findings, Source};
use jobnet::plan::{self, Plans};
use jobnet::spec;
use jobnet::targets::{self, Origin, Target};

use crate::common::files::example;

/// The beginning of a spec with two environments and stages that are no commands.
pub(crate) const HEAD: &str = "\
jobnet: v1
name: shop
apis: {shop: {base_url: https://shop.example}}
";

/// A spec that is to be rendered.
pub(crate) struct Rendering {
    source: Source,
    origin: Origin,
}

impl Rendering {
    /// A spec at the root of its repository.
    pub(crate) fn of(spec: &str) -> Self {
        let origin = Origin { file: "jobnet.yaml".to_owned(), spec: spec.to_owned(), ..Origin::default() };
        Self { source: Source::new("jobnet.yaml", spec.to_owned()), origin }
    }

    /// A spec that begins with [`HEAD`].
    pub(crate) fn below_head(rest: &str) -> Self {
        Self::of(&format!("{HEAD}{rest}"))
    }

    /// The spec of an example.
    pub(crate) fn example(name: &str) -> Self {
        let path = example(name).join("jobnet.yaml");
        Self::of(&std::fs::read_to_string(path).expect("the example's spec"))
    }

    /// The spec lies in these directories, one in the other.
    pub(crate) fn in_directories<const N: usize>(mut self, directories: [&str; N]) -> Self {
        self.origin.directories = directories.map(str::to_owned).to_vec();
        self
    }

    /// A lock file lies beside it.
    pub(crate) fn lock(mut self, lock: &str) -> Self {
        self.origin.lock = Some(lock.to_owned());
        self
    }

    /// What the environments run.
    pub(crate) fn plans(&self) -> Plans {
        let (spec, findings) = spec::parse(self.source.clone());
        assert!(!findings.has_errors(), "{}", self.shown(&findings));
        let (plans, findings) = plan::resolve(&spec.expect("a spec"));
        assert!(!findings.has_errors(), "{}", self.shown(&findings));
        plans.expect("plans")
    }

    /// The workflow; or what is wrong, as people see it.
    pub(crate) fn try_workflow(&self) -> Result<String, String> {
        let rendered = targets::render(Target::Github, &self.plans(), &self.origin);
        let mut files = rendered.map_err(|findings| self.shown(&findings))?.files;
        assert_eq!(files.len(), 1);
        let (_, file) = files.pop_first().expect("a file");
        Ok(String::from_utf8(file.bytes).expect("UTF-8"))
    }

    /// The workflow.
    pub(crate) fn workflow(&self) -> String {
        self.try_workflow().unwrap_or_else(|findings| panic!("{findings}"))
    }

    /// What is wrong, as people see it.
    pub(crate) fn faults(&self) -> String {
        self.try_workflow().expect_err("it is refused")
    }

    fn shown(&self, findings: &Findings) -> String {
        diag::render(&self.source, findings, false)
    }
}

/// A workflow as a file, in a directory of its own.
pub(crate) fn file(workflow: &str) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join(".github/workflows/net.yml");
    std::fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
    std::fs::write(&path, workflow).expect("a file in the temporary directory");
    (directory, path)
}
