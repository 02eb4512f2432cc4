//! Properties of what is rendered from random specs.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use jiff::Zoned;
use jobnet::diag::{Findings, Source};
use jobnet::plan::{self, Plans};
use jobnet::spec;
use jobnet::targets::{self, FileSet, Origin};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::common::random_spec::{RandomSpec, SQL_FILE, random_spec};

use super::schedules;

const SQL: &[u8] = b"select 1;\n";

/// How many specs a test tries, unless `PROPTEST_CASES` says otherwise.
fn config(cases: u32) -> Config {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    Config { cases: asked.unwrap_or(cases), failure_persistence: None, ..Config::default() }
}

fn origin(spec: &str) -> Origin {
    Origin {
        file: "jobnet.yaml".to_owned(),
        spec: spec.to_owned(),
        files: BTreeMap::from([(SQL_FILE.to_owned(), SQL.to_vec())]),
        ..Origin::default()
    }
}

/// The plans of a spec and the files of all its targets, or what is wrong with it.
fn rendered(spec: &RandomSpec) -> Result<(Plans, Vec<FileSet>), Findings> {
    let (read, mut findings) = spec::parse(Source::new("jobnet.yaml", spec.text.clone()));
    let plans = read.and_then(|read| {
        let (plans, of_plan) = plan::resolve(&read);
        findings.extend(of_plan);
        plans
    });
    let Some(plans) = plans.filter(|_| !findings.has_errors()) else { return Err(findings) };
    let sets = targets::render_all(&targets::targets(&plans), &plans, &origin(&spec.text))?;
    Ok((plans, sets))
}

#[test]
fn what_is_rendered_can_be_read_and_fires_when_the_plan_says() {
    let after: Zoned = "2026-10-20T12:34:56[UTC]".parse().unwrap();
    let (good, all) = (Cell::new(0), Cell::new(0));
    let done = TestRunner::new(config(1500)).run(&random_spec(), |spec| {
        all.set(all.get() + 1);
        match rendered(&spec) {
            Ok((plans, sets)) => {
                good.set(good.get() + 1);
                for (path, file) in sets.iter().flat_map(|set| &set.files) {
                    check(path, &file.bytes)?;
                }
                check_firings(&plans, &sets, &after)?;
            }
            Err(findings) => prop_assert!(findings.has_errors(), "{}", spec.text),
        }
        Ok(())
    });
    done.unwrap_or_else(|error| panic!("{error}"));
    let (good, all) = (good.get(), all.get());
    // Of few it may be chance; of 1,500 about 1,040 are good.
    assert!(all < 1000 || good * 2 > all, "{good} specs of {all} are good: too few to say much");
}

/// The rendered schedules fire when the plan's do.
fn check_firings(plans: &Plans, sets: &[FileSet], after: &Zoned) -> Result<(), TestCaseError> {
    for (target, set) in targets::targets(plans).into_iter().zip(sets) {
        for env in targets::environments(target, plans) {
            let rendered = schedules::rendered(target, env, set, after);
            prop_assert_eq!(rendered, schedules::planned(target, env, plans, after), "{} in {}", target, env);
        }
    }
    Ok(())
}

/// What is a YAML file can be read, and everything ends its last line.
fn check(path: &str, bytes: &[u8]) -> Result<(), TestCaseError> {
    let text = std::str::from_utf8(bytes).map_err(|error| TestCaseError::fail(format!("{path}: {error}")))?;
    prop_assert!(text.ends_with('\n'), "{path} ends in {:?}", text.chars().last());
    if Path::new(path).extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
        let documents = serde_saphyr::from_multiple::<serde_json::Value>(text);
        prop_assert!(documents.is_ok(), "{path}: {:?}\n{text}", documents.err());
    }
    Ok(())
}

/// Runs the command line in this process.
fn jobnet(arguments: &[&str], spec: &Path) -> u8 {
    let words = ["jobnet"].iter().chain(arguments).map(OsString::from);
    jobnet::cli::main(words.chain([OsString::from("--spec"), spec.into()]))
}

#[test]
fn a_check_holds_right_after_a_generation_and_a_second_one_writes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let spec_file = directory.path().join("jobnet.yaml");
    std::fs::create_dir_all(directory.path().join("sql")).unwrap();
    std::fs::write(directory.path().join(SQL_FILE), SQL).unwrap();
    // One directory for all: each spec takes over from the one before.
    let done = TestRunner::new(config(100)).run(&random_spec(), |spec| {
        if rendered(&spec).is_err() {
            return Ok(());
        }
        std::fs::write(&spec_file, &spec.text).unwrap();
        // Whether a file is there, not every target sees: what reads the files does.
        let code = if spec.text.contains("sql/gone.sql") { 2 } else { 0 };
        prop_assert_eq!(jobnet(&["generate", "-q"], &spec_file), code, "{}", spec.text);
        if code == 2 {
            return Ok(());
        }
        prop_assert_eq!(jobnet(&["generate", "-q", "--check"], &spec_file), 0, "{}", spec.text);
        Ok(())
    });
    done.unwrap_or_else(|error| panic!("{error}"));
}
