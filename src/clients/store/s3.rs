use std::error::Error;
use std::sync::{Arc, OnceLock};

use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;

use crate::clients::http::innermost;

use super::Put;
use super::aws::s3_client;
use super::condition::Conditions;
use super::error::StoreError;
use super::key::ObjectKey;
use super::s3_error::store_error;
use super::url::S3Location;

/// A bucket, or a part of one.
#[derive(Debug, Clone)]
pub(super) struct S3Store {
    client: Client,
    location: S3Location,
    /// What the store makes of conditional writes, once that is known.
    conditions: Arc<OnceLock<Conditions>>,
}

impl S3Store {
    pub(super) fn new(location: S3Location, config: &SdkConfig) -> Result<Self, StoreError> {
        if config.region().is_none() {
            return Err(StoreError::NoRegion(location));
        }
        Ok(Self { client: s3_client(config), location, conditions: Arc::default() })
    }

    /// A conditional write (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html>): 412 says
    /// that the object is there, perhaps by an earlier try of this very write whose answer was lost.
    pub(super) async fn put_new(&self, key: &ObjectKey, bytes: Bytes) -> Result<Put, StoreError> {
        let put = self.client.put_object().bucket(self.location.bucket()).key(self.absolute(key));
        match put.if_none_match("*").body(ByteStream::from(bytes)).send().await {
            Ok(_) => Ok(Put::Created),
            Err(error) if status(&error) == Some(412) => Ok(Put::AlreadyThere),
            Err(error) if is_not_implemented(&error) => {
                let (store, refused) = (self.location.clone(), self.error(&error));
                let reason = match refused {
                    StoreError::Refused { reason, .. } => reason,
                    other => other.to_string(),
                };
                Err(StoreError::NoConditions { store, reason })
            }
            Err(error) => Err(self.error(&error)),
        }
    }

    /// The same, without the condition where the store does not know it.
    pub(super) async fn put_own(&self, key: &ObjectKey, bytes: Bytes) -> Result<Put, StoreError> {
        if self.conditions.get() != Some(&Conditions::Unknown) {
            match self.put_new(key, bytes.clone()).await {
                Err(StoreError::NoConditions { .. }) => {}
                put => return put,
            }
        }
        let put = self.client.put_object().bucket(self.location.bucket()).key(self.absolute(key));
        put.body(ByteStream::from(bytes)).send().await.map_err(|error| self.error(&error))?;
        // It was the condition that the store did not know.
        let _ = self.conditions.set(Conditions::Unknown);
        Ok(Put::Created)
    }

    pub(super) fn conditions(&self) -> &OnceLock<Conditions> {
        &self.conditions
    }

    pub(super) fn location(&self) -> &S3Location {
        &self.location
    }

    /// Who may not list a bucket is told 403 of an object that is not there, and who may not read it, always
    /// (<https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html>). Credentials that may only write are enough
    /// for what is written once, and a write that is denied says better why.
    pub(super) async fn contains(&self, key: &ObjectKey) -> Result<bool, StoreError> {
        let head = self.client.head_object().bucket(self.location.bucket()).key(self.absolute(key));
        match head.send().await {
            Ok(_) => Ok(true),
            Err(error) if matches!(status(&error), Some(403 | 404)) => Ok(false),
            Err(error) => Err(self.error(&error)),
        }
    }

    pub(super) async fn get(&self, key: &ObjectKey) -> Result<Option<Bytes>, StoreError> {
        let get = self.client.get_object().bucket(self.location.bucket()).key(self.absolute(key));
        let object = match get.send().await {
            Ok(object) => object,
            Err(error) if error.as_service_error().is_some_and(|error| error.is_no_such_key()) => {
                return Ok(None);
            }
            Err(error) => return Err(self.error(&error)),
        };
        match object.body.collect().await {
            Ok(body) => Ok(Some(body.into_bytes())),
            Err(error) => {
                Err(StoreError::Unavailable { store: self.location.clone(), reason: innermost(&error) })
            }
        }
    }

    /// Objects whose keys are not this store's are passed over.
    pub(super) async fn list(&self, prefix: &str) -> Result<Vec<ObjectKey>, StoreError> {
        let list = self.client.list_objects_v2().bucket(self.location.bucket());
        let mut pages = list.prefix(self.location.absolute(prefix)).into_paginator().send();
        let mut keys = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| self.error(&error))?;
            let absolute = page.contents().iter().filter_map(|object| object.key());
            keys.extend(absolute.filter_map(|key| self.location.relative(key)));
        }
        Ok(keys)
    }

    pub(super) async fn delete(&self, key: &ObjectKey) -> Result<(), StoreError> {
        let delete = self.client.delete_object().bucket(self.location.bucket()).key(self.absolute(key));
        delete.send().await.map(drop).map_err(|error| self.error(&error))
    }

    fn absolute(&self, key: &ObjectKey) -> String {
        self.location.absolute(key.as_str())
    }

    fn error<E>(&self, error: &SdkError<E>) -> StoreError
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        store_error(self.location.clone(), error)
    }
}

/// What a store says to a header that it does not know
/// (<https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList>).
fn is_not_implemented<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    let code = error.as_service_error().and_then(|error| error.meta().code());
    status(error) == Some(501) || code == Some("NotImplemented")
}

fn status<E>(error: &SdkError<E>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}
