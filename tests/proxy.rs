//! Requests through the proxy that the process environment names.

use crate::common::Ended;
use crate::common::misbehaving::{self, Server, status};
use crate::common::spec::Spec;
use crate::common::tinyproxy::Tinyproxy;
use crate::tls;

/// A run of a stage that gets `/work` from this base, with these variables.
async fn run(base: &str, variables: &[(&str, &str)]) -> Ended {
    let jobnet = Spec::at(base).stage("work", "call: {get: /work}").jobnet();
    variables.iter().fold(jobnet, |jobnet, (name, value)| jobnet.env(name, value)).run().await
}

async fn server() -> Server {
    Server::start(|_| async { misbehaving::json("{}") }).await
}

/// The only error of a run that ends with this exit code.
fn error(ended: &Ended, code: i32) -> String {
    assert_eq!(ended.code, Some(code), "{}{}", ended.stdout, ended.stderr);
    ended.summary("work")["errors"][0]["message"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_go_through_the_proxy_unless_no_proxy_names_their_host() {
    let Some(proxy) = Tinyproxy::with("").await else { return };
    let server = server().await;
    let address = server.base_url().replace("http://", "");
    for (without, is_through) in [
        ("", true),
        ("other.example", true),
        ("127.0.0.1:1", true),
        (&*address, false),
        ("127.0.0.1", false),
        ("127.0.0.0/8", false),
        ("other.example,*", false),
    ] {
        let ended = run(&server.base_url(), &[("http_proxy", proxy.address()), ("no_proxy", without)]).await;
        assert_eq!(ended.code, Some(0), "{without}: {}", ended.stdout);
        let via = server.arrivals().last().unwrap().header("via").to_owned();
        assert_eq!(via.contains("tinyproxy"), is_through, "{without}: {via}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_over_tls_go_through_a_tunnel() {
    let Some(proxy) = Tinyproxy::with("").await else { return };
    let (base, certificate) = tls::server().await;
    let spec = Spec::at(&base).stage("work", "call: {get: /work}");
    let jobnet = spec.jobnet().file("ca.pem", &certificate).env("https_proxy", proxy.address());
    let ca = jobnet.directory().join("ca.pem");
    let ended = jobnet.env("SSL_CERT_FILE", ca.to_str().unwrap()).run().await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_wants_a_password_is_given_the_one_of_its_url() {
    let Some(proxy) = Tinyproxy::with("BasicAuth user s3cr3t-p4ss").await else { return };
    let server = server().await;
    let given = format!("http://user:s3cr3t-p4ss@{}", proxy.address());
    let ended = run(&server.base_url(), &[("HTTP_PROXY", &given)]).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);

    let name = proxy.address();
    let wrong = format!("http://user:wr0ng-p4ss@{name}");
    for (variable, status) in [(name, 407), (&*wrong, 401)] {
        let ended = run(&server.base_url(), &[("http_proxy", variable)]).await;
        let message = error(&ended, 1);
        assert!(message.contains(&format!("answered {status}")), "{message}");
        assert!(message.ends_with(&format!("(through the proxy {name})")), "{message}");
        let ended = run("https://api.example", &[("https_proxy", variable)]).await;
        let expected = format!(
            "GET /work: the proxy {name} does not connect to api.example:443: its response is {status}"
        );
        assert_eq!(error(&ended, 1), expected);
        assert_eq!(ended.events("request").len(), 1);
        assert!(!format!("{}{}", ended.stdout, ended.stderr).contains("p4ss"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_refuses_a_host_is_final() {
    let filter = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(filter.path(), "127\\.0\\.0\\.1\n\\.example\n").unwrap();
    let lines = format!("Filter \"{}\"\nFilterType ere", filter.path().display());
    let Some(proxy) = Tinyproxy::with(&lines).await else { return };
    let name = proxy.address();
    let ended = run("https://api.example", &[("all_proxy", name)]).await;
    let expected =
        format!("GET /work: the proxy {name} does not connect to api.example:443: its response is 403");
    assert_eq!(error(&ended, 1), expected);
    let server = server().await;
    let message = error(&run(&server.base_url(), &[("all_proxy", name)]).await, 1);
    assert!(
        message.contains("403") && message.ends_with(&format!("(through the proxy {name})")),
        "{message}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_the_proxy_does_not_reach_is_tried_again() {
    let Some(proxy) = Tinyproxy::with("").await else { return };
    let name = proxy.address();
    let ended = run("https://127.0.0.1:1", &[("https_proxy", name)]).await;
    let message = error(&ended, 75);
    assert!(
        message.contains(&format!("the proxy {name} does not connect to 127.0.0.1:1: its response is 50")),
        "{message}"
    );
    assert_eq!(ended.events("request").len(), 3);
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_named() {
    for (base, host) in [("http://api.example", "api.example:80"), ("https://api.example", "api.example:443")]
    {
        let message = error(&run(base, &[("all_proxy", "http://user:p4ssw0rd@127.0.0.1:1")]).await, 75);
        let expected = format!("cannot connect to {host} through the proxy 127.0.0.1:1: Connection refused");
        assert!(message.contains(&expected) && !message.contains("p4ssw0rd"), "{message}");
    }
}

#[tokio::test]
async fn a_proxy_of_another_kind_is_refused_before_anything_runs() {
    for (value, reason) in [
        ("socks5://user:p4ssw0rd@127.0.0.1:1080", "https_proxy names a proxy by `socks5://`"),
        ("http://", "https_proxy is not the URL of a proxy"),
    ] {
        let ended = run("http://127.0.0.1:1", &[("https_proxy", value)]).await;
        assert_eq!(ended.code, Some(2), "{}", ended.stderr);
        assert!(ended.stderr.contains(reason) && !ended.stderr.contains("p4ssw0rd"), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn a_redirect_says_where_it_leads() {
    for location in ["https://login.example/start?next=/work", "/v2/work"] {
        let reply = status(302).header("location", location);
        let server = Server::answering([reply]).await;
        let message = error(&run(&server.base_url(), &[]).await, 1);
        assert!(
            message.contains("answered 302") && message.ends_with(&format!("to `{location}`")),
            "{message}"
        );
    }
}
