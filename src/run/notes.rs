use serde::Serialize;

use crate::diag::printable;
use crate::secret::Masker;

/// How many different messages a summary holds.
const MOST: usize = 20;

/// A message is kept up to this many characters: it may quote a whole item.
const LONGEST: usize = 600;

/// A message, and how often it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// What went wrong.
    pub message: String,
    /// How often.
    pub count: u64,
}

/// Messages with secrets masked, each once and not too many.
#[derive(Debug, Clone, Default)]
pub(super) struct Notes {
    notes: Vec<Note>,
    masker: Masker,
}

impl Notes {
    /// None yet.
    pub(super) fn new(masker: Masker) -> Self {
        Self { notes: Vec::new(), masker }
    }

    /// Keeps a message; the same again is counted.
    pub(super) fn add(&mut self, message: &str) {
        const MORE: &str = "further messages are not shown";
        let message = printable(&self.masker.excerpt(message, LONGEST)).into_owned();
        let room = self.notes.len() < MOST - 1;
        let kept = if room || self.notes.iter().any(|known| known.message == message) {
            message
        } else {
            MORE.to_owned()
        };
        match self.notes.iter_mut().find(|known| known.message == kept) {
            Some(known) => known.count = known.count.saturating_add(1),
            None => self.notes.push(Note { message: kept, count: 1 }),
        }
    }

    /// All of them, in the order in which they first came.
    pub(super) fn to_vec(&self) -> Vec<Note> {
        self.notes.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_message_is_kept_once_and_not_too_many_are() {
        let mut notes = Notes::default();
        for n in 0..100 {
            notes.add(&format!("error {}", n % 50));
        }
        let notes = notes.to_vec();
        assert_eq!(notes.len(), MOST);
        assert_eq!(notes.iter().map(|note| note.count).sum::<u64>(), 100);
    }
}
