//! Objects are written once, whole or not at all, by one of many writers, in a directory and in S3.

mod conditions;
mod faults;
mod file;
mod s3;

use std::collections::BTreeSet;
use std::time::Duration;

use aws_config::{ConfigLoader, Region};
use aws_sdk_s3::config::Credentials;
use aws_sdk_s3::config::retry::RetryConfig;
use bytes::Bytes;
use jobnet::clients::{ObjectKey, Put, Store, StoreUrl, aws_loader};

fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

/// jobnet's way to ask, with waits as short as can be, and with credentials that a test gives.
fn loader(endpoint: &str) -> ConfigLoader {
    aws_loader(None)
        .unwrap()
        .endpoint_url(endpoint)
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::for_tests())
        .retry_config(RetryConfig::standard().with_max_attempts(3).with_initial_backoff(Duration::ZERO))
}

async fn store_at(url: &str, loader: ConfigLoader) -> Store {
    let StoreUrl::S3(location) = StoreUrl::parse(url).unwrap() else { panic!("{url} is not in S3") };
    Store::s3(&location, &loader.load().await).unwrap()
}

/// Puts an object of which the test knows that it is new.
async fn create(store: &Store, text: &str, content: &'static str) {
    assert_eq!(store.put_new(&key(text), content.into()).await.unwrap(), Put::Created, "{text}");
}

async fn list(store: &Store, prefix: &str) -> Vec<String> {
    store.list(prefix).await.unwrap().iter().map(ObjectKey::to_string).collect()
}

/// Has forty writers put different contents under one key; one must be told that it did, and its content must be there.
async fn forty_writers_of_one_key(store: &Store) {
    let writer = |number: u32| {
        let (store, content) = (store.clone(), Bytes::from(number.to_string().repeat(10_000)));
        tokio::spawn(async move { (store.put_new(&key("a/raced"), content.clone()).await.unwrap(), content) })
    };
    let mut winners = Vec::new();
    for writer in (0..40).map(writer).collect::<Vec<_>>() {
        if let (Put::Created, content) = writer.await.unwrap() {
            winners.push(content);
        }
    }
    let kept = store.get(&key("a/raced")).await.unwrap();
    assert_eq!(winners, kept.into_iter().collect::<Vec<_>>());
}

/// The life of objects, the same in every store.
async fn life_of_objects(store: &Store) {
    let page = key("item/2.json");
    assert_eq!(store.get(&page).await.unwrap(), None);
    assert!(!store.contains(&page).await.unwrap());

    create(store, "item/2.json", "first").await;
    assert_eq!(store.put_new(&page, "second".into()).await.unwrap(), Put::AlreadyThere);
    assert_eq!(store.get(&page).await.unwrap(), Some("first".into()));
    assert!(store.contains(&page).await.unwrap());

    create(store, "item/10.json", "").await;
    create(store, "items", "").await;
    create(store, "genre/ジャンル=1/a b.json", "").await;
    assert_eq!(list(store, "").await, ["genre/ジャンル=1/a b.json", "item/10.json", "item/2.json", "items"]);
    assert_eq!(list(store, "item").await, ["item/10.json", "item/2.json", "items"]);
    assert_eq!(list(store, "item/").await, ["item/10.json", "item/2.json"]);
    assert_eq!(list(store, "item/1").await, ["item/10.json"]);
    assert_eq!(list(store, "nothing/here").await, [""; 0]);
    assert_eq!(list(store, "../").await, [""; 0]);

    store.delete(&page).await.unwrap();
    store.delete(&page).await.unwrap();
    assert_eq!(store.get(&page).await.unwrap(), None);
    create(store, "item/2.json", "third").await;
    assert_eq!(list(store, "item").await.into_iter().collect::<BTreeSet<_>>().len(), 3);
}
