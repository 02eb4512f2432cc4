//! The scripts of a spec, before a gcloud that writes down what it is told.

use std::path::PathBuf;
use std::process::Stdio;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::write;
use crate::common::{Ended, gcloud_recorder};

/// The recording gcloud, with the scripts of a spec beside it.
pub(super) struct Recorder {
    gcloud: gcloud_recorder::Recorder,
    scripts: PathBuf,
    _directory: tempfile::TempDir,
}

impl Recorder {
    /// The scripts of a spec, before an empty cloud.
    pub(super) fn of(spec: &str) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let files = super::rendered(spec).unwrap_or_else(|findings| panic!("{findings}"));
        write(&files, directory.path());
        let scripts = directory.path().join(&files.root);
        Self { gcloud: gcloud_recorder::Recorder::new(), scripts, _directory: directory }
    }

    /// What gcloud says is there, a line each: `triggers`, `jobs`, `secrets`, and the `failing` jobs.
    pub(super) fn there(&self, what: &str, lines: &str) {
        self.gcloud.there(what, lines);
    }

    /// Runs a script, from another directory, with a text on standard input and variables in its environment.
    pub(super) async fn run(
        &self,
        script: &str,
        arguments: &[&str],
        input: &str,
        env: &[(&str, &str)],
    ) -> Ended {
        let path = std::env::var("PATH").expect("a path");
        let mut child = Command::new("bash")
            .arg(self.scripts.join(script))
            .args(arguments)
            .current_dir("/")
            .env_clear()
            .env("PATH", format!("{}:{path}", self.gcloud.path().display()))
            .envs(env.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("bash is there");
        let mut stdin = child.stdin.take().expect("a pipe");
        // A script that does not ask may have ended.
        let _ = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
        Ended::from(child.wait_with_output().await.expect("an end"))
    }

    /// All calls so far, in order.
    pub(super) fn calls(&self) -> Vec<Vec<String>> {
        self.gcloud.calls()
    }

    /// The calls that change something.
    pub(super) fn changes(&self) -> Vec<Vec<String>> {
        self.calls().into_iter().filter(|call| !call.contains(&"list".to_owned())).collect()
    }

    /// The same, each by its command and the name that it is about.
    pub(super) fn changed(&self) -> Vec<String> {
        let words = |call: Vec<String>| {
            let words: Vec<String> = call.into_iter().take_while(|word| !word.starts_with('-')).collect();
            words.join(" ")
        };
        self.changes().into_iter().map(words).collect()
    }
}

/// The values of a flag in a call, in order.
pub(super) fn values<'a>(call: &'a [String], flag: &str) -> Vec<&'a str> {
    call.iter().filter_map(|word| word.strip_prefix(flag)?.strip_prefix('=')).collect()
}
