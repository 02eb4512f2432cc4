//! `jobnet lint --fix`.

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
    jobnet.yaml:3: fixed bad-cron: @daily is 0 0 * * * now
    jobnet.yaml:4: fixed unknown-key: idempotencey is idempotency now
    jobnet.yaml:7: fixed undeclared-name: LIMTI is LIMIT now
    jobnet.yaml:10: fixed unknown-need: laod is load now
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
