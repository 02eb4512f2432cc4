//! A process is told to end, and made to where it does not listen.

use super::{errors, outcome, script};
use crate::common::watched::Watched;

/// A program that says when it is ready, what it is told, and ends by it.
const LISTENS: &str = "trap 'echo interrupted; exit 0' INT\ntrap 'echo terminated; exit 0' TERM\n\
                       sleep 600 &\necho ready\nwhile :; do wait; done";

/// A program that does not listen, and has started another that does not either.
const DEAF: &str =
    "trap '' INT TERM\nsh -c 'echo $$ > inner; echo ready; exec sleep 600' &\nwhile :; do wait; done";

/// True where a process of this id runs.
fn runs(id: &str) -> bool {
    // The state of a process that has ended and that nobody waited for is Z.
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat"));
    stat.is_ok_and(|stat| !stat.contains(") Z "))
}

async fn ended_by(signal: &str) -> crate::common::Ended {
    let mut running = Watched::start(script(LISTENS).jobnet());
    running.people_see("work | ready").await;
    running.signal(signal).await;
    running.end().await
}

#[tokio::test]
async fn a_signal_is_passed_on() {
    let ended = ended_by("INT").await;
    assert_eq!(outcome(&ended), ("interrupted".into(), Some(130)));
    assert!(ended.stderr.contains("work | interrupted"), "{}", ended.stderr);

    let ended = ended_by("TERM").await;
    assert_eq!(outcome(&ended), ("terminated".into(), Some(143)));
    assert!(ended.stderr.contains("work | terminated"), "{}", ended.stderr);
}

#[tokio::test]
async fn after_the_grace_it_and_all_that_it_started_is_killed() {
    let jobnet = script(DEAF).exec("grace: 100ms").jobnet();
    let inner = jobnet.directory().join("inner");
    let mut running = Watched::start(jobnet);
    running.people_see("work | ready").await;
    let inner = std::fs::read_to_string(inner).expect("the id").trim().to_owned();
    assert!(runs(&inner));
    running.signal("TERM").await;
    let ended = running.end().await;
    assert_eq!(outcome(&ended), ("terminated".into(), Some(143)));
    while runs(&inner) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_second_signal_kills_at_once_whatever_the_grace() {
    let jobnet = script(DEAF).exec("grace: 1h").jobnet();
    let inner = jobnet.directory().join("inner");
    let mut running = Watched::start(jobnet);
    running.people_see("work | ready").await;
    let inner = std::fs::read_to_string(inner).expect("the id").trim().to_owned();
    running.signal("INT").await;
    running.signal("TERM").await;
    let ended = running.end().await;
    assert!(matches!(ended.code, Some(130 | 143)), "{:?}", ended.code);
    while runs(&inner) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_stages_time_ends_it() {
    let ended = script(LISTENS).stage("timeout: 1s").run().await;
    assert_eq!(outcome(&ended), ("failed".into(), Some(1)));
    assert_eq!(errors(&ended), ["not done within its timeout of 1s"]);
    assert!(ended.stderr.contains("work | terminated"), "{}", ended.stderr);

    let ended = script(DEAF).stage("timeout: 1s").exec("grace: 50ms").run().await;
    assert_eq!(errors(&ended), ["not done within its timeout of 1s"]);
}
