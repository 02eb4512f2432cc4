use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

/// Hosts that asked to be left alone, and until when: a `Retry-After` holds for every request to its host at once
/// (<https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3>).
#[derive(Debug, Default)]
pub struct Gates(Mutex<HashMap<String, Instant>>);

impl Gates {
    /// Closes the way to a host (`name:port`) until a moment; an earlier end never shortens a longer pause.
    pub fn hold(&self, host: &str, until: Instant) {
        let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let end = gates.entry(host.to_owned()).or_insert(until);
        *end = (*end).max(until);
    }

    /// Until when the way to a host is closed; `None` where it is open.
    pub fn closed_until(&self, host: &str) -> Option<Instant> {
        let gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        gates.get(host).copied().filter(|end| *end > Instant::now())
    }
}
