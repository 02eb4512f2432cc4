//! Firings over the changes of daylight saving time.

use serde_json::Value;

use crate::common::Jobnet;

/// The next firings of a schedule in Berlin after a moment.
async fn firings(schedule: &str, after: &str) -> String {
    let spec = format!(
        "\
jobnet: v1
name: net
timezone: Europe/Berlin
schedule: {schedule}
environments: {{local: {{}}}}
apis: {{shop: {{base_url: https://shop.example}}}}
stages: {{load: {{call: {{get: /orders}}}}}}
"
    );
    let plan = Jobnet::new(["plan", "--format", "json", "--at", after]).file("jobnet.yaml", &spec);
    let plan: Value = serde_json::from_str(&plan.run().await.stdout).expect("one JSON line");
    let next = plan["stages"][0]["next"].as_array().expect("firings");
    next.iter().map(|firing| firing.as_str().expect("a time")).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_firing_in_the_gap_of_spring_comes_when_the_gap_ends() {
    insta::assert_snapshot!(firings("30 2 * * *", "2026-03-28T00:00:00Z").await, @r"
    2026-03-28 02:30 +01:00
    2026-03-29 03:00 +02:00
    2026-03-30 02:30 +02:00
    ");
}

#[tokio::test]
async fn hourly_firings_leave_out_the_hour_that_spring_takes() {
    insta::assert_snapshot!(firings("30 * * * *", "2026-03-29T00:00:00Z").await, @r"
    2026-03-29 01:30 +01:00
    2026-03-29 03:30 +02:00
    2026-03-29 04:30 +02:00
    ");
}

#[tokio::test]
async fn a_daily_firing_comes_once_in_the_doubled_hour_of_autumn() {
    insta::assert_snapshot!(firings("30 2 * * *", "2026-10-24T00:00:00Z").await, @r"
    2026-10-24 02:30 +02:00
    2026-10-25 02:30 +02:00
    2026-10-26 02:30 +01:00
    ");
}

#[tokio::test]
async fn hourly_firings_come_in_both_hours_that_autumn_doubles() {
    insta::assert_snapshot!(firings("30 * * * *", "2026-10-24T23:45:00Z").await, @r"
    2026-10-25 02:30 +02:00
    2026-10-25 02:30 +01:00
    2026-10-25 03:30 +01:00
    ");
}
