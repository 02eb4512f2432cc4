//! `jobnet lint --fix`.

use jobnet::diag::Source;
use jobnet::lint::{Around, lint, mend};
use proptest::prelude::*;

use crate::common::Jobnet;

const FAULTY: &str = "\
jobnet: v1
name: net   # the shop's
schedule: '@daily'
apis: {shop: {base_url: https://shop.example, idempotencey: none}}
vars: {LIMIT: 5}
stages:
  load: {call: {get: /orders, query: {limit: \"${LIMTI}\"}}}   # all of them

  send:
    needs: [\"laod\"]
    call: {post: /orders, body: '{limit: $vars.LIMIT}'}
environments: {prod: {}}
";

#[tokio::test]
async fn what_is_safe_is_mended_and_the_rest_stays_as_it_was() {
    let jobnet = Jobnet::new(["lint", "--fix", "--format", "human"]).file("jobnet.yaml", FAULTY);
    let ended = jobnet.run().await;
    insta::assert_snapshot!(ended.stderr, @"
    jobnet.yaml:3: fixed bad-cron: `@daily` is now `0 0 * * *`
    jobnet.yaml:4: fixed unknown-key: `idempotencey` is now `idempotency`
    jobnet.yaml:7: fixed undeclared-name: `LIMTI` is now `LIMIT`
    jobnet.yaml:10: fixed unknown-need: `laod` is now `load`
    jobnet.yaml: 0 errors, 0 warnings
    ");
    assert_eq!(ended.code, Some(0));
    let text = std::fs::read_to_string(jobnet.directory().join("jobnet.yaml")).unwrap();
    let expected = FAULTY
        .replace("@daily", "0 0 * * *")
        .replace("idempotencey", "idempotency")
        .replace("LIMTI", "LIMIT")
        .replace("laod", "load");
    assert_eq!(text, expected);
}

#[tokio::test]
async fn a_file_without_anything_to_mend_is_not_touched() {
    let spec = FAULTY.replace("name: net", "nmae: [");
    let jobnet = Jobnet::new(["lint", "--fix", "--format", "human"]).file("jobnet.yaml", &spec);
    let path = jobnet.directory().join("jobnet.yaml");
    let before = std::fs::metadata(&path).unwrap().modified().unwrap();
    assert_eq!(jobnet.run().await.code, Some(2));
    assert_eq!(std::fs::metadata(&path).unwrap().modified().unwrap(), before);
}

#[test]
fn a_text_is_quoted_where_it_must_be() {
    for (schedule, mended) in [
        ("7 3 1 7 7", "7 3 1 7 0"),
        ("'7 3 * * 7'", "'7 3 * * 0'"),
        ("\"7 3 * * 5-7\"", "\"7 3 * * 5-6,0\""),
        ("7 3 * * 0,7", "\"7 3 * * 0,0\""),
    ] {
        let spec = FAULTY.replace("'@daily'", schedule);
        let (text, _) = mend(&Source::new("jobnet.yaml", spec));
        assert!(text.text.contains(&format!("\nschedule: {mended}\n")), "{}", text.text);
    }
}

#[test]
fn nothing_is_mended_that_takes_more_than_a_look() {
    for faulty in ["schedule: '7 3 * * 1-7/2'", "schedule: '7 25 * * *'"] {
        let spec = FAULTY.replace("schedule: '@daily'", faulty);
        let (text, _) = mend(&Source::new("jobnet.yaml", spec));
        assert!(text.text.contains(faulty), "{}", text.text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Words of a good spec, each with some letters changed: what is mended is a spec as before, has no finding that
    /// could still be mended, and differs in what was mended alone.
    #[test]
    fn what_is_mended_can_be_read_and_has_less_to_mend(
        changed in proptest::collection::vec((0usize..10, 0usize..8, "[a-z]"), 0..4),
    ) {
        let mut spec = FAULTY.to_owned();
        let words = ["jobnet", "name", "schedule", "idempotency", "stages", "call", "query", "needs", "LIMIT", "prod"];
        for (word, at, letter) in changed {
            let old = words[word];
            let mut new = old.to_owned();
            let at = at % old.len();
            new.replace_range(at..=at, &letter);
            spec = spec.replacen(old, &new, 1);
        }
        let before = Source::new("jobnet.yaml", spec);
        let (after, mended) = mend(&before);
        let found = |source: &Source| lint(source, |_| Around::default());
        let (was, is) = (found(&before), found(&after));
        prop_assert_eq!(is.is_read, was.is_read);
        prop_assert!(is.is_usable >= was.is_usable);
        prop_assert_eq!(mended.is_empty(), before.text == after.text);
        prop_assert!(mend(&after).1.is_empty());
        prop_assert_eq!(before.text.lines().count(), after.text.lines().count());
    }
}
