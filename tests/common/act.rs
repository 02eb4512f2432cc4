//! act, which runs workflows, here on the machine itself, or in containers where a test needs actions that are one.
//!
//! What it does other than GitHub (act 0.2.89):
//!
//! - It knows no `timezone` of a schedule and no `queue` of a concurrency group, and refuses a workflow with them: these
//!   lines are taken out of the copy that it runs. Concurrency itself it does not heed.
//! - A job whose `runs-on` is none of [`LABELS`] is left out without a failure, as a job is whose `if` says no.
//! - Every job begins with the files of the repository, but for those that git ignores; `actions/checkout`, in any version,
//!   does nothing and needs no network.
//! - Every other action with an owner must be given as a directory ([`Act::action`]), which stands for the whole repository:
//!   `uses: OWNER/NAME/setup@v1` is the directory's `setup/action.yml`. The reference must be the very text after `@`.
//! - Composite actions and those in JavaScript (by the `node` in `PATH`) run; an action in a container does in a job that
//!   is in one too ([`Act::in_containers`]), in which there is no node. There `with: args` takes the place of the action's
//!   `runs.args`, which it does not on GitHub.
//! - `GITHUB_OUTPUT`, `GITHUB_ENV`, `GITHUB_PATH` and `GITHUB_STEP_SUMMARY` work, and what was written there is told as events.
//! - A job that is left out is not named at all, nor is one that calls a workflow: the jobs of that workflow are.
//! - In the payload of an event the inputs are texts, as in GitHub's; a boolean `true` there is read as false.
//! - The steps have the `PATH` and `HOME` of act itself, and no other variable of the machine's.
//! - `--json` prints a line an event; what a step printed is one with `raw_output`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::{Value, json};
use tokio::process::Command;
use tokio::sync::Mutex;

use super::docker::Docker;
use super::{Ended, files, tools};

/// The labels of `runs-on` that this machine stands for.
const LABELS: [&str; 3] = ["ubuntu-latest", "ubuntu-24.04", "ubuntu-22.04"];

/// Held by who runs in containers: act names them after the workflow, whichever repository that is in.
static ALONE: Mutex<()> = Mutex::const_new(());

/// A repository whose workflows can be run, with what they find in GitHub.
pub(crate) struct Act {
    program: PathBuf,
    repository: tempfile::TempDir,
    /// act's cache, the workspaces of jobs, and the home of their steps.
    home: tempfile::TempDir,
    /// What `github.event` is.
    payload: Value,
    arguments: Vec<OsString>,
    path: Vec<PathBuf>,
    /// What stands for the runner: an image, or the machine itself.
    platform: &'static str,
    engine: Option<&'static Docker>,
}

/// How a workflow went.
#[derive(Debug)]
pub(crate) struct Ran {
    /// act itself: 0 where no job failed.
    pub(crate) ended: Ended,
    events: Vec<Value>,
}

impl Act {
    /// A repository with a copy of a tree, in one commit; `None`, and the test is said to be skipped, where act cannot
    /// be installed.
    pub(crate) async fn on(tree: &Path) -> Option<Self> {
        tools::or_skip(tools::program("git"))?;
        let programs = tools::or_skip(tools::linters())?;
        let directory = || tempfile::tempdir().expect("a temporary directory");
        let (repository, home) = (directory(), directory());
        files::copy(tree, repository.path());
        without_what_act_does_not_know(&repository.path().join(".github/workflows"));
        let act = Self {
            program: programs.join("act"),
            repository,
            home,
            payload: json!({}),
            arguments: Vec::new(),
            path: Vec::new(),
            platform: "-self-hosted",
            engine: None,
        };
        act.git(&["init", "--quiet", "--initial-branch=main"]).await;
        act.git(&["add", "--all"]).await;
        let author = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
        act.git(&[&author[..], &["commit", "--quiet", "--allow-empty", "--message=tree"]].concat()).await;
        Some(act)
    }

    /// Runs each job in a container, on the machine's network; `None`, and the test is said to be skipped, where there is
    /// no engine for it.
    pub(crate) async fn in_containers(mut self) -> Option<Self> {
        let engine = Docker::engine().await?;
        self.platform = engine.debian().await?;
        self.engine = Some(engine);
        let flags =
            ["--pull=false", "--action-offline-mode", "--network=host", "--container-daemon-socket=-"];
        self.arguments.extend(flags.map(OsString::from));
        Some(self)
    }

    /// Sets an input of `workflow_dispatch`, which the workflow gives its type: GitHub sends all of them as text.
    pub(crate) fn input(mut self, name: &str, value: &str) -> Self {
        self.payload["inputs"][name] = value.into();
        self
    }

