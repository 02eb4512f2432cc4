use serde_json::json;

use super::{Held, Memory};
use crate::common::watched::Watched;

#[tokio::test]
async fn a_run_that_queues_works_when_the_one_before_it_is_done() {
    let (memory, held) = (Memory::file(), Held::start().await);
    let running = held.begin(memory.jobnet(&held.server, "60s", "")).await;
    let mut waiting = Watched::start(memory.jobnet(&held.server, "60s", "    overlap: queue\n"));
    waiting.people_see("waiting: run ").await;
    assert_eq!(held.works(), 1);
    held.answer.notify_one();
    let (one, other) = (running.end().await, waiting.end().await);
    assert_eq!((one.code, other.code, held.works()), (Some(0), Some(0), 2));
}

#[tokio::test]
async fn a_run_that_queues_for_too_long_is_to_be_tried_later() {
    let (memory, held) = (Memory::sqlite(), Held::start().await);
    let running = held.begin(memory.jobnet(&held.server, "60s", "")).await;
    let keys = "    overlap: queue\n    start_within: 1s\n";
    let ended = memory.jobnet(&held.server, "60s", keys).run().await;
    let summary = ended.summary("work");
    assert_eq!((ended.code, &summary["outcome"]), (Some(75), &json!("unavailable")));
    let reason = summary["errors"][0]["message"].as_str().unwrap();
    assert!(reason.ends_with("; it was not free within 1s"), "{reason}");
    held.answer.notify_one();
    assert_eq!((running.end().await.code, held.works()), (Some(0), 1));
}

#[tokio::test]
async fn a_run_that_queues_waits_no_longer_than_it_may_take() {
    let (memory, held) = (Memory::file(), Held::start().await);
    let running = held.begin(memory.jobnet(&held.server, "60s", "")).await;
    let keys = "    overlap: queue\n    timeout: 1s\n";
    let ended = memory.jobnet(&held.server, "60s", keys).run().await;
    assert_eq!((ended.code, &ended.summary("work")["outcome"]), (Some(75), &json!("unavailable")));
    held.answer.notify_one();
    assert_eq!((running.end().await.code, held.works()), (Some(0), 1));
}

#[tokio::test]
async fn a_run_that_queues_ends_by_a_signal() {
    let (memory, held) = (Memory::file(), Held::start().await);
    let running = held.begin(memory.jobnet(&held.server, "60s", "")).await;
    let mut waiting = Watched::start(memory.jobnet(&held.server, "60s", "    overlap: queue\n"));
    waiting.people_see("waiting: run ").await;
    waiting.signal("INT").await;
    let ended = waiting.end().await;
    assert_eq!((ended.code, &ended.summary("work")["outcome"]), (Some(130), &json!("interrupted")));
    held.answer.notify_one();
    assert_eq!((running.end().await.code, held.works()), (Some(0), 1));
}
