//! All faults of a spec come at once, in the order of their lines.

use serde_json::Value;

use super::HEAD;
use crate::common::Jobnet;

/// A spec in which every other line has a fault.
const TWELVE_FAULTS: &str = "\
jobnet: v1
name: net
colour: red
timezone: Mars/Olympus
schedule: every day
environments:
  local: {vars: {LIMIT: many}}
  dev: {stages: {laod: {offset: 5m}}}
vars: {LIMIT: 5}
apis: {shop: {base_url: https://shop.example, retry: {attempts: 0}}}
stages:
  load:
    needs: [send]
    timeout: 15
    call: {post: /orders, body: '{limit: $vars.LIMTI}'}
  send:
    needs: [load]
    call: {post: '/orders/{.id', counts: {sent: lenght}}
  tell: {}
";

#[tokio::test]
async fn twelve_faults_are_reported_at_once_in_the_order_of_their_lines() {
    let ended = Jobnet::new(["plan"]).file("jobnet.yaml", TWELVE_FAULTS).run().await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(ended.stderr, @r#"
    error[unknown-key]: unknown key `colour` in a jobnet spec
     --> jobnet.yaml:3:1
      |
    3 | colour: red
      | ^^^^^^ expected one of `jobnet`, `name`, `stages`, `description`, `timezone`, `schedule`, `vars`, `secrets`, `apis`, `databases`, `stores`, `notify`, `defaults`, `groups`, `environments`, `targets`
      |
      = help: remove the key

    error[unknown-timezone]: there is no time zone `Mars/Olympus`
     --> jobnet.yaml:4:11
      |
    4 | timezone: Mars/Olympus
      |           ^^^^^^^^^^^^ expected an IANA name such as `Asia/Tokyo`
      |
      = help: write the zone's name, not its abbreviation or offset

    error[bad-cron]: `every day` is not a schedule: it has 2 fields, not five
     --> jobnet.yaml:5:11
      |
    5 | schedule: every day
      |           ^^^^^^^^^ expected five fields: minute hour day month weekday; or `manual`
      |
      = help: for example `30 0 * * *`: every day at 00:30

    error[variable-type]: variable `LIMIT` is a whole number, environment `local` makes it a text
     --> jobnet.yaml:7:25
      |
    7 |   local: {vars: {LIMIT: many}}
      |                         ^^^^ expected a whole number
      |
      = help: a variable has the type of its default: change one of the two

    error[overlays-nothing]: environment `dev` changes stage `laod`, which does not exist
     --> jobnet.yaml:8:18
      |
    8 |   dev: {stages: {laod: {offset: 5m}}}
      |                  ^^^^ expected one of `load`, `send`, `tell`
      |
      = help: did you mean `load`?

    error[wrong-type]: expected a whole number of 1 or more, found the number `0`
      --> jobnet.yaml:10:65
       |
    10 | apis: {shop: {base_url: https://shop.example, retry: {attempts: 0}}}
       |                                                                 ^ expected a whole number of 1 or more
       |
       = help: write it as a whole number of 1 or more

    error[cyclic-needs]: these stages need each other in a circle: load → send → load
      --> jobnet.yaml:13:13
       |
    13 |     needs: [send]
       |             ^^^^ this need closes the circle
       |
       = help: remove one of the needs in the circle

    error[wrong-type]: expected a duration such as 500ms, 45s, 15m, 2h or 1h30m, found the number `15`
      --> jobnet.yaml:14:14
       |
    14 |     timeout: 15
       |              ^^ expected a duration such as 500ms, 45s, 15m, 2h or 1h30m
       |
       = help: add the unit: `15s`, say

    error[undeclared-name]: `LIMTI` is used and not declared
      --> jobnet.yaml:15:48
       |
    15 |     call: {post: /orders, body: '{limit: $vars.LIMTI}'}
       |                                                ^^^^^ expected the name of a variable or secret
       |
       = help: did you mean `LIMIT`?

    error[bad-expression]: this brace is not closed
      --> jobnet.yaml:18:27
       |
    18 |     call: {post: '/orders/{.id', counts: {sent: lenght}}
       |                           ^^^^ expected `}`
       |
       = help: to write a brace itself, put it in jq quotes: {"{"}

    error[bad-expression]: jq has no function `lenght`
      --> jobnet.yaml:18:49
       |
    18 |     call: {post: '/orders/{.id', counts: {sent: lenght}}
       |                                                 ^^^^^^ an unknown function
       |
       = help: did you mean `length`?

    error[not-exactly-one]: a stage has none of `call`, `flow`, `sql`, `migrate`, `exec`
      --> jobnet.yaml:19:9
       |
    19 |   tell: {}
       |         ^ expected exactly one of `call`, `flow`, `sql`, `migrate`, `exec`
       |
       = help: add one of them
    error: jobnet.yaml has 12 errors; nothing was run
    "#);
}

#[tokio::test]
async fn a_run_of_a_faulty_spec_shows_what_a_plan_shows_and_runs_nothing() {
    let plan = Jobnet::new(["plan"]).file("jobnet.yaml", TWELVE_FAULTS).run().await;
    let run = Jobnet::on_spec(TWELVE_FAULTS, ["--all"]).run().await;
    assert_eq!(run.code, Some(2));
    assert_eq!(run.stderr, plan.stderr);
    assert_eq!(run.stdout, "");
}

#[tokio::test]
async fn machines_get_a_finding_a_line_with_file_line_and_column() {
    let ended = Jobnet::new(["plan", "--format", "json"]).file("jobnet.yaml", TWELVE_FAULTS).run().await;
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(2), ""));
    let places: Vec<String> = ended
        .events("finding")
        .iter()
        .map(|finding| {
            let place = ["file", "line", "column"].map(|key| finding[key].to_string().replace('"', ""));
            format!("{} {} {}", place.join(":"), finding["severity"], finding["code"])
        })
        .collect();
    insta::assert_snapshot!(places.join("\n"), @r#"
    jobnet.yaml:3:1 "error" "unknown-key"
    jobnet.yaml:4:11 "error" "unknown-timezone"
    jobnet.yaml:5:11 "error" "bad-cron"
    jobnet.yaml:7:25 "error" "variable-type"
    jobnet.yaml:8:18 "error" "overlays-nothing"
    jobnet.yaml:10:65 "error" "wrong-type"
    jobnet.yaml:13:13 "error" "cyclic-needs"
    jobnet.yaml:14:14 "error" "wrong-type"
    jobnet.yaml:15:48 "error" "undeclared-name"
    jobnet.yaml:18:27 "error" "bad-expression"
    jobnet.yaml:18:49 "error" "bad-expression"
    jobnet.yaml:19:9 "error" "not-exactly-one"
    "#);
    insta::assert_snapshot!(ended.stdout.lines().next().expect("a line"), @r#"{"event":"finding","code":"unknown-key","severity":"error","message":"unknown key `colour` in a jobnet spec","file":"jobnet.yaml","line":3,"column":1,"expected":"expected one of `jobnet`, `name`, `stages`, `description`, `timezone`, `schedule`, `vars`, `secrets`, `apis`, `databases`, `stores`, `notify`, `defaults`, `groups`, `environments`, `targets`","help":"remove the key"}"#);
    let end: Value = serde_json::from_str(ended.stdout.lines().last().expect("a line")).expect("JSON");
    insta::assert_json_snapshot!(end, @r#"
    {
      "code": "bad-spec",
      "event": "error",
      "exit_code": 2,
      "help": [],
      "message": "jobnet.yaml has 12 errors; nothing was run",
      "severity": "error"
    }
    "#);
}

#[tokio::test]
async fn machines_get_warnings_as_findings_too() {
    let spec = format!("{HEAD}vars: {{SPARE: 1}}\nstages: {{load: {{call: {{get: /orders}}}}}}\n");
    let ended = Jobnet::new(["plan", "--format", "json"]).file("jobnet.yaml", &spec).run().await;
    assert_eq!(ended.code, Some(0));
    insta::assert_json_snapshot!(ended.events("finding"), @r#"
    [
      {
        "code": "unused-name",
        "column": 8,
        "event": "finding",
        "file": "jobnet.yaml",
        "help": "remove it, or use it",
        "line": 5,
        "message": "variable `SPARE` is declared and never used",
        "severity": "warning"
      }
    ]
    "#);
}

#[tokio::test]
async fn github_gets_annotations_beside_the_findings() {
    let ended = Jobnet::new(["plan", "--format", "github"])
        .file("jobnet.yaml", &format!("{HEAD}stages: {{load: {{timeout: 15, call: {{get: /orders}}}}}}\n"))
        .run()
        .await;
    assert_eq!(ended.code, Some(2));
    insta::assert_snapshot!(ended.stderr, @r"
    ::error file=jobnet.yaml,line=5,col=26,title=wrong-type::expected a duration such as 500ms, 45s, 15m, 2h or 1h30m, found the number `15`%0Aexpected a duration such as 500ms, 45s, 15m, 2h or 1h30m%0Aadd the unit: `15s`, say
    error[wrong-type]: expected a duration such as 500ms, 45s, 15m, 2h or 1h30m, found the number `15`
     --> jobnet.yaml:5:26
      |
    5 | stages: {load: {timeout: 15, call: {get: /orders}}}
      |                          ^^ expected a duration such as 500ms, 45s, 15m, 2h or 1h30m
      |
      = help: add the unit: `15s`, say
    error: jobnet.yaml has an error; nothing was run
    ");
}
