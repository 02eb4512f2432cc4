//! Requests which are done once, however often they are sent:
//! [draft-ietf-httpapi-idempotency-key-header-07](https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/07/).

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex};

use axum::http::{HeaderMap, Uri};
use jiff::Timestamp;
use sqlx::SqliteConnection;

use crate::api_error::ApiError;
use crate::digest::sha256_text;
use crate::lock::lock;

const KEPT_MS: i64 = 24 * 60 * 60 * 1000;
const MAX_KEY_BYTES: usize = 255;

/// A request's key, and the digest of what it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ticket {
    key: String,
    payload: String,
}

impl Ticket {
    /// The ticket of a request. The draft has the key in quotes; without them it is the same key.
    pub(crate) fn new(headers: &HeaderMap, uri: &Uri, body: &[u8]) -> Result<Self, ApiError> {
        let header = headers.get("idempotency-key").ok_or(ApiError::NoKey)?;
        let text = header.to_str().map_err(|_| ApiError::BadKey)?.trim();
        let key = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        if key.is_empty() || key.len() > MAX_KEY_BYTES {
            return Err(ApiError::BadKey);
        }
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        Ok(Self { key: key.to_owned(), payload: sha256_text(&[path.as_bytes(), body]) })
    }
}

/// The requests which are being worked on: payloads by key.
#[derive(Clone, Debug, Default)]
pub(crate) struct InFlight(Arc<Mutex<HashMap<String, String>>>);

impl InFlight {
    /// Takes the key for one request, until the claim is dropped.
    pub(crate) fn claim(&self, ticket: Ticket) -> Result<Claim, ApiError> {
        match lock(&self.0).entry(ticket.key.clone()) {
            Entry::Occupied(other) if *other.get() != ticket.payload => Err(ApiError::KeyReused),
            Entry::Occupied(_) => Err(ApiError::KeyInFlight),
            Entry::Vacant(free) => {
                free.insert(ticket.payload.clone());
                Ok(Claim { ticket, in_flight: self.clone() })
            }
        }
    }
}

/// The right to work on a request: nobody else holds its key.
#[derive(Debug)]
pub(crate) struct Claim {
    ticket: Ticket,
    in_flight: InFlight,
}

impl Drop for Claim {
    fn drop(&mut self) {
        lock(&self.in_flight.0).remove(&self.ticket.key);
    }
}

/// What a request was answered the first time, as JSON text.
#[derive(Debug)]
pub(crate) struct StoredAnswer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Claim {
    /// What the request was answered before, if it was; keys older than 24 hours are forgotten.
    pub(crate) async fn recall(
        &self,
        database: &mut SqliteConnection,
        now: Timestamp,
    ) -> Result<Option<StoredAnswer>, ApiError> {
        sqlx::query("DELETE FROM idempotency WHERE created_ms <= ?")
            .bind(now.as_millisecond() - KEPT_MS)
            .execute(&mut *database)
            .await?;
        let stored: Option<(String, u16, String)> =
            sqlx::query_as("SELECT payload, status, body FROM idempotency WHERE key = ?")
                .bind(&self.ticket.key)
                .fetch_optional(database)
                .await?;
        match stored {
            Some((payload, ..)) if payload != self.ticket.payload => Err(ApiError::KeyReused),
            Some((_, status, body)) => Ok(Some(StoredAnswer { status, body })),
            None => Ok(None),
        }
    }

    /// Keeps what the request is answered, in the transaction which did the work.
    pub(crate) async fn keep(
        &self,
        database: &mut SqliteConnection,
        answer: &StoredAnswer,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        sqlx::query(
            "INSERT INTO idempotency (key, payload, status, body, created_ms) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(&self.ticket.key)
        .bind(&self.ticket.payload)
        .bind(answer.status)
        .bind(&answer.body)
        .bind(now.as_millisecond())
        .execute(database)
        .await?;
        Ok(())
    }
}
