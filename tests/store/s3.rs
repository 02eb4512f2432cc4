use jobnet::clients::{Store, StoreError};

use super::{create, forty_writers_of_one_key, key, life_of_objects, list, loader, store_at};
use crate::common::s3::{Bucket, S3};

/// What is below a prefix of a bucket.
async fn below(bucket: &Bucket, prefix: &str) -> Store {
    store_at(&format!("s3://{}/{prefix}", bucket.name()), loader(bucket.endpoint())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_live_below_a_prefix_of_a_bucket() {
    let Some(bucket) = S3::bucket().await else { return };
    let raw = below(&bucket, "raw").await;
    life_of_objects(&raw).await;

    create(&below(&bucket, "").await, "rawest/x", "not below the prefix").await;
    create(&below(&bucket, "raw/deeper").await, "x", "below it").await;
    assert_eq!(list(&raw, "").await.len(), 5);
    assert_eq!(raw.get(&key("deeper/x")).await.unwrap(), Some("below it".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_forty_writers_wins() {
    let Some(bucket) = S3::bucket().await else { return };
    forty_writers_of_one_key(&below(&bucket, "raw").await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_is_not_there_is_an_error_for_good() {
    let Some(bucket) = S3::bucket().await else { return };
    let store = store_at("s3://your-bucket", loader(bucket.endpoint())).await;
    let object = key("a");
    for error in [
        store.put_new(&object, "x".into()).await.unwrap_err(),
        store.get(&object).await.unwrap_err(),
        store.list("").await.unwrap_err(),
        store.delete(&object).await.unwrap_err(),
    ] {
        assert!(matches!(error, StoreError::NoBucket(_)), "{error:?}");
        assert!(!error.is_temporary());
        assert_eq!(error.to_string(), "s3://your-bucket: there is no such bucket");
    }
    // A HEAD has no body that could say which of the two is missing.
    assert!(!store.contains(&object).await.unwrap());
}
