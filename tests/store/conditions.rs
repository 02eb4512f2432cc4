//! Stores that speak S3's protocol without its conditional writes.

use std::time::Duration;

use aws_sdk_s3::config::Credentials;
use jiff::Timestamp;
use jobnet::clients::{Acquired, Claim, LastRun, Owner, Put, Store, StoreError};
use tokio::task::JoinSet;

use super::{key, loader, store_at};
use crate::common::s3::S3;
use crate::common::s3_faults::{Fault, Faults};
use crate::common::s3rver::S3rver;

fn owner() -> Owner {
    Owner { net: "net".to_owned(), env: "env".to_owned(), stage: "stage".to_owned() }
}

fn claim() -> Claim {
    Claim { owner: owner(), holder: "run".to_owned(), ttl: Duration::from_mins(1) }
}

fn ended(run: &str, outcome: &str) -> LastRun {
    LastRun { run: run.to_owned(), outcome: outcome.to_owned(), ended_at: Timestamp::now() }
}

/// A store that answers 501 to conditional writes, behind its proxy.
async fn refusing() -> Option<(Store, Faults)> {
    let bucket = S3::bucket().await?;
    let proxy = bucket.faults().await;
    proxy.add(Fault::NoConditions, "PUT", "", usize::MAX);
    Some((store_at(&bucket.url(), loader(&proxy.endpoint())).await, proxy))
}

/// A store that writes whatever it is told to.
async fn ignoring() -> Option<(Store, S3rver)> {
    let server = S3rver::start().await?;
    let credentials = Credentials::new("S3RVER", "S3RVER", None, None, "test");
    let loader = loader(server.bucket().endpoint()).credentials_provider(credentials);
    Some((store_at("s3://raw/prefix", loader).await, server))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_is_refused_with_the_reason() {
    let Some((refusing, _proxy)) = refusing().await else { return };
    let Some((ignoring, _server)) = ignoring().await else { return };
    for _ in 0..2 {
        let error = refusing.acquire(&claim(), Timestamp::now()).await.unwrap_err();
        assert!(matches!(error, StoreError::NoConditions { .. }) && !error.is_temporary(), "{error:?}");
        let error = ignoring.acquire(&claim(), Timestamp::now()).await.unwrap_err();
        assert!(matches!(error, StoreError::ConditionsIgnored(_)) && !error.is_temporary(), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_else_writes_is_written_without_the_condition() {
    let Some((store, proxy)) = refusing().await else { return };
    let error = store.put_new(&key("a"), "one".into()).await.unwrap_err();
    assert!(matches!(error, StoreError::NoConditions { .. }), "{error:?}");
    for name in ["a", "b"] {
        assert_eq!(store.put_own(&key(name), "one".into()).await.unwrap(), Put::Created);
        assert_eq!(store.get(&key(name)).await.unwrap(), Some("one".into()));
    }
    let conditional = proxy.arrived("PUT").iter().filter(|put| put.header("if-none-match") == "*").count();
    assert_eq!(conditional, 2, "what is known is not asked again");
}

/// Runs end one after the other, and then many at once.
async fn nothing_is_forgotten(store: &Store) {
    assert_eq!(store.remember(&owner(), &ended("1", "failed")).await.unwrap(), None);
    assert_eq!(store.remember(&owner(), &ended("2", "succeeded")).await.unwrap().as_deref(), Some("failed"));
    assert_eq!(store.remember(&owner(), &ended("2", "succeeded")).await.unwrap().as_deref(), Some("failed"));
    let mut writers = JoinSet::new();
    for writer in 0..8 {
        let store = store.clone();
        writers.spawn(async move {
            let last = ended(&format!("at once {writer}"), "unavailable");
            let first = store.remember(&owner(), &last).await.unwrap();
            (first.clone(), store.remember(&owner(), &last).await.unwrap() == first)
        });
    }
    while let Some(told) = writers.join_next().await {
        let (before, is_same) = told.unwrap();
        assert!(is_same && before.is_some(), "{before:?}");
    }
    let after = store.remember(&owner(), &ended("last", "succeeded")).await.unwrap();
    assert_eq!(after.as_deref(), Some("unavailable"));
}

#[tokio::test(flavor = "multi_thread")]
async fn outcomes_are_remembered_where_writers_are_not_kept_apart() {
    let Some((refusing, _proxy)) = refusing().await else { return };
    nothing_is_forgotten(&refusing).await;
    let Some((ignoring, _server)) = ignoring().await else { return };
    nothing_is_forgotten(&ignoring).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_with_conditional_writes_is_asked_once() {
    let Some(bucket) = S3::bucket().await else { return };
    let proxy = bucket.faults().await;
    let probes =
        || proxy.arrived("PUT").iter().filter(|put| put.path.ends_with("_leases/conditional-write")).count();
    for (run, expected) in [2, 3].into_iter().enumerate() {
        let store = store_at(&bucket.url(), loader(&proxy.endpoint())).await;
        for _ in 0..3 {
            assert_eq!(store.acquire(&claim(), Timestamp::now()).await.unwrap(), Acquired::Ours);
        }
        assert_eq!(probes(), expected, "{run}");
    }
}
