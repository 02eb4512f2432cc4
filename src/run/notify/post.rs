use std::num::NonZeroU32;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use tokio::time::sleep;

use crate::clients::{Outgoing, asked_wait};
use crate::policy::{Backoff, Retry, is_transient_status};
use crate::run::read::error_text;

use super::{End, Notifier, NotifyError};

/// How long an answer may take.
const READ: Duration = Duration::from_secs(5);

/// The waits between attempts.
pub(super) fn delays() -> impl Iterator<Item = Duration> + Send {
    let backoff = Backoff::FullJitter { base: Duration::from_secs(1), cap: Duration::from_secs(5) };
    let retry = Retry { attempts: NonZeroU32::MIN.saturating_add(2), backoff };
    retry.delays(fastrand::f64).collect::<Vec<_>>().into_iter()
}

impl Notifier {
    /// Sends a JSON text. Tried again is what never arrived, and what was answered with "not now": told twice is worse
    /// than told late.
    pub(super) async fn post(&self, end: &End, text: String) -> Result<(), NotifyError> {
        let outgoing = Outgoing {
            method: Method::POST,
            url: self.url.expose().clone(),
            headers: vec![(CONTENT_TYPE, HeaderValue::from_static("application/json"))],
            body: Some(text.into()),
        };
        let mut delays = delays();
        loop {
            let (error, again, asked) = match self.client.send(outgoing.clone(), READ).await {
                Ok(answer) if (200..300).contains(&answer.status) => return Ok(()),
                Ok(answer) => {
                    let asked = asked_wait(&answer, (end.shared.clock)());
                    let why = error_text(&answer, asked.is_some(), &end.shared.masker);
                    let is_limited = answer.status == 403 && asked.is_some();
                    (NotifyError::Refused(why), is_limited || is_transient_status(answer.status), asked)
                }
                Err(error) => {
                    let again = !error.may_have_arrived();
                    (NotifyError::Send(error), again, None)
                }
            };
            match delays.next().filter(|_| again) {
                Some(delay) => sleep(delay.max(asked.unwrap_or_default())).await,
                None => return Err(error),
            }
        }
    }
}
