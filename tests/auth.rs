//! Who is asking.

use std::sync::Arc;

use jobnet_sandbox::{AuthMode, Options, Sandbox};
use tokio::net::TcpSocket;
use tokio::sync::Barrier;

use crate::common::misbehaving::{self, Arrival, Reply, Server, status};
use crate::common::spec::Spec;
use crate::common::{Ended, portal_with};

/// What the server is shown by a request with this `auth`.
async fn shown(auth: &str, secret: Option<&str>) -> Arrival {
    let server = Server::answering([status(200)]).await;
    let spec = Spec::posting_to(&server).secret("SECRET").api("auth", auth);
    let mut jobnet = spec.jobnet();
    if let Some(secret) = secret {
        jobnet = jobnet.env("SECRET", secret);
    }
    let ended = jobnet.run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    server.arrivals().remove(0)
}

#[tokio::test]
async fn no_auth_says_nothing() {
    let server = Server::answering([status(200)]).await;
    Spec::posting_to(&server).api("auth", "none").run().await;
    assert!(!server.arrivals()[0].headers.contains_key("authorization"));
}

#[tokio::test]
async fn a_bearer_token_stands_in_authorization() {
    assert_eq!(shown("{bearer: '${SECRET}'}", Some("t0ken")).await.header("authorization"), "Bearer t0ken");
}

#[tokio::test]
async fn a_bearer_without_its_optional_secret_is_no_auth() {
    let arrival = shown("{bearer: '${SECRET?}'}", None).await;
    assert!(!arrival.headers.contains_key("authorization"));
}

#[tokio::test]
async fn a_header_of_the_apis_own_is_sent() {
    let arrival = shown("{header: {X-Api-Key: '${SECRET}'}}", Some("k3y")).await;
    assert_eq!(arrival.header("x-api-key"), "k3y");
}

