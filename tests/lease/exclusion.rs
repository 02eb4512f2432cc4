use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aws_config::Region;
use aws_sdk_s3::config::Credentials;
use jiff::Timestamp;
use jobnet::clients::{Acquired, Claim, Database, DatabaseUrl, Owner, Store, StoreUrl, aws_loader};
use tokio::task::JoinSet;

use super::Memory;
use crate::common::s3::S3;

/// How many ask for one lease.
const RACERS: usize = 6;
/// How often each of them wants it.
const ROUNDS: usize = 3;

/// Where the lease is, as the library has it.
#[derive(Clone)]
enum Place {
    Database(Database),
    Store(Store),
}

impl Place {
    async fn acquire(&self, claim: &Claim) -> Acquired {
        match self {
            Self::Database(database) => database.acquire(claim).await.unwrap(),
            Self::Store(store) => store.acquire(claim, Timestamp::now()).await.unwrap(),
        }
    }

    async fn renew(&self, claim: &Claim) -> bool {
        match self {
            Self::Database(database) => database.renew(claim).await.unwrap(),
            Self::Store(store) => store.renew(claim, Timestamp::now()).await.unwrap(),
        }
    }

    async fn release(&self, claim: &Claim) {
        match self {
            Self::Database(database) => database.release(claim).await.unwrap(),
            Self::Store(store) => store.release(claim, Timestamp::now()).await.unwrap(),
        }
    }
}

/// Has many take the same lease again and again, and fails where two have it at once.
async fn one_at_a_time(place: &Place) {
    let is_held = Arc::new(AtomicBool::new(false));
    let mut racers = JoinSet::new();
    for racer in 0..RACERS {
        let (place, is_held) = (place.clone(), Arc::clone(&is_held));
        racers.spawn(async move {
            let owner = Owner { net: "net".to_owned(), env: "env".to_owned(), stage: "stage".to_owned() };
            for round in 0..ROUNDS {
                let holder = format!("{racer}/{round}");
                let claim = Claim { owner: owner.clone(), holder, ttl: Duration::from_mins(10) };
                while place.acquire(&claim).await != Acquired::Ours {
                    tokio::task::yield_now().await;
                }
                assert!(!is_held.swap(true, Ordering::SeqCst), "{racer}/{round} is not alone");
                assert!(place.renew(&claim).await);
                is_held.store(false, Ordering::SeqCst);
                place.release(&claim).await;
                assert!(!place.renew(&claim).await, "what was given back is not kept");
            }
        });
    }
    while let Some(ended) = racers.join_next().await {
        ended.unwrap();
    }
}

fn database(memory: &Memory) -> Place {
    let url = match memory {
        Memory::Sqlite(directory) => format!("sqlite:{}", directory.path().join("memory.db").display()),
        Memory::Postgres(database) => database.url().to_owned(),
        Memory::File(_) | Memory::S3(_) => panic!("no database"),
    };
    Place::Database(Database::open(&DatabaseUrl::parse(&url).unwrap(), Path::new("/")).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_at_a_time_by_sqlite() {
    one_at_a_time(&database(&Memory::sqlite())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_at_a_time_by_postgresql() {
    let Some(memory) = Memory::postgres().await else { return };
    one_at_a_time(&database(&memory)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_at_a_time_by_a_directory() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&StoreUrl::parse("file:raw").unwrap(), directory.path(), None).await.unwrap();
    one_at_a_time(&Place::Store(store)).await;
    let left = std::fs::read_dir(directory.path().join("raw/_leases/net/env/stage")).unwrap().count();
    assert_eq!(left, 2, "old generations are removed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_at_a_time_by_s3() {
    let Some(bucket) = S3::bucket().await else { return };
    let StoreUrl::S3(location) = StoreUrl::parse(&bucket.url()).unwrap() else { panic!("it is in S3") };
    let [(_, endpoint), ..] = bucket.environment();
    let loader = aws_loader(None).unwrap().endpoint_url(endpoint).region(Region::new("us-east-1"));
    let config = loader.credentials_provider(Credentials::for_tests()).load().await;
    one_at_a_time(&Place::Store(Store::s3(&location, &config).unwrap())).await;
    // One more tells whether the store can keep leases.
    assert_eq!(bucket.objects().await.len(), 3, "old generations are removed");
}
