//! What the inputs of a step do, seen without a container: `jobnet action` reads them from its environment.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use serde_json::Value;

use crate::common::misbehaving::{Server, status};
use crate::common::spec::Spec;
use crate::common::{Ended, Jobnet, outputs as outputs_in};

/// A step with these inputs, in a workspace with a spec.
async fn step<const N: usize>(spec: &str, inputs: [(&str, &str); N]) -> (Ended, BTreeMap<String, String>) {
    let jobnet = Jobnet::new(["action"]).file("jobnet.yaml", spec).env("GITHUB_ACTIONS", "true");
    let outputs = jobnet.directory().join("outputs");
    let jobnet = jobnet.env("GITHUB_OUTPUT", outputs.to_str().unwrap());
    let jobnet =
        inputs.into_iter().fold(jobnet, |jobnet, (name, value)| jobnet.env(&format!("INPUT_{name}"), value));
    let ended = jobnet.run().await;
    (ended, outputs_in(&std::fs::read_to_string(outputs).unwrap_or_default()))
}

/// The annotation and the outputs of a step that runs nothing, with the code it ends in.
async fn refused<const N: usize>(inputs: [(&str, &str); N]) -> String {
    let server = Server::answering([status(200)]).await;
    let (ended, outputs) = step(&Spec::posting_to(&server).text(), inputs).await;
    assert_eq!(server.arrivals().len(), 0);
    format!("{}{outputs:?} {:?}", ended.stderr, ended.code.unwrap())
}

#[tokio::test]
async fn a_stage_is_run_by_its_inputs_alone() {
    let server = Server::answering([status(200)]).await;
    let inputs = [("STAGES", "work"), ("ENV", "local"), ("SPEC", "jobnet.yaml"), ("TOKEN", "t0ken")];
    let (ended, outputs) = step(&Spec::posting_to(&server).text(), inputs).await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(0), 1), "{}", ended.stderr);
    let names: Vec<_> = outputs.keys().map(String::as_str).collect();
    let expected =
        ["exit_code", "failed", "failure_rate", "outcome", "picked", "request_id", "run_id", "summary"];
    assert_eq!(names, expected);
    assert_eq!((outputs["outcome"].as_str(), outputs["exit_code"].as_str()), ("succeeded", "0"));
    let summary: Value = serde_json::from_str(&outputs["summary"]).unwrap();
    assert_eq!(summary, ended.summary("work"));
}

#[tokio::test]
async fn of_several_stages_the_outputs_are_the_whole() {
    let server = Server::answering([status(200), status(400)]).await;
    let spec = Spec::on(&server)
        .stage("first", "call: {post: /a, counts: {picked: '2', failed: '0'}}")
        .stage("second", "{needs: [first], call: {post: /b}}");
    let (ended, outputs) = step(&spec.text(), [("STAGES", "first\nsecond\n"), ("ENV", "local")]).await;
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    let of = |name: &str| outputs[name].as_str();
    assert_eq!((of("outcome"), of("exit_code"), of("request_id")), ("failed", "1", ""));
    assert_eq!((of("picked"), of("failed"), of("failure_rate")), ("2", "1", "1"));
    let stages: Value = serde_json::from_str(of("summary")).unwrap();
    assert_eq!((&stages[0]["stage"], &stages[1]["stage"]), (&"first".into(), &"second".into()));
}

#[tokio::test]
async fn another_command_tells_how_it_ended() {
    let server = Server::answering([status(200)]).await;
    let inputs = [("COMMAND", "plan"), ("ENV", "local")];
    let (ended, outputs) = step(&Spec::posting_to(&server).text(), inputs).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!((outputs["outcome"].as_str(), outputs["exit_code"].as_str()), ("succeeded", "0"));
}

#[tokio::test]
async fn an_empty_variable_is_as_if_not_set() {
    let server = Server::answering([status(200)]).await;
    let empty = ["SPEC", "FORMAT", "COLOR", "VERBOSE", "QUIET", "YES", "ALL", "ENV", "DRY_RUN", "NEW_KEY"];
    let empty = empty.iter().chain(&["RUN_ID", "JOB_START_AT"]);
    let jobnet = Spec::posting_to(&server).jobnet();
    let ended = empty.fold(jobnet, |jobnet, name| jobnet.env(&format!("JOBNET_{name}"), "")).run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(0), 1), "{}", ended.stderr);
}

/// An input that is a box, and that nobody ticked.
#[tokio::test]
async fn a_flag_that_is_false_is_as_if_not_set() {
    let server = Server::answering([status(200)]).await;
    let jobnet = Spec::posting_to(&server).jobnet().instead(["run", "work", "-v", "--env", "local"]);
    let flags = ["QUIET", "YES", "ALL", "DRY_RUN", "NEW_KEY"];
    let words = ["false", "No", "OFF", "0", " "];
    let said = flags.iter().zip(words);
    let jobnet = said.fold(jobnet, |jobnet, (name, word)| jobnet.env(&format!("JOBNET_{name}"), word));
    let ended = jobnet.run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(0), 1), "{}", ended.stderr);
}

