use serde_json::json;

use super::{jobnet, server, told};
use crate::common::misbehaving::status;

#[tokio::test]
async fn a_body_is_built_from_the_summary() {
    let server = server([status(400)]).await;
    let body = "{what: (.stage + \" \" + .outcome), failed: .metrics.failed, shop: $vars.SHOP, run: $run.id}";
    let notify = format!("  - webhook: {}/hook\n    body: '{body}'", server.base_url());
    jobnet(&server, &notify).run().await;
    let [told] = &told(&server)[..] else { panic!("told once") };
    assert_eq!(told.json(), json!({"what": "work failed", "failed": 1, "shop": "here", "run": "run-1"}));
}

#[tokio::test]
async fn a_secret_is_masked_in_what_is_told() {
    let server = server([status(400).body(r#"{"error":"no hunter22"}"#)]).await;
    let base = server.base_url();
    let notify = format!(
        "  - slack: {base}/a\n  - webhook: {base}/b\n  - webhook: {base}/c\n    body: '{{first: .errors[0].message}}'"
    );
    jobnet(&server, &notify).run().await;
    let told = told(&server);
    assert_eq!(told.len(), 3);
    for told in told {
        assert!(told.body.contains("no ***") && !told.body.contains("hunter22"), "{}", told.body);
    }
}
