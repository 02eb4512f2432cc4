//! jq itself, in a Python process that is asked for one program after the other.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde::Deserialize;
use serde_json::json;

use super::tools;

/// The process, with the answers that it gives, a line each.
pub(crate) struct Jq {
    python: PathBuf,
    process: Child,
    answers: BufReader<ChildStdout>,
}

/// The end of a program on an input.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Answer {
    /// Its outputs, each as `tojson` writes it, and the error that ended them.
    Ran { outputs: Vec<String>, error: Option<String> },
    /// It is no program.
    Refused(String),
    /// It was not done in time.
    #[serde(skip)]
    Slow,
}

impl Jq {
    /// A process; `None`, and the test is said to be skipped, where jq cannot be installed.
    pub(crate) fn start() -> Option<Self> {
        Some(Self::with(tools::or_skip(tools::jq())?))
    }

    fn with(python: PathBuf) -> Self {
        let worker = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/common/jq/worker.py");
        let mut process = Command::new(&python)
            .arg(worker)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .env("PYTHONIOENCODING", "utf-8")
            .spawn()
            .expect("Python starts");
        let answers = BufReader::new(process.stdout.take().expect("its output is piped"));
        Self { python, process, answers }
    }

    /// Runs a program on an input, both as text.
    pub(crate) fn run(&mut self, program: &str, input: &str) -> Answer {
        let stdin = self.process.stdin.as_mut().expect("its input is piped");
        writeln!(stdin, "{}", json!({"program": program, "input": input})).expect("it reads");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("it answers");
        if line.is_empty() {
            // It ends where a program takes too long.
            *self = Self::with(self.python.clone());
            return Answer::Slow;
        }
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }
}

impl Drop for Jq {
    fn drop(&mut self) {
        // Without input it ends by itself.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
