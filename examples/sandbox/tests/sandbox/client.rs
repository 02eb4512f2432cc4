//! A sandbox, and a client to talk to it.

use jobnet_sandbox::{Options, Sandbox};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;

pub(crate) struct Client {
    pub(crate) sandbox: Sandbox,
    http: reqwest::Client,
}

/// An answer that came as a whole.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Client {
    pub(crate) async fn start(options: Options) -> Self {
        // Another test may have installed it before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { sandbox: Sandbox::start(options).await.expect("a sandbox"), http }
    }

    /// A sandbox with this fault.
    pub(crate) async fn with_fault(fault: &str) -> Self {
        let faults = vec![fault.parse().expect("a fault")];
        Self::start(Options { faults, ..Options::default() }).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.sandbox.base_url()))
    }

    pub(crate) fn command(&self, path: &str, key: &str, body: &Value) -> RequestBuilder {
        self.request(Method::POST, path).header("idempotency-key", key).json(body)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        read(self.request(Method::GET, path).send().await.expect("an answer")).await
    }

    pub(crate) async fn post(&self, path: &str, key: &str, body: &Value) -> Answer {
        read(self.command(path, key, body).send().await.expect("an answer")).await
    }

    /// How many rows wait for a translation.
    pub(crate) async fn pending(&self) -> Value {
        self.get("/status/summary").await.body["translate"]["pending"].clone()
    }

    /// The statuses that the sandbox answered with, in order.
    pub(crate) fn statuses(&self) -> Vec<Option<u16>> {
        self.sandbox.requests().iter().map(|request| request.status).collect()
    }
}

pub(crate) async fn read(response: Response) -> Answer {
    Answer { status: response.status().as_u16(), body: response.json().await.expect("JSON") }
}
