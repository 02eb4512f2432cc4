//! What arrived, so that tests can ask.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;

use crate::api_error::ApiError;
use crate::connection::Connection;
use crate::lock::lock;
use crate::portal::Portal;

const MAX_REQUESTS: usize = 10_000;
const MAX_BODY_BYTES: usize = 16 << 20;

/// A request that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenRequest {
    /// Its method, in capitals.
    pub method: String,
    /// Its path, with the query if there is one.
    pub path: String,
    /// Its header `X-Request-Id`.
    pub request_id: Option<String>,
    /// Its header `Idempotency-Key`, as it was sent.
    pub idempotency_key: Option<String>,
    /// Its header `Authorization`.
    pub authorization: Option<String>,
    /// Its body.
    pub body: String,
    /// The status that it was answered with: `None` as long as it was not, or when the answer was lost.
    pub status: Option<u16>,
}

/// The last 10,000 requests, in the order of their arrival.
#[derive(Debug, Default)]
pub(crate) struct Seen(Mutex<Log>);

#[derive(Debug, Default)]
struct Log {
    requests: VecDeque<SeenRequest>,
    /// How many came before the first of `requests`.
    gone: usize,
}

impl Seen {
    pub(crate) fn all(&self) -> Vec<SeenRequest> {
        lock(&self.0).requests.iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        let mut log = lock(&self.0);
        log.gone += log.requests.len();
        log.requests.clear();
    }

    fn add(&self, request: SeenRequest) -> usize {
        let mut log = lock(&self.0);
        if log.requests.len() == MAX_REQUESTS {
            log.requests.pop_front();
            log.gone += 1;
        }
        log.requests.push_back(request);
        log.gone + log.requests.len() - 1
    }

    fn answered(&self, number: usize, status: u16) {
        let mut log = lock(&self.0);
        let at = number.checked_sub(log.gone);
        if let Some(request) = at.and_then(|at| log.requests.get_mut(at)) {
            request.status = Some(status);
        }
    }
}

/// Middleware: remembers the request, and what it was answered.
pub(crate) async fn remember(
    State(portal): State<Arc<Portal>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MAX_BODY_BYTES).await;
    let body = body.map_err(|_| ApiError::Body { limit: MAX_BODY_BYTES })?;
    let number = portal.seen.add(seen(&parts, &body));
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    if !connection.is_cut() {
        portal.seen.answered(number, response.status().as_u16());
    }
    Ok(response)
}

fn seen(parts: &Parts, body: &[u8]) -> SeenRequest {
    let header = |name| {
        let value = parts.headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    SeenRequest {
        method: parts.method.to_string(),
        path: parts.uri.path_and_query().map_or_else(String::new, ToString::to_string),
        request_id: header("x-request-id"),
        idempotency_key: header("idempotency-key"),
        authorization: header("authorization"),
        body: String::from_utf8_lossy(body).into_owned(),
        status: None,
    }
}
