//! The start of the net's run told by arithmetic: `--job-start-at schedule` and `--run-id schedule`.

use jiff::{Timestamp, ToSpan as _, Unit};

use crate::common::{Ended, Jobnet};
use crate::exec::PATH;

/// Two stages of a net that runs every hour, one of a day and one that never starts by itself. Each prints which run it
/// belongs to.
const SPEC: &str = "\
jobnet: v1
name: labels
timezone: Asia/Kolkata
schedule: 0 * * * *
stages:
  first: {exec: {command: 'echo $JOBNET_RUN_ID $JOBNET_JOB_START_AT', shell: true}}
  second: {offset: 1m, needs: [first], exec: {command: 'echo $JOBNET_RUN_ID $JOBNET_JOB_START_AT', shell: true}}
  daily: {schedule: 0 0 * * *, exec: {command: 'echo $JOBNET_RUN_ID $JOBNET_JOB_START_AT', shell: true}}
  manual: {schedule: manual, exec: {command: 'echo $JOBNET_RUN_ID $JOBNET_JOB_START_AT', shell: true}}
environments: {local: {}}
";

fn jobnet<const N: usize>(stages: [&str; N]) -> Jobnet {
    Jobnet::on_spec(SPEC, stages).env("PATH", PATH).env("LOG_LEVEL", "off")
}

/// The id and the start that a stage was given.
fn run_of(ended: &Ended, stage: &str) -> (String, Timestamp) {
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let printed = ended.stderr.lines().find_map(|line| line.strip_prefix(&format!("{stage} | ")));
    let (id, start) = printed.and_then(|line| line.split_once(' ')).expect("two words");
    (id.to_owned(), start.parse().expect("a time"))
}

const BY_SCHEDULE: [&str; 4] = ["--job-start-at", "schedule", "--run-id", "schedule"];

/// How long ago it is.
fn minutes_since(start: Timestamp) -> f64 {
    Timestamp::now().since(start).unwrap().total(Unit::Minute).unwrap()
}

#[tokio::test]
async fn a_stage_with_an_offset_tells_when_its_net_began() {
    let (id, start) = run_of(&jobnet(["second"]).arguments(BY_SCHEDULE).run().await, "second");
    // Hours begin at :30 UTC in Kolkata; one minute later the stage is due.
    assert!((1.0..62.0).contains(&minutes_since(start)), "{start}");
    assert_eq!(start.strftime("%M:%S").to_string(), "30:00");
    assert_eq!(id, start.strftime("labels-local-%Y%m%dT%H%MZ").to_string());
}

#[tokio::test]
async fn by_variables_it_is_the_same() {
    let jobnet = jobnet(["daily"]).env("JOBNET_JOB_START_AT", "schedule").env("JOBNET_RUN_ID", "schedule");
    let (id, start) = run_of(&jobnet.run().await, "daily");
    assert!(minutes_since(start) < 24.0 * 60.0 + 1.0);
    assert_eq!(id, start.strftime("labels-local-%Y%m%dT1830Z").to_string());
}

#[tokio::test]
async fn of_several_stages_the_first_counts() {
    let ended = jobnet(["manual", "daily"]).arguments(BY_SCHEDULE).run().await;
    let (daily, manual) = (run_of(&ended, "daily"), run_of(&ended, "manual"));
    assert_eq!(daily, manual);
    assert_eq!(daily.1.strftime("%H:%M").to_string(), "18:30", "`daily` is the first of the spec");
}

#[tokio::test]
async fn a_stage_that_never_starts_by_itself_begins_now() {
    let before = Timestamp::now().checked_sub(1.second()).unwrap();
    let (id, start) = run_of(&jobnet(["manual"]).arguments(BY_SCHEDULE).run().await, "manual");
    assert!(start >= before, "{start}");
    assert_eq!(id.parse::<uuid::Uuid>().unwrap().get_version_num(), 4);
}

#[tokio::test]
async fn each_can_be_told_without_the_other() {
    let (id, start) = run_of(
        &jobnet(["daily"]).arguments(["--job-start-at", "schedule", "--run-id", "seven"]).run().await,
        "daily",
    );
    assert_eq!((id.as_str(), start.strftime("%H:%M").to_string().as_str()), ("seven", "18:30"));
    let (id, start) = run_of(
        &jobnet(["daily"])
            .arguments(["--job-start-at", "2026-03-04T05:06:07Z", "--run-id", "schedule"])
            .run()
            .await,
        "daily",
    );
    assert!(id.starts_with("labels-local-") && id.ends_with("T1830Z"), "{id}");
    assert_eq!(start, "2026-03-04T05:06:07Z".parse().unwrap());
}

#[tokio::test]
async fn what_an_engine_does_not_have_is_as_if_it_were_not_said() {
    let jobnet = jobnet(["daily"]).env("JOBNET_JOB_START_AT", "").env("JOBNET_RUN_ID", "");
    let (_, start) = run_of(&jobnet.run().await, "daily");
    assert!(minutes_since(start) < 5.0);
}

#[tokio::test]
async fn another_word_is_wrong_usage() {
    let ended = jobnet(["daily"]).arguments(["--job-start-at", "yesterday"]).run().await;
    assert_eq!(ended.code, Some(2));
    insta::assert_snapshot!(ended.stderr, @r"
    error: invalid value 'yesterday' for '--job-start-at <TIME>': expected `schedule`, or a time like 2026-03-04T05:06:07Z

    For more information, try '--help'.
    ");
}
