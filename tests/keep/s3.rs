//! A store that is a bucket.

use std::collections::BTreeMap;

use rcgen::{CertifiedKey, generate_simple_self_signed};

use super::{assert_kept, collect, shop};
use crate::common::s3::{Bucket, S3};
use crate::common::s3_faults::Fault;
use crate::common::s3rver::S3rver;
use crate::common::{Ended, Jobnet};

fn with(jobnet: Jobnet, environment: &[(&'static str, String)]) -> Jobnet {
    environment.iter().fold(jobnet, |jobnet, (name, value)| jobnet.env(name, value))
}

/// The objects below the store's prefix.
async fn objects(bucket: &Bucket) -> BTreeMap<String, Vec<u8>> {
    let objects = bucket.objects().await;
    objects.into_iter().map(|(key, bytes)| (key.trim_start_matches("prefix/").to_owned(), bytes)).collect()
}

/// Two runs that keep pages in the bucket, asked for where this environment leads to.
async fn keep_twice(bucket: &Bucket, environment: &[(&'static str, String)]) {
    let server = shop().await;
    let jobnet = |genres| with(collect(&server, genres, &bucket.url()), environment);
    let one = jobnet("[1, 2]").run().await;
    let first = objects(bucket).await;
    let two = jobnet("[1, 2, 3]").run().await;
    assert_kept(&first, &objects(bucket).await, [&one, &two]);
}

#[tokio::test]
async fn a_page_is_kept_once_and_every_run_has_its_manifest() {
    let Some(bucket) = S3::bucket().await else { return };
    keep_twice(&bucket, &bucket.environment()).await;
}

#[tokio::test]
async fn so_it_is_in_a_store_that_does_not_know_conditional_writes() {
    let Some(bucket) = S3::bucket().await else { return };
    let proxy = bucket.faults().await;
    proxy.add(Fault::NoConditions, "PUT", "", usize::MAX);
    keep_twice(&bucket, &proxy.environment()).await;
    // The first page of each run finds it out; the manifest's line is written without asking again.
    let conditional = proxy.arrived("PUT").iter().filter(|put| put.header("if-none-match") == "*").count();
    assert_eq!(conditional, 2);
}

#[tokio::test]
async fn so_it_is_in_a_store_that_ignores_the_condition() {
    let Some(store) = S3rver::start().await else { return };
    keep_twice(store.bucket(), &store.bucket().environment()).await;
}

#[tokio::test]
async fn a_store_is_trusted_by_aws_ca_bundle_and_otherwise_fails_at_once() {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let Some(store) = S3rver::with_tls(&signing_key.serialize_pem(), &cert.pem()).await else { return };
    let server = shop().await;
    let jobnet = || with(collect(&server, "[1]", &store.bucket().url()), &store.bucket().environment());
    let message = |ended: &Ended| ended.summary("collect")["errors"][0]["message"].to_string();

    let trusted = jobnet().env("AWS_CA_BUNDLE", &store.certificate().display().to_string()).run().await;
    assert_eq!(trusted.code, Some(0), "{}", trusted.stdout);
    // It goes before what all connections are trusted by.
    let both = jobnet().env("SSL_CERT_FILE", "/dev/null").env("AWS_CA_BUNDLE", "");
    assert_eq!(both.run().await.code, Some(2));

    let ended = jobnet().run().await;
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    assert!(message(&ended).contains("invalid peer certificate: UnknownIssuer"), "{}", message(&ended));

    let ended = jobnet().file("empty.pem", "").env("AWS_CA_BUNDLE", "empty.pem").run().await;
    assert!(
        message(&ended).contains("AWS_CA_BUNDLE: empty.pem: no certificate in it"),
        "{}",
        message(&ended)
    );
}
