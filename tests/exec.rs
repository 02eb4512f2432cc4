//! Stages that are somebody's own program.

mod cases;
mod counting;
mod ending;
mod environment;
mod examples;
mod for_each;
mod last_words;
mod left_behind;
mod output;
mod unread;
mod words;

use serde_json::Value;

use crate::common::{Ended, Jobnet};

/// The programs that the tests run are found here.
pub(crate) const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// A net with a stage `work` whose command is `sh work.sh`, with this text in the file and these further keys.
pub(crate) struct Script {
    text: String,
    exec: String,
    stage: String,
    head: String,
}

/// A stage that runs a POSIX shell's program.
pub(crate) fn script(text: &str) -> Script {
    Script { text: text.to_owned(), exec: String::new(), stage: String::new(), head: String::new() }
}

impl Script {
    /// Adds keys to `exec`.
    pub(crate) fn exec(mut self, keys: &str) -> Self {
        self.exec = format!(", {keys}");
        self
    }

    /// Adds keys to the stage.
    pub(crate) fn stage(mut self, keys: &str) -> Self {
        self.stage = format!(", {keys}");
        self
    }

    /// Adds lines to the spec.
    pub(crate) fn head(mut self, lines: &str) -> Self {
        self.head = format!("{lines}\n");
        self
    }

    /// The binary on this net.
    pub(crate) fn jobnet(&self) -> Jobnet {
        let Self { exec, stage, head, .. } = self;
        let work = format!("{{exec: {{command: sh work.sh{exec}}}{stage}}}");
        Jobnet::on_spec(&net(&format!("  work: {work}\n"), head), ["--all"])
            .file("work.sh", &self.text)
            .env("PATH", PATH)
            .env("LOG_LEVEL", "off")
    }

    /// Runs it to its end.
    pub(crate) async fn run(&self) -> Ended {
        self.jobnet().run().await
    }
}

/// A spec with these stages and an environment `local`.
pub(crate) fn net(stages: &str, head: &str) -> String {
    format!("jobnet: v1\nname: net\n{head}stages:\n{stages}environments: {{local: {{}}}}\n")
}

/// Runs a net with these stages to its end.
pub(crate) async fn run(stages: &str) -> Ended {
    Jobnet::on_spec(&net(stages, ""), ["--all"]).env("PATH", PATH).env("LOG_LEVEL", "off").run().await
}

/// What a stage's command wrote, without the stage's name.
pub(crate) fn written<'a>(ended: &'a Ended, stage: &str) -> Vec<&'a str> {
    let prefix = format!("{stage} | ");
    ended.stderr.lines().filter_map(|line| line.strip_prefix(&*prefix)).collect()
}

/// The texts of the errors of stage `work`.
pub(crate) fn errors(ended: &Ended) -> Vec<String> {
    let summary = ended.summary("work");
    let errors = summary["errors"].as_array().expect("errors").iter();
    errors.filter_map(|error| error["message"].as_str()).map(str::to_owned).collect()
}

/// The outcome of stage `work`, and the exit code of the run.
pub(crate) fn outcome(ended: &Ended) -> (Value, Option<i32>) {
    (ended.summary("work")["outcome"].clone(), ended.code)
}
