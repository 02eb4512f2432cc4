//! How a request that changes something is handled: once, as a whole, and to its end.

use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use sqlx::SqliteConnection;
use tokio::time::Instant;

use crate::api_error::ApiError;
use crate::database::WRITE;
use crate::idempotency::{Claim, StoredAnswer, Ticket};
use crate::inject::AnswerAt;
use crate::portal::Portal;

/// The work that a request asks for.
pub(crate) trait Command: Send + 'static {
    type Answer: Serialize + Send;

    /// Does the work within the transaction of `database`.
    fn run(
        self,
        database: &mut SqliteConnection,
        now: Timestamp,
    ) -> impl Future<Output = Result<Self::Answer, ApiError>> + Send;
}

/// Handler: runs the command which the body is, or replays what it was answered before.
pub(crate) async fn handle<C: Command + DeserializeOwned>(request: Keyed) -> Result<Response, ApiError> {
    request.run(parse::<C>).await
}

/// A request with an `Idempotency-Key`.
pub(crate) struct Keyed {
    portal: Arc<Portal>,
    ticket: Ticket,
    answer_at: Option<Instant>,
    body: Bytes,
}

impl FromRequest<Arc<Portal>> for Keyed {
    type Rejection = ApiError;

    async fn from_request(request: Request, portal: &Arc<Portal>) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, usize::MAX).await.map_err(|_| ApiError::Body { limit: usize::MAX })?;
        Ok(Self {
            portal: Arc::clone(portal),
            ticket: Ticket::new(&parts.headers, &parts.uri, &body)?,
            answer_at: parts.extensions.get::<AnswerAt>().map(|AnswerAt(at)| *at),
            body,
        })
    }
}

impl Keyed {
    /// Runs the command that `read` makes of the body, or replays what the request was answered before.
    pub(crate) async fn run<C: Command>(
        self,
        read: impl FnOnce(&[u8]) -> Result<C, ApiError> + Send + 'static,
    ) -> Result<Response, ApiError> {
        let Self { portal, ticket, answer_at, body } = self;
        let claim = portal.in_flight.claim(ticket)?;
        // A task of its own: this future is dropped when the client hangs up, and the work must go on.
        let work = tokio::spawn(async move {
            let answer = run_once(&portal, &claim, || read(&body)).await;
            if let Some(at) = answer_at {
                portal.sleep_until(at).await;
            }
            drop(claim);
            answer
        });
        work.await?
    }
}

async fn run_once<C: Command>(
    portal: &Portal,
    claim: &Claim,
    read: impl FnOnce() -> Result<C, ApiError>,
) -> Result<Response, ApiError> {
    let now = portal.now();
    let mut transaction = portal.pool.begin_with(WRITE).await?;
    if let Some(answer) = claim.recall(&mut transaction, now).await? {
        return Ok(replay(answer, portal.options.conflict_done));
    }
    let answer = read()?.run(&mut transaction, now).await?;
    let answer = StoredAnswer { status: StatusCode::OK.as_u16(), body: serde_json::to_string(&answer)? };
    claim.keep(&mut transaction, &answer, now).await?;
    transaction.commit().await?;
    Ok(respond(answer))
}

/// The command which a JSON body is.
fn parse<C: DeserializeOwned>(body: &[u8]) -> Result<C, ApiError> {
    serde_json::from_slice(body).map_err(|error| match error.classify() {
        Category::Data => ApiError::Invalid(error.to_string()),
        Category::Io | Category::Syntax | Category::Eof => ApiError::NotJson(error),
    })
}

fn replay(answer: StoredAnswer, conflict_done: bool) -> Response {
    if conflict_done {
        return respond(StoredAnswer { status: StatusCode::CONFLICT.as_u16(), ..answer });
    }
    let mut response = respond(answer);
    response.headers_mut().insert("idempotency-status", HeaderValue::from_static("replayed"));
    response
}

fn respond(answer: StoredAnswer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(CONTENT_TYPE, HeaderValue::from_static("application/json"))], answer.body).into_response()
}
