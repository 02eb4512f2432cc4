//! Responses that are not JSON.

use super::{errors, page, run};

const SEND: &str = "{flow: {from: {get: /x, items: .}, to: {post: /sink, body: .}}}";

#[tokio::test]
async fn a_response_that_is_nested_too_deeply_is_told() {
    let server = page(format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))).await;
    let ended = run(&server, SEND).run().await;
    assert_eq!(ended.code, Some(1));
    let told = "page 1 of GET /x: answered 200 with a body that is not JSON (200000 bytes without a `Content-Type`): \
                more than 256 arrays and objects in each other at line 1 column 257";
    assert!(
        errors(&ended)[0].ends_with(told.trim_start_matches("page 1 of GET /x: ")),
        "{:?}",
        errors(&ended)
    );
}

#[tokio::test]
async fn a_number_of_any_size_does_not_reject_its_page() {
    let server = page(r#"[{"n":1e1000},{"n":-1E-5000},{"n":1}]"#.to_owned()).await;
    let ended = run(&server, SEND).run().await;
    assert_eq!(ended.code, Some(0), "{:?}", errors(&ended));
    let sent: Vec<_> = server.arrivals().into_iter().filter(|arrival| arrival.method == "POST").collect();
    assert_eq!(sent[0].body, r#"[{"n":1e1000},{"n":-1E-5000},{"n":1}]"#);
}
