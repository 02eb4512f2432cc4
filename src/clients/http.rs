use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, redirect};
use thiserror::Error;
use tokio::time::timeout;
use url::Url;

use crate::policy::is_transient_status;

use super::proxy::{Proxies, Proxy};
use super::proxy_refusal::refusal;
use super::roots::{BuildError, Roots};

/// Which servers resolve names.
const RESOLVER_CONFIG: &str = "/etc/resolv.conf";

/// A response larger than this is refused: pages are read whole.
const LARGEST_BODY: usize = 256 * 1024 * 1024;

/// One HTTP client: one pool of connections, one TLS configuration, one way to wait.
#[derive(Debug, Clone)]
pub struct HttpClient {
    client: Client,
    proxies: Arc<Proxies>,
}

/// A request that is ready to go.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The method.
    pub method: Method,
    /// The whole URL.
    pub url: Url,
    /// The headers.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body, with its content type among the headers.
    pub body: Option<Bytes>,
}

/// A whole answer, whatever its status.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SendError {
    /// No connection came about, so that nothing was sent.
    #[error("cannot connect to {host}: {reason}")]
    Connect {
        /// `HOST:PORT`, and the proxy on the way.
        host: String,
        /// Why.
        reason: String,
    },
    /// The proxy on the way refused to connect, so that nothing was sent.
    #[error("the proxy {proxy} does not connect to {host}{}", .status.map_or_else(String::new, |status| format!(": its response is {status}")))]
    Proxy {
        /// The proxy's `HOST:PORT`.
        proxy: String,
        /// `HOST:PORT`.
        host: String,
        /// Its status, where that can be told.
        status: Option<u16>,
    },
    /// The other side is not who it should be, so that nothing was sent.
    #[error("{0}")]
    Untrusted(String),
    /// A connection came about, and then nothing.
    #[error("no answer within {0:?}")]
    Timeout(Duration),
    /// The connection ended before the answer did.
    #[error("the connection was cut: {0}")]
    Cut(String),
    /// The answer is larger than any page should be.
    #[error("the response is larger than {} MiB", .0 / (1024 * 1024))]
    TooLarge(usize),
}

impl SendError {
    /// The same may succeed later.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Connect { .. } | Self::Timeout(_) | Self::Cut(_) => true,
            Self::Proxy { status, .. } => {
                status.is_none_or(|status| status >= 500 || is_transient_status(status))
            }
            Self::Untrusted(_) | Self::TooLarge(_) => false,
        }
    }

    /// False where it is certain that the other side never saw the request.
    pub fn may_have_arrived(&self) -> bool {
        match self {
            Self::Connect { .. } | Self::Proxy { .. } | Self::Untrusted(_) => false,
            Self::Timeout(_) | Self::Cut(_) | Self::TooLarge(_) => true,
        }
    }
}

