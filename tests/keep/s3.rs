//! A store that is a bucket.

use std::collections::BTreeMap;

use super::{assert_kept, collect, shop};
use crate::common::Jobnet;
use crate::common::s3::{Bucket, S3};

fn with(jobnet: Jobnet, bucket: &Bucket) -> Jobnet {
    bucket.environment().iter().fold(jobnet, |jobnet, (name, value)| jobnet.env(name, value))
}

/// The objects below the store's prefix.
async fn objects(bucket: &Bucket) -> BTreeMap<String, Vec<u8>> {
    let objects = bucket.objects().await;
    objects.into_iter().map(|(key, bytes)| (key.trim_start_matches("prefix/").to_owned(), bytes)).collect()
}

#[tokio::test]
async fn a_page_is_kept_once_and_every_run_has_its_manifest() {
    let Some(bucket) = S3::bucket().await else { return };
    let server = shop().await;
    let jobnet = |genres| with(collect(&server, genres, &bucket.url()), &bucket);
    let one = jobnet("[1, 2]").run().await;
    let first = objects(&bucket).await;
    let two = jobnet("[1, 2, 3]").run().await;
    assert_kept(&first, &objects(&bucket).await, [&one, &two]);
}
