//! Object stores: a directory, or a bucket of S3 and of what speaks its protocol.
//!
//! An object is written once, whole or not at all, and never overwritten: of many who write one key, one is told
//! [`Put::Created`].
//!
//! Who asks S3 is decided where all AWS tools decide it: the AWS SDK itself reads the process environment (`AWS_*`),
//! the profiles in `~/.aws` and the services of the machine that it runs on
//! (<https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>).

mod aws;
mod condition;
mod content;
mod error;
mod file;
mod generations;
mod key;
mod last;
mod lease;
mod s3;
mod s3_error;
mod url;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use aws_config::SdkConfig;
use bytes::Bytes;

pub use aws::aws_loader;
pub use content::gzip;
pub use error::StoreError;
pub use key::{KeyError, ObjectKey};
pub use url::{S3Location, StoreUrl, StoreUrlError};

use aws::loader_around;
use condition::Conditions;
use file::FileStore;
use s3::S3Store;

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// The object is new.
    Created,
    /// There is an object of that key, which stays as it is.
    AlreadyThere,
}

/// A store of objects. Clones are the same store.
#[derive(Debug, Clone)]
pub struct Store(Kind);

#[derive(Debug, Clone)]
enum Kind {
    File(FileStore),
    S3(S3Store),
}

impl Store {
    /// The store at that URL. A relative path is below `base`; `cert_file` is what `SSL_CERT_FILE` says. For S3 this
    /// looks for a region and asks the store itself nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open(url: &StoreUrl, base: &Path, cert_file: Option<PathBuf>) -> Result<Self, StoreError> {
        match url {
            StoreUrl::File(path) => Ok(Self(Kind::File(FileStore::open(base.join(path)).await?))),
            StoreUrl::S3(location) => Self::s3(location, &loader_around(cert_file)?.load().await),
        }
    }

    /// The bucket at that place, with a configuration of the caller's: other credentials or another endpoint than the
    /// process has.
    ///
    /// # Errors
    /// [`StoreError::NoRegion`].
    pub fn s3(location: &S3Location, config: &SdkConfig) -> Result<Self, StoreError> {
        S3Store::new(location.clone(), config).map(|store| Self(Kind::S3(store)))
    }

    /// Writes an object, unless there is one of that key. Where the answer of S3 is lost and the write is tried again,
    /// the writer may find its own object: who must know whose it is reads it.
    ///
    /// # Errors
    /// [`StoreError`]; after a temporary one the object may be there.
    pub async fn put_new(&self, key: &ObjectKey, bytes: Bytes) -> Result<Put, StoreError> {
        match &self.0 {
            Kind::File(store) => store.put_new(key, bytes).await,
            Kind::S3(store) => store.put_new(key, bytes).await,
        }
    }

    /// Writes an object whose key nobody gives to anything else, such as one that names its content. A store that does not
    /// know conditional writes takes it too; it says then that the object is new.
    ///
    /// # Errors
    /// [`StoreError`]; after a temporary one the object may be there.
    pub async fn put_own(&self, key: &ObjectKey, bytes: Bytes) -> Result<Put, StoreError> {
        match &self.0 {
            Kind::File(store) => store.put_new(key, bytes).await,
            Kind::S3(store) => store.put_own(key, bytes).await,
        }
    }

    /// What is known of the store's conditional writes; `None` for a directory, which keeps them.
    fn known_conditions(&self) -> Option<&OnceLock<Conditions>> {
        match &self.0 {
            Kind::File(_) => None,
            Kind::S3(store) => Some(store.conditions()),
        }
    }

    fn location(&self) -> Option<&S3Location> {
        match &self.0 {
            Kind::File(_) => None,
            Kind::S3(store) => Some(store.location()),
        }
    }

    /// True where there is an object of that key. S3 cannot tell a bucket that is not there from an object that is not,
    /// nor one that these credentials may not see.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn contains(&self, key: &ObjectKey) -> Result<bool, StoreError> {
        match &self.0 {
            Kind::File(store) => store.contains(key).await,
            Kind::S3(store) => store.contains(key).await,
        }
    }

    /// The object of that key, if there is one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn get(&self, key: &ObjectKey) -> Result<Option<Bytes>, StoreError> {
        match &self.0 {
            Kind::File(store) => store.get(key).await,
            Kind::S3(store) => store.get(key).await,
        }
    }

    /// The keys that begin with this text, sorted by their bytes.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list(&self, prefix: &str) -> Result<Vec<ObjectKey>, StoreError> {
        let mut keys = match &self.0 {
            Kind::File(store) => store.list(prefix).await?,
            Kind::S3(store) => store.list(prefix).await?,
        };
        keys.sort_unstable();
        Ok(keys)
    }

    /// Removes an object; one that is not there is removed already. For leases: what was kept is kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete(&self, key: &ObjectKey) -> Result<(), StoreError> {
        match &self.0 {
            Kind::File(store) => store.delete(key).await,
            Kind::S3(store) => store.delete(key).await,
        }
    }
}
