//! `jobnet explain`: every code has a page, and what a page shows as an example has that very finding.

use std::collections::BTreeSet;
use std::path::Path;

use jobnet::diag::Source;
use jobnet::lint::{Around, Drift, PAGES, Page, RULES, lint};
use jobnet::targets::Target;

use crate::common::Jobnet;

/// Codes whose examples cannot be tried, and why.
const NOT_TRIED: [(&str, &str); 12] = [
    ("github", "only a GitHub says so"),
    ("impossible-on-target", "what a target cannot do, only rendering for it says"),
    ("no-sarif", "who asks for SARIF is told in words"),
    ("nothing-failed", "only a GitHub says so"),
    ("run-goes-on", "only a GitHub says so"),
    ("run-unknown", "only a GitHub says so"),
    ("run-unnamed", "only a GitHub says so"),
    ("setup", "the machine would have to be at its limits"),
    ("template", "no spec brings it about"),
    ("unknown-path", "what a target must be given, only rendering for it says"),
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
            codes.extend(bodies.flat_map(|body| literals(body, "=> \"")));
            codes.extend(literals(text, "code: \""));
        }
    }
    codes
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
        let found = match block(page, "console") {
            Some(command) => printed(page, &command).await,
            None => codes(page),
        };
        if !found.iter().any(|code| code == page.code) {
            faults.push(format!("{}: {found:?}", page.code));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_example_of_a_rule_has_other_findings() {
    let examples = RULES.iter().map(|rule| (rule.code, codes(rule.page().unwrap())));
    let faults: Vec<_> = examples.filter(|(rule, codes)| codes.iter().any(|code| code != rule)).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

/// A block of a page's example, in a language.
fn block(page: &Page, language: &str) -> Option<String> {
    let (_, example) = page.text.split_once("\n## Example\n").expect("an example");
    let (_, block) = example.split_once(&format!("```{language}\n"))?;
    Some(block.split_once("```").expect("its end").0.to_owned())
}

/// The codes of all findings of a page's example. A drift is not in a spec, but beside it.
fn codes(page: &Page) -> Vec<String> {
    let message = "`.github/workflows/net.yml` was changed by hand".to_owned();
    let drift = Drift { target: Target::Github, message };
    let drift = Some(drift).filter(|_| page.code == "drift").into_iter().collect();
    let source = Source::new("jobnet.yaml", block(page, "yaml").expect("a spec"));
    let linted = lint(&source, |_| Around { drift, ..Around::default() });
    linted.findings.sorted().iter().map(|finding| finding.code.to_owned()).collect()
}

/// The codes that a page's command prints, beside the files that the page shows.
async fn printed(page: &Page, command: &str) -> Vec<String> {
    let words = command.trim().strip_prefix("$ jobnet ").expect("a command").split(' ');
    let jobnet = words.fold(Jobnet::new([]), |jobnet, word| jobnet.arguments([word]));
    let jobnet = jobnet.arguments(["--format", "json"]);
    let files = [("jobnet.yaml", block(page, "yaml")), ("clean.sql", block(page, "sql"))];
    let files = files.into_iter().filter_map(|(name, text)| Some((name, text?)));
    let jobnet = files.fold(jobnet, |jobnet, (name, text)| jobnet.file(name, &text));
    let ended = jobnet.run().await;
    assert_eq!(ended.code, Some(2), "{command}\n{}", ended.stderr);
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
