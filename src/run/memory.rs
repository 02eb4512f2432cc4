use indexmap::IndexMap;
use jiff::Timestamp;
use thiserror::Error;

use crate::clients::{Acquired, Claim, Database, DatabaseError, LastRun, Owner, StoreError};
use crate::expr::LateError;
use crate::plan::Memory;

use super::again::MaybeTemporary;
use super::bind_outside::BoundDatabase;
use super::bind_store::BoundStore;
use super::binder::BindError;

/// Where it is written down what outlasts a run, with all its values.
#[derive(Debug, Clone)]
pub(super) enum BoundMemory {
    /// A database.
    Database(Database),
    /// A store.
    Store(BoundStore),
}

/// Why nothing was written down.
#[derive(Debug, Error)]
pub(super) enum MemoryError {
    /// The database's reason.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The store's reason.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MaybeTemporary for MemoryError {
    fn is_temporary(&self) -> bool {
        match self {
            Self::Database(error) => error.is_temporary(),
            Self::Store(error) => error.is_temporary(),
        }
    }
}

impl BoundMemory {
    /// Finds the database or the store among those that are bound.
    ///
    /// # Errors
    /// [`BindError`] where it is of no use for this.
    pub(super) fn bind(
        memory: &Memory,
        databases: &IndexMap<String, BoundDatabase>,
        stores: &IndexMap<String, BoundStore>,
        place: &str,
    ) -> Result<Self, BindError> {
        // Those of the chosen stages are bound before this.
        let absent = |name: &str| BindError::Value {
            place: place.to_owned(),
            source: LateError::Absent(name.to_owned()),
        };
        match memory {
            Memory::Database(name) => {
                let database = databases.get(name).ok_or_else(|| absent(name))?;
                Ok(Self::Database(database.connected(place)?.clone()))
            }
            Memory::Store(name) => Ok(Self::Store(stores.get(name).ok_or_else(|| absent(name))?.clone())),
        }
    }

    /// Has a lease, where it is free. Stores go by the asker's time, databases by their own.
    ///
    /// # Errors
    /// [`MemoryError`]; after a temporary one the asker may have it.
    pub(super) async fn acquire(&self, claim: &Claim, now: Timestamp) -> Result<Acquired, MemoryError> {
        match self {
            Self::Database(database) => Ok(database.acquire(claim).await?),
            Self::Store(store) => Ok(store.open().await?.acquire(claim, now).await?),
        }
    }

    /// Renews a lease; false where it is the asker's no more.
    ///
    /// # Errors
    /// [`MemoryError`].
    pub(super) async fn renew(&self, claim: &Claim, now: Timestamp) -> Result<bool, MemoryError> {
        match self {
            Self::Database(database) => Ok(database.renew(claim).await?),
            Self::Store(store) => Ok(store.open().await?.renew(claim, now).await?),
        }
    }

    /// Frees a lease, where it is still the asker's.
    ///
    /// # Errors
    /// [`MemoryError`].
    pub(super) async fn release(&self, claim: &Claim, now: Timestamp) -> Result<(), MemoryError> {
        match self {
            Self::Database(database) => Ok(database.release(claim).await?),
            Self::Store(store) => Ok(store.open().await?.release(claim, now).await?),
        }
    }

    /// Remembers how a run ended, and gives the outcome of the one before.
    ///
    /// # Errors
    /// [`MemoryError`].
    pub(super) async fn remember(
        &self,
        owner: &Owner,
        last: &LastRun,
    ) -> Result<Option<String>, MemoryError> {
        match self {
            Self::Database(database) => Ok(database.remember(owner, last).await?),
            Self::Store(store) => Ok(store.open().await?.remember(owner, last).await?),
        }
    }
}
