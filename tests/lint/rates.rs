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

/// A net on an engine, one of whose two stages reads 900 pages in ten minutes; the other is this.
fn sharing(target: &str, other: &str) -> String {
    let from = "{get: /orders, items: .items, next: {page: page, last: 900}}";
    let flow = format!("{{from: {from}, to: {{table: orders, key: [id], columns: {{id: .id}}}}}}");
    let stages = format!("  list: {{{other}}}\n  load: {{timeout: 10m, flow: {flow}}}\n");
    format!("databases: {{main: \"postgres://db/shop\"}}\n{}", net(target, &stages))
}

const OTHER: &str = "call: {get: /items}";

#[tokio::test]
async fn what_fits_at_the_whole_rate_may_not_at_a_part_of_it() {
    insta::assert_snapshot!(findings(&sharing("github", OTHER)).await, @"
    warning[shared-rate]: stage `load` may read 900 pages, which take 15m at its 1/2 of the rate of `shop`
      --> jobnet.yaml:10:73
       |
    10 |   load: {timeout: 10m, flow: {from: {get: /orders, items: .items, next: {page: page, last: 900}}, to: {table: orders, key: [id], col...
       |                                                                         ^ expected what is read in 10m
       |
       = help: put the stages that use `shop` one after the other by `needs`, read less, or give this one a longer `timeout`

    jobnet.yaml: 0 errors, 1 warning
    ");
    assert_eq!(codes(&sharing("kubernetes", OTHER)), ["shared-rate"]);
}

#[test]
fn less_work_an_order_another_api_or_no_engine_leaves_the_rate_whole() {
    let sharing = sharing("github", OTHER);
    assert!(codes(&sharing.replace("last: 900", "last: 600")).is_empty());
    assert!(codes(&sharing.replace("load: {", "load: {needs: [list], ")).is_empty());
    assert!(codes(&sharing.replace("list: {call: {get: /items}}", "list: {exec: {command: ls}}")).is_empty());
    assert_eq!(codes(&sharing.replace("last: 900", "last: 9999")), ["rate-over-slot"]);
    let alone = sharing.lines().filter(|line| !line.starts_with("targets:"));
    assert!(codes(&alone.collect::<Vec<_>>().join("\n")).iter().all(|code| *code != "shared-rate"));
}

#[test]
fn an_order_through_others_is_one() {
    let between = "call: {get: /items}}\n  wait: {needs: [list], exec: {command: sleep 1}";
    let sharing = sharing("github", between).replace("load: {", "load: {needs: [wait], ");
    assert!(codes(&sharing).is_empty());
}
