//! What a stage counts and what its requests carry.

use super::{codes, findings};

/// A net with one stage.
fn net(stage: &str) -> String {
    let vars = if stage.contains("SHARE") { "vars: {SHARE: 5%}\n" } else { "" };
    format!(
        "jobnet: v1\nname: net\n{vars}apis: {{shop: {{base_url: https://shop.example, idempotency: none}}}}\nenvironments: {{prod: {{}}}}\n\
         stages:\n  work: {{{stage}}}\n"
    )
}

#[tokio::test]
async fn a_request_whose_failures_have_no_total_is_asked_for_one() {
    let spec = net("fail_above: 5%, call: {post: /upsert, counts: {processed: .processed, failed: .failed}}");
    insta::assert_snapshot!(findings(&spec).await);
}

#[test]
fn only_failures_that_are_measured_need_a_total() {
    let call = |fail_above: &str, counts: &str| {
        let fail_above =
            if fail_above.is_empty() { String::new() } else { format!("fail_above: {fail_above}, ") };
        codes(&net(&format!("{fail_above}call: {{post: /upsert, counts: {{{counts}}}}}")))
    };
    assert_eq!(call("5%", "done: .done, failed: .failed"), ["unknown-total"]);
    assert_eq!(call("'${SHARE}'", "failed: .failed"), ["unknown-total"]);
    for (fail_above, counts) in [
        ("5%", "total: .processed, failed: .failed"),
        ("5%", "picked: .picked, failed: .failed"),
        ("5%", "done: .done"),
        ("0%", "failed: .failed"),
        ("", "failed: .failed"),
    ] {
        assert!(call(fail_above, counts).is_empty(), "{fail_above} {counts}");
    }
    // A flow knows what it sent, and a command says what it counts when it runs.
    let flow = "fail_above: 5%, flow: {from: {get: /a, items: .}, to: {post: /b, counts: {failed: .failed}}}";
    assert!(codes(&net(flow)).is_empty());
}

#[test]
fn of_several_requests_each_is_looked_at() {
    let calls = "fail_above: 5%, call: [{post: /a, counts: {total: .all, failed: .bad}}, {post: /b, counts: {failed: .bad}}]";
    assert_eq!(codes(&net(calls)), ["unknown-total"]);
}

#[tokio::test]
async fn requests_that_look_at_no_item_are_all_the_same() {
    let spec = net("flow: {from: {get: /a, items: .}, to: {post: /b, body: none}}");
    insta::assert_snapshot!(findings(&spec).await);
}

#[test]
fn a_request_that_looks_at_its_items_or_their_row_is_not_the_same_as_another() {
    let to = |to: &str| codes(&net(&format!("flow: {{from: {{get: /a, items: .}}, to: {{{to}}}}}")));
    for same in [
        "post: /b, body: none",
        "post: /b, body: '{mode: \"all\"}'",
        "put: /b, each: true, body: '1', query: {q: x}",
    ] {
        assert_eq!(to(same), ["same-request"], "{same}");
    }
    for other in [
        "post: /b",
        "post: /b, each: true",
        "post: /b, body: '{ids: map(.id)}'",
        "post: '/b/{.id}', each: true, body: none",
        "post: /b, body: none, query: {ids: '{map(.id) | join(\",\")}'}",
        "post: /b, body: $each",
        "post: /b, body: length",
    ] {
        assert!(to(other).is_empty(), "{other}: {:?}", to(other));
    }
}

#[tokio::test]
async fn a_post_that_is_retried_is_asked_whether_its_api_knows_keys() {
    let spec = net("call: {post: /orders, body: '{item: \"book\"}'}").replace(", idempotency: none", "");
    insta::assert_snapshot!(findings(&spec).await);
}

#[test]
fn what_is_sent_once_or_may_be_sent_twice_is_not_asked() {
    let found = |api: &str, stage: &str| codes(&net(stage).replace("idempotency: none", api));
    let post = "call: {post: /orders}";
    assert_eq!(found("retry: {attempts: 2}", post), ["unsaid-idempotency"]);
    assert_eq!(
        found("timeout: {read: 1m}", "flow: {from: {get: /a, items: .}, to: {post: /b}}"),
        ["unsaid-idempotency"]
    );
    for (api, stage) in [
        ("idempotency: none", post),
        ("idempotency: {window: 1h}", post),
        ("retry: {attempts: 1}", post),
        ("timeout: {read: 1m}", "call: {put: /orders}"),
        ("timeout: {read: 1m}", "call: {patch: /orders}"),
        ("timeout: {read: 1m}", "call: {get: /orders}"),
    ] {
        assert!(found(api, stage).is_empty(), "{api} {stage}");
    }
}
