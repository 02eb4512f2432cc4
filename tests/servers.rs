//! The servers that tests start: each test has its own part of one, and may let it fail.

use std::collections::BTreeMap;

use sqlx::{Connection as _, PgConnection};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::common::postgres::Postgres;
use crate::common::s3::{Bucket, S3};
use crate::common::s3_faults::Fault;

#[tokio::test(flavor = "multi_thread")]
async fn a_database_is_empty_and_of_one_test_alone() {
    let Some(one) = Postgres::database().await else { return };
    let Some(other) = Postgres::database().await else { return };
    one.execute("CREATE TABLE made (id bigint); INSERT INTO made VALUES (1), (2)").await;
    assert_eq!(one.number("SELECT count(*) FROM made").await, 2);
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!((one.number(tables).await, other.number(tables).await), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_of_a_tests_own_goes_and_comes_back_with_what_was_committed() {
    let Some(mut cluster) = Postgres::own().await else { return };
    let database = cluster.new_database().await;
    database.execute("CREATE TABLE made AS SELECT 1").await;
    let mut connection = database.pool().acquire().await.unwrap();

    cluster.stop_now();
    assert!(connection.ping().await.is_err());
    assert!(PgConnection::connect(database.url()).await.is_err());

    cluster.start_again();
    assert_eq!(database.number("SELECT count(*) FROM made").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_is_in_its_bucket_alone() {
    let Some(one) = S3::bucket().await else { return };
    let Some(other) = S3::bucket().await else { return };
    one.put("prefix/a b+ü", &[0, 255]).await;
    assert_eq!(one.objects().await, BTreeMap::from([("prefix/a b+ü".to_owned(), vec![0, 255])]));
    assert!(other.objects().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_lets_as_many_requests_fail_as_it_is_told_to() {
    let Some(bucket) = S3::bucket().await else { return };
    let faults = bucket.faults().await;
    faults.add(Fault::SlowDown, "PUT", "/prefix/a", 1);
    faults.add(Fault::Conflict, "PUT", "/prefix/a", 1);
    faults.add(Fault::PreconditionFailed, "PUT", "/prefix/a", 1);
    faults.add(Fault::CutBefore, "PUT", "/prefix/a", 1);
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(put(&bucket, faults.environment(), "a").await);
    }
    assert_eq!(statuses, [Some(503), Some(409), Some(412), None, Some(200)]);
    assert_eq!(faults.arrived("PUT").len(), 5);
    assert_eq!(bucket.objects().await, BTreeMap::from([("prefix/a".to_owned(), vec![0, 255])]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_may_be_carried_out_without_an_answer() {
    let Some(bucket) = S3::bucket().await else { return };
    let faults = bucket.faults().await;
    faults.add(Fault::CutAfter, "PUT", "", usize::MAX);
    assert_eq!(put(&bucket, faults.environment(), "a").await, None);
    assert_eq!(bucket.objects().await, BTreeMap::from([("prefix/a".to_owned(), vec![0, 255])]));
    assert_eq!(put(&bucket, bucket.environment(), "a").await, Some(200), "past the proxy nothing fails");
}

/// Puts an object once: the status, `None` where the connection was cut.
async fn put(bucket: &Bucket, environment: [(&str, String); 4], name: &str) -> Option<u16> {
    let [(_, endpoint), ..] = environment;
    let mut stream = TcpStream::connect(endpoint.trim_start_matches("http://")).await.unwrap();
    let path = bucket.url().replace("s3:/", "");
    // The store takes whoever names a key, and checks no signature.
    let head = format!(
        "PUT {path}/{name} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\
         authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request\r\n\r\n"
    );
    stream.write_all(&[head.as_bytes(), &[0, 255]].concat()).await.unwrap();
    let mut status = [0; "HTTP/1.1 200".len()];
    stream.read_exact(&mut status).await.ok()?;
    std::str::from_utf8(&status[9..]).unwrap().parse().ok()
}
