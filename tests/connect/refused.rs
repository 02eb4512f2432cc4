//! What is final is said at once, and what may pass is tried again and named from the first attempt on.

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::net;
use crate::common::misbehaving::{Server, json};
use crate::common::pgbouncer::PgBouncer;
use crate::common::postgres::Postgres;
use crate::common::{Ended, Jobnet};

/// Fails where it was tried again, or took no name.
fn is_final(ended: &Ended, words: &str) {
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    assert!(!ended.stderr.contains("waiting"), "{}", ended.stderr);
    let message = ended.summary("work")["errors"][0]["message"].to_string();
    assert!(message.contains(words), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_role_or_database_is_final() {
    let Some(database) = Postgres::database().await else { return };
    let name = database.url().rsplit('/').next().unwrap();
    for (url, words) in [
        (database.url().replace("postgres@", "nosuch@"), "role \\\"nosuch\\\" does not exist"),
        (database.url().replace(name, "nosuch"), "database \\\"nosuch\\\" does not exist"),
        (format!("{}?options=-c%20no_such_setting%3D1", database.url()), "no_such_setting"),
    ] {
        is_final(&net(&url, "", "select 1").run().await, words);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_pooler_refuses_is_final() {
    let Some(database) = Postgres::database().await else { return };
    let Some(pooler) = PgBouncer::before(&database, "transaction", 2, "").await else { return };
    let name = database.url().rsplit('/').next().unwrap();
    for (url, words) in [
        (format!("{}?options=-c%20geqo%3Doff", pooler.url()), "unsupported startup parameter: options"),
        (pooler.url().replace(name, "nosuch"), "database \\\"nosuch\\\" does not exist"),
    ] {
        is_final(&net(&url, "", "select 1").run().await, words);
    }
    let Some(strict) =
        PgBouncer::before(&database, "transaction", 2, "auth_type = trust\nauth_file = /dev/null").await
    else {
        return;
    };
    is_final(&net(strict.url(), "", "select 1").run().await, "authentication failed");
}

/// What has something else behind its port is no database, however often it is asked.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_another_kind_is_final() {
    let server = Server::start(|_| async { json("{}") }).await;
    let url = server.base_url().replace("http://", "postgres://me@") + "/db";
    let ended = net(&url, "", "select 1").run().await;
    assert_ne!(ended.code, Some(0), "{}", ended.stdout);
}

/// A port at which nobody listens.
async fn closed() -> String {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string()
}

/// Every kind of stage that connects to something.
const STAGES: [&str; 6] = [
    "sql: {query: select 1}",
    "migrate: {dir: migrations}",
    "lease: {database: main}, call: {get: /}",
    "flow: {for_each: {sql: select 1 as a}, from: {get: /, items: '.'}, to: {post: /}}",
    "flow: {from: {get: /, items: '.'}, to: {table: t, key: [a], columns: {a: .a}}}",
    "call: {get: /}",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_connection_is_named_from_the_first_attempt_on() {
    let address = closed().await;
    let mut runs = JoinSet::new();
    for stage in STAGES {
        let spec = format!(
            "jobnet: v1\nname: net\nenvironments: {{local: {{}}}}\ndatabases: {{main: 'postgres://me:secret@{address}/db'}}\n\
             apis: {{a: {{base_url: 'http://{address}', retry: {{backoff: [100ms]}}}}}}\n\
             stages: {{work: {{timeout: 3s, {stage}}}}}\n"
        );
        let jobnet =
            Jobnet::on_spec(&spec, ["work", "--format", "json"]).file("migrations/1_a.sql", "select 1");
        runs.spawn(async move { (stage, jobnet.run().await) });
    }
    for (stage, ended) in runs.join_all().await {
        assert_eq!(ended.code, Some(75), "{stage}: {}", ended.stdout);
        let names = |text: &str| text.contains(&address) && text.to_lowercase().contains("refused");
        let waited = ended.stderr.lines().find(|line| line.contains("waiting")).unwrap_or_default();
        assert!(names(waited), "{stage}: {}", ended.stderr);
        let message = ended.summary("work")["errors"][0]["message"].to_string();
        assert!(names(&message), "{stage}: {message}");
        assert!(!ended.stderr.contains("secret"), "{}", ended.stderr);
    }
}
