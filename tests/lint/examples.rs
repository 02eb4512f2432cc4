//! The specs of the examples, as their users have them.

use std::fmt::Write as _;

use crate::common::Jobnet;
use crate::common::files::{copy, example};

#[tokio::test]
async fn the_examples_have_no_error_and_only_warnings_that_are_right() {
    let mut names: Vec<_> =
        std::fs::read_dir(example("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    let mut shown = String::new();
    for name in names {
        let name = name.to_str().unwrap();
        if !example(name).join("jobnet.yaml").is_file() {
            continue;
        }
        // As they are in a repository of their own, with the files that were generated from them.
        let jobnet = Jobnet::new(["lint", "--format", "json"]);
        copy(&example(name), jobnet.directory());
        std::fs::create_dir(jobnet.directory().join(".git")).unwrap();
        let ended = jobnet.run().await;
        assert_eq!(ended.code, Some(0), "{name}: {}{}", ended.stdout, ended.stderr);
        for finding in ended.events("finding") {
            let text = |key: &str| finding[key].as_str().unwrap().to_owned();
            writeln!(shown, "{name}: {}: {}", text("code"), text("message")).unwrap();
        }
    }
    insta::assert_snapshot!(shown, @"");
}
