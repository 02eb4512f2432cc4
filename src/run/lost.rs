use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// The idempotency keys of this run's requests of which nobody knows whether they were done: no response came, or one
/// that does not tell. A replay under such a key answers the run's own work.
#[derive(Debug, Clone, Default)]
pub(super) struct LostResponses(Arc<Mutex<HashSet<String>>>);

impl LostResponses {
    /// Takes note that the response to a request was lost.
    pub(super) fn add(&self, key: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned());
    }

    /// True where a response under this key was lost before.
    pub(super) fn has(&self, key: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(key)
    }

    /// True where a response under this key was lost before. It counts once: what follows is a repetition.
    pub(super) fn take(&self, key: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_response_is_made_up_for_once() {
        let lost = LostResponses::default();
        assert!(!lost.take("a"));
        lost.add("a");
        lost.add("a");
        assert!(!lost.take("b"));
        assert!(lost.has("a") && !lost.has("b"));
        assert!(lost.clone().take("a"));
        assert!(!lost.take("a"));
    }
}