impl HttpClient {
    /// A client that trusts Mozilla's roots, or those in `cert_file` (what `SSL_CERT_FILE` says) in their place.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn new(connect_timeout: Duration, cert_file: Option<PathBuf>) -> Result<Self, BuildError> {
        let tls = |error: rustls::Error| BuildError::Tls(error.to_string());
        let roots = Roots::load(cert_file)?.store;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(tls)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let proxies = Arc::new(Proxies::around()?);
        let mut builder = Client::builder().proxy(proxy(&proxies));
        if !Path::new(RESOLVER_CONFIG).exists() {
            // Without it the resolver would ask public servers for what may be private names; the system's does not.
            builder = builder.no_hickory_dns();
        }
        let client = builder
            .tls_backend_preconfigured(config)
            .connect_timeout(connect_timeout)
            .user_agent(concat!("jobnet/", env!("CARGO_PKG_VERSION")))
            // A redirected POST would lose its body or its meaning, and a redirect elsewhere its credentials.
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| BuildError::Tls(innermost(&error)))?;
        Ok(Self { client, proxies })
    }

    /// Sends a request and reads the whole answer. `read` bounds the wait for the answer's head, a new connection
    /// included, and for each piece of its body.
    ///
    /// # Errors
    /// [`SendError`]; an answer with an error status is an answer.
    pub async fn send(&self, outgoing: Outgoing, read: Duration) -> Result<Answer, SendError> {
        let host = format!(
            "{}:{}",
            outgoing.url.host_str().unwrap_or_default(),
            outgoing.url.port_or_known_default().unwrap_or_default()
        );
        let proxy = self.proxies.of(&outgoing.url).cloned();
        let mut request = self.client.request(outgoing.method, outgoing.url);
        for (name, value) in outgoing.headers {
            request = request.header(name, value);
        }
        if let Some(body) = outgoing.body {
            request = request.body(body);
        }
        // A connection that does not come about has a bound of its own, which is the client's.
        let head = timeout(read, request.send());
        let mut response = match head.await {
            Err(_) => return Err(SendError::Timeout(read)),
            Ok(Err(error)) if is_untrusted(&error) => return Err(SendError::Untrusted(innermost(&error))),
            Ok(Err(error)) if error.is_connect() => {
                return Err(unconnected(host, proxy, innermost(&error)).await);
            }
            Ok(Err(error)) => return Err(SendError::Cut(innermost(&error))),
            Ok(Ok(response)) => response,
        };
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let expected = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
        let mut body = BytesMut::with_capacity(expected.min(LARGEST_BODY));
        loop {
            match timeout(read, response.chunk()).await {
                Err(_) => return Err(SendError::Timeout(read)),
                Ok(Err(error)) => return Err(SendError::Cut(innermost(&error))),
                Ok(Ok(None)) => {
                    return Ok(Answer { status, headers, body: body.freeze() });
                }
                Ok(Ok(Some(piece))) => body.extend_from_slice(&piece),
            }
            if body.len() > LARGEST_BODY {
                return Err(SendError::TooLarge(LARGEST_BODY));
            }
        }
    }
}

impl HttpClient {
    /// The proxy (`HOST:PORT`) whose responses may stand in the place of the server's: the one of a URL without TLS.
    pub fn forwarder(&self, url: &Url) -> Option<String> {
        self.proxies.of(url).filter(|_| url.scheme() == "http").map(Proxy::shown)
    }
}

fn proxy(proxies: &Arc<Proxies>) -> reqwest::Proxy {
    let proxies = Arc::clone(proxies);
    reqwest::Proxy::custom(move |url| proxies.of(url).map(|proxy| proxy.url.clone()))
}

/// Texts by which the HTTP client says that a proxy refused; it does not say more.
const REFUSED_BY_PROXY: [&str; 2] = ["unsuccessful", "proxy authorization required"];

async fn unconnected(host: String, proxy: Option<Proxy>, reason: String) -> SendError {
    match proxy {
        None => SendError::Connect { host, reason },
        Some(proxy) if REFUSED_BY_PROXY.iter().any(|text| reason.contains(text)) => {
            let status = refusal(&proxy, &host).await;
            SendError::Proxy { proxy: proxy.shown(), host, status }
        }
        Some(proxy) => {
            SendError::Connect { host: format!("{host} through the proxy {}", proxy.shown()), reason }
        }
    }
}

/// True where a certificate was the reason: it will not be another one in a moment.
pub(super) fn is_untrusted(error: &(dyn std::error::Error + 'static)) -> bool {
    if let Some(rustls::Error::InvalidCertificate(_)) = error.downcast_ref() {
        return true;
    }
    // An IO error that wraps another names that one's source as its own, and so passes it over.
    let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    match wrapped {
        Some(wrapped) => is_untrusted(wrapped),
        None => error.source().is_some_and(is_untrusted),
    }
}

/// The innermost cause: reqwest's own text repeats the URL, which may hold credentials.
pub(super) fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
