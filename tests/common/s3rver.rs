//! s3rver: a server that speaks S3's protocol and writes whatever it is told to, also what it is told to write only where
//! nothing is.

use std::path::PathBuf;

use tempfile::TempDir;

use super::leash::Leash;
use super::s3::Bucket;
use super::tools;

/// Serves a bucket until stdin ends: `$1` is node, `$2` the program, `$3` the directory, `$4` a key and `$5` its
/// certificate, or nothing.
const SERVE: &str = r#"
    "$1" "$2" -d "$3" -a 127.0.0.1 -p 0 --configure-bucket raw ${4:+--key "$4" --cert "$5"} 2>&1 &
    exec >/dev/null; read -r _; kill $!; wait $!"#;

/// What it knows who asks by, as name and as secret.
const KEY: &str = "S3RVER";

/// A server of the test's own, with an empty bucket.
pub(crate) struct S3rver {
    bucket: Bucket,
    directory: TempDir,
    _leash: Leash,
}

impl S3rver {
    /// The server; `None`, having said so, where it cannot be had.
    pub(crate) async fn start() -> Option<Self> {
        Self::with(None).await
    }

    /// The same behind TLS, with this private key and certificate as PEM.
    pub(crate) async fn with_tls(key: &str, certificate: &str) -> Option<Self> {
        Self::with(Some((key, certificate))).await
    }

    async fn with(tls: Option<(&str, &str)>) -> Option<Self> {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let file = |name: &str, text: &str| {
            let path = directory.path().join(name);
            std::fs::write(&path, text).expect("a file in the test's directory");
            path
        };
        let (key, certificate) = match tls {
            Some((key, certificate)) => (file("key.pem", key), file("certificate.pem", certificate)),
            None => (PathBuf::new(), PathBuf::new()),
        };
        let data = directory.path().join("data");
        let started = tokio::task::spawn_blocking(move || {
            let (node, modules) = tools::s3rver()?;
            let program = modules.join("node_modules/s3rver/bin/s3rver.js");
            let words =
                [&node, &program, &data, &key, &certificate].map(|path| path.to_string_lossy().into_owned());
            Leash::hold(SERVE, &words.each_ref().map(String::as_str), None, "listening on")
        });
        let (leash, line) = tools::or_skip(started.await.expect("no panic"))?;
        let (host, scheme) = if tls.is_some() { ("localhost", "https") } else { ("127.0.0.1", "http") };
        let port = line.rsplit(':').next().expect("it has a port").trim();
        let endpoint = format!("{scheme}://{host}:{port}");
        Some(Self { bucket: Bucket::at(endpoint, "raw", KEY), directory, _leash: leash })
    }

    /// Its bucket.
    pub(crate) fn bucket(&self) -> &Bucket {
        &self.bucket
    }

    /// The file of its certificate, where it has one.
    pub(crate) fn certificate(&self) -> PathBuf {
        self.directory.path().join("certificate.pem")
    }
}
