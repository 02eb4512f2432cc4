//! What a run reports: JSON lines for machines, a table and progress for people, and what GitHub shows.

use insta::assert_snapshot;
use serde_json::Value;

use crate::common::misbehaving::{self, Server, status};
use crate::common::spec::Spec;
use crate::common::watched::Watched;
use crate::common::{Ended, Jobnet, outputs as outputs_in, portal};

/// What differs from run to run, with what stands for it.
const CHANGING: [(&str, &str); 5] = [
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "[uuid]"),
    (r"\d{8}T\d{4}-[0-9a-f]{16}", "[key]"),
    (r"\d{4}-\d\d-\d\dT[0-9:.]+Z", "[at]"),
    (r#""duration_ms":\d+"#, r#""duration_ms":[ms]"#),
    (r"\d+\.\d s", "[time]"),
];

/// Compares with a snapshot, but for what differs from run to run.
macro_rules! assert_text {
    ($text:expr, @$snapshot:literal) => {
        insta::with_settings!({filters => CHANGING}, { assert_snapshot!($text, @$snapshot) })
    };
}

#[tokio::test]
async fn lines_have_the_fields_that_users_rely_on() {
    let sandbox = portal().await;
    let ended = Jobnet::on_portal(&sandbox, ["extract-view", "--run-id", "run-1"]).run().await;
    assert_text!(ended.stdout, @r#"
    {"event":"request","stage":"extract-view","request_id":"[uuid]","attempt":1,"idempotency_key":null,"method":"GET","path":"/portal/view_common","http_status":200,"metrics":{},"duration_ms":[ms]}
    {"event":"request","stage":"extract-view","request_id":"[uuid]","attempt":1,"idempotency_key":"extract-view-[key]","method":"POST","path":"/extract/view_common","http_status":200,"metrics":{"inserted":1,"updated":0,"skipped":0},"duration_ms":[ms]}
    {"event":"summary","stage":"extract-view","env":"local","run_id":"run-1","request_id":"[uuid]","started_at":"[at]","duration_ms":[ms],"outcome":"succeeded","exit_code":0,"metrics":{"picked":1,"inserted":1,"updated":0,"skipped":0,"failed":0},"failure_rate":0.0,"fail_above":0.0,"requests":2,"retries":0,"replayed":0,"errors":[],"warnings":[]}
    "#);
}

#[tokio::test]
async fn a_failed_requests_line_says_what_was_wrong() {
    let server = Server::answering([status(400).body(r#"{"error":"no such thing"}"#)]).await;
    let ended = Spec::posting_to(&server).run().await;
    assert_text!(ended.stdout.lines().next().unwrap(), @r#"{"event":"request","stage":"work","request_id":"[uuid]","attempt":1,"idempotency_key":"work-[key]","method":"POST","path":"/work","http_status":400,"metrics":{},"duration_ms":[ms],"error":"answered 400: no such thing"}"#);
}

#[tokio::test]
async fn a_skipped_stage_has_a_summary_too() {
    let server = Server::answering([status(400)]).await;
    let spec = Spec::posting_to(&server).stage("after", "needs: [work]\ncall: {post: /after}");
    let ended = Jobnet::on_spec(&spec.text(), ["--all", "--run-id", "run-1"]).run().await;
    assert_text!(ended.stdout.lines().last().unwrap(), @r#"{"event":"summary","stage":"after","env":"local","run_id":"run-1","request_id":null,"started_at":null,"duration_ms":[ms],"outcome":"skipped","exit_code":0,"metrics":{},"failure_rate":0.0,"requests":0,"retries":0,"replayed":0,"errors":[{"message":"needs `work`, which failed","count":1}],"warnings":[]}"#);
}

/// Who looks at the terminal can keep what machines read, and so can a workflow.
#[tokio::test]
async fn a_report_has_the_same_lines_whatever_the_format() {
    let sandbox = portal().await;
    for format in ["human", "json", "github"] {
        let jobnet =
            Jobnet::on_portal(&sandbox, ["extract-view", "--format", format, "--report", "run.jsonl"]);
        let ended = jobnet.run().await;
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        let report = std::fs::read_to_string(jobnet.directory().join("run.jsonl")).unwrap();
        let events: Vec<Value> = report.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let events: Vec<_> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
        assert_eq!(events, ["request", "request", "summary"], "{format}");
        assert_eq!(ended.stdout, if format == "human" { "" } else { &report });
    }
}

#[tokio::test]
async fn a_report_that_cannot_be_written_runs_nothing() {
    let sandbox = portal().await;
    let ended = Jobnet::on_portal(&sandbox, ["extract-view", "--report", "nowhere/run.jsonl"]).run().await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("cannot write nowhere/run.jsonl"), "{}", ended.stderr);
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn the_summary_is_the_last_line_of_a_stage() {
    let sandbox = portal().await;
    let ended = Jobnet::on_portal(&sandbox, ["--all"]).run().await;
    let lines: Vec<Value> =
        ended.stdout.lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect();
    for stage in ["extract-view", "extract-field", "translate", "package", "upsert"] {
        let of_stage: Vec<_> = lines.iter().filter(|line| line["stage"] == stage).collect();
        let events: Vec<_> = of_stage.iter().map(|line| line["event"].as_str().unwrap()).collect();
        assert_eq!(events.last(), Some(&"summary"), "{stage}");
        assert_eq!(events.iter().filter(|event| **event == "summary").count(), 1, "{stage}");
    }
}

#[tokio::test]
async fn one_id_is_on_every_request_of_a_stage_run_and_in_its_summary() {
    let sandbox = portal().await;
    let ended = Jobnet::on_portal(&sandbox, ["extract-view", "extract-field"]).run().await;
    let id_of = |stage: &str| ended.summary(stage)["request_id"].as_str().unwrap().to_owned();
    let seen = |part: &str| -> Vec<String> {
        let requests = sandbox.requests().into_iter().filter(|request| request.path.contains(part));
        requests.map(|request| request.request_id.unwrap()).collect()
    };
    assert_eq!(seen("view_common"), [id_of("extract-view"), id_of("extract-view")]);
    assert_eq!(seen("field"), [id_of("extract-field"), id_of("extract-field")]);
    assert_ne!(id_of("extract-view"), id_of("extract-field"));
}

#[tokio::test]
async fn people_get_a_table_on_stderr_and_nothing_on_stdout() {
    let sandbox = portal().await;
    let ended = Jobnet::on_portal(&sandbox, ["+translate", "--format", "human"]).run().await;
    assert_eq!(ended.stdout, "");
    let of_translate = |line: &&str| ["stage", "translate"].iter().any(|word| line.contains(word));
    let table: Vec<_> = ended.stderr.lines().filter(of_translate).map(str::trim).collect();
    assert_text!(table.join("\n"), @"
    stage          outcome    counts                                                failed  requests  retries  replayed   time
    translate      succeeded  picked 2, translated 2, failed 0                         0 %         1        0         0  [time]
    ");
}

#[tokio::test]
async fn people_get_the_errors_below_the_table() {
    let server = Server::answering([status(400).body(r#"{"error":"no such thing"}"#)]).await;
    let ended = Spec::posting_to(&server).jobnet().arguments(["--format", "human"]).run().await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
    let table: Vec<_> = ended.stderr.lines().map(str::trim).collect();
    assert_text!(table.join("\n"), @"
    stage  outcome  counts         failed  requests  retries  replayed   time
    work   failed   failed 1  100 % > 0 %         1        0         0  [time]
    work: POST /work: answered 400: no such thing
    ");
}

#[tokio::test]
async fn a_terminal_shows_live_progress() {
    let server = Server::start(|arrival| async move {
        match arrival.path.as_str() {
            "/items" => misbehaving::json(r#"{"items":[{"id":1},{"id":2}]}"#),
            _ if arrival.number == 2 => status(503).header("retry-after", "1"),
            _ => misbehaving::json("{}"),
        }
    })
    .await;
    let jobnet = Jobnet::on_spec(&Spec::on(&server).flow("", "").text(), ["--all"]);
    let shown = in_terminal(jobnet).await;
    for text in ["pages 1 · picked 2 · sent 0 · failed 0 · retries 0", "waiting: answered 503", "✓ work"]
    {
        assert!(shown.contains(text), "no {text:?} in {shown}");
    }
}

/// What util-linux's `script` sees of a run in a terminal of its own.
async fn in_terminal(jobnet: Jobnet) -> String {
    let ended = Ended::from(jobnet.in_terminal().output().await.expect("script is there"));
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    ended.stdout
}

/// A run as in GitHub Actions: how it ended, the job summary, and the outputs.
async fn on_github(spec: &Spec) -> (Ended, String, String) {
    let jobnet = spec.jobnet().env("GITHUB_ACTIONS", "true").env("SECRET", "s3cret-value");
    let (summary, outputs) = (jobnet.directory().join("summary.md"), jobnet.directory().join("outputs"));
    let jobnet = jobnet
        .env("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())
        .env("GITHUB_OUTPUT", outputs.to_str().unwrap());
    let ended = jobnet.run().await;
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    (ended, read(summary), read(outputs))
}

/// Two of three items fail on GitHub.
async fn failing_on_github() -> (Ended, String, String) {
    let server =
        Server::answering([misbehaving::json(r#"{"all":3,"done":1,"bad":2,"why":["no % | luck"]}"#)]).await;
    let spec = Spec::on(&server).secret("SECRET").api("auth", "{bearer: '${SECRET}'}").stage(
        "work",
        "call: {post: /work, counts: {total: .all, done: .done, failed: .bad}, errors: '.why[]'}",
    );
    on_github(&spec).await
}

#[tokio::test]
async fn on_github_the_job_summary_is_a_table() {
    let (_, summary, _) = failing_on_github().await;
    assert_text!(summary, @r"
    | stage | outcome | counts | failed | requests | retries | replayed | time |
    |---|---|---|--:|--:|--:|--:|--:|
    | work | failed | done 1, failed 2 | 66.67 % > 0 % | 1 | 0 | 0 | [time] |

    - **work**: 2 of 3 items failed: 66.67 % \> 0 %
    - **work**: no % \| luck
    ");
}

#[tokio::test]
async fn on_github_the_outputs_say_how_it_went() {
    let (ended, _, outputs) = failing_on_github().await;
    let outputs = outputs_in(&outputs);
    let value = |name: &str| outputs[name].clone();
    assert_eq!((value("outcome").as_str(), value("exit_code").as_str()), ("failed", "1"));
    assert_eq!((value("failed").as_str(), value("failure_rate").as_str()), ("2", "0.666667"));
    let summary: Value = serde_json::from_str(&value("summary")).unwrap();
    assert_eq!(summary, ended.summary("work"));
}

#[tokio::test]
async fn on_github_a_failure_is_an_annotation() {
    let (ended, ..) = failing_on_github().await;
    let annotation = "::error title=jobnet work::work: failed, 66.67%25 failed%0A2 of 3 items failed: 66.67 %25 > 0 %25%0Ano %25 | luck";
    assert!(ended.stderr.lines().any(|line| line == annotation), "{}", ended.stderr);
}

#[tokio::test]
async fn on_github_secrets_are_masked_before_anything_is_said() {
    let (ended, ..) = failing_on_github().await;
    assert!(ended.stderr.starts_with("::add-mask::s3cret-value\n"), "{}", ended.stderr);
}

#[tokio::test]
async fn on_github_success_is_a_notice() {
    let server = Server::answering([status(200)]).await;
    let (ended, _, outputs) = on_github(&Spec::posting_to(&server)).await;
    let notice = "::notice title=jobnet work::work: succeeded, 0%25 failed";
    assert!(ended.stderr.lines().any(|line| line == notice), "{}", ended.stderr);
    assert!(!ended.stderr.contains("::error") && !ended.stderr.contains("::warning"), "{}", ended.stderr);
    assert_eq!(outputs_in(&outputs)["outcome"], "succeeded");
}

/// The log of a run at this level.
async fn log_at(level: &str) -> Ended {
    let server = Server::answering([status(503), status(200)]).await;
    Spec::posting_to(&server).jobnet().env("LOG_LEVEL", level).run().await
}

#[tokio::test]
async fn log_level_debug_tells_of_requests() {
    let log = log_at("debug").await.stderr;
    assert!(log.contains("DEBUG POST /work"), "{log}");
}

#[tokio::test]
async fn log_level_warn_tells_of_waits_and_no_more() {
    let log = log_at("warn").await.stderr;
    assert!(log.contains("WARN waiting: answered 503"), "{log}");
    assert!(!log.contains("INFO") && !log.contains("DEBUG"), "{log}");
}

#[tokio::test]
async fn a_log_level_that_is_none_ends_in_2() {
    let ended = log_at("nonsense").await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    assert_snapshot!(ended.stderr, @"
    error: LOG_LEVEL is `nonsense`
      help: use one of error, warn, info, debug, trace
    ");
}

#[tokio::test]
async fn what_stays_quiet_logs_nothing_of_a_success() {
    let server = Server::answering([status(200)]).await;
    assert_eq!(Spec::posting_to(&server).jobnet().arguments(["--quiet"]).run().await.stderr, "");
}

#[tokio::test]
async fn a_line_is_there_as_soon_as_its_request_is() {
    let server = Server::start(|arrival| async move {
        if arrival.path == "/b" { misbehaving::Reply::Never } else { status(200) }
    })
    .await;
    let spec = Spec::on(&server).stage("work", "call: [{post: /a}, {post: /b}]");
    let mut running = Watched::start(spec.jobnet());
    running.line_with(["\"path\":\"/a\""]).await;
}
