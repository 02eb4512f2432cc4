//! The specs of the examples, as their users have them.

use std::fmt::Write as _;

use jobnet::diag::{Severity, Source};
use jobnet::lint::{Around, lint};

use crate::common::files::example;

#[test]
fn the_examples_have_no_error_and_only_warnings_that_are_right() {
    let mut names: Vec<_> =
        std::fs::read_dir(example("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    let mut shown = String::new();
    for name in names {
        let name = name.to_str().unwrap();
        let Ok(text) = std::fs::read_to_string(example(name).join("jobnet.yaml")) else {
            continue;
        };
        let linted = lint(&Source::new(name, text), |_| Around::default());
        assert_eq!(linted.findings.count(Severity::Error), 0, "{name}");
        for finding in linted.findings.sorted() {
            writeln!(shown, "{name}: {}: {}", finding.code, finding.message).unwrap();
        }
    }
    insta::assert_snapshot!(shown, @"");
}
