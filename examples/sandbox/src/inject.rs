//! Makes a request go wrong where a fault is meant for it.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use jiff::{SignedDuration, Timestamp, fmt::rfc2822::DateTimePrinter};
use serde_json::Value;
use tokio::time::Instant;

use crate::api_error::ApiError;
use crate::connection::Connection;
use crate::fault::{FaultKind, RetryAfter};
use crate::pages;
use crate::portal::Portal;

/// No answer to the request leaves before this; a key stays in flight until then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AnswerAt(pub(crate) Instant);

/// Middleware: makes the request go wrong where a fault is meant for it.
pub(crate) async fn inject(
    State(portal): State<Arc<Portal>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let Some(fault) = portal.faults.draw(request.method(), request.uri()) else {
        return Ok(next.run(request).await);
    };
    match fault {
        FaultKind::Status { status, retry_after } => {
            let retry_after = retry_after.map(|retry_after| header(retry_after, portal.now()));
            Err(ApiError::Injected { status, retry_after })
        }
        FaultKind::Timeout => {
            portal.stopped().await;
            Ok(lost(&connection))
        }
        FaultKind::Cut => Ok(lost(&connection)),
        FaultKind::CutAfter => {
            next.run(request).await;
            Ok(lost(&connection))
        }
        FaultKind::BrokenJson => {
            let text = text_of(next.run(request).await).await?;
            Ok(json(text[..text.len() / 2].to_vec()))
        }
        FaultKind::NotJson => {
            Ok(Html("<!doctype html><title>Proxy</title><p>One moment, please.</p>").into_response())
        }
        FaultKind::RepeatCursor => {
            let cursor = pages::cursor_of(request.uri());
            let response = next.run(request).await;
            if !response.status().is_success() {
                return Ok(response);
            }
            let mut page: Value = serde_json::from_slice(&text_of(response).await?)?;
            page["next_cursor"] = cursor.into();
            Ok(json(page.to_string().into_bytes()))
        }
        FaultKind::ExpireToken => {
            portal.expire_tokens();
            Err(ApiError::BadToken("the token has expired"))
        }
        FaultKind::Slow(delay) => {
            let at = Instant::now() + delay;
            request.extensions_mut().insert(AnswerAt(at));
            let response = next.run(request).await;
            portal.sleep_until(at).await;
            Ok(response)
        }
    }
}

fn header(retry_after: RetryAfter, now: Timestamp) -> String {
    match retry_after {
        RetryAfter::Seconds(seconds) => seconds.to_string(),
        RetryAfter::Date(seconds) => now
            .checked_add(SignedDuration::from_secs(i64::from(seconds)))
            .and_then(|then| DateTimePrinter::new().timestamp_to_rfc9110_string(&then))
            .unwrap_or_default(),
    }
}

fn lost(connection: &Connection) -> Response {
    connection.cut();
    StatusCode::NO_CONTENT.into_response()
}

async fn text_of(response: Response) -> Result<Vec<u8>, ApiError> {
    let text = to_bytes(response.into_body(), usize::MAX).await;
    text.map(Vec::from).map_err(|_| ApiError::Body { limit: usize::MAX })
}

fn json(text: Vec<u8>) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], text).into_response()
}
