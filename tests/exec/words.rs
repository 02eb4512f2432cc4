//! A command is words, not shell.

use super::{errors, net, outcome, run, written};
use crate::common::Jobnet;

#[tokio::test]
async fn a_text_is_split_as_a_shell_would_and_computed_pieces_stay_one_word() {
    let ended = run("  work: {exec: {command: \"printf <%s>\\\\\\\\n 'a b' c\\\\ d {$run.env + \\\" $(id) * \\\"} x={$run.stage}\"}}\n").await;
    assert_eq!(written(&ended, "work"), ["<a b>", "<c d>", "<local $(id) * >", "<x=work>"]);
}

#[tokio::test]
async fn a_list_is_taken_as_it_is() {
    let ended =
        run("  work: {exec: {command: [printf, '<%s>\\n', \"a 'b\", '{$run.stage}', 7, '']}}\n").await;
    assert_eq!(written(&ended, "work"), ["<a 'b>", "<work>", "<7>", "<>"]);
}

#[tokio::test]
async fn a_variable_with_blanks_and_quotes_is_one_word() {
    let work = "  work: {exec: {command: \"printf '<%s>\\\\n' ${NAME} x${NAME}\"}}\n";
    let spec = net(work, "vars: {NAME: \"a 'b c\"}\n");
    let ended = Jobnet::on_spec(&spec, ["--all"]).env("PATH", super::PATH).run().await;
    assert_eq!(written(&ended, "work"), ["<a 'b c>", "<xa 'b c>"]);
}

#[tokio::test]
async fn a_word_that_is_null_fails_the_stage_before_anything_starts() {
    let ended = run("  work: {exec: {command: \"touch begun-{$run.nothing}\"}}\n").await;
    assert_eq!(outcome(&ended), ("failed".into(), Some(1)));
    assert_eq!(
        errors(&ended),
        ["a word of the command: `$run.nothing` gave null, expected a text, a number or a boolean"]
    );
}

#[tokio::test]
async fn a_shell_is_given_its_text_as_it_stands() {
    let command = "for n in 1 2; do echo \"$n of ${COUNT}\"; done | sort -r; echo {$0}";
    let work =
        format!("  work:\n    exec:\n      shell: true\n      vars: [COUNT]\n      command: '{command}'\n");
    let spec = net(&work, "vars: {COUNT: \"$(id)\"}\n");
    let ended = Jobnet::on_spec(&spec, ["--all"]).env("PATH", super::PATH).run().await;
    assert_eq!(written(&ended, "work"), ["2 of $(id)", "1 of $(id)", "{sh}"]);
}

#[tokio::test]
async fn a_program_that_is_not_there_or_cannot_be_run_fails_the_stage() {
    let ended = run("  work: {exec: {command: no-such-program --now}}\n").await;
    assert_eq!(outcome(&ended), ("failed".into(), Some(1)));
    assert!(errors(&ended)[0].starts_with("`no-such-program`: there is no such program"));

    let ended = run("  work: {exec: {command: ./jobnet.yaml}}\n").await;
    assert_eq!(outcome(&ended), ("failed".into(), Some(1)));
    assert!(errors(&ended)[0].starts_with("`./jobnet.yaml`: the file cannot be executed"));

    let ended = run("  work: {exec: {command: pwd, dir: nowhere}}\n").await;
    assert_eq!(errors(&ended), ["`dir`: there is no directory `nowhere`"]);
}

#[tokio::test]
async fn a_command_runs_in_its_directory() {
    let ended = run("  work: {exec: {command: pwd, dir: /usr}}\n").await;
    assert_eq!(written(&ended, "work"), ["/usr"]);
}
