//! What a command starts ends with it, also where it leaves the command's process group, or is said not to have ended.

use serde_json::Value;

use super::{Script, outcome, script};
use crate::common::watched::Watched;
use crate::common::{Ended, is_there};

/// Ways by which a program leaves its process group, and its parent: each runs `$1` for ten minutes and notes its process id.
const WAYS: [(&str, &str); 5] = [
    ("setsid", "setsid sh -c \"$1\" &"),
    ("setsid, and its parent ends", "sh -c 'setsid sh -c \"$0\" &' \"$1\""),
    ("a double fork", "(setsid sh -c 'setsid sh -c \"$0\" &' \"$1\" &)"),
    ("nohup", "nohup setsid sh -c \"$1\" >&2 &"),
    ("without its environment", "env -i PATH=\"$PATH\" setsid sh -c \"$1\" &"),
];

/// What runs on, deaf to signals, and writes where it is told to.
fn lingers(output: &str) -> String {
    format!("trap '' INT TERM HUP; echo \\$\\$ > inner.new; mv inner.new inner; exec sleep 600 {output}")
}

/// A command that starts that by one of the ways, and then does something else.
fn starts(way: &str, output: &str, then: &str) -> Script {
    let text = format!("set -- \"{}\"\n{way}\nwhile ! [ -e inner ]; do :; done\n{then}", lingers(output));
    script(&text)
}

/// True where a process of this id runs.
fn runs(id: &str) -> bool {
    // The state of a process that has ended and that nobody waited for is Z.
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat"));
    stat.is_ok_and(|stat| !stat.contains(") Z "))
}

fn kill(id: &str) {
    std::process::Command::new("kill").args(["-9", id]).status().expect("kill");
}

fn warnings(ended: &Ended) -> Value {
    ended.summary("work")["warnings"].clone()
}

#[tokio::test]
async fn a_timeout_ends_all_that_a_command_has_started() {
    if !is_there("setsid") {
        return;
    }
    for (name, way) in WAYS {
        let jobnet = starts(way, "", "exec sleep 600").stage("timeout: 1s").exec("grace: 50ms").jobnet();
        let ended = jobnet.run().await;
        assert_eq!(outcome(&ended), ("failed".into(), Some(1)), "{name}: {}", ended.stdout);
        let inner = std::fs::read_to_string(jobnet.directory().join("inner")).expect("the id");
        assert!(!runs(inner.trim()), "{name}");
        assert_eq!(warnings(&ended), Value::Array(Vec::new()), "{name}");
    }
}

#[tokio::test]
async fn signals_end_it_too_the_second_one_at_once() {
    if !is_there("setsid") {
        return;
    }
    for (signals, grace) in [(&["TERM"][..], "50ms"), (&["INT", "TERM"], "1h")] {
        let jobnet = starts(WAYS[0].1, "", "echo ready; trap '' INT TERM; while :; do sleep 600; done");
        let jobnet = jobnet.exec(&format!("grace: {grace}")).jobnet();
        let inner = jobnet.directory().join("inner");
        let mut running = Watched::start(jobnet);
        running.people_see("work | ready").await;
        let inner = std::fs::read_to_string(inner).expect("the id");
        for signal in signals {
            running.signal(signal).await;
        }
        let ended = running.end().await;
        assert!(matches!(ended.code, Some(130 | 143)), "{:?}", ended.code);
        assert!(!runs(inner.trim()), "{signals:?}");
    }
}

#[tokio::test]
async fn what_keeps_the_output_open_is_ended_and_named() {
    if !is_there("setsid") {
        return;
    }
    for (name, way) in WAYS {
        let jobnet = starts(way, "", "echo done").jobnet();
        let ended = jobnet.run().await;
        assert_eq!(ended.code, Some(0), "{name}");
        let inner = std::fs::read_to_string(jobnet.directory().join("inner")).expect("the id");
        assert!(!runs(inner.trim()), "{name}");
        let said = warnings(&ended)[0]["message"].to_string();
        assert!(said.contains("kept its output open and was ended: `sleep` (process "), "{name}: {said}");
    }
}

#[tokio::test]
async fn a_daemon_that_a_command_leaves_is_left_alone_and_named() {
    if !is_there("setsid") {
        return;
    }
    for (name, way) in WAYS {
        let jobnet = starts(way, "> /dev/null 2>&1 < /dev/null", "exit 0").jobnet();
        let ended = jobnet.run().await;
        let inner = std::fs::read_to_string(jobnet.directory().join("inner")).expect("the id");
        let inner = inner.trim();
        let is_running = runs(inner);
        kill(inner);
        assert!(is_running, "{name}: {}", ended.stdout);
        let said = warnings(&ended)[0]["message"].to_string();
        assert!(said.contains(&format!("left running: `sleep` (process {inner})")), "{name}: {said}");
    }
}

#[tokio::test]
async fn a_stage_ends_nothing_of_another() {
    if !is_there("setsid") {
        return;
    }
    let stages =
        "  first: {exec: {command: sh first.sh}}\n  second: {exec: {command: sh second.sh}, timeout: 1s}\n";
    let jobnet = crate::common::Jobnet::on_spec(&super::net(stages, ""), ["--all"])
        .file("first.sh", "setsid sh -c 'sleep 3; echo kept > kept' &\nwait")
        .file("second.sh", "setsid sleep 600 & exec sleep 600")
        .env("PATH", super::PATH)
        .env("LOG_LEVEL", "off");
    let ended = jobnet.run().await;
    assert_eq!(ended.summary("second")["outcome"], "failed");
    assert_eq!(
        (ended.summary("first")["outcome"].clone(), ended.summary("first")["warnings"].clone()),
        ("succeeded".into(), Value::Array(Vec::new()))
    );
    assert!(jobnet.directory().join("kept").exists());
}

/// Leaves a program without an environment, once that has none and another command runs.
const FIRST: &str = "while ! [ -e begun ]; do :; done
env -i PATH=\"$PATH\" setsid sleep 600 > /dev/null 2>&1 &
while grep -q JOBNET_ /proc/$!/environ; do :; done";

#[tokio::test]
async fn what_may_be_of_either_of_two_commands_is_left_alone_and_named() {
    if !is_there("setsid") {
        return;
    }
    let stages = "  work: {exec: {command: sh first.sh}}\n  second: {exec: {command: sh second.sh}}\n";
    let jobnet = crate::common::Jobnet::on_spec(&super::net(stages, ""), ["--all"])
        .file("first.sh", FIRST)
        .file("second.sh", "touch begun; exec sleep 4")
        .env("PATH", super::PATH)
        .env("LOG_LEVEL", "off");
    let ended = jobnet.run().await;
    let said = warnings(&ended)[0]["message"].as_str().expect("a warning").to_owned();
    let (_, id) = said.rsplit_once("(process ").expect("its process");
    kill(id.trim_end_matches(')'));
    assert!(said.contains("left running without its environment: `s"), "{said}");
}
