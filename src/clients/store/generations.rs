use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{ObjectKey, Put, Store, StoreError};

/// A record that changes, kept in objects that do not: each change is an object of its own, numbered, of which the newest
/// counts.
///
/// Who may make the next one is decided by the store, which lets one writer have a key. The newest is never removed, so
/// that numbers only grow; a writer that was late, and whose number was removed before it wrote, finds a newer one.
pub(super) struct Generations<'s> {
    store: &'s Store,
    prefix: String,
}

impl<'s> Generations<'s> {
    /// The generations below a prefix, which ends with `/`.
    pub(super) fn below(store: &'s Store, prefix: String) -> Self {
        Self { store, prefix }
    }

    /// The newest generation with its number.
    pub(super) async fn newest<T: DeserializeOwned>(&self) -> Result<Option<(u64, T)>, StoreError> {
        loop {
            let Some(number) = self.numbers().await?.last().copied() else { return Ok(None) };
            let key = self.key(number)?;
            // One that is gone had a newer one after it.
            let Some(bytes) = self.store.get(&key).await? else { continue };
            let record = serde_json::from_slice(&bytes).map_err(|_| StoreError::Unreadable(key))?;
            return Ok(Some((number, record)));
        }
    }

    /// Adds the generation of that number; true where it is the newest then. Where it is not, another writer was first,
    /// or this one, whose answer was lost.
    pub(super) async fn add<T: Serialize + Sync>(&self, number: u64, record: &T) -> Result<bool, StoreError> {
        // Texts, times and flags always serialise.
        let bytes = serde_json::to_vec(record).unwrap_or_default();
        if self.store.put_new(&self.key(number)?, bytes.into()).await? == Put::AlreadyThere {
            return Ok(false);
        }
        let numbers = self.numbers().await?;
        // A listing under way elsewhere may miss what is added and what is removed: the one before stays for it.
        for old in numbers.iter().filter(|old| **old + 1 < number) {
            // What cannot be removed is in nobody's way, and the next writer tries again.
            let _ = self.store.delete(&self.key(*old)?).await;
        }
        Ok(numbers.last() == Some(&number))
    }

    /// All numbers in order. What has another name was not made by jobnet.
    async fn numbers(&self) -> Result<Vec<u64>, StoreError> {
        let keys = self.store.list(&self.prefix).await?;
        let names = keys.iter().filter_map(|key| key.as_str().strip_prefix(&self.prefix));
        let mut numbers: Vec<u64> = names.filter_map(|name| name.parse().ok()).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    fn key(&self, number: u64) -> Result<ObjectKey, StoreError> {
        Ok(ObjectKey::parse(&format!("{}{number:012}", self.prefix))?)
    }
}
