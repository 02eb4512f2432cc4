//! What a process says that it counted decides as counts do everywhere.

use serde_json::json;

use super::{errors, outcome, run, script};

#[tokio::test]
async fn the_file_for_counters_counts() {
    let ended = script("echo picked=200 > $JOBNET_METRICS\necho failed=2 >> $JOBNET_METRICS")
        .stage("fail_above: 1%")
        .run()
        .await;
    assert_eq!(outcome(&ended), ("succeeded".into(), Some(0)));
    let summary = ended.summary("work");
    assert_eq!(
        (&summary["metrics"], &summary["failure_rate"]),
        (&json!({"picked": 200, "failed": 2}), &json!(0.01))
    );
}

#[tokio::test]
async fn one_more_failure_than_allowed_fails_the_stage_though_the_process_was_content() {
    let ended = script("echo '{\"total\": 200, \"failed\": 3}' > $JOBNET_METRICS")
        .stage("fail_above: 1%")
        .run()
        .await;
    assert_eq!(outcome(&ended), ("failed".into(), Some(1)));
}

#[tokio::test]
async fn the_last_line_counts_and_the_file_wins() {
    let ended =
        script("echo a=1 > $JOBNET_METRICS\nprintf '{\"a\": 9, \"b\": 2, \"said\": \"so\"}'").run().await;
    assert_eq!(ended.summary("work")["metrics"], json!({"a": 1, "b": 2, "failed": 0}));
    let ended = script("echo '{\"a\": 9}'\necho done").run().await;
    assert_eq!(ended.summary("work")["metrics"], json!({"failed": 0}));
}

#[tokio::test]
async fn a_counter_that_is_no_count_fails_the_stage_by_name() {
    for (value, shown) in [("-1", "-1"), ("1.5", "1.5"), ("many", "many")] {
        let ended = script(&format!("echo done=1 > $JOBNET_METRICS; echo rows={value} >> $JOBNET_METRICS"))
            .run()
            .await;
        assert_eq!(outcome(&ended), ("failed".into(), Some(1)));
        let expected = format!("the counter `rows` is `{shown}`, which is not a whole number of 0 or more");
        assert_eq!(errors(&ended), [expected]);
    }
}

#[tokio::test]
async fn a_file_for_counters_that_was_replaced_or_removed_is_no_fault() {
    let ended = script("echo a=1 > new && mv new $JOBNET_METRICS").run().await;
    assert_eq!(ended.summary("work")["metrics"], json!({"a": 1, "failed": 0}));
    let ended = script("rm $JOBNET_METRICS").run().await;
    assert_eq!(outcome(&ended), ("succeeded".into(), Some(0)));
}

#[tokio::test]
async fn an_exit_code_that_is_not_zero_fails_the_stage() {
    let ended = script("exit 3").stage("fail_above: 100%").run().await;
    assert_eq!(
        (outcome(&ended), errors(&ended)),
        (("failed".into(), Some(1)), vec!["exited with 3".to_owned()])
    );
    let ended = script("kill -9 $$").run().await;
    assert_eq!(
        (outcome(&ended), errors(&ended)),
        (("failed".into(), Some(1)), vec!["killed by signal 9".to_owned()])
    );
}

#[tokio::test]
async fn exit_code_75_is_unavailable_whatever_was_counted() {
    let ended = script("echo failed=2 > $JOBNET_METRICS; exit 75").run().await;
    assert_eq!(
        (outcome(&ended), errors(&ended)),
        (("unavailable".into(), Some(75)), vec!["exited with 75".to_owned()])
    );
    assert_eq!(ended.summary("work")["metrics"], json!({"failed": 3}));
}

#[tokio::test]
async fn what_needs_a_failed_command_is_skipped() {
    let ended =
        run("  work: {exec: {command: 'false'}}\n  after: {needs: [work], exec: {command: 'true'}}\n").await;
    assert_eq!((ended.code, &ended.summary("after")["outcome"]), (Some(1), &json!("skipped")));
}
