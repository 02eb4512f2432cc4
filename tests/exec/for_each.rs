//! A command is run for each of several rows, from the spec, a file or a query.

use serde_json::json;

use super::{net, outcome, script, written};
use crate::common::watched::Watched;
use crate::common::{Ended, Jobnet, is_there};

/// A net whose stage `work` has these keys, and whose command prints its arguments and its row.
fn over(for_each: &str, command: &str, stage: &str, head: &str) -> Jobnet {
    let work = format!("  work: {{exec: {{command: {command}, for_each: {for_each}}}{stage}}}\n");
    Jobnet::on_spec(&net(&work, head), ["--all"])
        .file("show.sh", "printf '<%s>' \"$@\"; echo \" $JOBNET_ROW\"")
        .env("PATH", super::PATH)
        .env("LOG_LEVEL", "off")
}

/// A stage that runs a program for each of these values, given as its first argument.
fn each(values: &str, text: &str, stage: &str) -> Jobnet {
    over(&format!("{{values: {values}}}"), "[sh, work.sh, '{.}']", stage, "").file("work.sh", text)
}

fn messages(ended: &Ended, of: &str) -> Vec<String> {
    let notes = ended.summary("work")[of].clone();
    notes.as_array().unwrap().iter().map(|note| note["message"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_command_is_run_for_each_value_in_order() {
    let values = "{values: [shoes, 'a b; rm -rf * $(id) \"', -n, 42, 1.10, {id: 7, name: \"x's\"}]}";
    let ended = over(values, "[sh, show.sh, '{.id? // .}', 'row={$each | tojson}']", "", "").run().await;
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert_eq!(
        written(&ended, "work"),
        [
            "<shoes><row=\"shoes\"> shoes",
            "<a b; rm -rf * $(id) \"><row=\"a b; rm -rf * $(id) \\\"\"> a b; rm -rf * $(id) \"",
            "<-n><row=\"-n\"> -n",
            "<42><row=42> 42",
            "<1.10><row=1.10> 1.10",
            "<7><row={\"id\":7,\"name\":\"x's\"}> {\"id\":7,\"name\":\"x's\"}",
        ]
    );
}

#[tokio::test]
async fn a_text_of_words_is_split_before_the_row_is_put_in() {
    let ended = over("{values: ['a b', '']}", "\"sh show.sh {.} 'x {.} y'\"", "", "").run().await;
    assert_eq!(written(&ended, "work"), ["<a b><x a b y> a b", "<><x  y> "]);
}

#[tokio::test]
async fn a_shell_has_the_row_in_its_environment_and_never_as_code() {
    let command = "'printf \"<%s>\\n\" \"$JOBNET_ROW\"', shell: true";
    let ended = over("{values: ['$(touch harmed)', {a: \"'; touch harmed\"}]}", command, "", "").run().await;
    assert_eq!(written(&ended, "work"), ["<$(touch harmed)>", "<{\"a\":\"'; touch harmed\"}>"]);
    let command = "'echo {$each}', shell: true";
    let refused = over("{values: [a]}", command, "", "").run().await;
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("$JOBNET_ROW"), "{}", refused.stderr);
}

#[tokio::test]
async fn rows_are_a_files_lines_or_a_querys() {
    let lines =
        over("{lines: rows.txt}", "[sh, show.sh, '{.}']", "", "").file("rows.txt", "one\n\ntwo three\r\n");
    assert_eq!(written(&lines.run().await, "work"), ["<one> one", "<two three> two three"]);
    let head = "databases: {main: \"sqlite:x.db\"}\nvars: {LEAST: 2}\n";
    let query =
        "{sql: 'select column1 as id from (values (1), (2), (3)) where column1 >= :LEAST order by 1'}";
    let ended = over(query, "[sh, show.sh, '{.id}']", "", head).run().await;
    assert_eq!(
        written(&ended, "work"),
        ["<2> {\"id\":2}", "<3> {\"id\":3}"],
        "{}{}",
        ended.stdout,
        ended.stderr
    );
    let none = over("{values: []}", "[sh, show.sh]", "", "").run().await;
    assert_eq!((none.code, written(&none, "work").len()), (Some(0), 0), "{}", none.stderr);
    let missing = over("{lines: no.txt}", "[sh, show.sh]", "", "").run().await;
    assert_eq!(outcome(&missing), ("failed".into(), Some(1)), "{}", missing.stderr);
}

#[tokio::test]
async fn failures_are_counted_by_row_and_the_others_go_on() {
    let text = "echo \"$1\" >> seen; [ \"$1\" != b ] || { echo 'no such b' >&2; exit 3; }";
    for (allowed, expected) in [("30%", ("succeeded".into(), Some(0))), ("20%", ("failed".into(), Some(1)))] {
        let jobnet = each("[a, b, c, d]", text, &format!(", fail_above: {allowed}"));
        let ended = jobnet.run().await;
        assert_eq!(outcome(&ended), expected, "{}", ended.stdout);
        assert_eq!(std::fs::read_to_string(jobnet.directory().join("seen")).unwrap(), "a\nb\nc\nd\n");
        assert_eq!(
            messages(&ended, "errors"),
            ["row 2: exited with 3; its standard error ended with:\nno such b"]
        );
        let shares =
            json!([{"of": "items", "failed": 1, "total": 4}, {"of": "rows", "failed": 1, "total": 4}]);
        assert_eq!(ended.summary("work")["shares"], shares);
    }
}

#[tokio::test]
async fn counters_of_all_rows_are_added_up() {
    let text = "echo \"{\\\"total\\\": 10, \\\"failed\\\": $1, \\\"done\\\": 5}\"";
    let ended = each("[0, 1, 2]", text, ", fail_above: 10%").run().await;
    assert_eq!(outcome(&ended), ("succeeded".into(), Some(0)), "{}", ended.stdout);
    let summary = ended.summary("work");
    assert_eq!(summary["metrics"], json!({"done": 15, "failed": 3}));
    assert_eq!(summary["shares"], json!([{"of": "items", "failed": 3, "total": 30}]));

    let ended = each("[1, -1]", text, "").run().await;
    assert_eq!(outcome(&ended), ("failed".into(), Some(1)));
    let expected = "row 2: the counter `failed` is `-1`, which is not a whole number of 0 or more";
    assert_eq!(messages(&ended, "errors"), [expected]);
}

#[tokio::test]
async fn rows_that_would_succeed_later_leave_the_stage_unavailable() {
    let ended = each("[0, 75]", "exit $1", "").run().await;
    assert_eq!(outcome(&ended), ("unavailable".into(), Some(75)));
    let ended = each("[75, 1]", "exit $1", "").run().await;
    assert_eq!(outcome(&ended), ("failed".into(), Some(1)));
}

#[tokio::test]
async fn a_row_that_makes_no_word_fails_by_itself() {
    let text = "echo \"ran $1\"";
    let ended =
        over("{values: [{id: 1}, {no: 2}, {id: \"a\\0b\"}, {id: 4}]}", "[sh, work.sh, '{.id}']", "", "")
            .file("work.sh", text)
            .run()
            .await;
    assert_eq!(
        (written(&ended, "work"), outcome(&ended)),
        (vec!["ran 1", "ran 4"], ("failed".into(), Some(1)))
    );
    let errors = messages(&ended, "errors");
    assert!(
        errors[0].starts_with("row 2: a word of the command: ") && errors[1].starts_with("row 3: "),
        "{errors:?}"
    );
}

#[tokio::test]
async fn the_stages_time_and_signals_end_all_rows() {
    let text = "echo \"row $1\"; exec sleep 600";
    let ended = each("[1, 2]", text, ", timeout: 1s").run().await;
    assert_eq!((written(&ended, "work"), outcome(&ended)), (vec!["row 1"], ("failed".into(), Some(1))));
    assert_eq!(messages(&ended, "errors"), ["row 1: not done within its timeout of 1s"]);

    let mut running = Watched::start(each("[1, 2]", text, ""));
    running.people_see("work | row 1").await;
    running.signal("TERM").await;
    let ended = running.end().await;
    assert_eq!((written(&ended, "work"), outcome(&ended)), (vec!["row 1"], ("terminated".into(), Some(143))));
}

#[tokio::test]
async fn rows_that_nobody_writes_do_not_hold_the_stage() {
    if !is_there("mkfifo") {
        return;
    }
    let jobnet = over("{lines: rows}", "[sh, show.sh]", ", timeout: 1s", "");
    let made = std::process::Command::new("mkfifo").arg(jobnet.directory().join("rows")).status();
    assert!(made.expect("mkfifo").success());
    let ended = jobnet.run().await;
    assert_eq!(messages(&ended, "errors"), ["not done within its timeout of 1s"]);
}

#[tokio::test]
async fn plans_and_dry_runs_say_what_is_repeated() {
    let jobnet = each("[a, b]", "touch begun", "").arguments(["--dry-run"]);
    let ended = jobnet.run().await;
    assert_eq!(
        ended.events("dry_run")[0]["text"],
        "would run `sh` with 2 argument(s) for each of its values"
    );
    assert!(!jobnet.directory().join("begun").exists());
}

#[tokio::test]
async fn a_secret_cannot_be_a_row() {
    let ended = over("{values: ['${TOKEN}']}", "[sh, show.sh, '{.}']", "", "secrets: [TOKEN]\n").run().await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{}", ended.stderr);
}

#[tokio::test]
async fn what_is_said_of_values_is_told_before_anything_runs() {
    let spec = script("exit 0").exec("for_each: {values: [a], lines: b.txt}").run().await;
    assert_eq!((spec.code, spec.stdout.as_str()), (Some(2), ""));
    assert!(spec.stderr.contains("for_each"), "{}", spec.stderr);
}
