//! Output that nobody reads, and files that cannot be written, keep nobody: timeouts and signals hold, and what can be
//! written is.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::process::Child;
use tokio::time::timeout;

use super::{Script, script};
use crate::common::{Ended, Jobnet};

/// Longer than what a stage's timeout, its grace and the patience with readers take together.
const LIMIT: Duration = Duration::from_secs(30);

/// More than pipes hold, and than may wait for who reads them.
const FLOOD: &str = "head -c 8000000 /dev/zero | tr '\\0' x | fold -w 4000 >&2";

/// Which of jobnet's streams somebody reads.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Read {
    Stdout,
    Neither,
}

/// Runs it while nobody reads its stderr; the other stays open as well.
async fn unread(jobnet: &Jobnet, read: Read, signals: &[&str]) -> (Option<i32>, String) {
    let mut child = jobnet.spawn();
    let mut stdout = child.stdout.take().expect("its stdout");
    let _stderr = child.stderr.take().expect("its stderr");
    if !signals.is_empty() {
        until(&jobnet.directory().join("begun")).await;
    }
    for signal in signals {
        send(&child, signal);
    }
    let mut text = String::new();
    if read == Read::Stdout {
        let all = timeout(LIMIT, stdout.read_to_string(&mut text)).await;
        all.expect("it closes its stdout in time").expect("UTF-8");
    }
    let status = timeout(LIMIT, child.wait()).await.expect("it ends in time").expect("it ends");
    (status.code(), text)
}

async fn until(path: &Path) {
    while !path.exists() {
        tokio::task::yield_now().await;
    }
}

fn send(child: &Child, signal: &str) {
    let id = child.id().expect("it runs").to_string();
    assert!(Command::new("kill").args([&format!("-{signal}"), &id]).status().expect("kill").success());
}

fn summary_of(text: &str) -> Ended {
    Ended { code: None, stdout: text.to_owned(), stderr: String::new() }
}

#[tokio::test]
async fn a_timeout_holds_though_nobody_reads() {
    for (read, format) in [(Read::Stdout, "json"), (Read::Stdout, "github"), (Read::Neither, "human")] {
        let jobnet = script(FLOOD).stage("timeout: 1s").exec("grace: 100ms").jobnet();
        let jobnet = jobnet.arguments(["--format", format]).env("LOG_LEVEL", "debug");
        let (code, text) = unread(&jobnet, read, &[]).await;
        assert_eq!(code, Some(1), "{format}");
        if read == Read::Stdout {
            let summary = summary_of(&text).summary("work");
            assert_eq!(summary["outcome"], "failed");
            assert!(
                summary["errors"][0]["message"]
                    .as_str()
                    .unwrap()
                    .starts_with("not done within its timeout of 1s")
            );
        }
    }
}

#[tokio::test]
async fn signals_hold_though_nobody_reads() {
    for (signals, code) in [(&["INT"][..], 130), (&["TERM"], 143), (&["TERM", "TERM"], 143)] {
        for read in [Read::Stdout, Read::Neither] {
            let text = format!("trap '' INT TERM; touch begun; {FLOOD}");
            let jobnet = script(&text).exec("grace: 100ms").jobnet();
            let (ended, text) = unread(&jobnet, read, signals).await;
            assert_eq!(ended, Some(code), "{signals:?} {read:?}");
            if read == Read::Stdout {
                assert!(text.contains("\"event\":\"summary\""), "{text}");
            }
        }
    }
}

