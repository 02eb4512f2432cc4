//! What the tests share: a fluent runner of the real binary, and the sandbox's portal on a free port.

pub(crate) mod act;
pub(crate) mod aws;
pub(crate) mod base;
pub(crate) mod cargo_deny;
pub(crate) mod cluster;
pub(crate) mod docker;
pub(crate) mod document;
pub(crate) mod files;
pub(crate) mod gcloud;
pub(crate) mod gcloud_recorder;
pub(crate) mod github_api;
pub(crate) mod github_description;
pub(crate) mod github_parser;
pub(crate) mod in_process;
pub(crate) mod jq;
pub(crate) mod kubectl;
mod leash;
pub(crate) mod linters;
pub(crate) mod misbehaving;
pub(crate) mod objection;
pub(crate) mod pgbouncer;
pub(crate) mod postgres;
pub(crate) mod random_spec;
pub(crate) mod s3;
pub(crate) mod s3_faults;
pub(crate) mod s3rver;
pub(crate) mod spec;
pub(crate) mod stranger;
pub(crate) mod tinyproxy;
mod tools;
pub(crate) mod watched;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use jobnet_sandbox::{Options, Sandbox};
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

/// The spec of the portal's pipeline, as its users have it.
pub(crate) fn portal_spec() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/portal-pipeline/jobnet.yaml")
}

/// A portal with its start data.
pub(crate) async fn portal() -> Sandbox {
    portal_with(Options::default()).await
}

/// A portal that is set up otherwise.
pub(crate) async fn portal_with(options: Options) -> Sandbox {
    Sandbox::start(options).await.expect("the sandbox starts")
}

/// The one number that a query gives, asked of the portal's database.
pub(crate) async fn number(sandbox: &Sandbox, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(sandbox.pool()).await.expect("a number")
}

/// True where the machine has a program. Where it has not, the test is said to be skipped.
pub(crate) fn is_there(program: &str) -> bool {
    tools::or_skip(tools::program(program)).is_some()
}

/// The jobnet binary with an environment of nothing but what a test gives it.
pub(crate) struct Jobnet {
    directory: tempfile::TempDir,
    arguments: Vec<String>,
    environment: BTreeMap<String, String>,
    input: Option<String>,
}

impl Jobnet {
    /// `jobnet` with these arguments, in an empty directory of its own.
    pub(crate) fn new<const N: usize>(arguments: [&str; N]) -> Self {
        Self {
            directory: tempfile::tempdir().expect("a temporary directory"),
            arguments: arguments.map(str::to_owned).to_vec(),
            environment: BTreeMap::new(),
            input: None,
        }
    }

    /// `jobnet run` on the portal's spec against a sandbox.
    pub(crate) fn on_portal<const N: usize>(sandbox: &Sandbox, arguments: [&str; N]) -> Self {
        Self::new(["run"])
            .arguments(arguments)
            .arguments(["--env", "local", "--spec"])
            .arguments([portal_spec().to_str().expect("a path in UTF-8")])
            .env("API_BASE", &sandbox.base_url())
    }

    /// The same with waits between attempts that are too short to notice.
    pub(crate) fn on_quick_portal<const N: usize>(sandbox: &Sandbox, arguments: [&str; N]) -> Self {
        Self::on_spec(&spec::quick_portal_spec(), arguments).env("API_BASE", &sandbox.base_url())
    }

    /// `jobnet run` on a spec of the test's own.
    pub(crate) fn on_spec<const N: usize>(spec: &str, arguments: [&str; N]) -> Self {
        Self::new(["run"]).arguments(arguments).arguments(["--env", "local"]).file("jobnet.yaml", spec)
    }

    /// Adds arguments.
    pub(crate) fn arguments<const N: usize>(mut self, arguments: [&str; N]) -> Self {
        self.arguments.extend(arguments.map(str::to_owned));
        self
    }

    /// Another command in the same directory.
    pub(crate) fn instead<const N: usize>(mut self, arguments: [&str; N]) -> Self {
        self.arguments = arguments.map(str::to_owned).to_vec();
        self
    }

    /// Sets a process environment variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Writes a file into the directory that it runs in.
    pub(crate) fn file(self, name: &str, text: &str) -> Self {
        let path = self.directory.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("a directory in the test's");
        std::fs::write(path, text).expect("a file in the test's directory");
        self
    }

    /// Gives it a text on standard input, through a pipe.
    pub(crate) fn piped(mut self, text: &str) -> Self {
        self.input = Some(text.to_owned());
        self
    }

    /// The directory that it runs in.
    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Starts it, to be watched, signalled or killed.
    pub(crate) fn spawn(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_jobnet"))
            .args(&self.arguments)
            .current_dir(self.directory.path())
            .env_clear()
            .envs(&self.environment)
            .stdin(if self.input.is_some() { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the binary starts")
    }

    /// The command that runs it in a terminal of its own, by util-linux's `script`, and prints what that showed.
    pub(crate) fn in_terminal(&self) -> Command {
        let words =
            std::iter::once(env!("CARGO_BIN_EXE_jobnet")).chain(self.arguments.iter().map(String::as_str));
        let line = words.map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ");
        let mut command = Command::new("script");
        command
            .args([
                "--quiet",
                "--return",
                "--command",
                &format!("stty rows 50 cols 200; {line}"),
                "/dev/null",
            ])
            .current_dir(self.directory.path())
            .env_clear()
            .envs(&self.environment)
            .envs([
                ("PATH", "/usr/local/bin:/usr/bin:/bin"),
                ("TERM", "xterm-256color"),
                ("SHELL", "/bin/sh"),
            ])
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// Runs it to its end.
    pub(crate) async fn run(&self) -> Ended {
        let mut child = self.spawn();
        if let (Some(text), Some(mut pipe)) = (&self.input, child.stdin.take()) {
            pipe.write_all(text.as_bytes()).await.expect("the binary reads its input");
        }
        Ended::from(child.wait_with_output().await.expect("the binary ends"))
    }
}

/// The outputs in what a step wrote to the file of `GITHUB_OUTPUT`, as the runner reads them. The last of a name counts.
pub(crate) fn outputs(text: &str) -> BTreeMap<String, String> {
    let mut lines = text.lines();
    let mut outputs = BTreeMap::new();
    while let Some(head) = lines.next() {
        let (name, delimiter) = head.split_once("<<").expect("a name with a delimiter");
        let value: Vec<_> = lines.by_ref().take_while(|line| *line != delimiter).collect();
        outputs.insert(name.to_owned(), value.join("\n"));
    }
    outputs
}

/// How a process ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// The exit code; `None` where a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
        }
    }
}

impl Ended {
    /// The JSON lines of stdout of an event, in order.
    pub(crate) fn events(&self, event: &str) -> Vec<Value> {
        let lines = self.stdout.lines().map(|line| serde_json::from_str(line).expect("a JSON line"));
        lines.filter(|line: &Value| line["event"] == event).collect()
    }

    /// The summary of a stage.
    pub(crate) fn summary(&self, stage: &str) -> Value {
        let found = self.events("summary").into_iter().find(|summary| summary["stage"] == stage);
        found.unwrap_or_else(|| panic!("no summary of {stage} in\n{}\n{}", self.stdout, self.stderr))
    }
}
