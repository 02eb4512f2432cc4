use serde_json::json;

use super::{Held, Memory};
use crate::common::{Ended, Jobnet};

/// Starts two runs together, and has the one that works go on when the other has ended: the other, then the one.
async fn together(held: &Held, one: &Jobnet, other: &Jobnet) -> (Ended, Ended) {
    let (one, other) = (one.run(), other.run());
    tokio::pin!(one, other);
    tokio::select! {
        first = &mut one => {
            held.answer.notify_one();
            (first, other.await)
        }
        first = &mut other => {
            held.answer.notify_one();
            (first, one.await)
        }
    }
}

/// Of two runs one works, and the other is skipped; afterwards the next works at once.
async fn one_of_two_works(memory: &Memory) {
    let held = Held::start().await;
    let run = || memory.jobnet(&held.server, "60s", "");
    let (left_out, worked) = together(&held, &run(), &run()).await;

    assert_eq!((left_out.code, worked.code), (Some(0), Some(0)), "{}\n{}", left_out.stderr, worked.stderr);
    assert_eq!(worked.summary("work")["outcome"], "succeeded");
    let summary = left_out.summary("work");
    assert_eq!((&summary["outcome"], &summary["exit_code"]), (&json!("skipped"), &json!(0)));
    let reason = summary["errors"][0]["message"].as_str().unwrap();
    let worker = worked.summary("work");
    let holder =
        format!("run {}/{} ", worker["run_id"].as_str().unwrap(), worker["request_id"].as_str().unwrap());
    assert!(reason.starts_with(&holder) && reason.contains("has the lease until 2"), "{reason}");
    assert_eq!(left_out.summary("after")["errors"][0]["message"], "needs `work`, which was skipped");
    assert_eq!(held.works(), 1);

    let next = run().run().await;
    assert_eq!(next.summary("work")["outcome"], "succeeded", "{}", next.stderr);
}

#[tokio::test]
async fn one_of_two_works_by_sqlite() {
    one_of_two_works(&Memory::sqlite()).await;
}

#[tokio::test]
async fn one_of_two_works_by_postgresql() {
    let Some(memory) = Memory::postgres().await else { return };
    one_of_two_works(&memory).await;
}

#[tokio::test]
async fn one_of_two_works_by_a_directory() {
    one_of_two_works(&Memory::file()).await;
}

#[tokio::test]
async fn one_of_two_works_by_s3() {
    let Some(memory) = Memory::s3().await else { return };
    one_of_two_works(&memory).await;
}

#[tokio::test]
async fn two_environments_do_not_exclude_each_other() {
    let (memory, held) = (Memory::file(), Held::start().await);
    let running = held.begin(memory.jobnet(&held.server, "60s", "")).await;
    let other = memory.jobnet(&held.server, "60s", "").env("JOBNET_ENV", "other");
    let elsewhere = other.run().await;
    assert_eq!(elsewhere.summary("work")["outcome"], "succeeded", "{}", elsewhere.stderr);
    held.answer.notify_one();
    assert_eq!(running.end().await.summary("work")["outcome"], "succeeded");
}

#[tokio::test]
async fn a_run_that_is_told_to_stop_gives_its_lease_back() {
    let (memory, held) = (Memory::sqlite(), Held::start().await);
    let running = held.begin(memory.jobnet(&held.server, "60s", "")).await;
    running.signal("TERM").await;
    held.answer.notify_one();
    assert_eq!(running.end().await.code, Some(143));
    let next = memory.jobnet(&held.server, "60s", "").run().await;
    assert_eq!(next.summary("work")["outcome"], "succeeded", "{}", next.stderr);
}

#[tokio::test]
async fn a_lease_that_could_not_be_renewed_in_time_is_refused() {
    let held = Held::start().await;
    let ended = Memory::file().jobnet(&held.server, "500ms", "").run().await;
    assert_eq!((ended.code, held.works()), (Some(2), 0));
    assert!(
        ended.stderr.contains("stages.work.lease.ttl: 500ms is too short, and 1s the shortest"),
        "{}",
        ended.stderr
    );
}