#[tokio::test]
async fn basic_is_name_and_password() {
    let arrival = shown("{basic: {username: Aladdin, password: '${SECRET}'}}", Some("open sesame")).await;
    assert_eq!(arrival.header("authorization"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}

/// A spec that reads the portal's summary with tokens for the sandbox's client.
fn with_tokens(base_url: &str, more: &str) -> Spec {
    let oauth2 = format!(
        "{{oauth2: {{token_url: '{base_url}/oauth/token', client_id: sandbox-client, client_secret: '${{SECRET}}'{more}}}}}"
    );
    Spec::at(base_url).secret("SECRET").api("auth", &oauth2).stage("work", "call: {get: /status/summary}")
}

async fn oauth2_portal() -> Sandbox {
    portal_with(Options { auth: AuthMode::OAuth2, ..Options::default() }).await
}

async fn run_with_tokens(spec: &Spec) -> Ended {
    spec.jobnet().env("SECRET", "sandbox-secret").run().await
}

/// The requests for tokens that arrived.
fn token_requests(sandbox: &Sandbox) -> Vec<jobnet_sandbox::SeenRequest> {
    sandbox.requests().into_iter().filter(|request| request.path == "/oauth/token").collect()
}

#[tokio::test]
async fn a_token_is_obtained_by_basic() {
    let sandbox = oauth2_portal().await;
    assert_eq!(run_with_tokens(&with_tokens(&sandbox.base_url(), "")).await.code, Some(0));
    let request = &token_requests(&sandbox)[0];
    assert!(request.authorization.as_ref().unwrap().starts_with("Basic "));
    assert_eq!(request.body, "grant_type=client_credentials");
}

#[tokio::test]
async fn a_token_is_obtained_by_the_body() {
    let sandbox = oauth2_portal().await;
    assert_eq!(run_with_tokens(&with_tokens(&sandbox.base_url(), ", style: body")).await.code, Some(0));
    let request = &token_requests(&sandbox)[0];
    assert_eq!(request.authorization, None);
    assert!(request.body.contains("client_secret=sandbox-secret"), "{}", request.body);
}

#[tokio::test]
async fn audience_and_scope_are_asked_for() {
    let options = Options {
        auth: AuthMode::OAuth2,
        required_audience: Some("https://portal.example.com".to_owned()),
        required_scope: Some("run".to_owned()),
        ..Options::default()
    };
    let sandbox = portal_with(options).await;
    let spec = with_tokens(&sandbox.base_url(), ", audience: 'https://portal.example.com', scope: run");
    assert_eq!(run_with_tokens(&spec).await.code, Some(0));
}

#[tokio::test]
async fn a_403_is_final_with_a_clear_error() {
    let options =
        Options { auth: AuthMode::OAuth2, required_scope: Some("run".to_owned()), ..Options::default() };
    let sandbox = portal_with(options).await;
    let ended = run_with_tokens(&with_tokens(&sandbox.base_url(), "")).await;
    assert_eq!(ended.code, Some(1));
    assert_eq!(sandbox.requests().len(), 2, "a token, and one request");
    let summary = ended.summary("work");
    let error = summary["errors"][0]["message"].as_str().unwrap();
    assert!(error.contains("answered 403: the credentials do not allow this"), "{error}");
}

#[tokio::test]
async fn a_401_renews_the_token_once() {
    let sandbox = oauth2_portal().await;
    sandbox.add_fault("expire-token:/status".parse().unwrap());
    let ended = run_with_tokens(&with_tokens(&sandbox.base_url(), "")).await;
    assert_eq!(ended.code, Some(0));
    let statuses: Vec<_> =
        ended.events("request").iter().map(|line| line["http_status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [401, 200]);
    assert_eq!(token_requests(&sandbox).len(), 2);
}

#[tokio::test]
async fn a_second_401_is_final_with_a_clear_error() {
    let sandbox = oauth2_portal().await;
    sandbox.add_fault("401:/status:always".parse().unwrap());
    let ended = run_with_tokens(&with_tokens(&sandbox.base_url(), "")).await;
    assert_eq!((ended.code, ended.events("request").len()), (Some(1), 2));
    let summary = ended.summary("work");
    let error = summary["errors"][0]["message"].as_str().unwrap();
    assert!(error.contains("answered 401: the credentials are not accepted"), "{error}");
}

#[tokio::test]
async fn a_401_is_final_where_nothing_can_be_renewed() {
    let server = Server::answering([status(401)]).await;
    let spec = Spec::posting_to(&server).secret("SECRET").api("auth", "{bearer: '${SECRET}'}");
    let ended = spec.jobnet().env("SECRET", "t0ken").run().await;
    assert_eq!((ended.code, server.arrivals().len()), (Some(1), 1));
}

#[tokio::test]
async fn a_wrong_client_secret_ends_in_1_with_a_clear_error() {
    let sandbox = oauth2_portal().await;
    let ended = with_tokens(&sandbox.base_url(), "").jobnet().env("SECRET", "wr0ng").run().await;
    assert_eq!((ended.code, sandbox.requests().len()), (Some(1), 1));
    let summary = ended.summary("work");
    let error = summary["errors"][0]["message"].as_str().unwrap();
    assert!(error.contains("/oauth/token gives out no token: 401, invalid_client"), "{error}");
}

#[tokio::test]
async fn a_token_endpoint_that_is_down_ends_in_75() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let base_url = format!("http://{}", socket.local_addr().unwrap());
    let ended = run_with_tokens(&with_tokens(&base_url, "")).await;
    assert_eq!(ended.code, Some(75), "{}", ended.stdout);
}

#[tokio::test]
async fn a_token_endpoint_is_asked_again_when_it_is_busy() {
    let sandbox = oauth2_portal().await;
    sandbox.add_fault("500:/oauth/token:2".parse().unwrap());
    assert_eq!(run_with_tokens(&with_tokens(&sandbox.base_url(), "")).await.code, Some(0));
}

/// A server that gives out numbered tokens of this life, and answers all else by `handler`.
async fn token_server<R>(expires_in: u64, handler: impl Fn(Arrival) -> R + Send + Sync + 'static) -> Server
where
    R: Future<Output = Reply> + Send + 'static,
{
    let handler = Arc::new(handler);
    Server::start(move |arrival| {
        let handler = Arc::clone(&handler);
        async move {
            if arrival.path == "/oauth/token" {
                let number = arrival.number;
                return misbehaving::json(format!(
                    r#"{{"access_token":"t0ken-{number}","expires_in":{expires_in}}}"#
                ));
            }
            handler(arrival).await
        }
    })
    .await
}

fn tokens(server: &Server) -> usize {
    server.arrivals().iter().filter(|arrival| arrival.path == "/oauth/token").count()
}

/// Four stages that are independent of each other.
fn four_stages(server: &Server) -> Spec {
    ["b", "c", "d"].iter().fold(with_tokens(&server.base_url(), ""), |spec, name| {
        spec.stage(name, "call: {get: /status/summary}")
    })
}

#[tokio::test]
async fn requests_side_by_side_share_one_token() {
    let server = token_server(3600, |_| async { status(200) }).await;
    assert_eq!(run_with_tokens(&four_stages(&server)).await.code, Some(0));
    assert_eq!((server.arrivals().len(), tokens(&server)), (5, 1));
}

#[tokio::test]
async fn requests_side_by_side_renew_a_refused_token_once() {
    let all = Arc::new(Barrier::new(4));
    let server = token_server(3600, move |arrival| {
        let all = Arc::clone(&all);
        async move {
            if arrival.header("authorization") != "Bearer t0ken-1" {
                return status(200);
            }
            all.wait().await;
            status(401)
        }
    })
    .await;
    assert_eq!(run_with_tokens(&four_stages(&server)).await.code, Some(0));
    assert_eq!((server.arrivals().len(), tokens(&server)), (10, 2));
}

#[tokio::test]
async fn a_token_is_renewed_before_the_api_refuses_it() {
    // A token without a life is old as soon as it is there.
    let server = token_server(0, |_| async { status(200) }).await;
    let spec = with_tokens(&server.base_url(), "").stage("again", "needs: [work]\ncall: {get: /again}");
    let ended = run_with_tokens(&spec).await;
    assert_eq!((ended.code, tokens(&server)), (Some(0), 2));
    assert!(ended.events("request").iter().all(|line| line["http_status"] == 200));
}

#[tokio::test]
async fn a_token_for_ever_is_a_token() {
    let server = token_server(u64::MAX, |_| async { status(200) }).await;
    assert_eq!(run_with_tokens(&with_tokens(&server.base_url(), "")).await.code, Some(0));
}

#[tokio::test]
async fn an_answer_without_a_token_ends_in_1_with_a_clear_error() {
    let server = Server::answering([status(200)]).await;
    let ended = run_with_tokens(&with_tokens(&server.base_url(), "")).await;
    assert_eq!(ended.code, Some(1));
    let summary = ended.summary("work");
    let error = summary["errors"][0]["message"].as_str().unwrap();
    assert!(
        error.ends_with(
            "/oauth/token gives out no token: 200, its response has no `access_token`: it is an empty object"
        ),
        "{error}"
    );
}

/// A server whose token endpoint responds like this, and that lets in who has its token.
async fn giving_out(reply: Reply) -> Server {
    Server::start(move |arrival| {
        let reply = match (arrival.path.as_str(), arrival.header("authorization")) {
            ("/oauth/token", _) => reply.clone(),
            (_, "Bearer t0ken") => misbehaving::json("{}"),
            _ => status(401),
        };
        async { reply }
    })
    .await
}

#[tokio::test]
async fn tokens_are_taken_as_endpoints_give_them_out() {
    for (code, body) in [
        (200, r#"{"access_token":"t0ken","token_type":"Bearer","expires_in":"3599"}"#),
        (200, r#"{"access_token":"t0ken","token_type":"bearer","expires_in":3599.0,"scope":null}"#),
        (200, r#"{"access_token":"t0ken","token_type":"BEARER","expires_in":null}"#),
        (201, r#"{"access_token":"t0ken","expires_in":-1}"#),
        (200, "\u{feff}{\"access_token\":\"t0ken\"}"),
    ] {
        let server = giving_out(status(code).body(body)).await;
        let ended = run_with_tokens(&with_tokens(&server.base_url(), "")).await;
        assert_eq!((ended.code, server.arrivals().len()), (Some(0), 2), "{body}\n{}", ended.stderr);
    }
}

#[tokio::test]
async fn the_resource_that_a_token_is_for_is_named() {
    let server = giving_out(misbehaving::json(r#"{"access_token":"t0ken"}"#)).await;
    let spec = with_tokens(&server.base_url(), ", audience: a, resource: 'https://api.example.com/v1'");
    assert_eq!(run_with_tokens(&spec).await.code, Some(0));
    assert_eq!(
        server.arrivals()[0].body,
        "grant_type=client_credentials&audience=a&resource=https%3A%2F%2Fapi.example.com%2Fv1"
    );
}
