//! `jobnet explain`: every code has a page, and what a page shows as an example has that very finding.

use std::collections::BTreeSet;
use std::path::Path;

use jobnet::lint::{PAGES, Page, RULES};

use crate::common::Jobnet;

use super::codes_of;

/// Codes whose examples cannot be tried, and why.
const NOT_TRIED: [(&str, &str); 14] = [
    ("files-too-large", "the file would be longer than all pages together"),
    ("github", "only a GitHub says so"),
    ("github-long-expression", "the spec would have hundreds of stages"),
    ("no-sarif", "who asks for SARIF is told in words"),
    ("nothing-failed", "only a GitHub says so"),
    ("run-goes-on", "only a GitHub says so"),
    ("run-unknown", "only a GitHub says so"),
    ("run-unnamed", "only a GitHub says so"),
    ("setup", "the machine would have to be at its limits"),
    ("template", "no spec brings it about"),
    ("unreadable", "a file that cannot be read is none of a page's"),
    ("unreadable-binary", "the binary would have to go while it runs"),
    ("unwritable", "a full disk is none of a test's"),
    ("which-run", "only a GitHub says so"),
];

#[test]
fn every_rule_has_a_page_and_the_pages_are_in_order() {
    let codes: Vec<&str> = PAGES.iter().map(|page| page.code).collect();
    assert!(codes.is_sorted());
    assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
    assert!(RULES.iter().map(|rule| rule.code).is_sorted());
    for rule in RULES {
        assert!(rule.page().is_some(), "{}", rule.code);
    }
}

#[test]
fn every_code_that_the_source_has_is_explained_and_no_other() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let codes = codes_below(&root);
    let pages: BTreeSet<String> = PAGES.iter().map(|page| page.code.to_owned()).collect();
    assert_eq!(pages, codes);
    let files = std::fs::read_dir(root.join("lint/pages")).unwrap();
    assert_eq!(files.count(), pages.len());
}

/// The codes in the source: what functions called `code` give, and what stands behind `code:`.
fn codes_below(directory: &Path) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            codes.extend(codes_below(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap();
            let functions = text.split("fn code(&self)").skip(1);
            let bodies = functions.filter_map(|rest| rest.split("\n    }\n").next());
            codes.extend(bodies.flat_map(results));
            codes.extend(literals(text, "code: \""));
        }
    }
    codes
}

/// What stands in quotes, and not in a pattern.
fn results(body: &str) -> Vec<String> {
    let parts: Vec<&str> = body.split('"').collect();
    let results = parts[1..].chunks(2).filter(|pair| matches!(pair[1].lines().next(), None | Some("" | ",")));
    results.map(|pair| pair[0].to_owned()).collect()
}

/// What stands in quotes behind each opening.
fn literals(text: &str, opening: &str) -> Vec<String> {
    text.split(opening).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

#[tokio::test]
async fn every_example_has_the_finding_of_its_page() {
    let mut faults = Vec::new();
    for page in PAGES {
        if NOT_TRIED.iter().any(|(code, _)| *code == page.code) {
            continue;
        }
        let found = found(page).await;
        if !found.iter().any(|code| code == page.code) {
            faults.push(format!("{}: {found:?}", page.code));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn no_example_of_a_rule_has_other_findings() {
    let mut faults = Vec::new();
    for rule in RULES {
        let codes = codes_of(&spec(rule.page().unwrap())).await;
        if codes.iter().any(|code| code != rule.code) {
            faults.push((rule.code, codes));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The blocks of a page's example: the language with the name of a file, if any, and the text.
fn blocks(page: &Page) -> Vec<(&'static str, &'static str)> {
    let (_, example) = page.text.split_once("\n## Example\n").expect("an example");
    let blocks = example.split("```").skip(1).step_by(2);
    blocks.map(|block| block.split_once('\n').expect("a language")).collect()
}

fn spec(page: &Page) -> String {
    let blocks = blocks(page);
    blocks.iter().find(|(language, _)| *language == "yaml").expect("a spec").1.to_owned()
}

/// The codes that a page's command prints, or `jobnet lint` where it has none, beside the files that the page shows.
async fn found(page: &Page) -> Vec<String> {
    let mut command = "$ jobnet lint";
    let mut jobnet = Jobnet::new([]);
    for (language, text) in blocks(page) {
        match language.split_once(' ') {
            None if language == "console" => command = text.trim(),
            None => jobnet = jobnet.file("jobnet.yaml", text),
            Some((_, name)) => jobnet = jobnet.file(name, text),
        }
    }
    let words = command.strip_prefix("$ jobnet ").expect("a command").split(' ');
    let jobnet = words.fold(jobnet, |jobnet, word| jobnet.arguments([word]));
    let ended = jobnet.arguments(["--format", "json"]).run().await;
    literals(&ended.stdout, "\"code\":\"")
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
    insta::assert_snapshot!(ended.stderr, @r"
    error: there is no finding `busy-minuet`
      help: did you mean `busy-minute`?
    ");
}
