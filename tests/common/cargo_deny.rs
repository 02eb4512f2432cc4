//! cargo-deny, which holds dependencies to deny.toml.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::objection::{Objection, asked};
use super::tools;

/// cargo-deny, installed.
pub(crate) struct CargoDeny {
    program: PathBuf,
}

impl CargoDeny {
    /// cargo-deny; `None`, and the test is said to be skipped, where it cannot be installed.
    pub(crate) fn find() -> Option<Self> {
        tools::or_skip(tools::cargo_deny()).map(|program| Self { program })
    }

    /// Licences, sources and banned crates of a package by the deny.toml beside it. Advisories need a database that comes
    /// from the network.
    pub(crate) fn check(&self, manifest: &Path) -> Result<(), Objection> {
        let mut command = Command::new(&self.program);
        command.args(["--offline", "--color=never", "--manifest-path"]).arg(manifest);
        asked(command.args(["check", "--deny=warnings", "licenses", "bans", "sources"])).map(drop)
    }
}
