//! Real Tinyproxy, an HTTP proxy.

use std::net::TcpListener;

use tempfile::TempDir;

use super::leash::Leash;
use super::tools;

/// Runs the proxy until stdin ends.
const SERVE: &str = r#""$1" -d -c "$2" 2>&1 & exec >/dev/null; read -r _; kill $!; wait $!"#;

/// A proxy of a test's own.
pub(crate) struct Tinyproxy {
    address: String,
    _leash: Leash,
    _directory: TempDir,
}

impl Tinyproxy {
    /// A proxy with these lines of configuration; `None`, having said so, where there is none.
    pub(crate) async fn with(more: &str) -> Option<Self> {
        let more = more.to_owned();
        let started = tokio::task::spawn_blocking(move || {
            let program = tools::tinyproxy()?;
            // Between the choice of a port and its use another process may have taken it.
            let mut failed = Vec::new();
            for _ in 0..5 {
                match Self::start(&program.to_string_lossy(), &more) {
                    Ok(started) => return Ok::<_, String>(started),
                    Err(log) => failed.push(log),
                }
            }
            panic!("Tinyproxy does not start: {failed:#?}");
        });
        tools::or_skip(started.await.expect("no panic"))
    }

    fn start(program: &str, more: &str) -> Result<Self, String> {
        let directory = tempfile::Builder::new().prefix("jobnet-tinyproxy-").tempdir().expect("a directory");
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let address = free.expect("a free port");
        let configuration = directory.path().join("tinyproxy.conf");
        let text = format!(
            "Port {}\nListen 127.0.0.1\nTimeout 60\nMaxClients 20\nLogLevel Info\n{more}\n",
            address.port()
        );
        std::fs::write(&configuration, text).expect("a file");
        let arguments = [program, &configuration.to_string_lossy()];
        let (leash, _) = Leash::hold(SERVE, &arguments, None, "Accepting connections")?;
        Ok(Self { address: address.to_string(), _leash: leash, _directory: directory })
    }

    /// `HOST:PORT`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}
