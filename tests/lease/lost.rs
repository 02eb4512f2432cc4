use std::fs;

use serde_json::json;
use sqlx::{Connection as _, SqliteConnection};

use super::{Held, Memory};
use crate::common::Ended;
use crate::common::postgres::Postgres;
use crate::common::watched::Watched;

/// An object by which another run has the lease.
const TAKEN: &str = r#"{"holder":"another","expires_at":"2100-01-01T00:00:00Z","released":false}"#;

/// The stage's request is never answered: only the loss ends it.
fn ended_by_the_loss(ended: &Ended, message: &str) {
    let summary = ended.summary("work");
    assert_eq!((ended.code, &summary["outcome"]), (Some(75), &json!("unavailable")), "{}", ended.stderr);
    let found = summary["errors"][0]["message"].as_str().unwrap();
    assert!(found.starts_with(message), "{found}");
    assert_eq!(ended.summary("after")["outcome"], "skipped");
}

const LOST: &str = "the lease was lost: another run may work by now";

#[tokio::test]
async fn a_run_whose_row_is_gone_ends() {
    let Some(memory) = Memory::postgres().await else { return };
    let Memory::Postgres(database) = &memory else { return };
    let held = Held::start().await;
    let running = held.begin(memory.jobnet(&held.server, "3s", "")).await;
    database.execute("delete from jobnet_lease").await;
    ended_by_the_loss(&running.end().await, LOST);
    assert_eq!(database.number("select count(*) from jobnet_lease").await, 0);
}

#[tokio::test]
async fn a_run_whose_row_has_another_holder_ends_and_leaves_it() {
    let (memory, held) = (Memory::sqlite(), Held::start().await);
    let running = held.begin(memory.jobnet(&held.server, "3s", "")).await;
    let url = format!("sqlite:{}", memory.directory().join("memory.db").display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    sqlx::query("update jobnet_lease set holder = 'another'").execute(&mut connection).await.unwrap();
    ended_by_the_loss(&running.end().await, LOST);
    let holder: String =
        sqlx::query_scalar("select holder from jobnet_lease").fetch_one(&mut connection).await.unwrap();
    assert_eq!(holder, "another");
}

#[tokio::test]
async fn a_run_after_whose_object_another_wrote_one_ends() {
    let (memory, held) = (Memory::file(), Held::start().await);
    let running = held.begin(memory.jobnet(&held.server, "3s", "")).await;
    let object = memory.directory().join("raw/_leases/test/local/work/000000000100");
    fs::write(&object, TAKEN).unwrap();
    ended_by_the_loss(&running.end().await, LOST);
    assert_eq!(fs::read_to_string(object).unwrap(), TAKEN);
}

#[tokio::test]
async fn a_run_after_whose_object_in_s3_another_wrote_one_ends() {
    let Some(memory) = Memory::s3().await else { return };
    let Memory::S3(bucket) = &memory else { return };
    let held = Held::start().await;
    let running = held.begin(memory.jobnet(&held.server, "3s", "")).await;
    bucket.put("prefix/_leases/test/local/work/000000000100", TAKEN.as_bytes()).await;
    ended_by_the_loss(&running.end().await, LOST);
}

#[tokio::test]
async fn a_command_without_its_lease_is_killed() {
    let memory = Memory::sqlite();
    let (declared, _) = memory.yaml();
    // A command that listens to no request to end, and says that it is there.
    let spec = format!(
        "jobnet: v1\nname: test\n{declared}\nstages:\n  work:\n    lease: {{database: memory, ttl: 3s}}\n    \
         exec: {{command: \"trap '' TERM; echo here; while :; do sleep 60; done\", shell: true}}\nenvironments:\n  \
         local: {{}}\n"
    );
    let jobnet = memory.on_spec(&spec).arguments(["--all"]).env("JOBNET_ENV", "local");
    let mut running = Watched::start(jobnet.env("PATH", "/usr/local/bin:/usr/bin:/bin"));
    running.people_see("work | here").await;
    let url = format!("sqlite:{}", memory.directory().join("memory.db").display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    sqlx::query("delete from jobnet_lease").execute(&mut connection).await.unwrap();
    let ended = running.end().await;
    assert_eq!((ended.code, &ended.summary("work")["errors"][0]["message"]), (Some(75), &json!(LOST)));
}

#[tokio::test]
async fn a_run_that_cannot_renew_ends_when_its_lease_does() {
    let Some(mut cluster) = Postgres::own().await else { return };
    let memory = Memory::Postgres(cluster.new_database().await);
    let held = Held::start().await;
    let running = held.begin(memory.jobnet(&held.server, "3s", "")).await;
    cluster.stop_now();
    let ended = running.end().await;
    ended_by_the_loss(&ended, "the lease expired before it could be renewed");
    assert_eq!(held.works(), 1);
}
