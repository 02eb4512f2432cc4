use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use thiserror::Error;

use super::proxy::ProxyError;

/// Why there can be no client.
#[derive(Debug, Error)]
pub enum BuildError {
    /// `SSL_CERT_FILE` names a file without usable certificates.
    #[error("SSL_CERT_FILE: {path}: {reason}")]
    CertFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// `AWS_CA_BUNDLE` names such a file.
    #[error("AWS_CA_BUNDLE: {path}: {reason}")]
    CaBundle {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The process environment names a proxy that cannot be used.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    /// The TLS library refuses its configuration.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}

impl BuildError {
    /// What to do.
    pub fn help(&self) -> &'static str {
        match self {
            Self::CertFile { .. } => "check SSL_CERT_FILE: it must name a PEM file with certificates",
            Self::CaBundle { .. } => "check AWS_CA_BUNDLE: it must name a PEM file with certificates",
            Self::Proxy(_) => "write a URL such as http://proxy.example.com:3128, or unset the variable",
            Self::Tls(_) => "report this, with the system that it runs on",
        }
    }
}

/// The certificates that vouch for all others: at least one, each of them usable.
#[derive(Debug)]
pub(super) struct Roots {
    /// As rustls takes them.
    pub(super) store: RootCertStore,
    certificates: Vec<CertificateDer<'static>>,
}

impl Roots {
    /// Mozilla's roots, or those in `cert_file` (what `SSL_CERT_FILE` says) in their place.
    pub(super) fn load(cert_file: Option<PathBuf>) -> Result<Self, BuildError> {
        let mut roots = Self { store: RootCertStore::empty(), certificates: Vec::new() };
        let Some(path) = cert_file else {
            for root in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
                roots.add(root.clone()).map_err(|error| BuildError::Tls(error.to_string()))?;
            }
            return Ok(roots);
        };
        let fault = |reason: String| BuildError::CertFile { path: path.clone(), reason };
        for certificate in CertificateDer::pem_file_iter(&path).map_err(|error| fault(error.to_string()))? {
            let certificate = certificate.map_err(|error| fault(error.to_string()))?;
            roots.add(certificate).map_err(|error| fault(error.to_string()))?;
        }
        if roots.certificates.is_empty() {
            return Err(fault("no certificate in it".to_owned()));
        }
        Ok(roots)
    }

    fn add(&mut self, certificate: CertificateDer<'static>) -> Result<(), rustls::Error> {
        self.store.add(certificate.clone())?;
        self.certificates.push(certificate);
        Ok(())
    }

    /// The same as text (<https://www.rfc-editor.org/rfc/rfc7468#section-5>), for a library that takes nothing else.
    pub(super) fn pem(&self) -> String {
        self.certificates.iter().map(block).collect()
    }
}

/// Mozilla's roots as text.
pub fn built_in_roots() -> String {
    webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().map(block).collect()
}

/// A certificate in lines of 64 characters.
fn block(certificate: &CertificateDer<'_>) -> String {
    let mut text = "-----BEGIN CERTIFICATE-----\n".to_owned();
    let characters = STANDARD.encode(certificate);
    let mut rest = characters.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str("-----END CERTIFICATE-----\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_holds_the_same_certificates() {
        let roots = Roots::load(None).unwrap();
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(roots.pem().as_bytes()).collect();
        assert_eq!(read.unwrap(), roots.certificates);
        assert_eq!(built_in_roots(), roots.pem());
        assert_eq!(roots.certificates.len(), webpki_root_certs::TLS_SERVER_ROOT_CERTS.len());
    }
}
