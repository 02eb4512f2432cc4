//! Supabase's Management API over a real PostgreSQL.

use std::io::Write;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use jobnet_sandbox::{Options, SupabaseOptions};
use serde_json::json;
use tempfile::TempDir;

use crate::client::Client;
use crate::supabase::{migrate, query, rows};

/// PostgreSQL refuses to run as root: `nobody` runs it then.
const NOBODY: u32 = 65534;

/// A server of this test's own, which is reached by a socket in its directory.
struct Postgres {
    directory: TempDir,
}

impl Postgres {
    fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        if directory.path().metadata().unwrap().uid() == 0 {
            chown(directory.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let server = Self { directory };
        server.run("initdb", &["--username", "postgres", "--auth", "trust", "--no-sync"]);
        let socket = format!("-h '' -k {} -c fsync=off", server.path().display());
        server.run("pg_ctl", &["start", "--wait", "--log", "/dev/null", "--options", &socket]);
        server
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn url(&self) -> String {
        format!("postgres://postgres@localhost/postgres?host={}", self.path().display())
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.path()).env("PGDATA", self.path().join("data"));
        if self.path().metadata().unwrap().uid() == NOBODY {
            command.uid(NOBODY).gid(NOBODY);
        }
        let ended = command.stdout(Stdio::null()).status().unwrap();
        assert!(ended.success(), "{program} {arguments:?}: {ended}");
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.run("pg_ctl", &["stop", "--wait", "--mode", "immediate"]);
    }
}

/// True where a program is there; where it is not, says what is skipped, past the capture of a test's output.
fn is_there(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let there = std::env::split_paths(&paths).any(|directory| directory.join(program).is_file());
    if !there {
        let test = "the Management API over PostgreSQL";
        writeln!(std::io::stderr(), "skipped: {test}: there is no {program}").expect("stderr is there");
    }
    there
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_database_is_behind_it_where_one_is_named() {
    if !is_there("initdb") || !is_there("pg_ctl") {
        return;
    }
    let server = Postgres::start();
    let supabase = SupabaseOptions { postgres: Some(server.url()), ..SupabaseOptions::default() };
    let client = Client::start(Options { supabase, ..Options::default() }).await;

    migrate(&client).await;
    let versions = "select version, statements from supabase_migrations.schema_migrations order by version";
    assert_eq!(
        rows(&client, versions).await[0],
        json!({ "version": "20260105090000", "statements": ["a", "b"] })
    );
    assert_eq!(
        rows(
            &client,
            "select 2::bigint as two, true as yes, null as nothing, '{\"a\": [1]}'::jsonb as object"
        )
        .await,
        json!([{ "two": 2, "yes": true, "nothing": null, "object": { "a": [1] } }])
    );

    let refused = query(&client, "create table t (a int); select * from missing").await;
    let message = "Failed to run sql query: ERROR:  42P01: relation \"missing\" does not exist";
    assert_eq!((refused.status, &refused.body["message"]), (400, &json!(message)));
    // Several statements are one transaction, and a transaction that is left open ends with its message.
    assert_eq!(query(&client, "select * from t").await.status, 400);
    rows(&client, "begin; create table t (a int)").await;
    assert_eq!(query(&client, "select * from t").await.status, 400);
}
