//! Real PgBouncer, before a database of the tests' PostgreSQL.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;

use tempfile::TempDir;
use url::Url;

use super::leash::Leash;
use super::postgres::Database;
use super::tools;

/// Runs the pooler until stdin ends. Nothing but the pooler holds the pipe of its output, so that its end is seen.
const SERVE: &str = r#""$1" "$2" 2>&1 & exec >/dev/null; read -r _; kill $!; wait $!"#;

/// A pooler of a test's own.
pub(crate) struct PgBouncer {
    url: String,
    _leash: Leash,
    _directory: TempDir,
}

impl PgBouncer {
    /// A pooler of this mode with so many sessions before a database, and more lines of its configuration; `None`, having
    /// said so, where there is none.
    pub(crate) async fn before(database: &Database, mode: &str, sessions: u32, more: &str) -> Option<Self> {
        let database = Url::parse(database.url()).expect("a URL");
        let (mode, more) = (mode.to_owned(), more.to_owned());
        let started = tokio::task::spawn_blocking(move || {
            let program = tools::pgbouncer()?;
            // Between the choice of a port and its use another process may have taken it.
            let tries = (0..5).map(|_| Self::start(&program, &database, &mode, sessions, &more));
            let mut failed = Vec::new();
            for started in tries {
                match started {
                    Ok(started) => return Ok::<_, String>(started),
                    Err(log) => failed.push(log),
                }
            }
            panic!("PgBouncer does not start: {failed:#?}");
        });
        tools::or_skip(started.await.expect("no panic"))
    }

    fn start(
        program: &std::path::Path,
        database: &Url,
        mode: &str,
        sessions: u32,
        more: &str,
    ) -> Result<Self, String> {
        let directory = tempfile::Builder::new().prefix("jobnet-pgbouncer-").tempdir().expect("a directory");
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.expect("a free port").port();
        let behind = database.port().expect("a port");
        let configuration = directory.path().join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host=127.0.0.1 port={behind} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = {mode}\n\
             default_pool_size = {sessions}\nmax_client_conn = 100\n{more}\n"
        );
        std::fs::write(&configuration, text).expect("a file");
        // It refuses to run as root.
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(directory.path(), open).expect("a directory of the test's own");
        let arguments = [program.to_string_lossy(), configuration.to_string_lossy()];
        let arguments = [&*arguments[0], &*arguments[1]];
        let (leash, _) = Leash::hold(SERVE, &arguments, tools::unprivileged(), "process up")?;
        let mut url = database.clone();
        url.set_port(Some(port)).expect("the URL has a host");
        Ok(Self { url: url.into(), _leash: leash, _directory: directory })
    }

    /// The database's URL through the pooler.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}
