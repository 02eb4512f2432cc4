use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::digest::sha256;

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

    /// The newest generation with its number. Of several with one number the last by its key counts.
    pub(super) async fn newest<T: DeserializeOwned>(&self) -> Result<Option<(u64, T)>, StoreError> {
        loop {
            let Some((number, key)) = self.keys().await?.pop() else { return Ok(None) };
            // One that is gone had a newer one after it.
            if let Some(record) = self.read(key).await? {
                return Ok(Some((number, record)));
            }
        }
    }

    /// The generation that a writer has [added](Self::add_own).
    pub(super) async fn of_writer<T: DeserializeOwned>(&self, writer: &str) -> Result<Option<T>, StoreError> {
        let end = suffix(writer);
        let own = self.keys().await?.into_iter().find(|(_, key)| key.as_str().ends_with(&end));
        match own {
            Some((_, key)) => self.read(key).await,
            None => Ok(None),
        }
    }

    /// Adds the generation of that number; true where it is the newest then. Where it is not, another writer was first,
    /// or this one, whose answer was lost.
    pub(super) async fn add<T: Serialize + Sync>(&self, number: u64, record: &T) -> Result<bool, StoreError> {
        if self.store.put_new(&self.key(number, "")?, bytes(record)).await? == Put::AlreadyThere {
            return Ok(false);
        }
        Ok(self.clear(number).await?.last().is_some_and(|(newest, _)| *newest == number))
    }

    /// Adds the generation of that number where the store does not keep writers apart: under a key of the writer's own, so
    /// that none overwrites what another has written.
    pub(super) async fn add_own<T: Serialize + Sync>(
        &self,
        number: u64,
        writer: &str,
        record: &T,
    ) -> Result<(), StoreError> {
        self.store.put_own(&self.key(number, &suffix(writer))?, bytes(record)).await?;
        self.clear(number).await.map(drop)
    }

    /// Removes what is older than the one before a number; gives what was there.
    async fn clear(&self, number: u64) -> Result<Vec<(u64, ObjectKey)>, StoreError> {
        let keys = self.keys().await?;
        // A listing under way elsewhere may miss what is added and what is removed: the one before stays for it.
        for (_, old) in keys.iter().filter(|(old, _)| *old + 1 < number) {
            // What cannot be removed is in nobody's way, and the next writer tries again.
            let _ = self.store.delete(old).await;
        }
        Ok(keys)
    }

    async fn read<T: DeserializeOwned>(&self, key: ObjectKey) -> Result<Option<T>, StoreError> {
        let Some(bytes) = self.store.get(&key).await? else { return Ok(None) };
        serde_json::from_slice(&bytes).map(Some).map_err(|_| StoreError::Unreadable(key))
    }

    /// All keys with their numbers, in order. What has another name was not made by jobnet.
    async fn keys(&self) -> Result<Vec<(u64, ObjectKey)>, StoreError> {
        let keys = self.store.list(&self.prefix).await?.into_iter();
        let mut keys: Vec<_> = keys.filter_map(|key| Some((self.number(&key)?, key))).collect();
        keys.sort_unstable();
        Ok(keys)
    }

    fn number(&self, key: &ObjectKey) -> Option<u64> {
        let name = key.as_str().strip_prefix(&self.prefix)?;
        name.split_once('-').map_or(name, |(number, _)| number).parse().ok()
    }

    fn key(&self, number: u64, suffix: &str) -> Result<ObjectKey, StoreError> {
        Ok(ObjectKey::parse(&format!("{}{number:012}{suffix}", self.prefix))?)
    }
}

fn suffix(writer: &str) -> String {
    format!("-{}", &sha256(writer.as_bytes())[..16])
}

fn bytes<T: Serialize>(record: &T) -> Bytes {
    // Texts, times and flags always serialise.
    serde_json::to_vec(record).unwrap_or_default().into()
}
