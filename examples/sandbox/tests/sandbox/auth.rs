//! Who is let in.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jobnet_sandbox::{AuthMode, Options, static_jwt};
use reqwest::{Method, Response};
use serde_json::json;

use crate::client::{Answer, Client, read};

const CREDENTIALS: [(&str, &str); 2] = [("client_id", "sandbox-client"), ("client_secret", "sandbox-secret")];

fn oauth2() -> Options {
    Options { auth: AuthMode::OAuth2, ..Options::default() }
}

async fn token(portal: &Client, form: &[(&str, &str)]) -> Answer {
    let form: Vec<_> = form.iter().copied().chain([("grant_type", "client_credentials")]).collect();
    read(portal.request(Method::POST, "/oauth/token").form(&form).send().await.unwrap()).await
}

async fn access_token(portal: &Client, extra: &[(&str, &str)]) -> String {
    let answer = token(portal, &[&CREDENTIALS, extra].concat()).await;
    answer.body["access_token"].as_str().unwrap().to_owned()
}

async fn summary(portal: &Client, token: &str) -> Response {
    portal.request(Method::GET, "/status/summary").bearer_auth(token).send().await.unwrap()
}

#[tokio::test]
async fn nobody_is_let_in_without_a_token() {
    let portal = Client::start(oauth2()).await;
    for path in ["/portal/field", "/portal/view_common", "/status/summary"] {
        let response = portal.request(Method::GET, path).send().await.unwrap();
        assert_eq!(response.status(), 401);
        assert_eq!(response.headers()["www-authenticate"], r#"Bearer realm="portal""#);
    }
    assert_eq!(portal.post("/translate/run", "a", &json!({})).await.status, 401);
    let bad = summary(&portal, "not.a.token").await;
    let challenge = bad.headers()["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains(r#"error="invalid_token""#), "{challenge}");
}

#[tokio::test]
async fn a_static_token_lets_in() {
    let options = Options { auth: AuthMode::Static, ..Options::default() };
    let good = static_jwt(&options).unwrap();
    let forged = static_jwt(&Options { static_secret: "another".to_owned(), ..options.clone() }).unwrap();
    let portal = Client::start(options).await;
    assert_eq!(summary(&portal, &good).await.status(), 200);
    assert_eq!(summary(&portal, &forged).await.status(), 401);
    let issued = access_token(&portal, &[]).await;
    assert_eq!(summary(&portal, &issued).await.status(), 401);
}

#[tokio::test]
async fn a_token_is_issued_for_credentials_in_the_body_or_by_basic() {
    let portal = Client::start(oauth2()).await;
    let in_body = token(&portal, &[&CREDENTIALS[..], &[("scope", "read write")]].concat()).await;
    assert_eq!(in_body.status, 200);
    assert_eq!(in_body.body["token_type"], "Bearer");
    assert_eq!(in_body.body["expires_in"], 3600);
    assert_eq!(in_body.body["scope"], "read write");

    let form = [("grant_type", "client_credentials")];
    let basic = |secret| {
        portal
            .request(Method::POST, "/oauth/token")
            .basic_auth("sandbox-client", Some(secret))
            .form(&form)
            .send()
    };
    let by_basic = read(basic("sandbox%2Dsecret").await.unwrap()).await;
    let token = by_basic.body["access_token"].as_str().unwrap();
    assert_eq!(summary(&portal, token).await.status(), 200);

    let wrong = basic("another").await.unwrap();
    assert_eq!(wrong.headers()["www-authenticate"], r#"Basic realm="portal""#);
    let wrong = read(wrong).await;
    assert_eq!((wrong.status, wrong.body["error"].as_str()), (401, Some("invalid_client")));
}

#[tokio::test]
async fn a_token_is_issued_for_client_credentials_alone() {
    let portal = Client::start(oauth2()).await;
    let ask = |grant_type| {
        let form = [&CREDENTIALS[..], &[("grant_type", grant_type)]].concat();
        portal.request(Method::POST, "/oauth/token").form(&form).send()
    };
    let answer = read(ask("password").await.unwrap()).await;
    assert_eq!((answer.status, answer.body["error"].as_str()), (400, Some("unsupported_grant_type")));
}

#[tokio::test]
async fn a_token_expires() {
    let now = Arc::new(AtomicI64::new(1_000));
    let clock = {
        let now = Arc::clone(&now);
        move || Timestamp::from_second(now.load(Ordering::Relaxed)).unwrap_or_default()
    };
    let portal = Client::start(Options { clock: Arc::new(clock), token_lifetime: 60, ..oauth2() }).await;
    let token = access_token(&portal, &[]).await;
    now.store(1_059, Ordering::Relaxed);
    assert_eq!(summary(&portal, &token).await.status(), 200);
    now.store(1_060, Ordering::Relaxed);
    assert_eq!(summary(&portal, &token).await.status(), 401);
}

#[tokio::test]
async fn a_token_needs_the_scope_and_the_audience() {
    let portal = Client::start(Options {
        required_scope: Some("write".to_owned()),
        required_audience: Some("portal".to_owned()),
        ..oauth2()
    })
    .await;
    let good = access_token(&portal, &[("scope", "read write"), ("audience", "portal")]).await;
    assert_eq!(summary(&portal, &good).await.status(), 200);
    for lacking in [[("scope", "read"), ("audience", "portal")], [("scope", "write"), ("audience", "shop")]] {
        let token = access_token(&portal, &lacking).await;
        assert_eq!(summary(&portal, &token).await.status(), 403, "{lacking:?}");
    }
}

#[tokio::test]
async fn tokens_issued_before_the_fault_are_expired() {
    let portal = Client::start(oauth2()).await;
    let before = access_token(&portal, &[]).await;
    portal.sandbox.add_fault("expire-token:/status".parse().unwrap());
    assert_eq!(summary(&portal, &before).await.status(), 401);
    assert_eq!(summary(&portal, &before).await.status(), 401);
    let after = access_token(&portal, &[]).await;
    assert_eq!(summary(&portal, &after).await.status(), 200);
}
