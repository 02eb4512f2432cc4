//! Schedules, offsets and time zones.

use super::faults_below_head;

/// The findings about a net with this schedule.
async fn faults_of_schedule(schedule: &str) -> String {
    faults_below_head(&format!("schedule: \"{schedule}\"\nstages: {{load: {{call: {{get: /orders}}}}}}\n"))
        .await
}

#[tokio::test]
async fn a_schedule_has_five_fields() {
    insta::assert_snapshot!(faults_of_schedule("0 3 * *").await, @r#"
    error[bad-cron]: `0 3 * *` is not a schedule: it has 4 fields, not five
     --> jobnet.yaml:5:11
      |
    5 | schedule: "0 3 * *"
      |           ^^^^^^^^^ expected five fields: minute hour day month weekday; or `manual`
      |
      = help: for example `30 0 * * *`: every day at 00:30
    "#);
}

#[tokio::test]
async fn a_nickname_is_not_known_to_every_engine() {
    insta::assert_snapshot!(faults_of_schedule("@daily").await, @r#"
    error[bad-cron]: `@daily` is not a schedule: `@daily` is not known to every engine
     --> jobnet.yaml:5:11
      |
    5 | schedule: "@daily"
      |           ^^^^^^^^ expected five fields: minute hour day month weekday; or `manual`
      |
      = help: write it as `0 0 * * *`
    "#);
}

#[tokio::test]
async fn a_field_stays_in_its_range() {
    insta::assert_snapshot!(faults_of_schedule("0 25 * * *").await, @r#"
    error[bad-cron]: `0 25 * * *` is not a schedule: `25` cannot be its hour (0 to 23)
     --> jobnet.yaml:5:11
      |
    5 | schedule: "0 25 * * *"
      |           ^^^^^^^^^^^^ expected five fields: minute hour day month weekday; or `manual`
      |
      = help: for example `30 0 * * *`: every day at 00:30
    "#);
}

#[tokio::test]
async fn the_last_day_of_the_month_is_not_known_to_every_engine() {
    insta::assert_snapshot!(faults_of_schedule("0 0 L * *").await, @r#"
    error[bad-cron]: `0 0 L * *` is not a schedule: `L` is not known to every engine
     --> jobnet.yaml:5:11
      |
    5 | schedule: "0 0 L * *"
      |           ^^^^^^^^^^^ expected five fields: minute hour day month weekday; or `manual`
      |
      = help: for example `30 0 * * *`: every day at 00:30
    "#);
}

#[tokio::test]
async fn a_schedule_that_never_comes_is_a_fault() {
    insta::assert_snapshot!(faults_of_schedule("0 0 31 2 *").await, @r#"
    error[bad-cron]: `0 0 31 2 *` is not a schedule: no date fits it
     --> jobnet.yaml:5:11
      |
    5 | schedule: "0 0 31 2 *"
      |           ^^^^^^^^^^^^ expected five fields: minute hour day month weekday; or `manual`
      |
      = help: for example `30 0 * * *`: every day at 00:30
    "#);
}

#[tokio::test]
async fn manual_is_the_only_word_for_a_schedule() {
    insta::assert_snapshot!(faults_of_schedule("manuel").await, @r#"
    error[bad-cron]: `manuel` is not a schedule: it has 1 field, not five
     --> jobnet.yaml:5:11
      |
    5 | schedule: "manuel"
      |           ^^^^^^^^ expected five fields: minute hour day month weekday; or `manual`
      |
      = help: did you mean `manual`?
    "#);
}

#[tokio::test]
async fn an_offset_that_no_cron_expression_can_say_is_explained() {
    let findings = faults_below_head(
        "\
schedule: 0,50 0 * * *
stages:
  hours: {offset: 20m, call: {get: /orders}}
  night: {schedule: 50 23 1 * *, offset: 20m, call: {get: /orders}}
  seconds: {offset: 30s, call: {get: /orders}}
",
    );
    insta::assert_snapshot!(findings.await, @r"
    error[offset-not-cron]: `0,50 0 * * *` moved by 20m is not one cron expression: its hours would have different minutes
     --> jobnet.yaml:7:19
      |
    7 |   hours: {offset: 20m, call: {get: /orders}}
      |                   ^^^ expected an offset that keeps it one expression
      |
      = help: give the stage a `schedule` of its own

    error[offset-not-cron]: `50 23 1 * *` moved by 20m is not one cron expression: it would cross midnight, and its days are restricted
     --> jobnet.yaml:8:42
      |
    8 |   night: {schedule: 50 23 1 * *, offset: 20m, call: {get: /orders}}
      |                                          ^^^ expected an offset that keeps it one expression
      |
      = help: give the stage a `schedule` of its own

    error[offset-not-cron]: `0,50 0 * * *` moved by 30s is not one cron expression: cron counts whole minutes
     --> jobnet.yaml:9:21
      |
    9 |   seconds: {offset: 30s, call: {get: /orders}}
      |                     ^^^ expected an offset that keeps it one expression
      |
      = help: give the stage a `schedule` of its own
    ");
}

#[tokio::test]
async fn a_time_zone_has_a_name_in_the_database_of_zones() {
    let findings = faults_below_head("timezone: JST\nstages: {load: {call: {get: /orders}}}\n");
    insta::assert_snapshot!(findings.await, @r"
    error[unknown-timezone]: there is no time zone `JST`
     --> jobnet.yaml:5:11
      |
    5 | timezone: JST
      |           ^^^ expected an IANA name such as `Asia/Tokyo`
      |
      = help: write the zone's name, not its abbreviation or offset
    ");
}