    /// Sets a field of `github.event`, such as `schedule`, which holds the cron text.
    pub(crate) fn event(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.payload[name] = value.into();
        self
    }

    /// Sets a secret.
    pub(crate) fn secret(self, name: &str, value: &str) -> Self {
        self.argument("--secret", format!("{name}={value}"))
    }

    /// Sets a variable of the repository, which `vars` holds.
    pub(crate) fn variable(self, name: &str, value: &str) -> Self {
        self.argument("--var", format!("{name}={value}"))
    }

    /// Sets a variable in the environment of all steps.
    pub(crate) fn env(self, name: &str, value: &str) -> Self {
        self.argument("--env", format!("{name}={value}"))
    }

    /// Puts a directory before the others in `PATH`.
    pub(crate) fn path(mut self, directory: &Path) -> Self {
        self.path.push(directory.to_owned());
        self
    }

    /// Takes a directory for a repository of actions, such as `your-org/jobnet-action`, at a reference.
    pub(crate) fn action(self, repository: &str, reference: &str, directory: &Path) -> Self {
        self.argument("--local-repository", format!("{repository}@{reference}={}", directory.display()))
    }

    /// Runs the workflow of a file in `.github/workflows` on an event (`workflow_dispatch`, `schedule`), to its end.
    pub(crate) async fn run(&self, event: &str, workflow: &str) -> Ran {
        let payload = self.home.path().join("event.json");
        std::fs::write(&payload, self.payload.to_string()).expect("a file in the temporary directory");
        let machine = std::env::var_os("PATH").unwrap_or_default();
        let path = self.path.iter().cloned().chain(std::env::split_paths(&machine));
        let _alone = if self.engine.is_some() { Some(ALONE.lock().await) } else { None };
        let mut command = Command::new(&self.program);
        for label in LABELS {
            command.args(["--platform", &format!("{label}={}", self.platform)]);
        }
        let output = command
            .arg(event)
            .args(["--json", "--no-cache-server", "--workflows"])
            .arg(Path::new(".github/workflows").join(workflow))
            .arg("--eventpath")
            .arg(payload)
            .args(&self.arguments)
            .current_dir(self.repository.path())
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", std::env::join_paths(path).expect("directories"))
            .envs(self.engine.map(|engine| ("DOCKER_HOST", engine.host())))
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        let ended = Ended::from(output.await.expect("act runs"));
        let events = ended.stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        Ran { ended, events }
    }

    fn argument(mut self, flag: &str, value: String) -> Self {
        self.arguments.extend([flag.into(), value.into()]);
        self
    }

    async fn git(&self, arguments: &[&str]) {
        let mut git = Command::new("git");
        git.args(arguments).current_dir(self.repository.path()).env_clear();
        git.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", self.home.path());
        assert!(git.status().await.expect("git is there").success(), "git {arguments:?}");
    }
}

impl Ran {
    /// Each job that ran with its result, as `JOB: success` or `JOB: failure`, in the order in which they ended. A job is
    /// named by its id, in a workflow that was called after the job that called it: `item/inner`. One with a matrix is
    /// there more than once.
    pub(crate) fn jobs(&self) -> Vec<String> {
        let ended = |event| Some(format!("{}: {}", job_of(event)?, word(event, "jobResult")?));
        self.events.iter().filter_map(ended).collect()
    }

    /// What the steps of a job printed, on stdout and stderr, with secrets masked.
    pub(crate) fn printed(&self, job: &str) -> String {
        let outputs = self.events.iter().filter(|event| event["raw_output"] == true);
        let of_job = outputs.filter(|event| job_of(event).as_deref() == Some(job));
        of_job.filter_map(|event| word(event, "msg")).collect()
    }
}

/// act writes `WORKFLOW/JOB`, and of a called workflow `CALLING JOB/WORKFLOW/JOB`, with names in place of ids.
fn job_of(event: &Value) -> Option<String> {
    let id = word(event, "jobID")?;
    let names: Vec<&str> = word(event, "job")?.split('/').collect();
    Some(match names[..] {
        [caller, _, _] => format!("{caller}/{id}"),
        _ => id.to_owned(),
    })
}

fn word<'a>(event: &'a Value, key: &str) -> Option<&'a str> {
    event[key].as_str()
}

fn without_what_act_does_not_know(workflows: &Path) {
    for entry in std::fs::read_dir(workflows).expect("a directory of workflows") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a workflow");
        let unknown =
            |line: &&str| ["timezone:", "queue:"].iter().any(|key| line.trim_start().starts_with(key));
        let known =
            text.lines().filter(|line| !unknown(line)).flat_map(|line| [line, "\n"]).collect::<String>();
        std::fs::write(&path, known).expect("a workflow");
    }
}
