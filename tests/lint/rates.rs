//! Rates: what they leave no time for, and who shares them.

use super::{codes, findings};

/// A net whose API has a rate, on an engine, with these stages.
fn net(target: &str, stages: &str) -> String {
    let target = match target {
        "github" => "github: {out: .github/workflows/net.yml, environments: [prod]}",
        _ => "kubernetes: {out: k8s, environments: [prod], image: ghcr.io/shop/net, tags: {prod: v1}}",
    };
    format!(
        "\
jobnet: v1
name: net
apis: {{shop: {{base_url: https://shop.example, rate: 2/s}}}}
environments: {{prod: {{}}}}
targets: {{{target}}}
schedule: \"7 3,9,15 * * *\"
stages:
{stages}"
    )
}

/// A stage that reads pages, with more keys of its flow.
fn reading(more: &str, next: &str) -> String {
    let from = format!("{{get: /orders, items: .items, next: {{page: page, {next}}}}}");
    let flow = format!("{{{more}from: {from}, to: {{table: orders, key: [id], columns: {{id: .id}}}}}}");
    let stages = format!("  load: {{timeout: 10m, flow: {flow}}}\n");
    format!("databases: {{main: \"sqlite:shop.db\"}}\n{}", net("github", &stages))
}

#[tokio::test]
async fn all_pages_fit_the_slot_at_the_rate_of_their_api() {
    insta::assert_snapshot!(findings(&reading("", "last: 1201")).await, @"
    warning[rate-over-slot]: stage `load` may read 1201 pages, which take 10m500ms at the rate of `shop`
     --> jobnet.yaml:9:73
      |
    9 |   load: {timeout: 10m, flow: {from: {get: /orders, items: .items, next: {page: page, last: 1201}}, to: {table: orders, key: [id], col...
      |                                                                         ^ expected what is read in 10m
      |
      = help: read less, ask for larger pages, or give the stage a longer `timeout` and runs that are further apart

    jobnet.yaml: 0 errors, 1 warning
    ");
    assert!(codes(&reading("", "last: 1200")).is_empty());
    assert!(codes(&reading("", "last: 9999, max_pages: 100")).is_empty());
    assert!(codes(&reading("", "first: 1")).is_empty());
}

#[test]
fn pages_are_counted_for_each_row() {
    let rows = "for_each: {values: [north, south, east, west]}, ";
    assert_eq!(codes(&reading(rows, "last: 301")), ["rate-over-slot"]);
    assert!(codes(&reading(rows, "last: 300")).is_empty());
}

const TWO: &str = "  load: {call: {get: /orders}}\n  list: {call: {get: /items}}\n";

#[tokio::test]
async fn stages_without_an_order_share_a_rate() {
    insta::assert_snapshot!(findings(&net("github", TWO)).await, @"
    warning[shared-rate]: stages `load` and `list` may work at once on two machines, and share the rate of `shop`
     --> jobnet.yaml:9:3
      |
    9 |   list: {call: {get: /items}}
      |   ^^^^ each keeps to the rate alone, `load` too
      |
      = help: put one after the other by `needs` or `offset`, or give the API half the rate

    jobnet.yaml: 0 errors, 1 warning
    ");
}

#[test]
fn an_order_or_another_api_is_no_sharing() {
    assert!(codes(&net("github", &TWO.replace("list: {", "list: {needs: [load], "))).is_empty());
    let through = "  load: {call: {get: /orders}}\n  wait: {needs: [load], exec: {command: sleep 1}}\n  \
                   list: {needs: [wait], call: {get: /items}}\n";
    assert!(codes(&net("github", through)).is_empty());
    assert!(codes(&net("github", TWO).replace(", rate: 2/s", "")).is_empty());
}

#[test]
fn where_order_is_kept_by_offsets_their_runs_are_compared() {
    let offset =
        |offset: &str| net("kubernetes", &TWO.replace("list: {", &format!("list: {{offset: {offset}, ")));
    assert_eq!(codes(&offset("59m")), ["shared-rate"]);
    assert!(codes(&offset("60m")).is_empty());
    assert!(codes(&offset("0m").replace("offset: 0m", "schedule: manual")).is_empty());
}
