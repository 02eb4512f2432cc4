//! Schedules that can be read and are not what their author thinks.

use super::{ON_GITHUB, codes, codes_of, findings};

/// A net on GitHub Actions with this schedule.
fn on_github(schedule: &str) -> String {
    format!("{ON_GITHUB}schedule: \"{schedule}\"\nstages: {{load: {{call: {{get: /orders}}}}}}\n")
}

#[tokio::test]
async fn the_full_hour_is_when_github_is_busiest() {
    insta::assert_snapshot!(findings(&on_github("0 3 * * *")).await, @r#"
    warning[busy-minute]: `0 3 * * *` fires at minute 0, when GitHub Actions is busiest
     --> jobnet.yaml:7:11
      |
    7 | schedule: "0 3 * * *"
      |           ^^^^^^^^^^^ runs come late here, or not at all
      |
      = help: choose another minute: 7, say

    jobnet.yaml: 0 errors, 1 warning
    "#);
}

#[test]
fn a_minute_of_ones_own_is_not_busy_and_neither_is_another_engine() {
    assert_eq!(codes(&on_github("30 3 * * *")), ["busy-minute"]);
    assert!(codes(&on_github("37 3 * * *")).is_empty());
    assert!(codes(&on_github("*/15 * * * *")).is_empty());
    let nowhere = on_github("0 3 * * *").replace(", environments: [prod]", ", environments: []");
    assert!(!codes(&nowhere).contains(&"busy-minute"));
}

#[tokio::test]
async fn github_wants_five_minutes_between_any_two_firings() {
    insta::assert_snapshot!(findings(&on_github("11,14 * * * *")).await, @r#"
    error[github-too-often]: firings of `11,14 * * * *` are 3 minutes apart, and GitHub keeps at least 5 between them
     --> jobnet.yaml:7:11
      |
    7 | schedule: "11,14 * * * *"
      |           ^^^^^^^^^^^^^^^ expected 5 minutes between any two firings
      |
      = help: let it fire less often, or have one run do the work of several

    jobnet.yaml: 1 error, 0 warnings
    "#);
}

#[tokio::test]
async fn five_minutes_are_enough_over_midnight_too() {
    assert!(codes_of(&on_github("*/5 * * * *")).await.is_empty());
    assert_eq!(codes_of(&on_github("2,58 0,23 * * *")).await, ["github-too-often"]);
    assert!(codes_of(&on_github("3,58 0,23 * * *")).await.is_empty());
}

#[tokio::test]
async fn both_days_restricted_fire_where_either_fits() {
    insta::assert_snapshot!(findings(&on_github("7 3 13 * 5")).await, @r#"
    warning[day-and-weekday]: `7 3 13 * 5` fires where either of its days fits, not where both do
     --> jobnet.yaml:7:11
      |
    7 | schedule: "7 3 13 * 5"
      |           ^^^^^^^^^^^^ on day 13 of a month, and on weekday 5 too
      |
      = help: leave one of the two fields `*`, and have the stage look at the other

    jobnet.yaml: 0 errors, 1 warning
    "#);
    insta::assert_snapshot!(findings(&on_github("7 3 */2 * 5")).await, @r#"
    warning[day-and-weekday]: implementations of cron disagree about `7 3 */2 * 5`
     --> jobnet.yaml:7:11
      |
    7 | schedule: "7 3 */2 * 5"
      |           ^^^^^^^^^^^^^ it fires where both days fit for some, where either fits for others
      |
      = help: write the days out, or leave one of the two fields `*`

    jobnet.yaml: 0 errors, 1 warning
    "#);
}

#[test]
fn one_restricted_day_is_clear() {
    assert!(codes(&on_github("7 3 13 * *")).is_empty());
    assert!(codes(&on_github("7 3 * * 5")).is_empty());
}

#[tokio::test]
async fn sunday_is_0() {
    insta::assert_snapshot!(findings(&on_github("7 3 * * 5-7")).await, @r#"
    warning[weekday-seven]: weekday 7 in `7 3 * * 5-7` is not known to every engine
     --> jobnet.yaml:7:11
      |
    7 | schedule: "7 3 * * 5-7"
      |           ^^^^^^^^^^^^^ expected weekdays from 0, Sunday, to 6
      |
      = help: write it as `7 3 * * 5-6,0`

    jobnet.yaml: 0 errors, 1 warning
    "#);
    assert!(codes(&on_github("7 3 * * 0,5-6")).is_empty());
    assert!(codes(&on_github("7 3 * 7 *")).is_empty());
}
