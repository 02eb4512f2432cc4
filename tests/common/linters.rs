//! The checkers that come as Python packages: of workflows, YAML, shell scripts and Kubernetes manifests.

mod repositories;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use self::repositories::Repositories;
use super::objection::{Objection, asked, output, said};
use super::tools;

/// The linters, installed. Each takes files and says nothing (`Ok`), or what it has against them.
pub(crate) struct Linters {
    programs: PathBuf,
}

/// A finding of zizmor's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// The audit, such as `template-injection`; <https://docs.zizmor.sh/audits/> explains each.
    pub(crate) audit: String,
    pub(crate) file: PathBuf,
    /// From 1.
    pub(crate) line: u64,
}

impl Linters {
    /// The linters; `None`, and the test is said to be skipped, where they cannot be installed.
    pub(crate) fn find() -> Option<Self> {
        tools::or_skip(tools::linters()).map(|programs| Self { programs })
    }

    /// Workflows and actions: jobs that do not exist or need each other in a circle, cron, types of expressions, injection,
    /// what is called by `./` and with which inputs, and shellcheck on each `run:`.
    pub(crate) fn jactionlint(&self, files: &[impl AsRef<Path>]) -> Result<(), Objection> {
        let shellcheck = format!("--shellcheck={}", self.programs.join("shellcheck").display());
        let flags = ["--profile=correctness", "--no-color", &shellcheck, "--strict-exit"];
        let mut repositories = Repositories::default();
        let files = files.iter().map(|file| repositories.place(file.as_ref()));
        asked(self.program("jactionlint").args(flags).arg("--").args(files)).map(drop)
    }

    /// All findings of zizmor's in workflows and actions, those for pedants too, in the order of the files. What is
    /// justified stands in the test that allows it.
    ///
    /// # Panics
    ///
    /// Where a file is not a workflow or an action at all.
    pub(crate) fn zizmor_pedantic(&self, files: &[impl AsRef<OsStr>]) -> Vec<Finding> {
        let flags =
            ["--quiet", "--offline", "--no-config", "--strict-collection", "--pedantic", "--format=json"];
        let output = output(self.program("zizmor").args(flags).arg("--").args(files));
        let found: Vec<Value> = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("zizmor: {error}\n{}", said(&output)));
        let mut findings: Vec<Finding> = found.iter().map(Finding::of).collect();
        findings.sort();
        findings.dedup();
        findings
    }

    /// YAML as this project writes it: indented by two, no duplicate keys, and no value that YAML 1.1 takes for a boolean
    /// without looking like one. A line may be long, since a URL or an expression cannot be broken, and `on` may be a key.
    pub(crate) fn yamllint(&self, files: &[impl AsRef<OsStr>]) -> Result<(), Objection> {
        let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/common/linters/yamllint.yaml");
        let mut yamllint = self.program("yamllint");
        asked(yamllint.args(["--strict", "--format=parsable", "-c"]).arg(config).arg("--").args(files))
            .map(drop)
    }

    /// Shell scripts, to the last style remark. The shell is that of the first line.
    pub(crate) fn shellcheck(&self, files: &[impl AsRef<OsStr>]) -> Result<(), Objection> {
        asked(self.program("shellcheck").args(["--norc", "--color=never", "--"]).args(files)).map(drop)
    }

    /// Manifests against the API of a Kubernetes version (`1.37`), where a field that the API does not have is an
    /// error. A kind that the API does not have (a custom resource) is one too, and so is a text without a manifest:
    /// about both kubernetes-validate says nothing bad.
    pub(crate) fn kubernetes_validate(&self, manifests: &str, version: &str) -> Result<(), Objection> {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let file = directory.path().join("manifests.yaml");
        std::fs::write(&file, manifests).expect("a file in the temporary directory");
        let mut command = self.program("kubernetes-validate");
        let output = output(command.args(["--strict", "-k", version]).arg(file));
        let said = said(&output);
        let passed = said.lines().all(|line| line.starts_with("INFO ")) && !said.is_empty();
        if output.status.success() && passed { Ok(()) } else { Err(Objection(said)) }
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        // A token or a setting of the machine's would change what they find.
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    }
}

impl Finding {
    /// What zizmor's JSON says of a finding: the place is that of its primary location.
    fn of(found: &Value) -> Self {
        let locations = found["locations"].as_array().expect("locations");
        let primary = locations.iter().find(|location| location["symbolic"]["kind"] == "Primary");
        let location = primary.or(locations.first()).expect("a location");
        let file = location["symbolic"]["key"]["Local"]["verbatim_path"].as_str().expect("a path");
        let row = location["concrete"]["location"]["start_point"]["row"].as_u64().expect("a row");
        let audit = found["ident"].as_str().expect("an ident").to_owned();
        Self { audit, file: file.into(), line: row + 1 }
    }
}
