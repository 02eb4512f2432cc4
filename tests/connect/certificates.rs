//! PostgreSQL with a certificate that a private authority vouches for.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

use super::net;
use crate::common::postgres::Postgres;

/// An authority of a test's own.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// A certificate for a name, and its key.
    fn vouch(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }
}

/// A parameter list, whether `SSL_CERT_FILE` names the authority, the exit code, and what the message has of a failure.
const CASES: [(&str, bool, i32, &str); 11] = [
    ("sslmode=verify-full&sslrootcert=ca.pem", false, 0, ""),
    ("sslmode=verify-ca&sslrootcert=ca.pem", false, 0, ""),
    ("sslmode=require&sslrootcert=ca.pem", false, 0, ""),
    ("sslmode=verify-full", true, 0, ""),
    ("sslrootcert=system", true, 0, ""),
    ("sslmode=require", false, 0, ""),
    ("sslmode=verify-full", false, 1, "UnknownIssuer"),
    ("sslrootcert=system", false, 1, "UnknownIssuer"),
    ("sslmode=require&sslrootcert=other.pem", true, 1, "UnknownIssuer"),
    ("sslmode=verify-full&sslrootcert=missing.pem", true, 1, "`sslrootcert`, missing.pem, cannot be read"),
    ("sslmode=require&sslcert=none.pem&sslkey=none.key", false, 1, "`sslcert`, none.pem, cannot be read"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_private_authority_is_trusted_where_it_is_named_and_fails_at_once_elsewhere() {
    let Some(cluster) = Postgres::own().await else { return };
    let (authority, other) = (Authority::new("private"), Authority::new("other"));
    let (certificate, key) = authority.vouch("localhost");
    cluster.encrypt(&certificate, &key).await;
    let database = cluster.new_database().await;
    let url = database.url().replace("127.0.0.1", "localhost");
    let run = async |url: String, is_named: bool| {
        let jobnet = net(&url, "", "select 1").file("ca.pem", &authority.pem).file("other.pem", &other.pem);
        if is_named { jobnet.env("SSL_CERT_FILE", "ca.pem") } else { jobnet }.run().await
    };
    for (parameters, is_named, code, message) in CASES {
        let ended = run(format!("{url}?{parameters}"), is_named).await;
        assert_eq!(ended.code, Some(code), "{parameters}: {}", ended.stdout);
        assert!(!ended.stderr.contains("waiting"), "{parameters}: {}", ended.stderr);
        if code != 0 {
            let said = ended.summary("work")["errors"][0]["message"].to_string();
            assert!(said.contains(message), "{parameters}: {said}");
        }
    }
    // The certificate is of another name.
    let ended = run(format!("{}?sslmode=verify-full", database.url()), true).await;
    let said = ended.summary("work")["errors"][0]["message"].to_string();
    assert!(ended.code == Some(1) && said.contains("not valid for name"), "{said}");
}

#[tokio::test]
async fn an_ssl_cert_file_without_certificates_is_refused_before_anything_is_done() {
    let ended = net("postgres://localhost:1/db?sslmode=verify-full", "", "select 1")
        .file("roots.pem", "nothing")
        .env("SSL_CERT_FILE", "roots.pem")
        .run()
        .await;
    assert_eq!(ended.code, Some(2), "{}", ended.stdout);
    assert!(ended.stdout.contains("SSL_CERT_FILE: roots.pem: no certificate in it"), "{}", ended.stdout);
}
