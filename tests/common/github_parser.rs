//! GitHub's own parser of workflows and evaluator of expressions, called through node.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::objection::{Objection, asked};
use super::tools;

/// The packages by which GitHub's editors check what one writes, with node to run them.
pub(crate) struct GithubParser {
    node: PathBuf,
    modules: PathBuf,
    repositories: Value,
}

/// What GitHub reads in one file.
#[derive(Debug, Deserialize)]
pub(crate) struct Checked {
    /// The path as it was given.
    pub(crate) file: PathBuf,
    /// For what the file would be refused.
    pub(crate) errors: Vec<String>,
    /// What an editor underlines besides.
    pub(crate) warnings: Vec<String>,
    /// Of a workflow: `events` (with `schedule`, whose zones are in it), `concurrency`, and `jobs`, each with `id`, `needs`,
    /// `if`, `uses`, `with`, `secrets`, `outputs`, `concurrency`, `runs_on`, `environment`, `strategy` and `steps` (`id`, `if`,
    /// `uses`, `run`, `env`). An `if` is an expression without `${{ }}`, where GitHub's implied `success() &&` is written out.
    /// Of an action: the file. Null where the file is no YAML.
    pub(crate) model: Value,
}

/// An expression, or a text with expressions in it, with what they see.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Case {
    #[serde(flatten)]
    question: Question,
    contexts: Value,
    status: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Question {
    Expression(String),
    Text(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Value(Value),
    Error(String),
}

impl Case {
    /// An expression without `${{ }}`, such as a job's `if` as [`Checked::model`] has it.
    pub(crate) fn expression(expression: &str) -> Self {
        Self::of(Question::Expression(expression.to_owned()))
    }

    /// A text with any number of `${{ }}` in it, such as a concurrency group. One that is nothing but one expression
    /// keeps that one's type.
    pub(crate) fn text(text: &str) -> Self {
        Self::of(Question::Text(text.to_owned()))
    }

    fn of(question: Question) -> Self {
        Self { question, contexts: json!({}), status: "success" }
    }

    /// Lets it see this object as a context, such as `github`, `inputs` or `needs`. A context that it was not given is
    /// an error, as it is where GitHub does not have it.
    pub(crate) fn context(mut self, name: &str, value: Value) -> Self {
        self.contexts[name] = value;
        self
    }

    /// How things went so far: `success` (unless said otherwise), `failure` or `cancelled`, which the functions of these
    /// names answer by. `hashFiles` finds no files.
    pub(crate) fn status(mut self, status: &'static str) -> Self {
        assert!(["success", "failure", "cancelled"].contains(&status), "{status} is no status");
        self.status = status;
        self
    }
}

impl GithubParser {
    /// The parser, which knows this repository as jobnet's action; `None`, and the test is said to be skipped, where it
    /// cannot be installed.
    pub(crate) fn find() -> Option<Self> {
        tools::or_skip(tools::github_parser()).map(|(node, modules)| Self {
            node,
            modules,
            repositories: json!({"your-org/jobnet-action": env!("CARGO_MANIFEST_DIR")}),
        })
    }

    /// Takes a directory for another repository, such as `your-org/jobnet-action`: a step or a job that uses an action or a
    /// workflow of it is held to that one's inputs. About other actions nothing is known, and other workflows are errors.
    pub(crate) fn repository(mut self, name: &str, directory: &Path) -> Self {
        self.repositories[name] = json!(directory);
        self
    }

    /// Reads workflows and files named `action.yml`, in one process. A workflow that calls another of its repository
    /// is held to that one's inputs and secrets, where both lie below the same `.github`.
    pub(crate) fn check(&self, files: &[impl AsRef<OsStr>]) -> Vec<Checked> {
        let answer = asked(self.script("check.mjs").arg(self.repositories.to_string()).args(files))
            .unwrap_or_else(|why| panic!("{why:?}"));
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }

    /// The values of many expressions, in their order, evaluated in one process.
    ///
    /// # Panics
    ///
    /// Where one cannot be evaluated.
    pub(crate) fn evaluate(&self, cases: &[Case]) -> Vec<Value> {
        let answers = self.try_evaluate(cases).into_iter().zip(cases);
        answers.map(|(answer, case)| answer.unwrap_or_else(|why| panic!("{why:?} in {case:?}"))).collect()
    }

    /// The same with what GitHub has against an expression.
    pub(crate) fn try_evaluate(&self, cases: &[Case]) -> Vec<Result<Value, Objection>> {
        // In a file there is room for any number of them.
        let mut input = tempfile::tempfile().expect("a temporary file");
        serde_json::to_writer(&mut input, cases).expect("JSON");
        std::io::Seek::rewind(&mut input).expect("a file");
        let output = self.script("evaluate.mjs").stdin(Stdio::from(input)).output().expect("node runs");
        let answers: Vec<Answer> = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
        answers.into_iter().map(Answer::result).collect()
    }

    fn script(&self, name: &str) -> Command {
        let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/common/github_parser");
        let mut command = Command::new(&self.node);
        command.arg("--import").arg(ours.join("loader.mjs")).arg(ours.join(name));
        command.env("GITHUB_PARSER", &self.modules);
        command
    }
}

impl Answer {
    fn result(self) -> Result<Value, Objection> {
        match self {
            Self::Value(value) => Ok(value),
            Self::Error(why) => Err(Objection(why)),
        }
    }
}
