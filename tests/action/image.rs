//! The image, run by a Docker engine as GitHub's runner runs it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::common::docker::{Docker, Step};
use crate::common::misbehaving::{Reply, Server, json, status};
use crate::common::spec::Spec;
use crate::common::{portal, portal_spec};

#[tokio::test]
async fn a_stage_runs_against_an_api_and_leaves_outputs_and_a_summary() {
    let Some(step) = Step::new().await else { return };
    let sandbox = portal().await;
    let spec = std::fs::read_to_string(portal_spec()).unwrap();
    let step = step.file("jobnet.yaml", &spec).env("API_BASE", &sandbox.base_url());
    let left = step.with("stages", "extract-view").with("env", "local").run().await;
    assert_eq!(left.ended.code, Some(0), "{left:?}");
    assert_eq!((left.outputs["outcome"].as_str(), left.outputs["exit_code"].as_str()), ("succeeded", "0"));
    let summary: Value = serde_json::from_str(&left.outputs["summary"]).unwrap();
    assert_eq!(summary, left.ended.summary("extract-view"));
    assert_eq!(left.outputs["request_id"], summary["request_id"]);
    assert!(left.summary.contains("| extract-view | succeeded | picked 1, inserted 1,"), "{}", left.summary);
    assert_eq!(left.environment, "");
}

