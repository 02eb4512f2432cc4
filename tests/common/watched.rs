//! A running jobnet: its lines as they come, and signals.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::fd::OwnedFd;

use tokio::process::Child;
use tokio::sync::mpsc::{self, UnboundedReceiver};

use super::{Ended, Jobnet};

/// A process that a test watches line by line.
pub(crate) struct Watched {
    child: Child,
    stdout: UnboundedReceiver<String>,
    stderr: UnboundedReceiver<String>,
    seen: String,
    seen_by_people: String,
    /// Its directory stays as long as it runs.
    _jobnet: Jobnet,
}

impl Watched {
    pub(crate) fn start(jobnet: Jobnet) -> Self {
        let mut child = jobnet.spawn();
        let stdout = child.stdout.take().and_then(|pipe| pipe.into_owned_fd().ok()).expect("its stdout");
        let stderr = child.stderr.take().and_then(|pipe| pipe.into_owned_fd().ok()).expect("its stderr");
        Self {
            child,
            stdout: lines(stdout),
            stderr: lines(stderr),
            seen: String::new(),
            seen_by_people: String::new(),
            _jobnet: jobnet,
        }
    }

    /// Waits for a line on stdout in which all these texts stand.
    pub(crate) async fn line_with<const N: usize>(&mut self, texts: [&str; N]) -> String {
        while let Some(line) = self.stdout.recv().await {
            self.seen.push_str(&line);
            self.seen.push('\n');
            if texts.iter().all(|text| line.contains(text)) {
                return line;
            }
        }
        let status = self.child.wait().await;
        while let Some(line) = self.stderr.recv().await {
            self.seen.push_str(&line);
        }
        panic!("it ended ({status:?}) before a line with {texts:?}:\n{}", self.seen)
    }

    /// Waits for a line on stderr in which this text stands.
    pub(crate) async fn people_see(&mut self, text: &str) {
        while let Some(line) = self.stderr.recv().await {
            self.seen_by_people.push_str(&line);
            self.seen_by_people.push('\n');
            if line.contains(text) {
                return;
            }
        }
        panic!("it ended before `{text}`:\n{}", self.seen_by_people)
    }

    /// Sends a signal: `INT`, `TERM` or `KILL`.
    pub(crate) async fn signal(&self, signal: &str) {
        let id = self.child.id().expect("it is running").to_string();
        // The shell's own `kill`: not every machine has one as a program.
        let sent = tokio::process::Command::new("sh").args(["-c", "kill -$0 $1", signal, &id]).status().await;
        assert!(sent.expect("sh is there").success());
    }

    /// Waits for its end.
    pub(crate) async fn end(mut self) -> Ended {
        let status = self.child.wait().await.expect("it ends");
        let mut stderr = self.seen_by_people;
        while let Some(line) = self.stdout.recv().await {
            self.seen.push_str(&line);
            self.seen.push('\n');
        }
        while let Some(line) = self.stderr.recv().await {
            stderr.push_str(&line);
            stderr.push('\n');
        }
        Ended { code: status.code(), stdout: self.seen, stderr }
    }
}

/// The lines of a pipe. A thread reads them, so that the process never waits for the test.
fn lines(pipe: OwnedFd) -> UnboundedReceiver<String> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in BufReader::new(File::from(pipe)).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}
