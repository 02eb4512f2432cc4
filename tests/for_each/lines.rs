//! Rows that are the lines of a file.

use serde_json::json;

use super::{IDS, posted, read, two_a_row};
use crate::common::misbehaving::Server;
use crate::common::spec::Spec;
use crate::common::{Ended, Jobnet};

/// A spec whose stage `work` has a flow over the lines of this file.
fn over_lines(server: &Server, file: &str) -> Spec {
    Spec::on(server).var("DIR", "lists").stage(
        "work",
        &format!(
            "flow:\n  for_each: {{lines: '{file}'}}\n  \
             from: {{get: '/items/{{.}}', query: {{dir: '${{DIR}}'}}, items: .items}}\n  to: {{post: /work{IDS}}}"
        ),
    )
}

/// Runs a stage over a file with this content.
async fn over_content(server: &Server, content: &[u8]) -> Ended {
    let jobnet = over_lines(server, "rows.txt").jobnet();
    std::fs::write(jobnet.directory().join("rows.txt"), content).unwrap();
    jobnet.run().await
}

#[tokio::test]
async fn each_line_is_a_row_and_empty_ones_are_none() {
    let server = two_a_row().await;
    let ended = over_content(&server, b"a b\n\n\r\n7\r\n\xe5\xba\x97").await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let asked = ["/items/a%20b?dir=lists", "/items/7?dir=lists", "/items/%E5%BA%97?dir=lists"];
    assert_eq!(read(&server), asked);
    let mut rows: Vec<_> = posted(&server).iter().map(|body| body["row"].clone()).collect();
    rows.sort_by_key(ToString::to_string);
    assert_eq!(rows, [json!("7"), json!("a b"), json!("店")]);
}

#[tokio::test]
async fn a_file_is_named_from_the_directory_of_its_spec() {
    let server = two_a_row().await;
    let spec = over_lines(&server, "${DIR}/rows.txt").text();
    let jobnet = Jobnet::new(["run", "--all", "--env", "local", "--spec", "sub/jobnet.yaml"]);
    std::fs::create_dir_all(jobnet.directory().join("sub/lists")).unwrap();
    let ended = jobnet.file("sub/jobnet.yaml", &spec).file("sub/lists/rows.txt", "a\n").run().await;
    assert_eq!((ended.code, read(&server)), (Some(0), vec!["/items/a?dir=lists".to_owned()]));
}

#[tokio::test]
async fn many_lines_are_all_read() {
    let server = two_a_row().await;
    let rows: Vec<String> = (0..300).map(|row| row.to_string()).collect();
    let ended = over_content(&server, rows.join("\n").as_bytes()).await;
    assert_eq!((ended.code, read(&server).len()), (Some(0), 300));
    assert_eq!(ended.summary("work")["metrics"], json!({"picked": 600, "failed": 0}));
}

#[tokio::test]
async fn a_file_that_is_not_there_fails_the_stage() {
    let server = two_a_row().await;
    let ended = over_lines(&server, "rows.txt").run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(1), 0));
    let summary = ended.summary("work");
    let message = summary["errors"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("cannot read rows.txt: "), "{message}");
}

#[tokio::test]
async fn a_line_that_cannot_be_read_fails_the_stage_after_those_before_it() {
    let server = two_a_row().await;
    let ended = over_content(&server, b"a\n\xff\nb\n").await;
    assert_eq!((ended.code, read(&server).len()), (Some(1), 1));
    assert_eq!(posted(&server), [json!({"row": "a", "ids": ["a1", "a2"]})]);
    let summary = ended.summary("work");
    let message = summary["errors"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("cannot read line 2 of rows.txt: "), "{message}");
}
