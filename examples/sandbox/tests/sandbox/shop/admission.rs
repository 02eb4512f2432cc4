//! Who is let in, and how often.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jobnet_sandbox::{AuthMode, Options};
use reqwest::Method;
use serde_json::json;

use super::{APPLICATION, GENRE, ITEM, RANKING, TAG, ask, described, numbered, shop};
use crate::client::{Client, read};

#[tokio::test]
async fn an_application_id_and_an_access_key_are_needed() {
    let client = shop().await;
    for query in ["", "accessKey=k", "applicationId=&accessKey=k", "applicationId=1234&accessKey=k"] {
        let older = client.get(&format!("{RANKING}?genreId=100101&{query}")).await;
        let error = described("wrong_parameter", "specify valid applicationId");
        assert_eq!((older.status, older.body), (400, error), "{query}");
        let newer = client.get(&format!("{GENRE}?genreId=100101&{query}")).await;
        let error = numbered(400, "specify valid applicationId");
        assert_eq!((newer.status, newer.body), (400, error), "{query}");
    }
    for query in ["", "&accessKey="] {
        let older = client.get(&format!("{TAG}?tagId=1000101&{APPLICATION}{query}")).await;
        assert_eq!((older.status, older.body), (403, described("forbidden", "specify accessKey")));
        let newer = client.get(&format!("{ITEM}?itemCode=x&{APPLICATION}{query}")).await;
        assert_eq!((newer.status, newer.body), (403, numbered(403, "specify accessKey")));
    }
}

#[tokio::test]
async fn the_access_key_may_be_a_header() {
    let client = shop().await;
    let request = client.request(Method::GET, &format!("{GENRE}?genreId=100101&{APPLICATION}"));
    assert_eq!(read(request.header("accessKey", "k").send().await.unwrap()).await.status, 200);
}

#[tokio::test]
async fn no_token_of_the_portal_is_needed() {
    let client = Client::start(Options { auth: AuthMode::Static, ..Options::default() }).await;
    assert_eq!(client.get("/portal/field").await.status, 401);
    assert_eq!(ask(&client, GENRE, "genreId=0").await.status, 200);
}

#[tokio::test]
async fn each_application_has_its_rate() {
    let now = Arc::new(AtomicI64::new(1_700_000_000_000));
    let clock = Arc::clone(&now);
    let client = Client::start(Options {
        shop_rate: NonZeroU32::new(1),
        clock: Arc::new(move || Timestamp::from_millisecond(clock.load(Ordering::Relaxed)).unwrap()),
        ..Options::default()
    })
    .await;
    let other = "applicationId=00000000-0000-4000-8000-000000000000&accessKey=k";

    assert_eq!(ask(&client, TAG, "tagId=1000101").await.status, 200);
    let refused = ask(&client, TAG, "tagId=1000101").await;
    assert_eq!((refused.status, &refused.body["error"]), (429, &json!("too_many_requests")));
    let refused = ask(&client, GENRE, "genreId=0").await;
    assert_eq!((refused.status, &refused.body["errors"]["errorCode"]), (429, &json!(429)));
    assert_eq!(client.get(&format!("{GENRE}?genreId=0&{other}")).await.status, 200);

    now.fetch_add(899, Ordering::Relaxed);
    assert_eq!(ask(&client, GENRE, "genreId=0").await.status, 429);
    // A tenth of a second is forgiven, but does not add up.
    now.fetch_add(1, Ordering::Relaxed);
    assert_eq!(ask(&client, GENRE, "genreId=0").await.status, 200);
    now.fetch_add(900, Ordering::Relaxed);
    assert_eq!(ask(&client, GENRE, "genreId=0").await.status, 429);
    now.fetch_add(100, Ordering::Relaxed);
    assert_eq!(ask(&client, GENRE, "genreId=0").await.status, 200);
}

#[tokio::test]
async fn faults_hit_the_shop_and_requests_are_remembered() {
    let client = Client::with_fault("503:/rakuten/ichibagt").await;
    assert_eq!(ask(&client, RANKING, "genreId=100101").await.status, 200);
    assert_eq!(ask(&client, GENRE, "genreId=100101").await.status, 503);
    assert_eq!(ask(&client, GENRE, "genreId=100101").await.status, 200);
    client.sandbox.add_fault("cut:/rakuten".parse().unwrap());
    assert!(client.request(Method::GET, TAG).send().await.is_err());
    assert_eq!(client.statuses(), [Some(200), Some(503), Some(200), None]);
    assert!(client.sandbox.requests()[0].path.starts_with(&format!("{RANKING}?applicationId=")));
}
