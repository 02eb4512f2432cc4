use super::{Held, Memory};

/// A run that is killed holds its lease until that expires; one that waits has it then.
async fn the_next_takes_over(memory: &Memory) {
    let held = Held::start().await;
    let killed = held.begin(memory.jobnet(&held.server, "1s", "")).await;
    killed.signal("KILL").await;
    assert_eq!(killed.end().await.code, None);
    let next = memory.jobnet(&held.server, "1s", "    overlap: queue\n").run().await;
    assert_eq!(next.summary("work")["outcome"], "succeeded", "{}", next.stderr);
    assert_eq!(held.works(), 2);
}

#[tokio::test]
async fn the_lease_of_a_killed_run_expires_in_sqlite() {
    the_next_takes_over(&Memory::sqlite()).await;
}

#[tokio::test]
async fn the_lease_of_a_killed_run_expires_in_postgresql() {
    let Some(memory) = Memory::postgres().await else { return };
    the_next_takes_over(&memory).await;
}

#[tokio::test]
async fn the_lease_of_a_killed_run_expires_in_a_directory() {
    the_next_takes_over(&Memory::file()).await;
}

#[tokio::test]
async fn the_lease_of_a_killed_run_expires_in_s3() {
    let Some(memory) = Memory::s3().await else { return };
    the_next_takes_over(&memory).await;
}
