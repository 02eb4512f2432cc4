//! What a process writes is passed on to people, line by line.

use super::{net, outcome, script, written};
use crate::common::Jobnet;

#[tokio::test]
async fn both_streams_go_to_stderr_behind_the_stages_name_and_stdout_stays_for_machines() {
    let ended = script("echo one\necho two >&2\nprintf three").run().await;
    let mut lines = written(&ended, "work");
    lines.sort_unstable();
    assert_eq!(lines, ["one", "three", "two"]);
    assert_eq!(ended.events("summary").len(), ended.stdout.lines().count());
}

#[tokio::test]
async fn both_are_in_order_where_they_go_to_one_file() {
    let jobnet = script("echo one; echo two >&2").jobnet();
    for _ in 0..10 {
        let file = std::fs::File::create(jobnet.directory().join("all")).unwrap();
        let status = std::process::Command::new(env!("CARGO_BIN_EXE_jobnet"))
            .args(["run", "--all", "--env", "local"])
            .current_dir(jobnet.directory())
            .env_clear()
            .envs([("PATH", super::PATH), ("LOG_LEVEL", "debug")])
            .stderr(file.try_clone().unwrap())
            .stdout(file)
            .status();
        assert!(status.unwrap().success());
        let all = std::fs::read_to_string(jobnet.directory().join("all")).unwrap();
        assert!(all.lines().last().unwrap().contains("\"event\":\"summary\""), "{all}");
    }
}

#[tokio::test]
async fn secrets_are_masked_even_where_a_line_is_cut() {
    let text = "head -c 16380 /dev/zero | tr '\\0' x; echo \"$TOKEN\"; head -c 50000 /dev/zero | tr '\\0' y";
    let jobnet = script(text).head("secrets: [TOKEN]").exec("secrets: [TOKEN]").jobnet();
    let ended = jobnet.env("TOKEN", "correct-horse-battery").run().await;
    let all = written(&ended, "work").concat();
    assert_eq!(all, format!("{}***{}", "x".repeat(16_380), "y".repeat(50_000)));
}

#[tokio::test]
async fn bytes_that_are_no_text_are_shown_as_such() {
    let ended = script("printf 'a\\377b\\n'").run().await;
    assert_eq!(written(&ended, "work"), ["a\u{fffd}b"]);
}

#[tokio::test]
async fn a_process_may_close_its_output_and_go_on() {
    let ended = script("echo begun; exec >&- 2>&-; ls / > listed; exit 4").run().await;
    assert_eq!((written(&ended, "work"), outcome(&ended)), (vec!["begun"], ("failed".into(), Some(1))));
}

#[tokio::test]
async fn more_than_anybody_holds_in_memory_is_passed_on_whole() {
    let ended = script("seq 1 20000").run().await;
    assert_eq!(written(&ended, "work").len(), 20_000);
}

#[tokio::test]
async fn what_is_left_behind_does_not_hold_the_stage() {
    let ended = script("sleep 600 &\necho done").run().await;
    assert_eq!((written(&ended, "work"), ended.code), (vec!["done"], Some(0)));
}

#[tokio::test]
async fn a_line_is_never_a_command_to_github() {
    let text = "echo '::error::x'; echo 'a ##[add-mask]b'; printf 'c\\r::warning::d\\n'";
    let ended = script(text).jobnet().arguments(["--format", "github"]).run().await;
    assert_eq!(written(&ended, "work"), ["::error::x", "a ## [add-mask]b", "c", "::warning::d"]);
    let commands = ended.stderr.lines().filter(|line| line.starts_with("::") || line.contains("##["));
    assert_eq!(commands.collect::<Vec<_>>(), ["::notice title=jobnet work::work: succeeded, 0%25 failed"]);
}

#[tokio::test]
async fn people_see_the_lines_above_the_table() {
    let ended = script("echo hello").jobnet().arguments(["--format", "human"]).run().await;
    let hello = ended.stderr.find("work | hello").expect("the line");
    assert!(hello < ended.stderr.find(" outcome ").expect("the table"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_command_does_not_wait_for_a_listener_that_is_gone() {
    let stages =
        "  first: {exec: {command: 'true'}}\n  work: {needs: [first], exec: {command: sh work.sh}}\n";
    let jobnet = Jobnet::on_spec(&net(stages, ""), ["--all"]).file("work.sh", "seq 1 20000; touch finished");
    let jobnet = jobnet.env("PATH", super::PATH);
    let mut running = jobnet.spawn();
    drop(running.stdout.take());
    drop(running.stderr.take());
    assert_eq!(running.wait().await.unwrap().code(), Some(1));
    assert!(jobnet.directory().join("finished").exists());
}