#[tokio::test]
async fn a_command_waits_for_a_slow_reader_and_loses_nothing() {
    let jobnet = script("seq 1 200000; echo '{\"total\": 9, \"failed\": 0, \"rows\": 9}'").jobnet();
    let mut child = jobnet.spawn();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    // The command has ended long before.
    let (mut text, mut seen) = (String::new(), vec![0; 1]);
    err.read_exact(&mut seen).await.expect("the first letter");
    tokio::join!(async { out.read_to_string(&mut text).await.unwrap() }, async {
        err.read_to_end(&mut seen).await.unwrap()
    });
    assert_eq!(child.wait().await.unwrap().code(), Some(0));
    let seen = String::from_utf8(seen).unwrap();
    assert_eq!(seen.lines().filter(|line| line.starts_with("work | ")).count(), 200_001);
    assert_eq!(summary_of(&text).summary("work")["metrics"], serde_json::json!({"rows": 9, "failed": 0}));
}

/// A stage with a report, on GitHub, where the files of the runner are these.
fn on_github(text: &str, report: &str, output: &str, summary: &str) -> Jobnet {
    let jobnet = script(text).jobnet().file("output.txt", "").file("summary.md", "");
    assert!(Command::new("mkfifo").arg(jobnet.directory().join("pipe")).status().expect("mkfifo").success());
    let jobnet = jobnet.arguments(["--format", "github", "--report", report]);
    jobnet.env("GITHUB_OUTPUT", output).env("GITHUB_STEP_SUMMARY", summary)
}

#[tokio::test]
async fn what_cannot_be_written_keeps_nothing_else_from_being_written_and_is_told() {
    for (files, culprit) in [
        (("/dev/full", "output.txt", "summary.md"), "cannot write /dev/full"),
        (("pipe", "output.txt", "summary.md"), "cannot write pipe: nobody reads it"),
        (("report", "/dev/full", "summary.md"), "cannot write GITHUB_OUTPUT"),
        (("report", "pipe", "summary.md"), "cannot write GITHUB_OUTPUT: nobody reads it"),
        (("report", "output.txt", "/dev/full"), "cannot write GITHUB_STEP_SUMMARY"),
        (("report", "output.txt", "pipe"), "cannot write GITHUB_STEP_SUMMARY: nobody reads it"),
        (("report", "no/output.txt", "summary.md"), "cannot write GITHUB_OUTPUT"),
    ] {
        let (report, output, summary) = files;
        // After a success who reads has a minute.
        let (text, outcome, command) = match report {
            "pipe" => ("exit 3", "failed", "::error"),
            _ => ("echo done", "succeeded", "::notice"),
        };
        let jobnet = on_github(text, report, output, summary);
        let ended = timeout(LIMIT, jobnet.run()).await.expect("it ends in time");
        assert_eq!(ended.code, Some(1), "{files:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(culprit), "{files:?}: {}", ended.stderr);
        assert_eq!(ended.summary("work")["outcome"], outcome, "{files:?}");
        assert!(
            ended.stderr.contains(&format!("{command} title=jobnet work::")),
            "{files:?}: {}",
            ended.stderr
        );
        let read = |name: &str| std::fs::read_to_string(jobnet.directory().join(name)).expect("a file");
        for (file, has) in
            [("report", "\"event\":\"summary\""), ("output.txt", "outcome<<"), ("summary.md", "| work |")]
        {
            if [report, output, summary].contains(&file) {
                assert!(read(file).contains(has), "{files:?}: {file}");
            }
        }
    }
}

#[tokio::test]
async fn a_report_may_be_a_pipe_that_somebody_reads() {
    let jobnet = on_github("echo done", "pipe", "output.txt", "summary.md");
    let reading = Command::new("cat")
        .arg(jobnet.directory().join("pipe"))
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("cat");
    let ended = jobnet.run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    drop(jobnet);
    let read = reading.wait_with_output().expect("cat").stdout;
    assert!(String::from_utf8_lossy(&read).contains("\"event\":\"summary\""));
}

#[tokio::test]
async fn a_report_that_cannot_be_made_is_told_before_anything_runs() {
    let script: Script = script("touch begun");
    let jobnet = script.jobnet().arguments(["--report", "no/report"]);
    let ended = jobnet.run().await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
    assert!(!jobnet.directory().join("begun").exists());
}
