//! Connections are encrypted, and only with those who can show who they are.

use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::common::Jobnet;

/// A server whose certificate no public authority signed: its URL, and the certificate.
pub(crate) async fn server() -> (String, String) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            // A client that does not trust the certificate ends the handshake.
            let Ok(mut stream) = acceptor.accept(connection).await else { continue };
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let answer = "HTTP/1.1 200 OK\r\ncontent-length: 11\r\nconnection: close\r\n\r\n{\"done\": 1}";
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    (url, cert.pem())
}

fn jobnet(url: &str) -> Jobnet {
    let spec = format!(
        "jobnet: v1\nname: tls\napis: {{api: {{base_url: '{url}', retry: {{backoff: [10ms]}}}}}}\n\
         stages: {{work: {{call: {{get: /work, counts: {{done: .done}}}}}}}}\nenvironments: {{local: {{}}}}\n"
    );
    Jobnet::on_spec(&spec, ["work"])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_in_ssl_cert_file_is_trusted() {
    let (url, certificate) = server().await;
    let ended = jobnet(&url).file("roots.pem", &certificate).env("SSL_CERT_FILE", "roots.pem").run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(ended.summary("work")["metrics"]["done"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_nobody_vouches_for_fails_at_once_and_for_good() {
    let (url, _) = server().await;
    let ended = jobnet(&url).run().await;
    assert_eq!(ended.code, Some(1));
    let summary = ended.summary("work");
    assert_eq!((&summary["requests"], &summary["outcome"]), (&1.into(), &"failed".into()));
    assert_eq!(summary["errors"][0]["message"], "GET /work: invalid peer certificate: UnknownIssuer");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ssl_cert_file_without_certificates_is_refused_before_anything_is_sent() {
    let (url, _) = server().await;
    let ended = jobnet(&url).file("roots.pem", "nothing").env("SSL_CERT_FILE", "roots.pem").run().await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(ended.stderr, @"
    error: SSL_CERT_FILE: roots.pem: no certificate in it
      help: check SSL_CERT_FILE: it must name a PEM file with certificates
    ");
}
