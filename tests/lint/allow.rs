//! Comments that allow findings.

use crate::common::Jobnet;

use super::{ON_GITHUB, codes, findings};

/// A net at a busy minute, with a comment beside its schedule and one above.
fn with(beside: &str, above: &str) -> String {
    format!(
        "{ON_GITHUB}{above}\nschedule: 0 3 * * * {beside}\nstages: {{load: {{call: {{get: /orders}}}}}}\n"
    )
}

#[test]
fn a_finding_is_left_out_where_a_comment_says_why() {
    assert_eq!(codes(&with("", "")), ["busy-minute"]);
    assert!(codes(&with("# jobnet: allow(busy-minute) the shop closes then", "")).is_empty());
    assert!(
        codes(&with("", "# jobnet: allow(busy-minute) the shop closes then\n# and opens late")).is_empty()
    );
    assert_eq!(codes(&with("# not jobnet: allow(busy-minute) so", "")), ["busy-minute"]);
}

#[tokio::test]
async fn a_comment_says_why_and_names_what_is_there() {
    let spec = with("# jobnet: allow(busy-minute)", "# jobnet: allow(day-and-weekday, busy-minuet) so it is");
    insta::assert_snapshot!(findings(&spec).await, @"
    warning[unused-allow]: this allows `day-and-weekday`, and the line has no such finding
     --> jobnet.yaml:7:17
      |
    7 | # jobnet: allow(day-and-weekday, busy-minuet) so it is
      |                 ^^^^^^^^^^^^^^^
      |
      = help: remove it: it would hide such a finding that comes later

    error[unknown-code]: there is no finding `busy-minuet`
     --> jobnet.yaml:7:34
      |
    7 | # jobnet: allow(day-and-weekday, busy-minuet) so it is
      |                                  ^^^^^^^^^^^ expected the code of a finding
      |
      = help: did you mean `busy-minute`?

    warning[busy-minute]: `0 3 * * *` fires at minute 0, when GitHub Actions is busiest
     --> jobnet.yaml:8:11
      |
    8 | schedule: 0 3 * * * # jobnet: allow(busy-minute)
      |           ^^^^^^^^^ runs come late here, or not at all
      |
      = help: choose another minute: 7, say

    error[allow-without-reason]: this allows `busy-minute` and does not say why
     --> jobnet.yaml:8:37
      |
    8 | schedule: 0 3 * * * # jobnet: allow(busy-minute)
      |                                     ^^^^^^^^^^^ expected a reason after the bracket
      |
      = help: write it for the next reader: `# jobnet: allow(busy-minute) why`

    jobnet.yaml: 2 errors, 2 warnings
    ");
}

#[test]
fn what_makes_a_spec_unusable_cannot_be_allowed() {
    let spec = with("# jobnet: allow(bad-cron) why not", "").replace("0 3 * * *", "0 25 * * *");
    assert_eq!(codes(&spec), ["bad-cron"]);
}

#[tokio::test]
async fn a_warning_that_is_allowed_is_shown_by_no_command() {
    let spec = |comment: &str| {
        format!("{ON_GITHUB}vars:\n  SPARE: 1 {comment}\nstages: {{load: {{call: {{get: /}}}}}}\n")
    };
    for (comment, count) in [("", 1), ("# jobnet: allow(unused-name) a fork uses it", 0)] {
        let ended = Jobnet::new(["plan"]).file("jobnet.yaml", &spec(comment)).run().await;
        assert_eq!((ended.code, ended.stderr.matches("unused-name").count()), (Some(0), count));
    }
}

#[test]
fn what_stands_in_a_text_is_no_comment() {
    let vars = |value: &str| {
        codes(&format!("{ON_GITHUB}vars:\n  SPARE: {value}\nstages: {{load: {{call: {{get: /}}}}}}\n"))
    };
    assert_eq!(vars("'x # jobnet: allow(unused-name) so it is'"), ["unused-name"]);
    assert_eq!(vars("|\n    # jobnet: allow(unused-name, no-such-code) so it is\n    x"), ["unused-name"]);
    assert!(vars("'x' # jobnet: allow(unused-name) so it is").is_empty());
    assert!(vars("| # jobnet: allow(unused-name) so it is\n    x").is_empty());
}
