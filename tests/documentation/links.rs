//! Links from one document to another lead to a file, and to a heading that it has.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::common::document::project;

/// README, CONTRIBUTING and all below docs.
fn documents() -> Vec<PathBuf> {
    let mut found = vec![project("README.md"), project("CONTRIBUTING.md")];
    let mut open = vec![project("docs")];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found
}

/// What stands between `](` and `)`, in text and not in blocks.
fn links(text: &str) -> Vec<String> {
    let prose = text.split("```").step_by(2).collect::<String>();
    prose
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(link, _)| link.to_owned())
        .collect()
}

/// The anchors of a document's headings, as GitHub makes them: small letters, hyphens for spaces, no other marks.
fn anchors(text: &str) -> BTreeSet<String> {
    let prose = text.split("```").step_by(2).collect::<String>();
    let headings = prose.lines().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| {
        let kept = heading.trim_start_matches('#').trim().to_lowercase();
        kept.chars().filter(|mark| mark.is_alphanumeric() || " -_".contains(*mark)).collect::<String>()
    };
    headings.map(|heading| anchor(heading).replace(' ', "-")).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut dead = Vec::new();
    for document in documents() {
        let text = std::fs::read_to_string(&document).unwrap();
        for link in links(&text).iter().filter(|link| !link.contains("://")) {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target =
                if path.is_empty() { document.clone() } else { document.parent().unwrap().join(path) };
            let leads = target.exists()
                && (anchor.is_empty()
                    || anchors(&std::fs::read_to_string(&target).unwrap()).contains(anchor));
            if !leads {
                dead.push(format!(
                    "{}: {link}",
                    document.strip_prefix(project("")).unwrap_or(Path::new("")).display()
                ));
            }
        }
    }
    assert!(dead.is_empty(), "{dead:#?}");
}
