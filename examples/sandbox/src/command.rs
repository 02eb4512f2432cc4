//! How a request that changes something is handled: once, as a whole, and to its end.

use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use sqlx::SqliteConnection;

use crate::api_error::ApiError;
use crate::database::WRITE;
use crate::idempotency::{Claim, StoredAnswer, Ticket};
use crate::inject::AnswerAt;
use crate::portal::Portal;

/// A request's body, and the work that it asks for.
pub(crate) trait Command: DeserializeOwned + Send + 'static {
    type Answer: Serialize + Send;

    /// Does the work within the transaction of `database`.
    fn run(
        self,
        database: &mut SqliteConnection,
        now: Timestamp,
    ) -> impl Future<Output = Result<Self::Answer, ApiError>> + Send;
}

/// Handler: runs a command, or replays what it was answered before.
pub(crate) async fn handle<C: Command>(
    State(portal): State<Arc<Portal>>,
    uri: Uri,
    headers: HeaderMap,
    answer_at: Option<Extension<AnswerAt>>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let claim = portal.in_flight.claim(Ticket::new(&headers, &uri, &body)?)?;
    // A task of its own: this future is dropped when the client hangs up, and the work must go on.
    let work = tokio::spawn(async move {
        let answer = run_once::<C>(&portal, &claim, &body).await;
        if let Some(Extension(AnswerAt(at))) = answer_at {
            portal.sleep_until(at).await;
        }
        drop(claim);
        answer
    });
    work.await?
}

async fn run_once<C: Command>(portal: &Portal, claim: &Claim, body: &[u8]) -> Result<Response, ApiError> {
    let now = portal.now();
    let mut transaction = portal.pool.begin_with(WRITE).await?;
    if let Some(answer) = claim.recall(&mut transaction, now).await? {
        return Ok(replay(answer, portal.options.conflict_done));
    }
    let command: C = parse(body)?;
    let answer = command.run(&mut transaction, now).await?;
    let answer = StoredAnswer { status: StatusCode::OK.as_u16(), body: serde_json::to_string(&answer)? };
    claim.keep(&mut transaction, &answer, now).await?;
    transaction.commit().await?;
    Ok(respond(answer))
}

fn parse<C: Command>(body: &[u8]) -> Result<C, ApiError> {
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
