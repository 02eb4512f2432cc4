use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::Deserialize;
use tokio::process::{Child, Command};

use super::super::{Ended, outputs};
use super::Docker;

/// A step that uses the action of this repository, run in a container as GitHub's runner does: with the mounts, the
/// variables and the command of its `ContainerActionHandler`
/// (<https://github.com/actions/runner/blob/main/src/Runner.Worker/Handlers/ContainerActionHandler.cs>), and the machine's
/// network.
pub(crate) struct Step {
    docker: &'static Docker,
    image: &'static str,
    action: Action,
    /// What is mounted as `/github`.
    home: tempfile::TempDir,
    name: String,
    inputs: BTreeMap<String, String>,
    environment: BTreeMap<String, String>,
}

/// How a step ended, with what it left for the steps after it.
#[derive(Debug)]
pub(crate) struct StepEnded {
    pub(crate) ended: Ended,
    pub(crate) outputs: BTreeMap<String, String>,
    /// The job summary.
    pub(crate) summary: String,
    /// What it wrote to the file of `GITHUB_ENV`.
    pub(crate) environment: String,
}

#[derive(Deserialize)]
struct Action {
    inputs: BTreeMap<String, Input>,
    runs: Runs,
}

#[derive(Deserialize)]
struct Input {
    #[serde(default)]
    default: String,
}

#[derive(Deserialize)]
struct Runs {
    entrypoint: String,
    args: Vec<String>,
    env: BTreeMap<String, String>,
}

const FILES: [&str; 5] =
    ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE"];

impl Step {
    /// A step with an empty workspace; `None`, and the test is said to be skipped, where there is no engine.
    pub(crate) async fn new() -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let docker = Docker::engine().await?;
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml"));
        let home = tempfile::tempdir().expect("a temporary directory");
        for directory in ["workspace", "home", "workflow", "runner_temp", "file_commands"] {
            std::fs::create_dir(home.path().join(directory)).expect("a directory");
        }
        for file in FILES {
            std::fs::write(home.path().join("file_commands").join(file), "").expect("a file");
        }
        Some(Self {
            docker,
            image: docker.image().await,
            action: serde_saphyr::from_str(&text.expect("action.yml")).expect("an action"),
            home,
            name: format!("step-{}", NUMBER.fetch_add(1, Ordering::Relaxed)),
            inputs: BTreeMap::new(),
            environment: BTreeMap::new(),
        })
    }

    /// Sets an input, as the step's `with`.
    pub(crate) fn with(mut self, input: &str, value: &str) -> Self {
        self.inputs.insert(input.to_owned(), value.to_owned());
        self
    }

    /// Sets a variable, as the step's `env`.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Writes a file into the workspace.
    pub(crate) fn file(self, name: &str, text: &str) -> Self {
        std::fs::write(self.workspace().join(name), text).expect("a file in the workspace");
        self
    }

    pub(crate) fn workspace(&self) -> std::path::PathBuf {
        self.home.path().join("workspace")
    }

    /// Starts it, to be signalled.
    pub(crate) fn spawn(&self) -> Child {
        let mut command = self.command();
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the client starts")
    }

    /// Sends a signal to the container's first process.
    pub(crate) async fn signal(&self, signal: &str) {
        let ended = self.docker.docker(["kill", "--signal", signal, &self.name]).await;
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    }

    /// Runs it to its end.
    pub(crate) async fn run(&self) -> StepEnded {
        self.ended(self.spawn()).await
    }

    /// Waits for its end.
    pub(crate) async fn ended(&self, running: Child) -> StepEnded {
        let ended = Ended::from(running.wait_with_output().await.expect("the client ends"));
        let left = |name| {
            std::fs::read_to_string(self.home.path().join("file_commands").join(name)).expect("a text")
        };
        StepEnded {
            ended,
            outputs: outputs(&left("GITHUB_OUTPUT")),
            summary: left("GITHUB_STEP_SUMMARY"),
            environment: left("GITHUB_ENV"),
        }
    }

    fn command(&self) -> Command {
        let variables = self.variables();
        let mut command = self.docker.command(&self.docker.client);
        command.args(["run", "--rm", "--network=host", "--workdir=/github/workspace", "--name", &self.name]);
        command.args([
            "-e",
            "GITHUB_ACTIONS=true",
            "-e",
            "CI=true",
            "--entrypoint",
            &self.action.runs.entrypoint,
        ]);
        command.arg("-v").arg(format!("{}:/github", self.home.path().display()));
        // By name alone, so that no value is an argument of a process.
        command.args(variables.keys().flat_map(|name| ["-e", name]));
        command.envs(variables).arg(self.image).args(&self.action.runs.args);
        command
    }

    /// The environment of the container: inputs with their defaults, the step's own, what the action adds, and GitHub's.
    fn variables(&self) -> BTreeMap<String, String> {
        let value_of = |name: &str| {
            let default = self.action.inputs.get(name).map(|input| input.default.clone());
            self.inputs.get(name).cloned().or(default).unwrap_or_default()
        };
        let names = self.action.inputs.keys().chain(self.inputs.keys());
        let input =
            |name: &String| (format!("INPUT_{}", name.replace(' ', "_").to_uppercase()), value_of(name));
        let mut variables: BTreeMap<String, String> = names.map(input).collect();
        variables.extend(self.environment.clone());
        for (name, value) in &self.action.runs.env {
            let named = value.strip_prefix("${{ inputs.").and_then(|rest| rest.strip_suffix(" }}"));
            let value = named.map_or_else(|| value.clone(), value_of);
            variables.entry(name.clone()).or_insert(value);
        }
        for file in FILES {
            variables.insert(file.to_owned(), format!("/github/file_commands/{file}"));
        }
        variables.insert("HOME".to_owned(), "/github/home".to_owned());
        variables.insert("GITHUB_WORKSPACE".to_owned(), "/github/workspace".to_owned());
        variables
    }
}
