use super::{jobnet, server, told};
use crate::common::Jobnet;
use crate::common::misbehaving::{Server, status};
use crate::common::postgres::Postgres;
use crate::common::s3::S3;
use crate::common::s3_faults::Fault;
use crate::common::s3rver::S3rver;

/// Runs that fail, fail, succeed and succeed, and what is told: each failure, and the recovery once.
async fn recovery_is_told_once(server: &Server, runs: &Jobnet) {
    let mut codes = Vec::new();
    for _ in 0..4 {
        codes.push(runs.run().await.code);
    }
    assert_eq!(codes, [Some(1), Some(75), Some(0), Some(0)]);
    let outcomes: Vec<_> = told(server).iter().map(|told| told.json()["outcome"].clone()).collect();
    assert_eq!(outcomes, ["failed", "unavailable", "succeeded"]);
}

fn notify(server: &Server, remember: &str) -> String {
    format!(
        "  - webhook: {}/hook\n    on: [failure, recovery]\n    remember: {{{remember}}}",
        server.base_url()
    )
}

#[tokio::test]
async fn a_recovery_is_known_by_a_database() {
    let server = server([status(400), status(503), status(200)]).await;
    recovery_is_told_once(&server, &jobnet(&server, &notify(&server, "database: memory"))).await;
}

#[tokio::test]
async fn a_recovery_is_known_by_postgresql() {
    let Some(database) = Postgres::database().await else { return };
    let server = server([status(400), status(503), status(200)]).await;
    let text = super::spec(&server, &notify(&server, "database: memory"))
        .replace("sqlite:memory.db", database.url());
    let runs = Jobnet::on_spec(&text, ["--all"]).env("TOKEN", "hunter22");
    recovery_is_told_once(&server, &runs).await;
}

#[tokio::test]
async fn a_recovery_is_known_by_a_store() {
    let server = server([status(400), status(503), status(200)]).await;
    let runs = jobnet(&server, &notify(&server, "store: raw"));
    recovery_is_told_once(&server, &runs).await;
    let objects = std::fs::read_dir(runs.directory().join("raw/_outcomes/shop/local/work")).unwrap();
    assert_eq!(objects.count(), 2);
}

#[tokio::test]
async fn a_recovery_is_known_by_stores_that_do_not_keep_writers_apart() {
    let Some(bucket) = S3::bucket().await else { return };
    let proxy = bucket.faults().await;
    proxy.add(Fault::NoConditions, "PUT", "", usize::MAX);
    let Some(ignoring) = S3rver::start().await else { return };
    for (bucket, environment) in
        [(&bucket, proxy.environment()), (ignoring.bucket(), ignoring.bucket().environment())]
    {
        let server = server([status(400), status(503), status(200)]).await;
        let text = super::spec(&server, &notify(&server, "store: raw")).replace("file:raw", &bucket.url());
        let runs = Jobnet::on_spec(&text, ["--all"]).env("TOKEN", "hunter22");
        let runs = environment.iter().fold(runs, |runs, (name, value)| runs.env(name, value));
        recovery_is_told_once(&server, &runs).await;
    }
}

#[tokio::test]
async fn a_recovery_alone_is_told_in_words_to_slack() {
    let server = server([status(400), status(200)]).await;
    let keys = "on: [recovery]\n    remember: {database: memory}";
    let runs = jobnet(&server, &format!("  - slack: {}/hook\n    {keys}", server.base_url()));
    assert_eq!((runs.run().await.code, told(&server).len()), (Some(1), 0));
    assert_eq!(runs.run().await.code, Some(0));
    let [told] = &told(&server)[..] else { panic!("told once") };
    let text = "Stage work of shop in local succeeded again, failure rate 0 %. Run run-1.";
    assert_eq!(told.json()["text"], text);
}

#[tokio::test]
async fn a_first_run_that_is_good_is_no_recovery() {
    let server = server([status(200)]).await;
    assert_eq!(jobnet(&server, &notify(&server, "store: raw")).run().await.code, Some(0));
    assert_eq!(told(&server).len(), 0);
}