#[tokio::test]
async fn a_stage_that_fails_fails_the_step_with_masks_before_its_annotation() {
    let Some(step) = Step::new().await else { return };
    let server = Server::answering([json(r#"{"done":1,"bad":2,"why":["no luck"]}"#)]).await;
    let spec = Spec::on(&server).secret("SECRET").api("auth", "{bearer: '${SECRET}'}").stage(
        "work",
        "call: {post: /work, counts: {done: .done, failed: .bad, total: .done + .bad}, errors: '.why[]'}",
    );
    let step = step.file("jobnet.yaml", &spec.text()).env("SECRET", "s3cret");
    let left = step.with("stages", "work").with("env", "local").run().await;
    assert_eq!(left.ended.code, Some(1), "{left:?}");
    assert!(left.ended.stderr.starts_with("::add-mask::s3cret\n"), "{left:?}");
    assert!(
        left.ended.stderr.contains("::error title=jobnet work::work: failed, 66.67%25 failed%0A2 of 3 items failed: 66.67 %25 > 0 %25%0Ano luck\n"),
        "{left:?}"
    );
    assert_eq!((left.outputs["failed"].as_str(), left.outputs["failure_rate"].as_str()), ("2", "0.666667"));
}

#[tokio::test]
async fn the_other_side_that_is_unavailable_ends_in_75() {
    let Some(step) = Step::new().await else { return };
    let server = Server::answering([status(503)]).await;
    let step = step.file("jobnet.yaml", &Spec::posting_to(&server).text());
    let left = step.with("stages", "work").with("env", "local").run().await;
    assert_eq!((left.ended.code, left.outputs["outcome"].as_str()), (Some(75), "unavailable"), "{left:?}");
}

#[tokio::test]
async fn inputs_with_quotes_lines_and_hyphens_arrive_as_they_are() {
    let Some(step) = Step::new().await else { return };
    let server = Server::answering([status(200)]).await;
    let spec = Spec::on(&server)
        .var("TITLE", "none")
        .stage("work", "call: {post: /work, body: '{title: $vars.TITLE}'}");
    let title = "it's \"$(two)\" `words`\nand a line\\";
    let arguments = format!("--set {}\n--run-id=a-b\n", shell_words::quote(&format!("TITLE={title}")));
    let step = step.file("my net.yaml", &spec.text()).with("spec", " my net.yaml\n").with("env", "local");
    let left = step.with("stages", "work\n").with("arguments", &arguments).with("token", "").run().await;
    assert_eq!(left.ended.code, Some(0), "{left:?}");
    assert_eq!(server.arrivals()[0].json()["title"], title);
    assert_eq!(left.outputs["run_id"], "a-b");
}

#[tokio::test]
async fn what_cannot_be_run_is_said_in_the_log_and_in_the_outputs() {
    let Some(step) = Step::new().await else { return };
    let left = step.with("stages", "work").with("dry-run", "true").run().await;
    assert_eq!((left.ended.code, left.outputs["outcome"].as_str()), (Some(2), "invalid"), "{left:?}");
    assert!(left.ended.stderr.starts_with("::error title=jobnet::the action has no input `dry-run`%0A"));
}

#[tokio::test]
async fn rows_are_saved_into_a_file_of_the_workspace() {
    let Some(step) = Step::new().await else { return };
    let spec = "jobnet: v1\nname: rows\nenvironments: {local: {}}\ndatabases: {db: {url: 'sqlite:rows.db'}}\n\
        stages:\n  rows:\n    sql:\n      query: |\n        CREATE TABLE a (b INTEGER);\n        INSERT INTO a VALUES (1), (2);\n";
    let step = step.file("jobnet.yaml", spec).with("stages", "rows").with("env", "local");
    let left = step.run().await;
    assert_eq!(left.ended.code, Some(0), "{left:?}");
    assert!(std::fs::metadata(step.workspace().join("rows.db")).unwrap().len() > 0);
}

#[tokio::test]
async fn signals_end_it_in_good_order_though_it_is_the_first_process() {
    for (signal, code, outcome) in [("SIGTERM", 143, "terminated"), ("SIGINT", 130, "interrupted")] {
        let Some(step) = Step::new().await else { return };
        let server = Server::start(|_| async { Reply::Never }).await;
        let step = step.file("jobnet.yaml", &Spec::posting_to(&server).text());
        let step = step.with("stages", "work").with("env", "local");
        let running = step.spawn();
        while server.arrivals().is_empty() {
            tokio::task::yield_now().await;
        }
        step.signal(signal).await;
        step.signal(signal).await;
        let left = step.ended(running).await;
        assert_eq!((left.ended.code, left.outputs["outcome"].as_str()), (Some(code), outcome), "{left:?}");
        assert_eq!(left.ended.summary("work")["outcome"], outcome);
    }
}

#[tokio::test]
async fn the_image_holds_the_binary_its_certificates_and_nothing_else() {
    let Some(docker) = Docker::engine().await else { return };
    let image = docker.image().await;
    let config = docker.docker(["inspect", "--format", "{{json .Config}}", image]).await;
    let config: Value = serde_json::from_str(&config.stdout).unwrap();
    let of = |key: &str| config[key].as_str().unwrap_or_default();
    assert_eq!((of("User"), of("WorkingDir")), ("", ""));
    assert_eq!(config["Entrypoint"], serde_json::json!(["/usr/local/bin/jobnet"]));

    let container = docker.docker(["create", image]).await.stdout;
    let copy = tempfile::tempdir().unwrap();
    let (from, to) = (format!("{}:/", container.trim()), copy.path().to_str().unwrap());
    assert_eq!(docker.docker(["cp", &from, to]).await.code, Some(0));
    docker.docker(["rm", container.trim()]).await;
    // Docker itself adds places to mount on.
    let added =
        ["dev", "proc", "sys", ".dockerenv", "etc/hostname", "etc/hosts", "etc/mtab", "etc/resolv.conf"];
    let files = crate::common::files::visible(copy.path());
    let own =
        files.keys().map(String::as_str).filter(|name| !added.contains(name) && !name.starts_with("dev/"));
    assert_eq!(
        own.collect::<BTreeSet<_>>(),
        BTreeSet::from(["etc/ssl/certs/ca-certificates.crt", "usr/local/bin/jobnet"])
    );
    let roots = docker.docker(["run", "--rm", "--network=host", image, "roots"]).await.stdout;
    assert_eq!(files["etc/ssl/certs/ca-certificates.crt"], roots.as_bytes());
    assert!(roots.starts_with("-----BEGIN CERTIFICATE-----\n"));
}
