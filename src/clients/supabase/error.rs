use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use thiserror::Error;

use crate::clients::asked_wait::asked_wait;
use crate::clients::http::{Answer, SendError};
use crate::policy::is_transient_status;
use crate::secret::Masker;

/// Supabase's texts are shown up to this many characters.
const SHOWN: usize = 500;

/// PostgreSQL's codes for a table and a schema that are not there, and SQLite's words for the first: the sandbox may be one.
const ABSENT: [&str; 3] = ["42P01", "3F000", "no such table"];

/// PostgreSQL's words about a statement that cannot run inside a transaction, with and without its code.
const IN_TRANSACTION: [&str; 2] = ["25001", "cannot run inside a transaction block"];

/// Why Supabase did not do what it was asked for.
#[derive(Debug, Error)]
pub enum SupabaseError {
    /// There is no answer.
    #[error("Supabase: {0}")]
    Send(#[from] SendError),
    /// It refuses, or the SQL failed.
    #[error("Supabase answered {status}: {message}")]
    Refused {
        /// The status.
        status: u16,
        /// In its own words.
        message: String,
        /// How long it asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// An answer that is not one of Supabase's.
    #[error("Supabase's answer cannot be read: {0}")]
    Answer(String),
}

#[derive(Deserialize)]
struct Fault {
    message: String,
}

impl SupabaseError {
    pub(super) fn answered(answer: &Answer, masker: &Masker) -> Self {
        let said = serde_json::from_slice::<Fault>(&answer.body).map(|fault| fault.message);
        let message = match (said, answer.status) {
            (Ok(said), _) => masker.excerpt(&said, SHOWN),
            (Err(_), 401) => "the token is not accepted".to_owned(),
            (Err(_), 403) => "the token does not allow this".to_owned(),
            (Err(_), 404) => "there is no such project".to_owned(),
            (Err(_), _) => "it gives no reason".to_owned(),
        };
        let retry_after = asked_wait(answer, Timestamp::now());
        Self::Refused { status: answer.status, message, retry_after }
    }

    /// The same may succeed later.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Send(error) => error.is_temporary(),
            Self::Answer(_) => false,
            Self::Refused { status, .. } => is_transient_status(*status),
        }
    }

    /// A migration may be done all the same: the answer was lost, or its record was there.
    pub fn may_be_done(&self) -> bool {
        match self {
            Self::Send(error) => error.may_have_arrived(),
            Self::Refused { status, message, .. } => {
                is_transient_status(*status) || message.contains("schema_migrations")
            }
            Self::Answer(_) => true,
        }
    }

    /// What was asked about is not there: nothing was migrated yet.
    pub fn is_absent(&self) -> bool {
        match self {
            Self::Refused { message, .. } => ABSENT.iter().any(|absent| message.contains(absent)),
            Self::Send(_) | Self::Answer(_) => false,
        }
    }

    /// A statement cannot run inside a transaction.
    pub fn is_in_transaction(&self) -> bool {
        match self {
            Self::Refused { message, .. } => IN_TRANSACTION.iter().any(|words| message.contains(words)),
            Self::Send(_) | Self::Answer(_) => false,
        }
    }

    /// Nothing was done: the request did not arrive, or there were too many of them.
    pub fn is_undone(&self) -> bool {
        match self {
            Self::Send(error) => !error.may_have_arrived(),
            Self::Refused { status, .. } => *status == 429,
            Self::Answer(_) => false,
        }
    }

    /// How long Supabase asks to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            Self::Send(_) | Self::Answer(_) => None,
        }
    }
}
