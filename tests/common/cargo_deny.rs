//! cargo-deny, which holds dependencies to deny.toml.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::objection::{Objection, asked};
use super::tools;

/// cargo-deny, before the crates of one package.
pub(crate) struct CargoDeny {
    program: PathBuf,
    manifest: PathBuf,
    /// The targets that deny.toml is about. Crates of other platforms are in Cargo.lock too, but no build downloads them.
    targets: Vec<String>,
}

impl CargoDeny {
    /// cargo-deny and the crates of a package, by the deny.toml beside its manifest; `None`, and the test is said to be
    /// skipped, where one of them is missing and cannot be downloaded.
    pub(crate) fn on(manifest: &Path) -> Option<Self> {
        let program = tools::or_skip(tools::cargo_deny())?;
        let config = std::fs::read_to_string(manifest.with_file_name("deny.toml")).expect("a deny.toml");
        let targets = config.lines().find_map(|line| line.strip_prefix("targets = "));
        let targets: Vec<String> = serde_json::from_str(targets.expect("targets")).expect("a list in a line");
        tools::or_skip(tools::crates(manifest, &targets))?;
        Some(Self { program, manifest: manifest.to_owned(), targets })
    }

    /// Licences, sources and banned crates, of each target by itself: told several of them by its configuration, cargo-deny
    /// wants the crates of all platforms. Advisories need a database that comes from the network.
    pub(crate) fn check(&self) -> Result<(), Objection> {
        self.targets.iter().try_for_each(|target| {
            let mut command = Command::new(&self.program);
            command.args(["--locked", "--offline", "--color=never", "--target", target]);
            command.arg("--manifest-path").arg(&self.manifest);
            asked(command.args(["check", "--deny=warnings", "licenses", "bans", "sources"])).map(drop)
        })
    }
}
