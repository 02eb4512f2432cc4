//! Real PostgreSQL: a database for every test, in one cluster of the process.

use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::leash::Leash;
use super::tools;

/// Runs the cluster in a directory, made where it is new, until stdin ends, which removes the directory, or has a line.
const SERVE: &str = r#"
# Whoever reads may be gone by now, which must not end this shell before the server.
trap '' PIPE
{
    [ -d "$2/data" ] || "$1/initdb" --pgdata="$2/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C --no-sync
} >"$2/log" 2>&1 && "$1/pg_ctl" start --silent --wait --pgdata="$2/data" --log="$2/log" --options="-p $3 -k '$2' \
    -h 127.0.0.1 $4" || { cat "$2/log"; exit; }
echo ready
exec >/dev/null
read -r line
"$1/pg_ctl" stop --silent --mode=immediate --pgdata="$2/data"
[ "$line" ] || rm -rf "$2""#;

/// Settings of a cluster of which nothing need survive.
const QUICK: &str = "-c fsync=off -c shared_buffers=32MB -c max_connections=200";

/// A cluster: a directory, and the server that runs on it.
pub(crate) struct Postgres {
    /// First, so that it ends before its directory.
    server: Option<Leash>,
    programs: PathBuf,
    directory: TempDir,
    settings: &'static str,
    port: u16,
    databases: AtomicU32,
}

impl Postgres {
    /// A new database in the cluster that all tests share; `None`, having said so, where there is no PostgreSQL.
    pub(crate) async fn database() -> Option<Database> {
        static SHARED: OnceCell<Result<Postgres, String>> = OnceCell::const_new();
        let shared = SHARED.get_or_init(|| Self::start(QUICK)).await;
        Some(tools::or_skip(shared.as_ref())?.new_database().await)
    }

    /// A cluster of the test's own, which may be stopped; `None`, having said so, where there is no PostgreSQL.
    pub(crate) async fn own() -> Option<Self> {
        tools::or_skip(Self::start(QUICK).await)
    }

    /// A new, empty database in this cluster.
    pub(crate) async fn new_database(&self) -> Database {
        let name = format!("test{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut connection = PgConnection::connect(&self.url("postgres")).await.expect("the cluster is up");
        // The other template may be in use, by another test that does the same.
        let create = format!("CREATE DATABASE {name} TEMPLATE template0");
        sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut connection).await.expect("a new database");
        connection.close().await.expect("the connection closes");
        Database::at(self.url(&name))
    }

    /// Stops the server as a crash would, on every connection.
    pub(crate) fn stop_now(&mut self) {
        self.server.take().expect("the server runs").tell("stop");
    }

    /// Starts the stopped server again, on the same port. It recovers what was committed.
    pub(crate) fn start_again(&mut self) {
        assert!(self.server.is_none(), "the server was stopped");
        self.serve().expect("the server starts again");
    }

    /// Has the server take encrypted connections too, with this certificate and key.
    pub(crate) async fn encrypt(&self, certificate: &str, key: &str) {
        let data = self.directory.path().join("data");
        for (name, text) in [("server.crt", certificate), ("server.key", key)] {
            let file = data.join(name);
            fs::write(&file, text).expect("the directory is the test's own");
            fs::set_permissions(&file, Permissions::from_mode(0o600)).expect("the file is the test's own");
            if let Some(id) = tools::unprivileged() {
                chown(&file, Some(id), Some(id)).expect("root may");
            }
        }
        let mut is_on = "off".to_owned();
        let turn_on = "alter system set ssl = on; select pg_reload_conf()";
        while is_on != "on" {
            let mut connection =
                PgConnection::connect(&self.url("postgres")).await.expect("the cluster is up");
            for statement in turn_on.split("; ") {
                sqlx::raw_sql(statement).execute(&mut connection).await.expect("a superuser may");
            }
            is_on = sqlx::query_scalar("show ssl").fetch_one(&mut connection).await.expect("a setting");
        }
    }

    /// A cluster with settings, as options of `postgres`. The error says what is missing.
    pub(crate) async fn start(settings: &'static str) -> Result<Self, String> {
        tokio::task::spawn_blocking(move || {
            let mut cluster = Self::create(tools::postgres()?, settings);
            // Between the choice of a port and its use another process may have taken it.
            let tries: Vec<String> = (0..5).map_while(|_| cluster.serve().err()).collect();
            assert!(cluster.server.is_some(), "PostgreSQL does not start: {tries:#?}");
            Ok(cluster)
        })
        .await
        .expect("no panic")
    }

    fn create(programs: PathBuf, settings: &'static str) -> Self {
        let directory = tempfile::Builder::new().prefix("jobnet-postgres-").tempdir().expect("a directory");
        if let Some(id) = tools::unprivileged() {
            chown(directory.path(), Some(id), Some(id)).expect("root may");
        }
        Self { server: None, programs, directory, settings, port: 0, databases: AtomicU32::new(1) }
    }

    /// Starts the server, on its port if it ever had one. The error is the server's log.
    fn serve(&mut self) -> Result<(), String> {
        let free = || TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = if self.port == 0 { free().expect("a free port").port() } else { self.port };
        let (programs, directory) =
            (self.programs.to_string_lossy(), self.directory.path().to_string_lossy());
        let arguments = [&*programs, &*directory, &port.to_string(), self.settings];
        let (server, _) = Leash::hold(SERVE, &arguments, tools::unprivileged(), "ready")?;
        self.port = port;
        self.server = Some(server);
        Ok(())
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }
}

/// A test's own database.
pub(crate) struct Database {
    url: String,
    pool: PgPool,
}

impl Database {
    fn at(url: String) -> Self {
        let pool = PgPoolOptions::new().max_connections(4).connect_lazy(&url).expect("a URL");
        Self { url, pool }
    }

    /// `postgres://…@127.0.0.1:…/…`
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// A few connections of the test's own.
    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Runs statements.
    pub(crate) async fn execute(&self, statements: &'static str) {
        sqlx::raw_sql(statements).execute(&self.pool).await.expect("the statements are valid");
    }

    /// The one whole number that a query gives.
    pub(crate) async fn number(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.pool).await.expect("a number")
    }
}