#[tokio::test]
async fn a_flag_is_set_by_any_word_for_true() {
    for word in ["true", "YES", "on", "1"] {
        let server = Server::answering([status(200)]).await;
        let ended = Spec::posting_to(&server).jobnet().env("JOBNET_DRY_RUN", word).run().await;
        assert_eq!((ended.code, server.arrivals().len()), (Some(0), 0), "{word}: {}", ended.stderr);
    }
}

#[tokio::test]
async fn a_flag_that_is_neither_true_nor_false_is_wrong_usage() {
    let server = Server::answering([status(200)]).await;
    let ended = Spec::posting_to(&server).jobnet().env("JOBNET_DRY_RUN", "flase").run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(2), 0));
    assert_snapshot!(ended.stderr, @r"
    error: invalid value 'flase' for '--dry-run': JOBNET_DRY_RUN must be true, yes, on or 1, or false, no, off or 0

    For more information, try '--help'.
    ");
}

#[tokio::test]
async fn without_stages_nothing_is_run() {
    assert_snapshot!(refused([("STAGES", "")]).await, @r#"
    ::error title=jobnet::the input `stages` is empty%0Aname stages or groups, or run the whole net by `arguments: --all`
    {"exit_code": "2", "outcome": "invalid"} 2
    "#);
}

#[tokio::test]
async fn an_input_with_a_wrong_name_is_refused() {
    assert_snapshot!(refused([("STAGE", "work")]).await, @r#"
    ::error title=jobnet::the action has no input `stage`%0Athe inputs are `command`, `spec`, `stages`, `run`, `env`, `arguments` and `token`; no variable of the step may begin with `INPUT_`
    {"exit_code": "2", "outcome": "invalid"} 2
    "#);
}

#[tokio::test]
async fn a_stage_that_looks_like_a_flag_is_a_stage_that_is_not_there() {
    assert_snapshot!(refused([("STAGES", "work --all"), ("ENV", "local")]).await, @r#"
    ::error title=jobnet::there is no stage or group `--all`%0Athere are: work
    {"exit_code": "2", "outcome": "invalid"} 2
    "#);
}

#[tokio::test]
async fn an_environment_may_be_any_text() {
    assert_snapshot!(refused([("STAGES", "work"), ("ENV", "--yes\n\"pr%od\"")]).await, @r#"
    ::error title=jobnet::there is no environment `--yes%0A"pr%25od"`%0Athere are: local
    {"exit_code": "2", "outcome": "invalid"} 2
    "#);
}

#[tokio::test]
async fn arguments_are_words_of_a_shell() {
    assert_snapshot!(refused([("STAGES", "work"), ("ARGUMENTS", "--set 'A=1")]).await, @r#"
    ::error title=jobnet::the input `arguments` has a quote that is not closed%0Aquote words as a shell does: --set 'TITLE=two words'
    {"exit_code": "2", "outcome": "invalid"} 2
    "#);
    assert_snapshot!(refused([("STAGES", "work"), ("ARGUMENTS", "--sett 'A=1 2'")]).await, @r#"
    ::error title=jobnet::unexpected argument '--sett' found%0A%0A  tip: a similar argument exists: '--set'%0A%0AUsage: jobnet run --set <NAME=VALUE> [STAGE]...%0A%0AFor more information, try '--help'.
    {"exit_code": "2", "outcome": "invalid"} 2
    "#);
}

#[tokio::test]
async fn a_command_is_one_that_there_is() {
    assert_snapshot!(refused([("COMMAND", "--version")]).await, @r#"
    ::error title=jobnet::the input `command` is `--version`, which is no command%0Aname one of `jobnet --help`, such as `run`, and give flags by `arguments`
    {"exit_code": "2", "outcome": "invalid"} 2
    "#);
    assert_snapshot!(refused([("COMMAND", "rnu"), ("STAGES", "work")]).await, @r#"
    ::error title=jobnet::unrecognized subcommand 'rnu'%0A%0A  tip: a similar subcommand exists: 'runs'%0A%0AUsage: jobnet [OPTIONS] <COMMAND>%0A%0AFor more information, try '--help'.
    {"exit_code": "2", "outcome": "invalid"} 2
    "#);
}

#[tokio::test]
async fn a_spec_that_is_not_there_is_named() {
    assert_snapshot!(refused([("STAGES", "work"), ("SPEC", "--help")]).await, @r#"
    ::error title=jobnet::cannot read --help: No such file or directory (os error 2)%0Acheck the path and its permissions
    {"exit_code": "2", "outcome": "invalid"} 2
    "#);
}
