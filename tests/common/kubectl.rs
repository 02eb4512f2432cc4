//! kubectl, which builds trees of kustomize's without a cluster.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::objection::{Objection, asked};
use super::tools;

/// The machine's own kubectl.
pub(crate) struct Kubectl {
    program: PathBuf,
}

impl Kubectl {
    /// kubectl; `None`, and the test is said to be skipped, where the machine has none.
    pub(crate) fn find() -> Option<Self> {
        tools::or_skip(tools::program("kubectl")).map(|program| Self { program })
    }

    /// The manifests that a kustomization builds, as one YAML text.
    pub(crate) fn kustomize(&self, directory: &Path) -> Result<String, Objection> {
        asked(Command::new(&self.program).arg("kustomize").arg(directory))
    }
}
