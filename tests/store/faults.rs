use aws_config::Region;
use aws_sdk_s3::config::Credentials;
use jobnet::clients::{Put, Store, StoreError, aws_loader};
use tokio::net::TcpListener;

use super::{key, list, loader, store_at};
use crate::common::misbehaving::{Reply, Server, status};
use crate::tls;

/// An error as S3 writes it.
fn fault(number: u16, code: &str, message: &str) -> Reply {
    let body = format!(
        "<Error><Code>{code}</Code><Message>{message}</Message><AWSAccessKeyId>ANOTREAL</AWSAccessKeyId></Error>"
    );
    status(number).body(body)
}

async fn store(server: &Server) -> Store {
    store_at("s3://my-bucket/raw", loader(&server.base_url())).await
}

async fn put(store: &Store) -> Result<Put, StoreError> {
    store.put_new(&key("a"), "content".into()).await
}

#[tokio::test]
async fn a_write_goes_to_the_bucket_by_path_and_on_its_condition() {
    let server = Server::answering([status(200).body("")]).await;
    assert_eq!(put(&store(&server).await).await.unwrap(), Put::Created);
    let arrivals = server.arrivals();
    let arrival = &arrivals[0];
    assert_eq!((arrival.method.as_str(), arrival.path.as_str()), ("PUT", "/my-bucket/raw/a"));
    assert_eq!((arrival.header("if-none-match"), arrival.body.as_str()), ("*", "content"));
    assert_eq!(arrival.header("x-amz-checksum-crc32"), "");
}

#[tokio::test]
async fn what_passes_is_tried_again() {
    for busy in [
        fault(503, "SlowDown", "Please reduce your request rate."),
        fault(500, "InternalError", "We encountered an internal error."),
        fault(409, "ConditionalRequestConflict", "A conflicting operation occurred."),
        fault(429, "TooManyRequests", "Not Amazon's."),
        Reply::Cut,
    ] {
        let server = Server::answering([busy.clone(), status(200).body("")]).await;
        assert_eq!(put(&store(&server).await).await.unwrap(), Put::Created, "{busy:?}");
        assert_eq!(server.arrivals().len(), 2, "{busy:?}");
    }
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_finds_its_own_object() {
    let there =
        fault(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
    let server = Server::answering([Reply::Cut, there]).await;
    assert_eq!(put(&store(&server).await).await.unwrap(), Put::AlreadyThere);
}

#[tokio::test]
async fn a_store_that_stays_busy_is_an_error_for_now() {
    let server = Server::answering([fault(503, "SlowDown", "Please reduce your request rate.")]).await;
    let error = put(&store(&server).await).await.unwrap_err();
    assert!(error.is_temporary());
    assert_eq!(
        error.to_string(),
        "s3://my-bucket/raw is not available: 503 SlowDown: Please reduce your request rate."
    );
    assert_eq!(server.arrivals().len(), 3);
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_is_an_error_for_now() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = put(&store_at("s3://my-bucket", loader(&endpoint)).await).await.unwrap_err();
    assert!(error.is_temporary(), "{error:?}");
    assert!(error.to_string().starts_with("s3://my-bucket is not available: Connection refused"), "{error}");
}

#[tokio::test]
async fn what_does_not_pass_is_an_error_for_good_at_once() {
    for (reply, text) in [
        (
            fault(403, "InvalidAccessKeyId", "The key does not exist."),
            "s3://my-bucket/raw denies access: 403 InvalidAccessKeyId: The key does not exist.",
        ),
        (
            fault(400, "ExpiredToken", "The token has expired."),
            "s3://my-bucket/raw denies access: 400 ExpiredToken: The token has expired.",
        ),
        (
            fault(301, "PermanentRedirect", "Use the other endpoint."),
            "s3://my-bucket/raw is in another region: 301 PermanentRedirect: Use the other endpoint.",
        ),
        (
            fault(501, "NotImplemented", "What is If-None-Match?"),
            "s3://my-bucket/raw does not know `If-None-Match`, without which several would hold one lease: 501 \
             NotImplemented: What is If-None-Match?",
        ),
    ] {
        let server = Server::answering([reply]).await;
        let error = put(&store(&server).await).await.unwrap_err();
        assert_eq!((error.to_string().as_str(), error.is_temporary()), (text, false));
        assert_eq!(server.arrivals().len(), 1);
    }
}

#[tokio::test]
async fn an_object_that_may_not_be_seen_is_taken_for_one_that_is_not_there() {
    let server = Server::answering([status(403)]).await;
    assert!(!store(&server).await.contains(&key("a")).await.unwrap());
}

#[tokio::test]
async fn a_listing_of_several_pages_is_read_to_its_end() {
    let page = |keys: &[&str], rest: &str| {
        let keys = keys.join("</Key></Contents><Contents><Key>raw/");
        let contents = format!("<Contents><Key>raw/{keys}</Key></Contents>");
        status(200).body(format!("<ListBucketResult>{rest}{contents}</ListBucketResult>"))
    };
    let more = "<IsTruncated>true</IsTruncated><NextContinuationToken>next</NextContinuationToken>";
    let server = Server::answering([page(&["b", "c"], more), page(&["a", ".hidden"], "")]).await;
    assert_eq!(list(&store(&server).await, "").await, ["a", "b", "c"]);
    assert!(server.arrivals()[1].query.contains("continuation-token=next"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_trusted_by_the_certificates_in_ssl_cert_file_alone() {
    let (url, certificate) = tls::server().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), certificate).unwrap();
    let roots = aws_loader(Some(file.path().to_owned())).unwrap();
    let trusting = roots
        .endpoint_url(&url)
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::for_tests());
    assert_eq!(put(&store_at("s3://my-bucket", trusting).await).await.unwrap(), Put::Created);

    let error = put(&store_at("s3://my-bucket", loader(&url)).await).await.unwrap_err();
    assert!(matches!(error, StoreError::Untrusted { .. }), "{error:?}");
    assert!(!error.is_temporary());
    assert_eq!(error.to_string(), "s3://my-bucket: invalid peer certificate: UnknownIssuer");
}
