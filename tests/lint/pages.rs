//! `jobnet explain`: every code has a page, and what a page shows as an example has that very finding.

use std::collections::BTreeSet;

use jobnet::diag::Source;
use jobnet::lint::{Around, PAGES, Page, RULES, lint};

use crate::common::Jobnet;

#[test]
fn every_rule_has_a_page_and_the_pages_are_in_order() {
    let codes: Vec<&str> = PAGES.iter().map(|page| page.code).collect();
    assert!(codes.is_sorted());
    assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
    for rule in RULES {
        assert!(rule.page().is_some(), "{}", rule.code);
    }
}

#[test]
fn every_example_has_the_finding_of_its_page() {
    for page in PAGES {
        let source = Source::new("jobnet.yaml", example(page));
        let found = lint(&source, |_| Around::default()).findings;
        let codes: Vec<_> = found.sorted().iter().map(|finding| finding.code).collect();
        assert!(codes.contains(&page.code), "{}: {codes:?}", page.code);
    }
}

/// The spec below a page's heading "Example".
fn example(page: &Page) -> String {
    let (_, example) = page.text.split_once("\n## Example\n").expect("an example");
    let (_, spec) = example.split_once("```yaml\n").expect("a spec");
    spec.split_once("```\n").expect("its end").0.to_owned()
}

#[tokio::test]
async fn a_code_is_explained_and_without_one_all_are_listed() {
    let page = Jobnet::new(["explain", "busy-minute"]).run().await;
    assert_eq!((page.code, page.stdout.as_str()), (Some(0), jobnet::lint::page("busy-minute").unwrap().text));
    let list = Jobnet::new(["explain"]).run().await;
    assert_eq!((list.code, list.stdout.lines().count()), (Some(0), PAGES.len()));
    assert!(list.stdout.lines().all(|line| line.ends_with('.')), "{}", list.stdout);
}

#[tokio::test]
async fn an_unknown_code_is_wrong_usage() {
    let ended = Jobnet::new(["explain", "busy-minuet"]).run().await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(ended.stderr, @"
    error: there is no finding `busy-minuet`
      help: did you mean `busy-minute`?
    ");
}
