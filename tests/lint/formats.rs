//! The forms in which findings are told, and the exit codes.

use serde_json::Value;

use crate::common::{Ended, Jobnet};

use super::ON_GITHUB;

/// A spec with an error of a rule and a warning.
fn spec() -> String {
    format!(
        "{ON_GITHUB}stages:\n  load: {{schedule: \"0 3 13 * 5\", call: {{get: /orders}}}}\n  \
         often: {{schedule: \"11,14 * * * *\", call: {{get: /orders}}}}\n"
    )
}

async fn lint<const N: usize>(arguments: [&str; N]) -> Ended {
    Jobnet::new(["lint"]).arguments(arguments).file("jobnet.yaml", &spec()).run().await
}

#[tokio::test]
async fn json_is_a_finding_a_line() {
    let ended = lint(["--format", "json"]).await;
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(3), ""));
    insta::assert_snapshot!(ended.stdout, @r#"
    {"event":"finding","code":"busy-minute","severity":"warning","message":"`0 3 13 * 5` fires at minute 0, when GitHub Actions is busiest","file":"jobnet.yaml","line":8,"column":20,"expected":"runs come late here, or not at all","help":"choose another minute: 7, say"}
    {"event":"finding","code":"day-and-weekday","severity":"warning","message":"`0 3 13 * 5` fires where either of its days fits, not where both do","file":"jobnet.yaml","line":8,"column":20,"expected":"on day 13 of a month, and on weekday 5 too","help":"leave one of the two fields `*`, and have the stage look at the other"}
    {"event":"finding","code":"github-too-often","severity":"error","message":"firings of `11,14 * * * *` are 3 minutes apart, and GitHub keeps at least 5 between them","file":"jobnet.yaml","line":9,"column":21,"expected":"expected 5 minutes between any two firings","help":"let it fire less often, or have one run do the work of several"}
    "#);
}

#[tokio::test]
async fn github_shows_annotations() {
    let ended = lint(["--format", "github"]).await;
    let lines: Vec<&str> = ended.stderr.lines().filter(|line| line.starts_with("::")).collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    ::warning file=jobnet.yaml,line=8,col=20,title=busy-minute::`0 3 13 * 5` fires at minute 0, when GitHub Actions is busiest%0Aruns come late here, or not at all%0Achoose another minute: 7, say
    ::warning file=jobnet.yaml,line=8,col=20,title=day-and-weekday::`0 3 13 * 5` fires where either of its days fits, not where both do%0Aon day 13 of a month, and on weekday 5 too%0Aleave one of the two fields `*`, and have the stage look at the other
    ::error file=jobnet.yaml,line=9,col=21,title=github-too-often::firings of `11,14 * * * *` are 3 minutes apart, and GitHub keeps at least 5 between them%0Aexpected 5 minutes between any two firings%0Alet it fire less often, or have one run do the work of several
    ");
}

#[tokio::test]
async fn sarif_is_one_document_that_names_its_rules() {
    let ended = lint(["--format", "sarif"]).await;
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(3), ""));
    let shown: Value = serde_json::from_str(&ended.stdout).unwrap();
    let document: serde_sarif::sarif::Sarif = serde_json::from_value(shown.clone()).unwrap();
    assert_eq!(serde_json::to_value(&document).unwrap(), shown);
    let rules: Vec<&str> = shown["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["busy-minute", "day-and-weekday", "github-too-often"]);
    insta::assert_json_snapshot!(shown["runs"][0]["results"][0], @r#"
    {
      "level": "warning",
      "locations": [
        {
          "physicalLocation": {
            "artifactLocation": {
              "uri": "jobnet.yaml"
            },
            "region": {
              "endColumn": 32,
              "endLine": 8,
              "startColumn": 20,
              "startLine": 8
            }
          }
        }
      ],
      "message": {
        "text": "`0 3 13 * 5` fires at minute 0, when GitHub Actions is busiest\nruns come late here, or not at all\nchoose another minute: 7, say"
      },
      "ruleId": "busy-minute",
      "ruleIndex": 0
    }
    "#);
}

#[tokio::test]
async fn warnings_fail_only_where_they_are_denied() {
    let spec = spec().replace("11,14 * * * *", "manual");
    for (arguments, code) in [(&[][..], 0), (&["--deny", "warnings"], 3)] {
        let jobnet = Jobnet::new(["generate"]).file("jobnet.yaml", &spec);
        jobnet.run().await;
        let jobnet = jobnet.instead(["lint"]);
        let jobnet = arguments.iter().fold(jobnet, |jobnet, argument| jobnet.arguments([argument]));
        assert_eq!(jobnet.run().await.code, Some(code), "{arguments:?}");
    }
}

#[tokio::test]
async fn of_several_specs_the_worst_counts() {
    let jobnet = Jobnet::new(["lint", "--format", "human", "good.yaml", "jobnet.yaml", "bad.yaml"])
        .file("good.yaml", &spec().replace("11,14", "11"))
        .file("jobnet.yaml", &spec())
        .file("bad.yaml", "jobnet: v1\n");
    let ended = jobnet.run().await;
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.ends_with("\n3 specs: 5 errors, 4 warnings\n"), "{}", ended.stderr);
}

#[tokio::test]
async fn sarif_goes_into_a_file_besides() {
    let alone = lint(["--format", "sarif"]).await;
    let jobnet = Jobnet::new(["lint", "--format", "github", "--sarif", "found.sarif"]);
    let jobnet = jobnet.file("jobnet.yaml", &spec());
    let ended = jobnet.run().await;
    assert_eq!(ended.code, Some(3));
    assert!(ended.stderr.contains("::error file=jobnet.yaml"), "{}", ended.stderr);
    assert_eq!(std::fs::read_to_string(jobnet.directory().join("found.sarif")).unwrap(), alone.stdout);
}

#[tokio::test]
async fn sarif_is_refused_where_nothing_is_found() {
    let ended = Jobnet::new(["plan", "--format", "sarif"]).file("jobnet.yaml", &spec()).run().await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(ended.stderr, @"
    error: `--format sarif` is for findings, and this command shows none
      help: use it with `jobnet lint` or `jobnet generate --check`, or choose human, json or github
    ");
}
